"""What is measured: configurations, a ledger, a server process with its raw JSON lines, the loopback bank."""

import datetime
import json
import os
import pathlib
import subprocess
import time
import uuid

INITIALIZE = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}}, separators=(",", ":"))
RULE = """\
  move_money_{0}:
    rule_id: ru_{0}
    api_secret: {{env: BENCH_SECRET_{0}}}
    title: Move money, way number {0}
    description: Moves money to the pod number {0}. Use it when the user asks for it.
    parameters:
      amount: {{type: money, minimum: 1.00, maximum: 500.00, description: How much.}}
      note: {{type: string, maxLength: 80, required: false, description: Why.}}
    payload: {{amountInCents: "{{{{ amount | cents }}}}", note: "{{{{ note }}}}"}}
    limits: {{per_day: 1000000.00, per_30_days: 10000000.00, calls_per_day: 1000000}}
    confirm: never
    dedupe_window: 0s
"""
RECORDS = 50_000


def configuration(directory: pathlib.Path, aliases: int, url: str = "") -> pathlib.Path:
    path = directory / f"config-{aliases}{'-bank' if url else ''}.yaml"
    rules = "rules:\n" + "".join(RULE.format(index) for index in range(aliases)) if aliases else ""
    path.write_text("version: 1\n" + (f'sequence: {{base_url: "{url}"}}\n' if url else "") + rules)
    path.chmod(0o600)
    return path


def environment(directory: pathlib.Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(directory), "SEQUENCE_MCP_STATE_DIR": str(directory / "state"),
            "XDG_CONFIG_HOME": str(directory / "none"), "SEQUENCE_ACCESS_TOKEN": "not-a-real-token", "BENCH_SECRET_0": "not-a-real-secret"}


def ledger(state: pathlib.Path) -> None:
    """Writes a ledger as the program does: accepted triggers, evenly over the last 29 days."""
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=29)

    def stamp(index: int) -> str:
        return (start + index * datetime.timedelta(days=29) / RECORDS).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    state.mkdir(parents=True, mode=0o700)
    lines = [{"type": "ledger", "version": 1, "created": stamp(0), "rotate_at": 32 << 20}]
    for index in range(RECORDS):
        lines.append({
            "type": "intent", "id": f"{index:016x}", "time": stamp(index), "server": "00000000000000aa", "tool": "move_money_0",
            "api": "remote", "rule_id": "ru_0", "amount_cents": 100, "idempotency_key": str(uuid.UUID(int=index * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)),
            "identity": f"{index:032x}", "consent": "none", "arguments": {"amount": 1}, "payload": {"amountInCents": 100}, "payload_sha256": f"{index:064x}"})
        lines.append({"type": "outcome", "intent": f"{index:016x}", "time": stamp(index), "status": "accepted", "code": "SUCCESS",
                      "message": "The rule was triggered", "status_code": 200})
    path = state / "ledger.jsonl"
    with path.open("w") as file:
        file.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        file.flush()
        # Otherwise the first trigger would wait until all of it is on the disk.
        os.fsync(file.fileno())
    path.chmod(0o600)


class Session:
    """A server that is initialized, while the `with` lasts."""

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.input, self.output = self.process.stdin, self.process.stdout
        self.ask(INITIALIZE.encode() + b"\n")
        self.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        self.ask(b'{"jsonrpc":"2.0","id":2,"method":"tools/list"}\n')

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.input.close()
        self.process.wait(timeout=20)
        self.output.close()

    def send(self, line: bytes) -> None:
        self.input.write(line)
        self.input.flush()

    def ask(self, line: bytes) -> bytes:
        self.send(line)
        return self.output.readline()

    def calls(self, tool: str, amounts: list[float | None]) -> list[float]:
        """Calls a tool with each amount, and returns the microseconds of each call."""
        taken = []
        for amount in amounts:
            arguments = {} if amount is None else {"amount": f"{amount:.2f}"}
            start = time.perf_counter_ns()
            answer = self.ask(self.call(tool, arguments))
            taken.append((time.perf_counter_ns() - start) / 1000)
            self.check(answer)
        return taken

    def burst(self, tool: str, arguments: list[dict]) -> None:
        self.send(b"".join(self.call(tool, one, index) for index, one in enumerate(arguments)))
        for _ in arguments:
            self.check(self.output.readline())

    @staticmethod
    def call(tool: str, arguments: dict, id: int = 1) -> bytes:
        params = {"name": tool, "arguments": arguments}
        return json.dumps({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).encode() + b"\n"

    @staticmethod
    def check(answer: bytes) -> None:
        if b'"isError":true' in answer or b'"result"' not in answer:
            raise SystemExit(f"a call failed: {answer.decode()}")

    def megabytes(self, key: str) -> float:
        """A number of Linux's /proc/PID/status, such as VmHWM, the peak, or RssAnon, what is not a file's."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(key + ":")) / 1024


class Bank:
    """The loopback server of the tool calls, while the `with` lasts."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.process = subprocess.Popen([directory / "bank"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()
