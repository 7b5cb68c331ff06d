"""Start to first answer, resident memory, shared libraries and size."""

import pathlib
import shutil
import statistics
import subprocess
import sys

from .fixtures import INITIALIZE, configuration, environment
from .session import Session

PYTHON_LOOP = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    answer = {"jsonrpc": "2.0", "id": request["id"], "result": {"protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}}, "serverInfo": {"name": "loop", "version": "1"}}}
    print(json.dumps(answer), flush=True)
"""

PEERS = {
    "sdk": ("mcp>=2,<3", "from mcp.server import MCPServer\nMCPServer('peer').run()\n"),
    "fastmcp": ("fastmcp>=4", "from fastmcp import FastMCP\nFastMCP('peer').run(show_banner=False)\n"),
}


def measure(report, binary: pathlib.Path, folder: pathlib.Path, here: pathlib.Path, rounds: int, peers: bool) -> None:
    compiler = next(path for path in map(shutil.which, ("cc", "gcc", "clang")) if path)
    for name in ("reference", "launcher", "roundtrip"):
        subprocess.run([compiler, "-O2", "-o", folder / name, here / f"{name}.c"], check=True)
    commands = {"reference": [str(folder / "reference")]}
    for aliases in (0, 10, 1000):
        arguments = ["serve", "--no-reload", "--log-level", "error"]
        if aliases:
            arguments += ["--config", str(configuration(folder, aliases))]
        commands[f"start_{aliases}"] = [str(binary), *arguments]
    (folder / "loop.py").write_text(PYTHON_LOOP)
    commands["python_loop"] = [sys.executable, str(folder / "loop.py")]
    if peers:
        commands |= {name: command for name in PEERS if (command := peer(folder, name))}

    times = {name: [] for name in commands}
    for round in range(rounds):
        for name, command in commands.items():
            if name in PEERS and round >= 5:
                continue
            launched = subprocess.run(
                [str(folder / "launcher"), INITIALIZE, *command],
                env=environment(folder), check=True, capture_output=True, text=True)
            times[name].append(int(launched.stdout))
    medians = {name: statistics.median(values) for name, values in times.items()}
    reference = medians["reference"]
    labels = {
        "reference": "start: C program with a canned answer", "start_0": "start: without a configuration",
        "start_10": "start: 10 aliases", "start_1000": "start: 1,000 aliases", "python_loop": "start: a plain Python loop",
        "sdk": "start: the official Python SDK", "fastmcp": "start: FastMCP",
    }
    targets = {"start_10": "target: under 2.2", "start_0": "target: under 3"}
    for name, median in medians.items():
        report.add(f"{name}_ms", labels[name], median / 1e6, "ms")
        report.add(f"{name}_ratio", "  against the C program", median / reference, "x", targets.get(name, ""))
        # The best of each is what a busy machine disturbs least, so the budget looks at that.
        report.values[f"{name}_best_ratio"] = min(times[name]) / min(times["reference"])
    for name in ("sdk", "fastmcp"):
        if name in medians:
            report.add(
                f"{name}_against_ours", f"  {labels[name][7:]} against ours with 10 aliases",
                medians[name] / medians["start_10"], "x", "target: over 150" if name == "sdk" else "")

    with Session(commands["start_10"], environment(folder)) as session:
        session.handshake()
        report.add("memory_mb", "memory before the first API call (VmHWM)", session.peak_kb() / 1024, "MB", "target: under 7")
        report.add("libraries", "shared libraries", session.libraries(), "")
    report.add("size_mb", "file size", binary.stat().st_size / 1e6, "MB", "target: under 8")


def peer(folder: pathlib.Path, name: str) -> list[str] | None:
    requirement, program = PEERS[name]
    environment = folder / f"venv-{name}"
    try:
        subprocess.run([sys.executable, "-m", "venv", environment], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([environment / "bin/pip", "install", "-q", "--disable-pip-version-check", requirement], check=True)
    except subprocess.CalledProcessError:
        print(f"{name}: cannot be installed here, left out", file=sys.stderr)
        return None
    path = folder / f"{name}.py"
    path.write_text(program)
    return [str(environment / "bin/python"), str(path)]
