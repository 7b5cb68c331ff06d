"""Tool calls against a fast loopback server, beside the bare call of the same payload, with and without the ledger."""

import contextlib
import pathlib
import shutil
import statistics
import tempfile

from . import atonce, ledger
from .fixtures import environment
from .programs import Bank, micros
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
    with Bank(folder) as bank, contextlib.ExitStack() as stack:
        config = folder / "calls.yaml"
        config.write_text(CONFIGURATION.format(url=bank.url))
        config.chmod(0o600)
        command = [str(binary), "serve", "--no-reload", "--log-level", "error", "--config", str(config)]
        variables = environment(folder) | {"BENCH_SECRET": "bench-not-a-real-secret"}

        def server(state: pathlib.Path, *options: str) -> Session:
            session = stack.enter_context(Session([*command, *options], variables | {"XDG_STATE_HOME": str(state)}))
            session.handshake()
            return session

        ways = {
            "bare_accounts": lambda: micros([str(folder / "post"), "100", bank.url + ACCOUNTS[0], *ACCOUNTS[1:]]),
            "bare_trigger": lambda: micros([str(folder / "post"), "100", bank.url + TRIGGER[0], *TRIGGER[1:]]),
        }
        servers = {
            "get_accounts": server(folder / "none"), "dry": server(folder / "dry", "--dry-run"), "disk": server(disk / "state"),
        }
        if MEMORY.is_dir():
            state = pathlib.Path(tempfile.mkdtemp(prefix="sequence-mcp-benchmark-", dir=MEMORY))
            stack.callback(shutil.rmtree, state, ignore_errors=True)
            servers["memory"] = server(state)
        for name, session in servers.items():
            ways[name] = lambda name=name, session=session: sequential(session, name)
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(5):
            for name, way in ways.items():
                times[name] += way()
        add(report, times)
        peak = max(session.peak_kb() for session in servers.values()) / 1024
        report.add("memory_after_mb", "memory after API calls (VmHWM)", peak, "MB", "target: under 20")
        atonce.measure(report, servers)
        ledger.measure(report, command, variables, disk)


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
