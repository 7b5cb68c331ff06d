"""Round trips and pipelined rates of what is answered on the reading thread."""

import os
import pathlib
import statistics
import threading
import time

from .fixtures import INITIALIZE, configuration, environment
from .programs import micros
from .session import Session

PING = '{"jsonrpc":"2.0","id":7,"method":"ping"}'
LIST = '{"jsonrpc":"2.0","id":7,"method":"tools/list"}'
READ = (
    '{"jsonrpc":"2.0","id":7,"method":"ping","params":'
    '{"text":"caf\\u00e9, \\"quoted\\"","rows":[1,-2.50,3e2,true,null],"of":{"name":"%s"}}}'
)
WRITTEN = '{"jsonrpc":"2.0","id":"%s","method":"ping"}'


def measure(report, binary: pathlib.Path, folder: pathlib.Path) -> None:
    command = [str(binary), "serve", "--no-reload", "--log-level", "error", "--config", str(configuration(folder, 10))]
    # The least that a round trip over two pipes can cost: a program that gives back what it got.
    echo = statistics.median(micros([str(folder / "roundtrip"), "20000", INITIALIZE, PING, "cat"], environment(folder)))
    report.add("cat_p50_us", "cat: round trip pinned to one core, p50", echo, "us")
    for label, line, rounds, target in (("ping", PING, 20000, "target: under 10"), ("tools/list", LIST, 5000, "")):
        taken = micros([str(folder / "roundtrip"), str(rounds), INITIALIZE, line, *command], environment(folder))
        key, median = label.replace("/", "_"), statistics.median(taken)
        report.add(f"{key}_p50_us", f"{label}: round trip pinned to one core, p50", median, "us", target)
        report.add(f"{key}_p99_us", "  p99", sorted(taken)[len(taken) * 99 // 100], "us")
        report.add(f"{key}_ratio", "  against cat", median / echo, "x")
    for label, key, line, count, target in (
        ("ping: pipelined", "ping_rate", PING, 500000, "target: over 500,000"),
        ("tools/list of 10 aliases: pipelined", "tools_list_rate", LIST, 20000, ""),
        ("JSON through the server: 300 bytes read, 37 written", "json_rate", padded(READ), 300000, "target: over 150,000"),
        ("JSON through the server: 300 bytes read, 296 written", "json_both_rate", padded(WRITTEN), 300000, "target: over 150,000"),
    ):
        with Session(command, environment(folder)) as session:
            session.handshake()
            before = session.resident_kb()
            length = len(session.ask(line.encode() + b"\n"))
            rate = pipelined(session, line.encode() + b"\n", count)
            report.add(key, label, rate, "/s", target)
            if key == "tools_list_rate":
                report.add("tools_list_mb", "  answers", rate * length / 1e6, "MB/s", "target: over 400")
            if key == "ping_rate":
                growth = (session.peak_kb() - before) / 1024
                report.add("ping_growth_mb", "  memory growth", growth, "MB", "target: under 10")


def padded(message: str) -> str:
    """The message with as much text as makes it and its newline 300 bytes."""
    return message % ("x" * (300 - len(message.encode()) + 1))


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
