"""What a trigger costs when the ledger is long: the first one, which reads it, and the next ones."""

import datetime
import json
import pathlib
import statistics

from .session import Session

RECORDS = 50_000


def measure(report, command: list[str], variables: dict[str, str], folder: pathlib.Path) -> None:
    """- command, variables: of a server whose one alias is `move_to_savings`."""
    state = folder / "long"
    write(state / "sequence-mcp" / "ledger.jsonl")
    with Session(command, variables | {"SEQUENCE_MCP_STATE_DIR": str(state / "sequence-mcp")}) as session:
        session.handshake()
        accounts = [session.timed("get_accounts", {}) for _ in range(200)]
        first = session.timed("move_to_savings", {"amount": 1})
        triggers = [session.timed("move_to_savings", {"amount": f"{2 + index / 100:.2f}"}) for index in range(200)]
        peak = session.peak_kb() / 1024
    network = statistics.median(accounts)
    lines = f"ledger of {2 * RECORDS:,} lines"
    report.add("ledger_first_ms", f"{lines}: first read", (first - statistics.median(triggers)) / 1e3, "ms", "target: under 100")
    overhead = (statistics.median(triggers) - network) / 1e3
    report.add("ledger_overhead_ms", f"{lines}: a trigger's own cost, p50", overhead, "ms", "target: under 1.5")
    report.add("ledger_memory_mb", f"{lines}: memory (VmHWM)", peak, "MB")


def write(path: pathlib.Path) -> None:
    """A ledger as the program writes it: accepted triggers, evenly over the last 29 days."""
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=29)
    step = datetime.timedelta(days=29) / RECORDS
    path.parent.mkdir(parents=True)
    for folder in (path.parent, path.parent.parent):
        folder.chmod(0o700)
    with path.open("w") as ledger:
        line(ledger, {"type": "ledger", "version": 1, "created": stamp(start), "rotate_at": 32 << 20})
        for index in range(RECORDS):
            id, time = f"{index:016x}", stamp(start + index * step)
            line(
                ledger,
                {
                    "type": "intent", "id": id, "time": time, "server": "00000000000000aa", "tool": "move_to_savings",
                    "api": "remote", "rule_id": "ru_1001", "amount_cents": 100, "idempotency_key": f"bench-{index}",
                    "identity": f"{index:032x}", "consent": "none", "arguments": {"amount": 1},
                    "payload": {"amountInCents": 100}, "payload_sha256": f"{index:064x}",
                })
            line(
                ledger,
                {"type": "outcome", "intent": id, "time": time, "status": "accepted", "code": "SUCCESS", "status_code": 200})
    path.chmod(0o600)


def line(ledger, entry: dict) -> None:
    ledger.write(json.dumps(entry, separators=(",", ":")) + "\n")


def stamp(time: datetime.datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
