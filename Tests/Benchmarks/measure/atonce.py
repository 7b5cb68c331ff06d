"""64 calls at once, and many of them: how fast, and in how much memory."""

import os
import time

from .session import Session


def measure(report, servers: dict[str, Session]) -> None:
    for name, tool, label in (
        ("get_accounts", "get_accounts", "get_accounts"), ("memory", "move_to_savings", "trigger, the ledger in memory"),
        ("disk", "move_to_savings", "trigger, the ledger on the disk"),
    ):
        if name in servers:
            report.add(f"{name}_64_rate", f"64 at once: {label}", rate(servers[name], tool), "/s")
    peak = max(session.peak_kb() for session in servers.values()) / 1024
    report.add("memory_64_mb", "64 at once: memory (VmHWM)", peak, "MB", "target: under 30")
    flat(report, servers["get_accounts"])


def rate(session: Session, tool: str, rounds: int = 20) -> float:
    def arguments(index: int) -> dict:
        return {"amount": f"{1 + index / 100:.2f}"} if tool == "move_to_savings" else {}

    start = time.perf_counter()
    for _ in range(rounds):
        session.send(b"".join(session.call(index, tool, arguments(index)) for index in range(64)))
        for _ in range(64):
            session.checked(session.output.readline())
    return rounds * 64 / (time.perf_counter() - start)


def flat(report, session: Session, count: int = 20000) -> None:
    before, descriptors = session.resident_kb(), open_descriptors(session)
    for _ in range(count // 50):
        session.send(b"".join(session.call(index, "get_accounts", {}) for index in range(50)))
        for _ in range(50):
            session.output.readline()
    report.add("growth_20000_mb", "memory growth over 20,000 calls", (session.resident_kb() - before) / 1024, "MB")
    report.add("memory_20000_mb", "  memory then (VmHWM)", session.peak_kb() / 1024, "MB", "target: under 30")
    report.add("descriptor_growth", "  descriptors more", open_descriptors(session) - descriptors, "")


def open_descriptors(session: Session) -> int:
    return len(os.listdir(f"/proc/{session.process.pid}/fd"))
