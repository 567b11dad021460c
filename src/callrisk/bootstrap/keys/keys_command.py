"""The command about keys: python run.py keys new | show | rotate | remove | backup | restore"""

import argparse
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from callrisk.bootstrap.keys.configured_keys import configured_keys
from callrisk.bootstrap.keys.configured_ring import configured_ring, write_new_ring
from callrisk.bootstrap.keys.key_backups import back_up, put_back
from callrisk.bootstrap.keys.ring_changes import change_ring, ring_as_text
from callrisk.bootstrap.process import keep_files_private, speak_utf8
from callrisk.bootstrap.verify_audit_command import audit_folder
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.kms import KmsError
from callrisk.people.anchor_keys import keys_of_anchors
from callrisk.settings import Settings, SettingsError, load
from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.erasures import Erasures
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, new_ring
from callrisk.store.ciphers.ring_cipher import values_by_ring_key
from callrisk.store.database import DatabaseError, close_database, open_data_keys, open_database
from callrisk.store.keeping.old_keys import lost_keys
from callrisk.store.store_away import STORE_AWAY_ERRORS

# What is told in one line; what a copy of keys is not is told in many ways.
_TOLD = (
    SettingsError, DatabaseError, KmsError, OSError, ValueError, TypeError, EOFError, zlib.error,
    *STORE_AWAY_ERRORS,
)  # fmt: skip


def main(arguments: Sequence[str], root: Path) -> int:
    """Do what is asked; 1 with one line where that cannot be."""
    speak_utf8()
    keep_files_private()
    options = _parser().parse_args(arguments)
    try:
        settings = load(root)
        return _COMMANDS[options.command](settings, options)
    except _TOLD as error:
        return _failed(" ".join(str(error).split()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python run.py keys")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new", help="makes a ring where there is none").add_argument(
        "--kms", metavar="ARN", default="", help="a key of AWS KMS that wraps it"
    )
    commands.add_parser("show", help="its keys by name, and how much each wraps")
    rotating = commands.add_parser("rotate", help="has a new key seal from now on")
    rotating.add_argument("--purpose", choices=[*KeyPurpose], default=KeyPurpose.DATA)
    _add_target(rotating)
    removing = commands.add_parser("remove", help="an old key that nothing needs")
    removing.add_argument("key")
    removing.add_argument(
        "--restarted", action="store_true", help="all programs were started since the rotation"
    )
    _add_target(removing)
    backing_up = commands.add_parser("backup", help="copies the wrapped data keys, for 30 days")
    backing_up.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    losing = commands.add_parser("lost", help="the calls whose keys are in no store")
    losing.add_argument("--accept", action="store_true", help="let their words count as removed")
    restoring = commands.add_parser("restore", help="takes such a copy in")
    restoring.add_argument("file", type=Path)
    restoring.add_argument(
        "--only-what-opens", action="store_true", help="leave out what this ring does not open"
    )
    return parser


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--to", type=Path, metavar="FILE", help="where to write a ring that stands in KEY_RING"
    )


def _failed(line: str) -> int:
    print(f"NG  {line}", file=sys.stderr, flush=True)
    return 1


def _new(settings: Settings, options: argparse.Namespace) -> int:
    ring, path = new_ring(utc_now()), settings.key_ring_path
    text = ring_as_text(ring, settings, options.kms)
    if not write_new_ring(path, text):
        return _failed(f"{path} はもうあります / {path} is there already")
    print(f"鍵束を作りました: {path}\nKey ring made: {path}")
    print(
        "失うと記録は読めなくなります。データベースとは別の場所に控えを保管してください\n"
        "Without it nothing can be read: keep a copy, apart from the database"
    )
    return 0


def _show(settings: Settings, _options: argparse.Namespace) -> int:
    ring = configured_ring(settings)
    used = _used_by_key(settings)
    for key in ring.keys:
        is_active = ring.active(key.purpose) == key
        mark = "使用中 / in use" if is_active else "旧 / old"
        count = used.get(key.key_id, 0)
        print(f"{key.key_id}  {mark}  暗号化した鍵・値 / keys or values under it {count:,}")
    return 0


def _rotate(settings: Settings, options: argparse.Namespace) -> int:
    purpose = KeyPurpose(options.purpose)
    ring = change_ring(settings, options.to, lambda ring: ring.with_new(purpose, utc_now()))
    print(f"新しい鍵 / new key: {ring.keys[-1].key_id}")
    if options.to is None:
        print(
            "動いているサーバーが数分で切り替えます / the servers that run change to it within "
            "minutes"
        )
    return 0


def _remove(settings: Settings, options: argparse.Namespace) -> int:
    def without(ring: KeyRing) -> KeyRing:
        if fault := _why_needed(ring, settings, options):
            raise SettingsError(fault)
        return ring.without(options.key)

    change_ring(settings, options.to, without)
    print(f"除きました: {options.key} / removed: {options.key}")
    print(
        "この鍵があったときのバックアップには、この鍵なしでは読めないものがあります。古い鍵束を別に"
        "保管してください\n"
        "Backups of before cannot be read in full without it: keep the old ring, apart"
    )
    return 0


def _why_needed(ring: KeyRing, settings: Settings, options: argparse.Namespace) -> str:
    """Return why a key cannot be removed; empty if it can."""
    key = ring.find(options.key)
    if key is None or ring.active(key.purpose) == key:
        return f"{options.key}: 使用中か、ありません / in use, or not in the ring"
    if not options.restarted:
        return (
            "すべてのプログラム（サーバー、アプリ、ingest、Lambda）を再起動してから --restarted を"
            "付けてください / start all programs (servers, apps, ingest, Lambda) again, then add "
            "--restarted"
        )
    with _data_keys(settings) as keys:
        is_search = key.key_id in Erasures(keys).hash_keys()
    if is_search:
        return f"{options.key}: 消去したお客様の記録に必要です / erased customers are known by it"
    if key.key_id in keys_of_anchors(audit_folder(settings)):
        return f"{options.key}: 監査のアンカーの検査に必要です / anchors of the audit need it"
    count = _used_by_key(settings).get(key.key_id, 0)
    if count:
        return (
            f"{options.key} はまだ {count:,} 個の鍵・値に使われています。サーバーを動かして"
            "お待ちください（隔離した記録は長くて 7 日、ログインは長くて半日、"
            "保存した検索は長くて 30 日） / "
            f"{count:,} keys or values are still under it; let a server run, which seals them "
            "anew (records in quarantine go within 7 days, sessions within half a day, saved "
            "searches within 30 days)"
        )
    return ""


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    with _data_keys(settings) as keys:
        path, old = back_up(keys, options.to, utc_now())
    print(
        f"鍵のバックアップ: {path}。データのバックアップとは別の場所に置いてください\n"
        f"Backup of the keys: {path}; keep it apart from that of the data"
    )
    for one in old:
        print(f"30日を過ぎたので消しました / older than 30 days, deleted: {one.name}")
    return 0


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    with _data_keys(settings) as keys:
        count, foreign = put_back(
            keys, options.file, utc_now(), only_what_opens=options.only_what_opens
        )
    print(f"{count:,} 個の鍵を戻しました / {count:,} keys are back")
    if foreign:
        print(
            f"この鍵束で開けない {foreign:,} 個は戻していません / {foreign:,} entries were left "
            "out, which this ring does not open"
        )
    return 0


def _lost(settings: Settings, options: argparse.Namespace) -> int:
    # Without keys: one that lacks most of them is not opened otherwise.
    engine = open_database(settings.database_url)
    try:
        with _data_keys(settings) as keys:
            lost = lost_keys(engine, keys)
            if options.accept:
                keys.give_up(lost, utc_now())
    finally:
        close_database(engine)
    told = "削除済みとして扱います / they count as removed" if options.accept else "/"
    print(f"鍵のない通話 / calls without a key: {len(lost):,} {told}".rstrip(" /"))
    for call_id in lost:
        print(f"  {call_id}")
    return 0


_COMMANDS = {
    "new": _new, "show": _show, "rotate": _rotate, "remove": _remove, "backup": _backup,
    "restore": _restore, "lost": _lost,
}  # fmt: skip


def _used_by_key(settings: Settings) -> dict[str, int]:
    """Return how many data keys, or values of the database, each key of the ring seals."""
    with _data_keys(settings) as keys:
        wrapped_keys = keys.by_ring_key()
    engine = open_database(settings.database_url)
    try:
        with engine.connect() as connection:
            return wrapped_keys | values_by_ring_key(connection)
    finally:
        close_database(engine)


@contextmanager
def _data_keys(settings: Settings) -> Iterator[DataKeys]:
    # Not the database: it is not opened before its key store is restored.
    keys = open_data_keys(settings.database_url, configured_keys(settings))
    try:
        yield keys
    finally:
        close_database(keys.engine)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
