"""The command about one customer: python run.py customer export ID | erase ID --yes"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from callrisk.bootstrap.customer_data.customer_files import (
    beyond,
    discard_readings,
    rows_of,
    without,
    write,
)
from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.process import keep_files_private, speak_utf8
from callrisk.domain.customer import canonical_id
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.settings import Settings, SettingsError, load
from callrisk.store.contacting.contact_store import ContactStore
from callrisk.store.database import DatabaseError, WordsEngine, close_database
from callrisk.store.keeping.customer_data import CustomerData, CustomerInCallError
from callrisk.store.people.audit_log import AuditLog
from callrisk.store.queries import Queries

_PLAIN_AUDIT = (
    "以前の版が書いた監査の記録には通話の番号がそのまま残ります / records of the audit that older "
    "versions wrote keep the ids of calls as they are"
)


def main(arguments: Sequence[str], root: Path) -> int:
    """Do what is asked; 1 with one line where that cannot be."""
    speak_utf8()
    keep_files_private()
    options = _parser().parse_args(arguments)
    options.id = canonical_id(options.id)
    try:
        settings = load(root)
        engine = opened(settings)
        try:
            do = {"export": _export, "erase": _erase}[options.command]
            return do(settings, engine, options)
        finally:
            close_database(engine)
    except CustomerInCallError as error:
        return _failed(f"通話中のお客様です。終わってから実行してください / {error}")
    except (SettingsError, DatabaseError, OutsideError, OSError, ValueError) as error:
        return _failed(" ".join(str(error).split()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python run.py customer")
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export", help="writes all that is stored about a customer")
    exporting.add_argument("id", help="the record number")
    exporting.add_argument("--to", type=Path, metavar="FILE", help="else it is printed")
    erasing = commands.add_parser("erase", help="erases all of it, for good")
    erasing.add_argument("id", help="the record number")
    erasing.add_argument("--yes", action="store_true", help="without it only what there is is told")
    return parser


def _failed(line: str) -> int:
    print(f"NG  {line}", file=sys.stderr, flush=True)
    return 1


def _export(settings: Settings, engine: WordsEngine, options: argparse.Namespace) -> int:
    data, queries = CustomerData(engine), Queries(engine)
    whole = {
        "customer_id": options.id,
        "made_at": utc_now(),
        "calls": [_call(queries, call_id) for call_id in data.call_ids(options.id)],
        "earlier_calls": data.earlier_calls(options.id),
        "contact_decisions": [asdict(one) for one in ContactStore(engine).decisions([options.id])],
        "tables": rows_of(settings, options.id),
        "elsewhere": _elsewhere(settings),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n"
    if options.to is None:
        print(text, end="")
    else:
        options.to.write_text(text, encoding="utf-8")
        print(f"書き出しました: {options.to} / written: {options.to}")
    return 0


def _call(queries: Queries, call_id: str) -> dict[str, Any]:
    call = queries.call(call_id)
    return {
        "call": None if call is None else asdict(call),
        "turns": [asdict(turn) for turn in queries.turns(call_id)],
        "notes": [asdict(note) for note in queries.notes(call_id)],
        "scores": [asdict(score) for score in queries.assessments(call_id)],
    }


def _erase(settings: Settings, engine: WordsEngine, options: argparse.Namespace) -> int:
    data, files = CustomerData(engine), list(without(settings, options.id))
    if not options.yes:
        calls, earlier = len(data.call_ids(options.id)), len(data.earlier_calls(options.id))
        print(
            f"通話 {calls}、過去の通話 {earlier}、ファイル {len(files)}。消すには --yes\n"
            f"{calls} calls, {earlier} earlier calls, {len(files)} files; to erase them add --yes"
        )
        return 0
    # Noted also if there is nothing: what is restored later may have something.
    done = data.erase(options.id, utc_now())
    for file in files:
        write(file)
    discard_readings(settings)
    print(
        f"消去しました: 通話 {done.calls}、過去の通話 {done.earlier_calls}、ファイル {len(files)}\n"
        f"Erased: {done.calls} calls, {done.earlier_calls} earlier calls, {len(files)} files"
    )
    for path in beyond(settings, options.id):
        name = path.relative_to(settings.root).as_posix()
        print(f"!   {name} にまだあります。手で消してください / still in {name}: remove it there")
    if AuditLog(engine, "erase").has_plain_calls():
        print(f"!   {_PLAIN_AUDIT}")
    for place in _elsewhere(settings):
        print(f"!   {place}")
    return 0


def _elsewhere(settings: Settings) -> list[str]:
    """Return where more may be kept, which no command of ours reaches."""
    places = [
        "データのバックアップ: 鍵がないので読めません。30日より古い鍵のバックアップは捨てること / "
        "backups: unreadable without the keys; keep no backup of keys for over 30 days",
    ]
    env = settings.env
    if kept := sorted(path.name for path in (settings.root / "data").glob("before-restore-*")):
        places.append(f"data/{', data/'.join(kept)}: 消すこと / delete what is not needed")
    if env.kintone_url:
        apps = ", ".join(str(app) for app in env.kintone_tokens)
        places.append(f"Kintone {env.kintone_url} (app {apps}): そこで消すこと / erase it there")
    if env.http_crm_url:
        places.append(
            f"{settings.http_crm.name} {env.http_crm_url}: そこで消すこと / erase it there"
        )
    if env.connect_is_real:
        places.append(
            "Amazon Connect (S3, Contact Lens): そこで消してください / erase recordings there"
        )
    return places


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
