"""Round trips and pipelined rates of what is answered on the reading thread."""

import os
import pathlib
import statistics
import subprocess
import threading
import time

from .fixtures import INITIALIZE, configuration, environment
from .session import Session


def measure(report, binary: pathlib.Path, folder: pathlib.Path) -> None:
    command = [str(binary), "serve", "--no-reload", "--log-level", "error", "--config", str(configuration(folder, 10))]
    for method, rounds, target in (("ping", 20000, "target: under 10"), ("tools/list", 5000, "")):
        line = '{"jsonrpc":"2.0","id":7,"method":"%s"}' % method
        measured = subprocess.run(
            [str(folder / "roundtrip"), str(rounds), INITIALIZE, line, *command], env=environment(folder), check=True,
            capture_output=True, text=True)
        micros = [int(nanoseconds) / 1000 for nanoseconds in measured.stdout.split()]
        key = method.replace("/", "_")
        report.add(f"{key}_p50_us", f"{method}: round trip, p50, on one core", statistics.median(micros), "us", target)
        report.add(f"{key}_p99_us", f"{method}: round trip, p99", sorted(micros)[len(micros) * 99 // 100], "us")
    short = b'{"jsonrpc":"2.0","id":7,"method":"ping"}\n'
    padding = b"x" * (300 - len(b'{"jsonrpc":"2.0","id":7,"method":"ping","params":{"text":""}}\n'))
    long = b'{"jsonrpc":"2.0","id":7,"method":"ping","params":{"text":"%s"}}\n' % padding
    for label, key, line, count, target in (
        ("ping: pipelined", "ping_rate", short, 500000, "target: over 500,000"),
        ("JSON: messages of 300 bytes, pipelined", "json_rate", long, 300000, "target: over 150,000"),
        ("tools/list: pipelined", "tools_list_rate", b'{"jsonrpc":"2.0","id":7,"method":"tools/list"}\n', 20000, ""),
    ):
        with Session(command, environment(folder)) as session:
            session.handshake()
            before = session.resident_kb()
            report.add(key, label, pipelined(session, line, count), "/s", target)
            if key == "ping_rate":
                growth = (session.peak_kb() - before) / 1024
                report.add("ping_growth_mb", "  memory growth", growth, "MB", "target: under 10")


def pipelined(session: Session, line: bytes, count: int) -> float:
    block = line * 1000

    def feed() -> None:
        for _ in range(count // 1000):
            session.input.write(block)
        session.input.flush()

    feeder = threading.Thread(target=feed)
    start = time.perf_counter()
    feeder.start()
    answered = 0
    descriptor = session.output.fileno()
    while answered < count:
        answered += os.read(descriptor, 1 << 20).count(b"\n")
    feeder.join()
    return count / (time.perf_counter() - start)

