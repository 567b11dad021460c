"""The file .env and the environment of the programs."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import secrets
import sys
from pathlib import Path

from launcher.ports import port_number
from launcher.telling import UserError


def write_env(root: Path) -> None:
    """Write .env from its example with a new secret; an existing file stays as it is."""
    example = (root / ".env.example").read_text(encoding="utf-8")
    secret = f"FLASK_SECRET_KEY={secrets.token_urlsafe(48)}"
    text = re.sub(r"^FLASK_SECRET_KEY=$", secret, example, flags=re.MULTILINE)
    with contextlib.suppress(FileExistsError):
        handle = os.open(root / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)


def environment_for(root: Path, **more: str) -> dict[str, str]:
    """Return the environment of our programs: UTF-8 under every code page."""
    environment = dict(os.environ, PYTHONUTF8="1", PYTHONIOENCODING="utf-8", PYTHONUNBUFFERED="1")
    # Without its cache Python would compile every library anew at every start: ten seconds each.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.platform == "darwin":
        # XGBoost for macOS expects OpenMP from Homebrew; scikit-learn brings one along.
        for folder in (root / ".venv").glob("lib/python3*/site-packages/sklearn/.dylibs"):
            environment["DYLD_FALLBACK_LIBRARY_PATH"] = f"{folder}:/usr/local/lib:/usr/lib"
    return {**environment, **more}


def live_port(root: Path, default: int) -> int:
    """Return the port of the live server: API_PORT of the environment or .env, or the default."""
    portfolio = portfolio_of(root)
    own = _in_file(root / f"{portfolio}.env", "API_PORT") if portfolio else ""
    written = os.environ.get("API_PORT") or own or _in_file(root / ".env", "API_PORT")
    try:
        return port_number(written) if written else default
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise UserError(
            f"API_PORT={written}: 1～65535 の数ではありません。.env を直してください。",
            f"API_PORT={written} is no number between 1 and 65535: correct .env.",
        ) from error


def is_production(root: Path) -> bool:
    """Return True if real customers are served: APP_ENV of the environment or .env."""
    return setting(root, "APP_ENV") == "production"


def setting(root: Path, name: str) -> str:
    """Return the value of a variable of the environment or .env; empty if neither has it."""
    written = os.environ.get(name)
    return _in_file(root / ".env", name) if written is None else written


def portfolio_of(root: Path) -> str:
    """Return the name of the config file that the settings read; empty for config.py."""
    named = os.environ.get("CALLRISK_CONFIG") or _in_file(root / ".env", "CALLRISK_CONFIG")
    path = root / (named or "config.py")
    return "" if path.resolve() == (root / "config.py").resolve() else path.stem


def _in_file(path: Path, name: str) -> str:
    text = ""
    with contextlib.suppress(FileNotFoundError):
        text = path.read_text(encoding="utf-8")
    line = rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=[ \t]*['\"]?([^'\"\s#]*)"
    # The last line counts, even an empty one, as for the settings of the programs.
    value = ""
    for found in re.finditer(line, text, re.MULTILINE):
        value = str(found[1])
    return value
