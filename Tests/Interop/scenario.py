"""What every Python client is put through: a configuration of its own, in directories of its own."""

import asyncio
import json
import os
import pathlib
import tempfile

CONFIGURATION = """\
version: 1
rules:
  move_to_savings:
    rule_id: ru_1001
    api_secret: {env: INTEROP_SECRET_ONE}
    description: Moves money to savings.
    parameters:
      amount: {type: money, maximum: 100.00}
    payload: {amountInCents: "{{ amount | cents }}"}
    confirm: never
    dedupe_window: 0s
  pay_rent:
    rule_id: ru_1002
    api_secret: {env: INTEROP_SECRET_TWO}
    description: Pays the rent.
    confirm: always
    dedupe_window: 0s
"""

ONE_MORE = """\
  top_up:
    rule_id: ru_1003
    api_secret: {env: INTEROP_SECRET_THREE}
    description: Tops up the card.
"""

FIRST_TOOLS = ["get_accounts", "trigger_rule", "move_to_savings", "pay_rent"]


class Scenario:
    """A server's directories, and how to launch it."""

    def __init__(self, binary: str) -> None:
        """Where Tests/Interop/over_ssh made a machine, the server is there, behind a forced command that names the directory."""
        there = os.environ.get("INTEROP_FOLDER")
        self.directory = pathlib.Path(there or tempfile.mkdtemp(prefix="sequence-mcp-interop-"))
        self.config = self.directory / "config.yaml"
        self.config.write_text(CONFIGURATION)
        # The server there runs as a different user.
        self.mode = 0o644 if there else 0o600
        self.config.chmod(self.mode)
        self.command = binary
        entry = os.environ.get("INTEROP_ENTRY")
        if entry:
            words = json.loads(entry)["mcpServers"]["seq"]
            self.command, self.args, self.env = words["command"], words["args"], {"HOME": os.environ["HOME"]}
            return
        self.args = ["serve", "--sandbox", "--config", str(self.config), "--log-level", "warning"]
        self.env = {
            "HOME": str(self.directory),
            "SEQUENCE_MCP_STATE_DIR": str(self.directory / "state/sequence-mcp"),
            "PATH": os.environ["PATH"],
        }

    def add_a_rule(self) -> None:
        """As editors do it: a new file, renamed over the old one."""
        new = self.directory / "config.yaml.new"
        new.write_text(CONFIGURATION + ONE_MORE)
        new.chmod(self.mode)
        new.rename(self.config)


async def think() -> None:
    """Waits as long as a person needs at least: an answer that comes sooner is nobody's."""
    await asyncio.sleep(1.3)


def expect(label: str, actual, wanted) -> None:
    if actual != wanted:
        raise SystemExit(f"FAILED {label}: got {actual!r}, wanted {wanted!r}")


def expect_accepted(label: str, result, structured) -> None:
    expect(label + ", isError", bool(result), False)
    expect(label + ", status", structured["status"], "accepted")


def expect_refused(label: str, is_error, text: str) -> None:
    expect(label + ", isError", bool(is_error), True)
    expect(label + ", status", json.loads(text)["status"], "rejected")
