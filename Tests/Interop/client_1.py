"""Drives the built binary with the official Python client, generation 1: the handshake era."""

import asyncio
import sys

import mcp.types as types
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from scenario import FIRST_TOOLS, Scenario, expect, expect_accepted, expect_refused, think


async def run(binary: str) -> None:
    scenario = Scenario(binary)
    answers = []
    changed = asyncio.Event()

    async def elicit(context, params: types.ElicitRequestParams):
        await think()
        return answers.pop(0)

    async def message(message) -> None:
        if isinstance(getattr(message, "root", None), types.ToolListChangedNotification):
            changed.set()

    parameters = StdioServerParameters(command=scenario.command, args=scenario.args, env=scenario.env)
    async with stdio_client(parameters) as (read, write):
        async with ClientSession(read, write, elicitation_callback=elicit, message_handler=message) as session:
            handshake = await session.initialize()
            expect("version", handshake.protocolVersion, types.LATEST_PROTOCOL_VERSION)
            expect("tools", [tool.name for tool in (await session.list_tools()).tools], FIRST_TOOLS)
            accounts = await session.call_tool("get_accounts", {})
            expect("accounts, isError", bool(accounts.isError), False)
            expect("accounts", accounts.structuredContent["total_accounts"] > 0, True)
            moved = await session.call_tool("move_to_savings", {"amount": 25})
            expect_accepted("move_to_savings", moved.isError, moved.structuredContent)
            bad = await session.call_tool("move_to_savings", {"amount": 100000})
            expect("bad argument, isError", bool(bad.isError), True)
            answers.append(types.ElicitResult(action="accept", content={"confirm": True}))
            paid = await session.call_tool("pay_rent", {})
            expect_accepted("pay_rent accepted", paid.isError, paid.structuredContent)
            for answer in ("decline", "cancel"):
                answers.append(types.ElicitResult(action=answer))
                refused = await session.call_tool("pay_rent", {})
                expect_refused(f"pay_rent {answer}", refused.isError, refused.content[0].text)
            scenario.add_a_rule()
            await asyncio.wait_for(changed.wait(), 10)
            expect("tools after reload", [t.name for t in (await session.list_tools()).tools], FIRST_TOOLS + ["top_up"])


asyncio.run(run(sys.argv[1]))
print("passed: official client 1.x, handshake")
