"""Checking and loading large files, and refusing hostile ones."""

import pathlib
import statistics
import subprocess

from .fixtures import configuration, environment
from .start import launch


def measure(report, binary: pathlib.Path, folder: pathlib.Path) -> None:
    for aliases in (1000, 10000):
        path = configuration(folder, aliases)
        seconds, peak = check(binary, folder, path)
        target = "target: under 400" if aliases == 10000 else ""
        label = f"validate-config: {aliases:,} aliases, {path.stat().st_size / 1e6:.1f} MB"
        report.add(f"check_{aliases}_ms", label, seconds * 1e3, "ms", target)
        report.add(f"check_{aliases}_mb", "  memory", peak / 1024, "MB", "target: under 120" if aliases == 10000 else "")
    for name, text in hostile().items():
        path = folder / f"hostile-{name}.yaml"
        path.write_text(text)
        path.chmod(0o600)
        seconds, _ = check(binary, folder, path)
        report.add(f"hostile_{name}_ms", f"hostile file refused: {name}", seconds * 1e3, "ms", "target: under 50")


def load(report, binary: pathlib.Path, folder: pathlib.Path) -> None:
    """Ten times the aliases should take ten times as long: the ratio tells a quadratic load on any machine."""
    taken = {1000: [], 10000: []}
    for _ in range(5):
        for aliases, launches in taken.items():
            path = str(configuration(folder, aliases))
            launches.append(launch(folder, [str(binary), "serve", "--no-reload", "--log-level", "error", "--config", path]))
    median = statistics.median(time for time, _ in taken[10000]) / 1e6
    report.add("load_10000_ms", "serve: 10,000 aliases to the first answer", median, "ms", "target: under 300")
    work = {aliases: min(work for _, work in launches) for aliases, launches in taken.items()}
    report.add("load_10000_against_1000", "  against 1,000 aliases, processor time, best of each", work[10000] / work[1000], "x")


def check(binary: pathlib.Path, folder: pathlib.Path, path: pathlib.Path) -> tuple[float, int]:
    """The median of five runs, and the peak memory in kB."""
    command = [str(folder / "timed"), str(binary), "validate-config", "--no-secrets", str(path)]
    runs = [
        subprocess.run(command, env=environment(folder), check=True, capture_output=True, text=True).stdout.split()
        for _ in range(5)
    ]
    return statistics.median(int(nanoseconds) for nanoseconds, _ in runs) / 1e9, max(int(peak) for _, peak in runs)


def hostile() -> dict[str, str]:
    bomb = ["x-a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for one, other in zip("abcdefghij", "bcdefghijk"):
        bomb.append(f"x-{other}: &{other} [{', '.join(['*' + one] * 10)}]")
    return {
        "bomb": "version: 1\n" + "\n".join(bomb) + "\n",
        "deep": "version: 1\nx-deep: " + "[" * 10000 + "]" * 10000 + "\n",
        "line": "version: 1\nx-long: " + "a" * (8 << 20) + "\n",
    }
