"""Start to first answer, resident memory, shared libraries and size."""

import pathlib
import statistics
import subprocess
import sys

from . import peers
from .fixtures import INITIALIZE, configuration, environment
from .session import Session

PYTHON_LOOP = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    answer = {"jsonrpc": "2.0", "id": request["id"], "result": {"protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}}, "serverInfo": {"name": "loop", "version": "1"}}}
    print(json.dumps(answer), flush=True)
"""

LABELS = {
    "reference": "C program with a canned answer", "start_0": "without a configuration", "start_10": "10 aliases",
    "start_1000": "1,000 aliases", "python_loop": "a plain Python JSON loop",
} | peers.LABELS
TARGETS = {"start_10": "target: under 2.2", "start_0": "target: under 3"}


class Start:
    """The programs that are compared, and how long each took."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, environments: pathlib.Path | None) -> None:
        self.binary, self.folder = binary, folder
        self.commands = {"reference": [str(folder / "reference")]}
        for aliases in (0, 10, 1000):
            options = ["--config", str(configuration(folder, aliases))] if aliases else []
            self.commands[f"start_{aliases}"] = [str(binary), "serve", "--no-reload", "--log-level", "error", *options]
        (folder / "loop.py").write_text(PYTHON_LOOP)
        self.commands["python_loop"] = [sys.executable, str(folder / "loop.py")]
        self.slow = peers.commands(environments, folder) if environments else {}
        self.commands |= self.slow
        self.times: dict[str, list[int]] = {name: [] for name in self.commands}
        self.work: dict[str, list[int]] = {name: [] for name in self.commands}

    def interleave(self, rounds: int) -> None:
        """What takes a second and more is started less often, and its ratio is large enough to stand that."""
        for round in range(rounds):
            for name, command in self.commands.items():
                if name not in self.slow or round < 7:
                    taken, work = launch(self.folder, command)
                    self.times[name].append(taken)
                    self.work[name].append(work)

    def add(self, report) -> None:
        medians = {name: statistics.median(times) for name, times in self.times.items()}
        for name, median in medians.items():
            report.add(f"{name}_ms", f"start: {LABELS[name]}", median / 1e6, "ms")
            if name != "reference":
                report.add(f"{name}_ratio", "  against the C program", median / medians["reference"], "x", TARGETS.get(name, ""))
            report.values[f"{name}_steady_ratio"] = steady(self.times[name], self.times["reference"])
            # Of processor time, since other programs hardly disturb that.
            report.values[f"{name}_work_ratio"] = min(self.work[name]) / min(self.work["reference"])
            if name in self.slow or name == "python_loop":
                target = "target: over 150" if name == "sdk" else ""
                report.add(f"{name}_against_ours", "  against ours with 10 aliases", median / medians["start_10"], "x", target)
        for name, command in self.commands.items():
            if name != "reference":
                self.size(report, name, command)
        report.add("size_mb", "file size", self.binary.stat().st_size / 1e6, "MB", "target: under 8")

    def size(self, report, name: str, command: list[str]) -> None:
        with Session(command, environment(self.folder)) as session:
            session.handshake()
            target = "target: under 7" if name == "start_10" else ""
            report.add(f"{name}_memory_mb", f"memory (VmHWM): {LABELS[name]}", session.peak_kb() / 1024, "MB", target)
            report.add(f"{name}_libraries", "  shared libraries", session.libraries(), "")


def steady(times: list[int], reference: list[int]) -> float:
    """The best of each, or the median of the rounds' ratios, whichever a busy machine disturbed less."""
    return min(min(times) / min(reference), statistics.median(time / other for time, other in zip(times, reference)))


def launch(folder: pathlib.Path, command: list[str]) -> tuple[int, int]:
    """- Returns: the nanoseconds from the launch to the first line of the answer, and those of processor time."""
    launched = subprocess.run(
        [str(folder / "launcher"), INITIALIZE, *command], env=environment(folder), check=True, capture_output=True, text=True)
    taken, work = launched.stdout.split()
    return int(taken), int(work)
