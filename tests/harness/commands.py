"""Commands that recipes start, held against what the product takes."""

import importlib.util
import re
from collections.abc import Sequence

from callrisk.bootstrap import connect_command
from callrisk.live.servers.role import Role
from harness import ROOT


def fault_of_command(words: Sequence[str]) -> str | None:
    """Return what is wrong with the words behind `python`, None if they start something."""
    if words[0] == "-m":
        return _fault_of_module(words[1:])
    if not (ROOT / words[0]).is_file():
        return f"there is no {words[0]}"
    if words[0] == "realtime_api_server.py":
        return _fault_of_server(words[1:])
    if words[0] == "amazon_connect_integration.py":
        return _fault_of_connect(words[1:])
    if words[0] == "run.py":
        known = (ROOT / "run.py").read_text(encoding="utf-8")
        return next(
            (f"run.py knows no {one}" for one in words[1:] if f'"{one}"' not in known), None
        )
    return None


def _fault_of_module(words: Sequence[str]) -> str | None:
    if importlib.util.find_spec(words[0]) is None:
        return f"there is no module {words[0]}"
    if words[0] == "streamlit" and not (words[1] == "run" and (ROOT / words[2]).is_file()):
        return f"streamlit runs no {words[2]}"
    return None


def _fault_of_server(words: Sequence[str]) -> str | None:
    named = re.fullmatch(r"(?:--role (\w+))?", " ".join(words))
    if named is None or (named[1] and named[1] not in {*Role}):
        return f"the live server takes no {' '.join(words)}"
    return None


def _fault_of_connect(words: Sequence[str]) -> str | None:
    try:
        connect_command.parse("", words)
    except SystemExit:
        return f"the reader takes no {' '.join(words)}"
    return None
