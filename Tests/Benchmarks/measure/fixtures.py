"""Configurations and messages for the measurements."""

import json
import os
import pathlib

INITIALIZE = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}},
    },
    separators=(",", ":"),
)


def configuration(folder: pathlib.Path, aliases: int) -> pathlib.Path:
    path = folder / f"config-{aliases}.yaml"
    lines = ["version: 1", "rules:" if aliases else "rules: {}"]
    for index in range(aliases):
        lines += [
            f"  move_money_{index}:",
            f"    rule_id: ru_{100000 + index}",
            f"    api_secret: {{env: BENCH_SECRET_{index}}}",
            f"    title: Move money, way number {index}",
            f"    description: Moves money to the pod number {index}. Use it when the user asks for it.",
            "    parameters:",
            "      amount: {type: money, minimum: 1.00, maximum: 500.00, description: How much.}",
            "      note: {type: string, maxLength: 80, required: false, description: Why.}",
            "    payload:",
            '      amountInCents: "{{ amount | cents }}"',
            '      note: "{{ note }}"',
            "    confirm: never",
            "    dedupe_window: 0s",
        ]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return path


def environment(folder: pathlib.Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SEQUENCE_MCP_STATE_DIR": str(folder / "state/sequence-mcp"),
        "XDG_CONFIG_HOME": str(folder / "none"),
        "SEQUENCE_ACCESS_TOKEN": "bench-not-a-real-token",
    }
