"""Drives the built binary with the official Python client, generation 2: automatic, handshake and pinned modern."""

import asyncio
import sys

import mcp_types as types
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from scenario import FIRST_TOOLS, Scenario, expect, expect_accepted, expect_refused, think

MODERN = "2026-07-28"
VERSIONS = {"auto": MODERN, "legacy": "2025-11-25", MODERN: MODERN}


async def run(binary: str, mode: str) -> None:
    scenario = Scenario(binary)
    answers = []
    changed = asyncio.Event()

    async def elicit(context, params):
        await think()
        return answers.pop(0)

    async def message(message) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            changed.set()

    server = StdioServerParameters(command=scenario.command, args=scenario.args, env=scenario.env)
    async with Client(server, mode=mode, elicitation_callback=elicit, message_handler=message, cache=None) as client:
        expect("version", client.protocol_version, VERSIONS[mode])
        names = [tool.name for tool in (await client.list_tools(cache_mode="bypass")).tools]
        expect("tools", names, FIRST_TOOLS)
        accounts = await client.call_tool("get_accounts", {})
        expect("accounts, isError", bool(accounts.is_error), False)
        expect("accounts", accounts.structured_content["total_accounts"] > 0, True)
        moved = await client.call_tool("move_to_savings", {"amount": 25})
        expect_accepted("move_to_savings", moved.is_error, moved.structured_content)
        bad = await client.call_tool("move_to_savings", {"amount": 100000})
        expect("bad argument, isError", bool(bad.is_error), True)
        answers.append(types.ElicitResult(action="accept", content={"confirm": True}))
        paid = await client.call_tool("pay_rent", {})
        expect_accepted("pay_rent accepted", paid.is_error, paid.structured_content)
        for answer in ("decline", "cancel"):
            answers.append(types.ElicitResult(action=answer))
            refused = await client.call_tool("pay_rent", {})
            expect_refused(f"pay_rent {answer}", refused.is_error, refused.content[0].text)
        if VERSIONS[mode] == MODERN:
            async with client.listen(tools_list_changed=True) as events:
                scenario.add_a_rule()
                await asyncio.wait_for(anext(aiter(events)), 10)
        else:
            scenario.add_a_rule()
            await asyncio.wait_for(changed.wait(), 10)
        names = [tool.name for tool in (await client.list_tools(cache_mode="bypass")).tools]
        expect("tools after reload", names, FIRST_TOOLS + ["top_up"])


for mode in VERSIONS:
    asyncio.run(run(sys.argv[1], mode))
    print(f"passed: official client 2.x, {mode}")
