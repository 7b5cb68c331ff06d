#!/usr/bin/env python3
"""Checks an MCPB bundle (MCPB manifest, version 0.3): its manifest, its files, and the server in it, which is started and
spoken to as a client does, first with nothing filled in and then against the sandbox. The bundle is the only argument."""

import json
import os
import queue
import re
import stat
import subprocess
import sys
import tempfile
import threading
import zipfile

TEXT, FLAG, LIST, OBJECT = str, bool, list, dict
# The keys of the manifest's schema that we use, each with its type. The schema allows no unknown key.
MANIFEST = {
    "manifest_version": TEXT, "name": TEXT, "display_name": TEXT, "version": TEXT, "description": TEXT,
    "long_description": TEXT, "author": OBJECT, "license": TEXT, "keywords": LIST, "server": OBJECT, "icon": TEXT,
    "repository": OBJECT, "homepage": TEXT, "documentation": TEXT, "support": TEXT, "tools_generated": FLAG, "privacy_policies": LIST, "compatibility": OBJECT, "user_config": OBJECT,
}
REQUIRED = ["manifest_version", "name", "version", "description", "author", "server"]
OPTION = {"type": TEXT, "title": TEXT, "description": TEXT, "required": FLAG, "default": TEXT, "sensitive": FLAG}
TOKEN = "not-a-real-token-1"
# The longest time in seconds for each answer and for the end.
PATIENCE = 10


def need(holds, message):
    if not holds:
        sys.exit(f"mcpb: {message}")


def check_keys(value, allowed, required, where):
    need(isinstance(value, dict), f"{where} is no object")
    for key in value:
        need(key in allowed, f"{where} has the unknown key '{key}'")
        need(isinstance(value[key], allowed[key]), f"'{key}' of {where} has the wrong type")
    for key in required:
        need(key in value, f"{where} lacks '{key}'")


def check_manifest(manifest):
    check_keys(manifest, MANIFEST, REQUIRED, "the manifest")
    need(manifest["manifest_version"] == "0.3", "the manifest is of another version than 0.3")
    need(re.fullmatch(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?", manifest["version"]), "'version' is no semantic version")
    check_keys(manifest["author"], {"name": TEXT, "email": TEXT, "url": TEXT}, ["name"], "'author'")
    server = manifest["server"]
    parts = {"type": TEXT, "entry_point": TEXT, "mcp_config": OBJECT}
    check_keys(server, parts, parts, "'server'")
    need(server["type"] == "binary", "the server is no binary")
    check_keys(server["mcp_config"], {"command": TEXT, "args": LIST, "env": OBJECT}, ["command"], "'mcp_config'")
    check_keys(manifest["compatibility"], {"platforms": LIST}, ["platforms"], "'compatibility'")
    need(set(manifest["compatibility"]["platforms"]) <= {"darwin", "linux", "win32"}, "an unknown platform")
    need(all(url.startswith("https://") for url in manifest["privacy_policies"]), "a privacy policy without its address")
    for link in ("homepage", "documentation", "support"):
        need(manifest.get(link, "https://").startswith("https://"), f"'{link}' is not an address")
    options = manifest["user_config"]
    for name, option in options.items():
        check_keys(option, OPTION, ["type", "title", "description"], f"the option '{name}'")
        need(option["type"] in ("string", "number", "boolean", "directory", "file"), f"'{name}' has an unknown type")
        # A placeholder that nothing replaces would reach the program unchanged.
        need(option.get("required") or "default" in option, f"'{name}' may stay empty and has no default")
    need(options["access_token"].get("sensitive") is True, "the access token is shown while it is typed")
    used = re.findall(r"\$\{([^}]*)\}", json.dumps(server["mcp_config"]))
    for variable in used:
        key = variable.removeprefix("user_config.")
        need(variable == "__dirname" or (key != variable and key in options), f"nothing declares ${{{variable}}}")
    for name in options:
        need(f"user_config.{name}" in used, f"the option '{name}' is asked for and never used")


def unpack(path, directory):
    """Unpacks the files with their modes, as clients do."""
    with zipfile.ZipFile(path) as bundle:
        need(bundle.testzip() is None, "the archive is damaged")
        for entry in bundle.infolist():
            mode = entry.external_attr >> 16
            need(entry.create_system == 3 and stat.S_ISREG(mode), f"{entry.filename} is no plain file with a mode")
            os.chmod(bundle.extract(entry, directory), stat.S_IMODE(mode))
    with open(os.path.join(directory, "manifest.json"), encoding="utf-8") as file:
        return json.load(file)


def next_line(process, awaited):
    """The line that the program prints next, or nothing where it closed its output."""
    # Readline itself waits forever; a thread that is still waiting ends with the program.
    lines = queue.SimpleQueue()
    threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()
    try:
        return lines.get(timeout=PATIENCE)
    except queue.Empty:
        process.kill()
        sys.exit(f"mcpb: {awaited} did not come within {PATIENCE} seconds")


class Server:
    """The bundle's server, launched as its manifest says."""

    def __init__(self, manifest, directory, home, answers):
        values = {name: option.get("default", "") for name, option in manifest["user_config"].items()} | answers
        variables = {"__dirname": directory} | {f"user_config.{name}": value for name, value in values.items()}
        config = manifest["server"]["mcp_config"]

        def filled(text):
            return re.sub(r"\$\{([^}]*)\}", lambda match: variables[match[1]], text)

        environment = {"HOME": home, "PATH": "/usr/bin:/bin"}
        environment |= {name: filled(text) for name, text in config.get("env", {}).items()}
        self.process = subprocess.Popen(
            [filled(config["command"])] + [filled(word) for word in config.get("args", [])], cwd="/", env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.last_id = 0

    def send(self, message):
        try:
            self.process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It ended: whoever waits for the answer says so, with what the program said of it.

    def request(self, method, params):
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params})
        line = next_line(self.process, f"the server's answer to {method}")
        need(line, f"the server closed its output without an answer to {method}: {'' if line else self.finish()}")
        answer = json.loads(line)
        need(answer.get("id") == self.last_id and "result" in answer, f"{method} was answered with {line}")
        return answer["result"]

    def tools(self):
        client = {"name": "mcpb", "version": "1"}
        self.request("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client})
        self.send({"method": "notifications/initialized"})
        return [tool["name"] for tool in self.request("tools/list", {})["tools"]]

    def finish(self):
        """Closes the server's input, waits for its end and returns its log."""
        try:
            return self.process.communicate(timeout=PATIENCE)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            sys.exit(f"mcpb: the server did not end within {PATIENCE} seconds after its input did")

    def end(self):
        trouble = self.finish()
        need(self.process.returncode == 0, f"the server ended with {self.process.returncode}: {trouble}")
        need(TOKEN not in trouble, "the server's log holds the access token")


def drive(manifest, directory, home):
    server = Server(manifest, directory, home, {})
    need(server.tools() == ["get_accounts", "trigger_rule"], "without a configuration there are other than the generic tools")
    server.end()

    sandbox = subprocess.Popen(
        [os.path.join(directory, manifest["server"]["entry_point"]), "sandbox"], stdout=subprocess.PIPE, text=True,
        env={"HOME": home, "SEQUENCE_ACCESS_TOKEN": TOKEN})
    try:
        line = next_line(sandbox, "the sandbox's address")
        need(line.strip(), "the sandbox ended without an address")
        address = line.split()[-1]
        # A directory and a file with names as a person may choose them, selected in the client's file dialog.
        configuration = os.path.join(home, "My money", "config $1.yaml")
        os.mkdir(os.path.dirname(configuration), 0o700)
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(f"version: 1\nsequence: {{base_url: '{address}'}}\nserver: {{read_only: true}}\n")
        os.chmod(configuration, 0o600)
        server = Server(manifest, directory, home, {"config_file": configuration, "access_token": TOKEN})
        need(server.tools() == ["get_accounts"], "the configuration that was chosen is not used")
        result = server.request("tools/call", {"name": "get_accounts", "arguments": {}})
        accounts = result.get("structuredContent", {}).get("accounts", [])
        need(accounts and not result.get("isError"), f"get_accounts was answered with {json.dumps(result)}")
        server.end()
    finally:
        sandbox.kill()
        sandbox.wait()
    print(f"the manifest is valid; the server in it starts, lists the generic tools, and reads {len(accounts)} accounts of the sandbox")


def main():
    with tempfile.TemporaryDirectory() as work:
        work = os.path.realpath(work)
        directory, home = os.path.join(work, "bundle"), os.path.join(work, "home")
        os.mkdir(home)
        manifest = unpack(sys.argv[1], directory)
        check_manifest(manifest)
        entry = os.path.join(directory, manifest["server"]["entry_point"])
        need(os.access(entry, os.X_OK), "the binary in the bundle may not be executed")
        need(os.path.isfile(os.path.join(directory, "LICENSE")), "the bundle has no licence")
        drive(manifest, directory, home)


main()
