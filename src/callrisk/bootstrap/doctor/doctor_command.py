"""The command: settings, then all points in the order of their chains, printed as they come."""

import argparse
import io
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from callrisk.bootstrap.doctor.connect_points import connect_points
from callrisk.bootstrap.doctor.database_points import DatabaseLook, database_folder
from callrisk.bootstrap.doctor.finding import Finding, State, good, waits
from callrisk.bootstrap.doctor.http_crm_points import http_crm_points
from callrisk.bootstrap.doctor.key_points import key_points
from callrisk.bootstrap.doctor.kintone_points import kintone_points
from callrisk.bootstrap.doctor.machine_points import (
    clock_point,
    disk_point,
    port_points,
    python_point,
)
from callrisk.bootstrap.doctor.model_points import data_points, model_points
from callrisk.bootstrap.doctor.openid_points import openid_points
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.settings import Settings, SettingsError, load, missing_for_production
from callrisk.store.sending.request_counts import RequestsMade

_MARKS = {State.OK: "ok ", State.ATTENTION: "!  ", State.WRONG: "NG ", State.NOT_SET_UP: "-- "}
_PROGRAMS = ("live", "analytics", "tablet")
_WIDTH = 20
_SETTINGS = Text(
    ".env か config.py の示された所を直す（docs/settings.md）",
    "correct what is named in .env or config.py (docs/settings.md)",
)


def main(arguments: Sequence[str], root: Path) -> int:
    """Ask everything and print it; return 0 when nothing is wrong, else 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # The points say themselves what is wrong.
    logging.basicConfig(level=logging.CRITICAL)
    options = _parser().parse_args(arguments)
    found = []
    for finding in wrong_settings(root) if options.settings else findings(root, options):
        found.append(finding)
        if not options.json:
            show(finding)
    wrong = sum(finding.state is State.WRONG for finding in found)
    if options.json:
        print(as_json(found))
    elif not options.settings:
        _show_sum(wrong, sum(finding.state is State.ATTENTION for finding in found))
    return int(wrong > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python run.py doctor",
        description="Ask everything of this installation at once; nothing is changed.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
    parser.add_argument("--ports", nargs=3, type=int, default=[5000, 8501, 8502],
                        metavar=("LIVE", "ANALYTICS", "TABLET"))  # fmt: skip
    parser.add_argument("--settings", action="store_true", help="only what is wrong with these")
    # What run.py has seen of programs that hold these ports: 5000=pid 12: python …
    parser.add_argument("--held", action="append", default=[], help=argparse.SUPPRESS)
    return parser


def findings(root: Path, options: argparse.Namespace) -> Iterator[Finding]:
    """Yield every point; without settings only those of the computer."""
    yield python_point(root)
    held = {int(port): holder for port, _, holder in (one.partition("=") for one in options.held)}
    yield from port_points(dict(zip(_PROGRAMS, options.ports, strict=True)), held)
    try:
        settings = load(root)
    except SettingsError as error:
        line = " ".join(str(error).split())
        yield Finding("settings", State.WRONG, Text(f"設定の誤り: {line}", line), _SETTINGS)
        yield waits("others", "settings")
        return
    yield from _settings_points(settings)
    yield from _machine_points(settings)
    look = DatabaseLook(settings.database_url)
    yield from look.points()
    yield from key_points(settings, look.engine)
    yield from model_points(settings)
    yield from data_points(settings)
    made = {} if look.engine is None else RequestsMade(look.engine).on(utc_now().date())
    crm_points = http_crm_points if settings.env.http_crm_url else kintone_points
    yield from crm_points(settings, made)
    yield from connect_points(settings, look.engine)
    yield from openid_points(settings)


def wrong_settings(root: Path) -> Iterator[Finding]:
    """Yield what keeps the programs from starting."""
    try:
        points = [*_settings_points(load(root))]
    except SettingsError as error:
        line = " ".join(str(error).split())
        points = [Finding("settings", State.WRONG, Text(f"設定の誤り: {line}", line), _SETTINGS)]
    yield from (point for point in points if point.state is State.WRONG)


def _settings_points(settings: Settings) -> Iterator[Finding]:
    missing = missing_for_production(settings)
    for one in missing:
        text = Text(f"本番（production）に足りません: {one}", f"production needs: {one}")
        yield Finding("settings", State.WRONG, text, _SETTINGS)
    if not missing:
        portfolio = f", CALLRISK_CONFIG={settings.portfolio}.py" if settings.portfolio else ""
        served = f"APP_ENV={settings.env.app_env}{portfolio}"
        yield good("settings", served, served)


def _machine_points(settings: Settings) -> Iterator[Finding]:
    folders = [settings.root, settings.processed_dir, settings.models_dir, settings.output_dir]
    database = database_folder(settings.database_url)
    yield disk_point(folders if database is None else [*folders, database])
    files = (settings.models_dir / "champion.json", settings.processed_dir / "callrisk.db")
    yield clock_point(utc_now(), files)


def show(finding: Finding) -> None:
    """Print a point: Japanese first, then English, then what to do."""
    print(f"{_MARKS[finding.state]} {finding.name:{_WIDTH}s} {finding.text.ja}{finding.secret}")
    indent = " " * (_WIDTH + 5)
    if finding.text.en != finding.text.ja:
        print(f"{indent}{finding.text.en}{finding.secret}")
    if finding.todo is not None:
        print(f"{indent}→ {finding.todo.ja}\n{indent}→ {finding.todo.en}", flush=True)


def _show_sum(wrong: int, attention: int) -> None:
    if wrong == 0:
        print(
            f"\n問題はありません（注意 {attention} 件）\nNothing is wrong; {attention} to look at."
        )
    else:
        print(f"\n直す所が {wrong} 件、注意が {attention} 件あります\n"
              f"{wrong} to mend, {attention} to look at.")  # fmt: skip


def as_json(found: Sequence[Finding]) -> str:
    """Return all points as one JSON object."""
    points = [
        {
            "name": one.name, "state": str(one.state), "ja": one.text.ja, "en": one.text.en,
            "do_ja": one.todo and one.todo.ja, "do_en": one.todo and one.todo.en,
        }
        for one in found
    ]  # fmt: skip
    is_ok = all(one.state is not State.WRONG for one in found)
    return json.dumps({"ok": is_ok, "points": points}, ensure_ascii=False, indent=2)
