"""Drives the built binary with fastmcp's client: the handshake as its users write it, with handlers of its own."""

import asyncio
import sys

from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport

from scenario import FIRST_TOOLS, Scenario, expect, expect_accepted, expect_refused, think


async def run(binary: str) -> None:
    scenario = Scenario(binary)
    answers = []

    async def elicit(message, response_type, params, context):
        await think()
        return answers.pop(0)

    transport = StdioTransport(command=scenario.command, args=scenario.args, env=scenario.env)
    async with Client(transport, elicitation_handler=elicit) as client:
        expect("tools", [tool.name for tool in await client.list_tools()], FIRST_TOOLS)
        accounts = await client.call_tool("get_accounts", {})
        expect("accounts", accounts.structured_content["total_accounts"] > 0, True)
        moved = await client.call_tool("move_to_savings", {"amount": 25})
        expect_accepted("move_to_savings", moved.is_error, moved.structured_content)
        bad = await client.call_tool("move_to_savings", {"amount": 100000}, raise_on_error=False)
        expect("bad argument, isError", bool(bad.is_error), True)
        answers.append(ElicitResult(action="accept", content={"confirm": True}))
        paid = await client.call_tool("pay_rent", {})
        expect_accepted("pay_rent accepted", paid.is_error, paid.structured_content)
        for answer in ("decline", "cancel"):
            answers.append(ElicitResult(action=answer))
            refused = await client.call_tool("pay_rent", {}, raise_on_error=False)
            expect_refused(f"pay_rent {answer}", refused.is_error, refused.content[0].text)
        scenario.add_a_rule()
        for _ in range(100):
            names = [tool.name for tool in await client.list_tools()]
            if len(names) > len(FIRST_TOOLS):
                break
            await asyncio.sleep(0.1)
        expect("tools after reload", names, FIRST_TOOLS + ["top_up"])


asyncio.run(run(sys.argv[1]))
print("passed: fastmcp")
