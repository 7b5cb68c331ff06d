"""Checking and loading large files, and refusing hostile ones."""

import os
import pathlib
import statistics
import subprocess
import time

from .fixtures import INITIALIZE, configuration, environment


def measure(report, binary: pathlib.Path, folder: pathlib.Path) -> None:
    for aliases in (1000, 10000):
        path = configuration(folder, aliases)
        seconds, peak = check(binary, folder, path)
        target = "target: under 400" if aliases == 10000 else ""
        report.add(f"check_{aliases}_ms", f"validate-config: {aliases:,} aliases, {path.stat().st_size / 1e6:.1f} MB", seconds * 1e3, "ms", target)
        report.add(f"check_{aliases}_mb", "  memory", peak / 1024, "MB", "target: under 120" if aliases == 10000 else "")
    command = [str(folder / "launcher"), INITIALIZE, str(binary), "serve", "--no-reload", "--log-level", "error", "--config", str(configuration(folder, 10000))]
    loads = [
        int(subprocess.run(command, env=environment(folder), check=True, capture_output=True, text=True).stdout) / 1e6
        for _ in range(5)
    ]
    report.add("load_10000_ms", "serve: 10,000 aliases to the first answer", statistics.median(loads), "ms", "target: under 300")
    for name, text in hostile().items():
        path = folder / f"hostile-{name}.yaml"
        path.write_text(text)
        path.chmod(0o600)
        seconds, _ = check(binary, folder, path)
        report.add(f"hostile_{name}_ms", f"hostile file refused: {name}", seconds * 1e3, "ms", "target: under 50")


def check(binary: pathlib.Path, folder: pathlib.Path, path: pathlib.Path) -> tuple[float, int]:
    """The median of five runs, and the peak memory in kB."""
    seconds, peak = [], 0
    for _ in range(5):
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(binary), "validate-config", "--no-secrets", str(path)], env=environment(folder),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - start)
        peak = max(peak, usage.ru_maxrss)
    return statistics.median(seconds), peak


def hostile() -> dict[str, str]:
    bomb = ["x-a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for one, other in zip("abcdefghij", "bcdefghijk"):
        bomb.append(f"x-{other}: &{other} [{', '.join(['*' + one] * 10)}]")
    return {
        "bomb": "version: 1\n" + "\n".join(bomb) + "\n",
        "deep": "version: 1\nx-deep: " + "[" * 10000 + "]" * 10000 + "\n",
        "line": "version: 1\nx-long: " + "a" * (8 << 20) + "\n",
    }
