"""What is measured, built; and the small C programs that measure it."""

import contextlib
import os
import pathlib
import shutil
import subprocess

NAMES = ("reference", "launcher", "roundtrip", "timed", "bank", "post")


def build(project: pathlib.Path) -> pathlib.Path:
    command = ["swift", "build", "-c", "release", "--product", "sequence-mcp", "--static-swift-stdlib", "--disable-local-rpath"]
    subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)
    path = subprocess.run(command + ["--show-bin-path"], cwd=project, check=True, capture_output=True, text=True)
    return pathlib.Path(path.stdout.strip()) / "sequence-mcp"


def install(binary: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """- Returns: a copy, as an installed program is one: the linker's own file lies in memory in smaller pieces, which costs 5 %."""
    installed = folder / binary.name
    shutil.copy2(binary, installed)
    with installed.open("rb") as file:
        os.fsync(file.fileno())
    return installed


def compile(folder: pathlib.Path, here: pathlib.Path) -> None:
    compiler = next((path for path in map(shutil.which, ("cc", "gcc", "clang")) if path), None)
    if not compiler:
        raise SystemExit("a C compiler is needed: cc, gcc or clang")
    for name in NAMES:
        subprocess.run([compiler, "-O2", "-o", folder / name, here / f"{name}.c", "-ldl"], check=True)


def micros(command: list[str], environment: dict[str, str] | None = None) -> list[float]:
    """- Returns: what the command prints, one number of nanoseconds a line, in microseconds."""
    printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return [int(nanoseconds) / 1000 for nanoseconds in printed.split()]


@contextlib.contextmanager
def one_core():
    """What starts meanwhile stays on one core: moving to another makes a millisecond a fifth longer or shorter, by chance."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


class Bank:
    """The loopback server of the tool calls, while the `with` lasts."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.process = subprocess.Popen([folder / "bank"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()
