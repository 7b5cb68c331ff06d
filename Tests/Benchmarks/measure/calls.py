"""Tool calls against a fast loopback server, beside the bare call of the same payload, with and without the ledger.

One at a time, all of it shares one core, so that each row pays for the same: to wake another core costs more than a call. On a
machine that is busy with something else, what waits for the disk then waits for the core too.
"""

import contextlib
import pathlib
import shutil
import statistics
import tempfile

from . import atonce, ledger
from .fixtures import environment
from .programs import Bank, micros, one_core
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
HEADERS = ["content-type: application/json", "accept: application/json", "user-agent: sequence-mcp/bench"]
TRIGGER = ["/remote-api/rules/ru_1001/trigger", '{"amountInCents":500}', *HEADERS,
           "x-sequence-signature: Bearer bench-not-a-real-secret", "idempotency-key: 0123456789abcdef0123456789abcdef"]
ACCOUNTS = ["/accounts", "{}", *HEADERS, "x-sequence-access-token: Bearer bench-not-a-real-token"]
MEMORY = pathlib.Path("/dev/shm")


def measure(report, binary: pathlib.Path, folder: pathlib.Path, disk: pathlib.Path) -> None:
    """- disk: a folder whose files really are on the disk, which those of a temporary folder need not be."""
    config = folder / "calls.yaml"
    command = [str(binary), "serve", "--no-reload", "--log-level", "error", "--config", str(config)]
    variables = environment(folder) | {"BENCH_SECRET": "bench-not-a-real-secret"}
    states = {"get_accounts": folder / "none", "dry": folder / "dry", "disk": disk}
    if MEMORY.is_dir():
        states["memory"] = pathlib.Path(tempfile.mkdtemp(prefix="sequence-mcp-benchmark-", dir=MEMORY))

    @contextlib.contextmanager
    def servers(run: str):
        with Bank(folder) as bank, contextlib.ExitStack() as stack:
            config.write_text(CONFIGURATION.format(url=bank.url))
            config.chmod(0o600)
            sessions = {}
            for name, state in states.items():
                options = ["--dry-run"] if name == "dry" else []
                session = Session([*command, *options], variables | {"SEQUENCE_MCP_STATE_DIR": str(state / run / "sequence-mcp")})
                sessions[name] = stack.enter_context(session)
                session.handshake()
            yield bank, sessions

    try:
        with one_core(), servers("sequential") as (bank, sessions):
            add(report, times(folder, bank, sessions))
            peak = max(session.peak_kb() for session in sessions.values()) / 1024
            report.add("memory_after_mb", "memory after API calls (VmHWM)", peak, "MB", "target: under 20")
            ledger.measure(report, command, variables, disk)
        with servers("atonce") as (_, sessions):
            atonce.measure(report, sessions)
    finally:
        shutil.rmtree(states.get("memory", folder / "none"), ignore_errors=True)


def times(folder: pathlib.Path, bank: Bank, sessions: dict[str, Session]) -> dict[str, list[float]]:
    """The microseconds of the bare calls and of each server's, interleaved."""
    taken: dict[str, list[float]] = {}
    for _ in range(5):
        for name, (path, *rest) in {"bare_accounts": ACCOUNTS, "bare_trigger": TRIGGER}.items():
            taken.setdefault(name, []).extend(micros([str(folder / "post"), "100", bank.url + path, *rest]))
        for name, session in sessions.items():
            taken.setdefault(name, []).extend(sequential(session, name))
    return taken


def sequential(session: Session, name: str, warm: int = 20, rounds: int = 100) -> list[float]:
    """Every trigger another amount: identical calls at once are refused, as they should be."""
    tool, keys = ("get_accounts", []) if name == "get_accounts" else ("move_to_savings", ["amount"])
    return [
        session.timed(tool, {key: f"{1 + index / 100:.2f}" for key in keys}) for index in range(warm + rounds)
    ][warm:]


def add(report, times: dict[str, list[float]]) -> None:
    labels = {
        "bare_accounts": "accounts: the bare POST, by libcurl from C", "get_accounts": "accounts: call get_accounts",
        "bare_trigger": "trigger: the bare POST, by libcurl from C", "dry": "trigger: call in dry run (checked and rendered only)",
        "memory": "trigger: call, the ledger in memory (/dev/shm)", "disk": "trigger: call, the ledger on the disk",
    }
    medians = {name: statistics.median(times[name]) for name in labels if name in times}
    for name, median in medians.items():
        report.add(f"{name}_p50_us", f"{labels[name]}, p50", median, "us")
        report.add(f"{name}_p99_us", "  p99", sorted(times[name])[len(times[name]) * 99 // 100], "us")
        bare = medians["bare_accounts" if name == "get_accounts" else "bare_trigger"]
        if name in ("get_accounts", "memory", "disk"):
            report.add(f"{name}_ratio", "  against the bare POST", median / bare, "x")
            target = "" if name == "disk" else "target: under 500"
            report.add(f"{name}_share_us", "  its own share, above the bare POST", median - bare, "us", target)
    # What a trigger does more than get_accounts, which asks the same server and writes nothing.
    share = (medians["disk"] - medians["bare_trigger"]) - (medians["get_accounts"] - medians["bare_accounts"])
    report.add("ledger_share_us", "ledger on the disk: a trigger's share above get_accounts'", share, "us", "target: under 2,000")
    if "memory" in medians:
        report.add("ledger_disk_us", "  of which the disk", medians["disk"] - medians["memory"], "us")
