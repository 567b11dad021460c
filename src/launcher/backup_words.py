"""The words behind `python run.py backup`, `restore` and `verify`."""

from __future__ import annotations

import argparse
from pathlib import Path

BACKUP_COMMANDS = ("backup", "restore", "verify")


def backup_parser(command: str) -> argparse.ArgumentParser:
    """Return the parser of one of the three commands."""
    parser = argparse.ArgumentParser(prog=f"python run.py {command}")
    if command == "backup":
        parser.description = "Copy database, models and settings into one file; no secrets."
        parser.add_argument("--to", metavar="FOLDER", type=Path, help="else data/backups")
    else:
        parser.add_argument("file", metavar="FILE", type=Path)
    if command == "restore":
        parser.description = "Put a backup in its place; what was there is kept beside."
        parser.add_argument(
            "--replace", action="store_true", help="also where the database is not empty"
        )
        parser.add_argument(
            "--without-keys", action="store_true", help="also where the key ring lacks some"
        )
    if command == "verify":
        parser.description = "Say whether a backup is whole, without changing anything."
    return parser


def passed_on(command: str, options: argparse.Namespace) -> list[str]:
    """Return the words for the command in the environment, which runs in another folder."""
    # Only what the user named is relative to the user's folder.
    named = options.to if command == "backup" else options.file
    path = [] if named is None else [str(named.absolute())]
    option = ["--to"] if command == "backup" and path else []
    if command != "restore":
        return [command, *option, *path]
    given = {"--replace": options.replace, "--without-keys": options.without_keys}
    return [command, *path, *(name for name, is_given in given.items() if is_given)]
