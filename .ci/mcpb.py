#!/usr/bin/env python3
"""Packs the binary as an MCPB bundle, which Claude Desktop installs by a double click (MCPB manifest, version 0.3), and writes
the entry for the MCP registry that points to it (server.json, schema 2025-12-11)."""

import argparse
import hashlib
import json
import struct
import zipfile
import zlib

PLATFORMS = {"linux": "linux", "darwin": "darwin"}


SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
DESCRIPTION = "Your Sequence automation rules as tools, with caps, confirmation and a ledger."
ICON_SIZE = 512


def icon():
    """A PNG of ICON_SIZE squared: three bars, the middle one shifted, on a rounded square."""

    def color(x, y):
        corner = 96
        dx, dy = max(corner - x, x - (ICON_SIZE - 1 - corner), 0), max(corner - y, y - (ICON_SIZE - 1 - corner), 0)
        if dx * dx + dy * dy > corner * corner:
            return b"\0\0\0\0"
        bar = (y - 128) // 48
        left = 176 if bar == 2 else 112
        is_bar = bar in (0, 2, 4) and left <= x < left + 224
        return b"\xff\xff\xff\xff" if is_bar else b"\x1f\x6f\x5c\xff"

    rows = b"".join(b"\0" + b"".join(color(x, y) for x in range(ICON_SIZE)) for y in range(ICON_SIZE))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", ICON_SIZE, ICON_SIZE, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def links(repository):
    """What the install screen links to, for a repository on a site that is laid out like GitHub."""
    if not repository:
        return {}
    return {
        "repository": {"type": "git", "url": repository},
        "homepage": repository,
        "documentation": repository + "#readme",
        "support": repository + "/issues",
    }


def registry_entry(version, repository, bundle):
    """The server.json of the MCP registry."""
    owner = repository.split("/")[-2].lower()
    with open(bundle, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return {
        "$schema": SCHEMA,
        "name": f"io.github.{owner}/sequence-mcp",
        "description": DESCRIPTION,
        "version": version,
        "repository": {"url": repository, "source": "github"},
        "packages": [
            {
                "registryType": "mcpb",
                "identifier": f"{repository}/releases/download/v{version}/{bundle.split('/')[-1]}",
                "version": version,
                "fileSha256": digest,
                "transport": {"type": "stdio"},
            }
        ],
    }


def manifest(version, system, repository):
    return {
        "manifest_version": "0.3",
        "name": "sequence-mcp",
        "display_name": "Sequence rules",
        "version": version,
        "description": DESCRIPTION,
        "long_description": (
            "Turns each automation rule of your Sequence account that you name in a YAML file into one tool. The host on"
            " your machine enforces the caps, asks you where you want to be asked, keeps the secrets away from the model"
            " and records what it did. Without a configuration file only the two generic tools are there."
        ),
        "author": {"name": "The sequence-mcp authors"},
        "license": "MIT",
        "icon": "icon.png",
        **links(repository),
        # Only Sequence itself sees the accounts. This program sends nothing to anybody else.
        "privacy_policies": ["https://app.getsequence.io/api/documents/privacy_policy"],
        "keywords": ["sequence", "getsequence", "finance", "automation"],
        "server": {
            "type": "binary",
            "entry_point": "server/sequence-mcp",
            "mcp_config": {
                "command": "${__dirname}/server/sequence-mcp",
                "args": ["serve"],
                "env": {
                    "SEQUENCE_ACCESS_TOKEN": "${user_config.access_token}",
                    "SEQUENCE_MCP_CONFIG": "${user_config.config_file}",
                },
            },
        },
        # The configuration file determines the tools.
        "tools_generated": True,
        "compatibility": {"platforms": [PLATFORMS[system]]},
        # An empty default replaces the placeholder of an option that was not filled in; the program treats empty as unset.
        "user_config": {
            "config_file": {
                "type": "file",
                "title": "Configuration file",
                "description": "The config.yaml that names your rules. Leave it empty for ~/.config/sequence-mcp/config.yaml.",
                "required": False,
                "default": "",
            },
            "access_token": {
                "type": "string",
                "title": "Access token",
                "description": "From Account Settings > Access Tokens in Sequence, for reading accounts. Not needed where the"
                " configuration file says where the token is kept.",
                "sensitive": True,
                "required": False,
                "default": "",
            },
        },
    }


def add(bundle, name, data, mode):
    # A fixed time, so that the same binary always results in the same bundle.
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    bundle.writestr(entry, data)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("binary", "version", "system", "output"):
        options.add_argument("--" + name, required=True)
    options.add_argument("--repository", default="", help="the project's address on GitHub")
    options.add_argument("--server-json", help="where to write the registry's entry, if the repository is known")
    options = options.parse_args()
    with zipfile.ZipFile(options.output, "w") as bundle:
        text = json.dumps(manifest(options.version, options.system, options.repository), indent=2, ensure_ascii=False) + "\n"
        add(bundle, "manifest.json", text.encode(), 0o644)
        add(bundle, "icon.png", icon(), 0o644)
        with open(options.binary, "rb") as binary:
            add(bundle, "server/sequence-mcp", binary.read(), 0o755)
        with open("LICENSE", "rb") as license_text:
            add(bundle, "LICENSE", license_text.read(), 0o644)
    print(options.output)
    if options.server_json and options.repository:
        with open(options.server_json, "w", encoding="utf-8") as file:
            json.dump(registry_entry(options.version, options.repository, options.output), file, indent=2)
            file.write("\n")
        print(options.server_json)


main()
