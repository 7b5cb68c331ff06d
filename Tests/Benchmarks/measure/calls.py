"""Tool calls against the built-in sandbox, which runs as a process of its own."""

import json
import os
import pathlib
import re
import statistics
import subprocess
import time

from . import ledger
from .fixtures import environment
from .session import Session

CONFIGURATION = """\
version: 1
sequence: {{base_url: "{url}"}}
rules:
  move_to_savings:
    rule_id: ru_1001
    api_secret: {{env: BENCH_SECRET}}
    description: Moves money to savings.
    parameters:
      amount: {{type: money, maximum: 500.00}}
    payload: {{amountInCents: "{{{{ amount | cents }}}}"}}
    limits: {{per_day: 1000000.00, per_30_days: 10000000.00, calls_per_day: 1000000}}
    confirm: never
    dedupe_window: 0s
"""


def measure(report, binary: pathlib.Path, folder: pathlib.Path) -> None:
    sandbox_config = folder / "sandbox.yaml"
    sandbox_config.write_text(CONFIGURATION.format(url="http://127.0.0.1:1"))
    sandbox_config.chmod(0o600)
    variables = environment(folder) | {"BENCH_SECRET": "bench-not-a-real-secret"}
    # Into a file, since it tells each trigger that it gets, and a pipe that nobody reads would stop it.
    told = folder / "sandbox.txt"
    with told.open("w") as output:
        sandbox = subprocess.Popen(
            [str(binary), "sandbox", "--config", str(sandbox_config)], env=variables, stdout=output,
            stderr=subprocess.DEVNULL)
    try:
        url = address(told)
        config = folder / "calls.yaml"
        config.write_text(CONFIGURATION.format(url=url))
        config.chmod(0o600)
        command = [str(binary), "serve", "--no-reload", "--log-level", "error", "--config", str(config)]
        with Session(command, variables) as session:
            session.handshake()
            sequential(report, session, "get_accounts", "get_accounts (no ledger)", {})
            sequential(report, session, "move_to_savings", "alias (with the ledger)", {"amount": 5})
            report.add(
                "memory_after_mb", "memory after API calls (VmHWM)", session.peak_kb() / 1024, "MB", "target: under 20")
            at_once(report, session, "get_accounts", {})
            at_once(report, session, "move_to_savings", {"amount": 5})
            report.add("memory_64_mb", "memory with 64 calls at once (VmHWM)", session.peak_kb() / 1024, "MB", "target: under 30")
            flat(report, session)
        ledger.measure(report, command, variables, folder)
    finally:
        sandbox.terminate()
        sandbox.wait()


def address(told: pathlib.Path) -> str:
    """Where the sandbox listens, once it says so."""
    while True:
        found = re.search(r"http://127\.0\.0\.1:\d+\n", told.read_text())
        if found:
            return found.group(0).strip()
        time.sleep(0.01)


def numbered(arguments: dict, index: int) -> dict:
    """Every call another amount: identical calls at once are refused, as they should be."""
    return {"amount": f"{1 + index / 100:.2f}"} if "amount" in arguments else arguments


def sequential(report, session: Session, tool: str, label: str, arguments: dict, rounds: int = 500) -> None:
    session.ask(session.call(1, tool, arguments))
    micros = []
    for index in range(rounds):
        line = session.call(index, tool, numbered(arguments, index))
        start = time.perf_counter_ns()
        answer = session.ask(line)
        micros.append((time.perf_counter_ns() - start) / 1000)
    if json.loads(answer)["result"].get("isError"):
        raise SystemExit(f"{tool} failed: {answer.decode()}")
    report.add(f"{tool}_p50_us", f"call {label}: p50", statistics.median(micros), "us")
    report.add(f"{tool}_p99_us", f"call {label}: p99", sorted(micros)[rounds * 99 // 100], "us")


def at_once(report, session: Session, tool: str, arguments: dict, rounds: int = 20) -> None:
    start = time.perf_counter()
    for _ in range(rounds):
        session.send(b"".join(session.call(index, tool, numbered(arguments, index)) for index in range(64)))
        for _ in range(64):
            session.output.readline()
    rate = rounds * 64 / (time.perf_counter() - start)
    report.add(f"{tool}_64_rate", f"call {tool}: 64 at once", rate, "/s")


def flat(report, session: Session, count: int = 20000) -> None:
    before, descriptors = session.resident_kb(), len(os.listdir(f"/proc/{session.process.pid}/fd"))
    sent = 0
    while sent < count:
        session.send(b"".join(session.call(index, "get_accounts", {}) for index in range(50)))
        for _ in range(50):
            session.output.readline()
        sent += 50
    report.add("growth_20000_mb", "memory growth over 20,000 calls", (session.resident_kb() - before) / 1024, "MB")
    report.add(
        "descriptor_growth", "descriptors more after 20,000 calls",
        len(os.listdir(f"/proc/{session.process.pid}/fd")) - descriptors, "")
