#!/usr/bin/env python3
"""Packs the binary as an MCPB bundle, which Claude Desktop installs by a double click (MCPB manifest, version 0.3)."""

import argparse
import json
import zipfile

PLATFORMS = {"linux": "linux", "darwin": "darwin"}


def manifest(version, system):
    return {
        "manifest_version": "0.3",
        "name": "sequence-mcp",
        "display_name": "Sequence rules",
        "version": version,
        "description": "Your Sequence automation rules as tools, with caps, confirmation and a ledger.",
        "long_description": (
            "Turns each automation rule of your Sequence account that you name in a YAML file into one tool. The host on"
            " your machine enforces the caps, asks you where you want to be asked, keeps the secrets away from the model"
            " and records what it did. Without a configuration file only the two generic tools are there."
        ),
        "author": {"name": "The sequence-mcp authors"},
        "license": "MIT",
        # Whoever sees the accounts: Sequence itself. This program sends nothing to anybody else.
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
        "tools": [
            {"name": "get_accounts", "description": "The accounts with their balances."},
            {"name": "trigger_rule", "description": "Triggers a rule by its id."},
        ],
        # One more tool for each rule of the configuration file.
        "tools_generated": True,
        "compatibility": {"platforms": [PLATFORMS[system]]},
        # An empty default replaces the placeholder where nothing is filled in; the program takes empty for unset.
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
    # A fixed time, so that the same binary makes the same bundle.
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    bundle.writestr(entry, data)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("binary", "version", "system", "output"):
        options.add_argument("--" + name, required=True)
    options = options.parse_args()
    with zipfile.ZipFile(options.output, "w") as bundle:
        text = json.dumps(manifest(options.version, options.system), indent=2, ensure_ascii=False) + "\n"
        add(bundle, "manifest.json", text.encode(), 0o644)
        with open(options.binary, "rb") as binary:
            add(bundle, "server/sequence-mcp", binary.read(), 0o755)
        with open("LICENSE", "rb") as license_text:
            add(bundle, "LICENSE", license_text.read(), 0o644)
    print(options.output)


main()
