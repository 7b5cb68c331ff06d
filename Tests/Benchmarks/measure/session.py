"""A server process and the raw JSON lines to and from it."""

import json
import pathlib
import subprocess
import time


class Session:
    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.input = self.process.stdin
        self.output = self.process.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.input.close()
        self.process.wait(timeout=20)

    def send(self, line: bytes) -> None:
        self.input.write(line)
        self.input.flush()

    def ask(self, line: bytes) -> bytes:
        self.send(line)
        return self.output.readline()

    def timed(self, tool: str, arguments: dict) -> float:
        """Calls a tool, and returns the microseconds of it."""
        line = self.call(1, tool, arguments)
        start = time.perf_counter_ns()
        answer = self.ask(line)
        micros = (time.perf_counter_ns() - start) / 1000
        self.checked(answer)
        return micros

    def checked(self, answer: bytes) -> None:
        """A measurement of failures would be worth nothing."""
        if b'"isError":true' in answer or b'"result"' not in answer:
            raise SystemExit(f"a call failed: {answer.decode()}")

    def handshake(self) -> None:
        from .fixtures import INITIALIZE

        self.ask(INITIALIZE.encode() + b"\n")
        self.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        self.ask(b'{"jsonrpc":"2.0","id":2,"method":"ping"}\n')

    def tool_names(self) -> list[str]:
        answer = json.loads(self.ask(b'{"jsonrpc":"2.0","id":3,"method":"tools/list"}\n'))
        return [tool["name"] for tool in answer["result"]["tools"]]

    def status_kb(self, key: str) -> int:
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def peak_kb(self) -> int:
        return self.status_kb("VmHWM")

    def resident_kb(self) -> int:
        return self.status_kb("VmRSS")

    def libraries(self) -> int:
        maps = pathlib.Path(f"/proc/{self.process.pid}/maps").read_text()
        return len({line.split()[-1] for line in maps.splitlines() if ".so" in line})

    def call(self, id: int, tool: str, arguments: dict) -> bytes:
        return json.dumps(
            {"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        ).encode() + b"\n"
