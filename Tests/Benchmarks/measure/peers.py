"""Servers of ten tools made with Python's SDKs, each in a virtual environment of its own."""

import pathlib
import subprocess
import sys

from .fixtures import environment
from .session import Session

# What is installed, what is imported, and how a server is made and run.
PEERS = {
    "sdk": ("mcp>=2,<3", "from mcp.server import MCPServer", "MCPServer('peer')", "server.run()"),
    "fastmcp": ("fastmcp>=4,<5", "from fastmcp import FastMCP", "FastMCP('peer')", "server.run(show_banner=False)"),
}

LABELS = {"sdk": "the official Python SDK, 10 tools", "fastmcp": "FastMCP, 10 tools"}

TOOL = '''
@server.tool(name="move_money_{index}", description="Moves money to the pod number {index}. Use it when the user asks for it.")
def move_money_{index}(amount: float, note: str = "") -> dict:
    return {{"amountInCents": round(amount * 100), "note": note}}
'''


def commands(environments: pathlib.Path, folder: pathlib.Path) -> dict[str, list[str]]:
    """Installs the peers that can be installed here, and starts each once, so that all of it is compiled to bytecode.

    - environments: kept from run to run, since installing takes longer than measuring.
    """
    found = {}
    for name, (requirement, imported, made, run) in PEERS.items():
        home = environments / name
        python = home / "bin" / "python"
        if not installed(home, requirement, imported):
            print(f"{name}: cannot be installed here, left out", file=sys.stderr)
            continue
        # Not named as what it imports, or it would import itself.
        program = folder / f"peer_{name}.py"
        tools = "".join(TOOL.format(index=index) for index in range(10))
        program.write_text(f"{imported}\n\nserver = {made}\n{tools}\n{run}\n")
        found[name] = [str(python), str(program)]
        if len(tool_names(found[name], folder)) != 10:
            raise SystemExit(f"{name}: not a comparable server")
    return found


def installed(home: pathlib.Path, requirement: str, imported: str) -> bool:
    python = home / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", imported], stderr=subprocess.DEVNULL).returncode == 0:
        return True
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", requirement], check=True)
        return True
    except subprocess.CalledProcessError:
        return False


def tool_names(command: list[str], folder: pathlib.Path) -> list[str]:
    with Session(command, environment(folder)) as session:
        session.handshake()
        return session.tool_names()
