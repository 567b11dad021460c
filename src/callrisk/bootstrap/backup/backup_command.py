"""The commands: their words, what they print, and their exit status."""

import argparse
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from callrisk.bootstrap.backup.archive import UNREADABLE, opened
from callrisk.bootstrap.backup.manifest import Manifest
from callrisk.bootstrap.backup.restoring import restore
from callrisk.bootstrap.backup.ring_keys import lacking
from callrisk.bootstrap.backup.taking import take
from callrisk.bootstrap.backup.verifying import faults
from callrisk.bootstrap.doctor.database_points import DatabaseLook
from callrisk.bootstrap.doctor.doctor_command import show
from callrisk.bootstrap.doctor.finding import State
from callrisk.bootstrap.doctor.key_points import key_points
from callrisk.bootstrap.process import keep_files_private, speak_utf8
from callrisk.settings import Settings, SettingsError, load
from callrisk.store.copies.copy_error import CopyError
from callrisk.store.database import DatabaseError

_BYTES_A_MB = 10**6
_FOLDER = Path("data", "backups")


def main(arguments: Sequence[str], root: Path) -> int:
    """Back up, restore or verify; return 0, or 1 with what is wrong, one line each."""
    speak_utf8()
    keep_files_private()
    logging.basicConfig(level=logging.ERROR)
    options = _parser().parse_args(arguments)
    try:
        return {"backup": _backup, "restore": _restore, "verify": _verify}[options.command](
            root, options
        )
    except (CopyError, DatabaseError, SettingsError) as error:
        return _failed(" ".join(str(error).split()))
    except UNREADABLE as error:
        line = " ".join(str(error).split())
        return _failed(f"ファイルを使えません: {line} / a file cannot be used: {line}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python run.py")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("backup").add_argument("--to", type=Path)
    restoring = commands.add_parser("restore")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("--replace", action="store_true")
    restoring.add_argument("--without-keys", action="store_true")
    commands.add_parser("verify").add_argument("file", type=Path)
    return parser


def _failed(line: str) -> int:
    print(f"NG  {line}", file=sys.stderr, flush=True)
    return 1


def _backup(root: Path, options: argparse.Namespace) -> int:
    settings = load(root)
    made = take(settings, options.to or root / _FOLDER / settings.portfolio, datetime.now(UTC))
    size = made.path.stat().st_size / _BYTES_A_MB
    print(f"バックアップを作りました: {made.path}（{size:.1f} MB、{_rows(made.manifest)} 行）\n"
          f"Backup made: {made.path} ({size:.1f} MB, {_rows(made.manifest)} rows)")  # fmt: skip
    for name in made.manifest.left_out:
        print(f"!   {name} は秘密の値を含むため入れていません。.env に移してください / "
              f"{name} holds a secret and was left out; move it to .env")  # fmt: skip
    print(
        "鍵と .env は入っていません。鍵がなければ記録は読めません。別に保管してください: "
        "python run.py keys backup --to フォルダ\n"
        "Keys and .env are not in it, and without keys nothing can be read. Keep them apart: "
        "python run.py keys backup --to FOLDER", flush=True,
    )  # fmt: skip
    return 0


def _rows(manifest: Manifest) -> str:
    return f"{sum(manifest.database.rows.values()):,}"


def _verify(_: Path, options: argparse.Namespace) -> int:
    status = 0
    for fault in faults(options.file):
        status = _failed(" ".join(f"{fault.ja} / {fault.en}".split()))
    if not status:
        print(f"ok  {options.file.name}: 問題はありません / nothing is wrong", flush=True)
    return status


def _lacks(names: Sequence[str]) -> str:
    listed = ", ".join(names)
    return (
        f"鍵束に {listed} がないため、認証コードの秘密などが読めなくなります。何も変えていません。"
        f"それでもよければ --without-keys / the key ring lacks {listed}, so secrets of one-time "
        "codes and other values could not be read; nothing was changed. To restore all the same: "
        "--without-keys"
    )


def _restore(root: Path, options: argparse.Namespace) -> int:
    settings = load(root)
    if _verify(root, options):
        return _failed("何も変えていません / nothing was changed")
    with opened(options.file) as archive:
        needed = lacking(settings, archive.manifest().ring_keys)
    if needed.values and not options.without_keys:
        return _failed(_lacks(needed.values))
    if names := ", ".join(sorted({*needed.values, *needed.data_keys})):
        print(
            f"!   鍵束に {names} がありません。そのときの鍵のバックアップは読めません / "
            f"the key ring lacks {names}: backups of keys of that time cannot be read", flush=True,
        )  # fmt: skip
    done = restore(settings, options.file, options.replace, datetime.now(UTC))
    made = f"{done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
    rows = _rows(done.manifest)
    print(f"{made} の状態に戻しました（{rows} 行）\nRestored to {made} ({rows} rows)")
    for name in done.kept:
        print(f"前のものは残してあります / what was there is kept: {name}")
    _show_missing_keys(settings)
    print("python run.py で起動できます / start with: python run.py", flush=True)
    return 0


def _show_missing_keys(settings: Settings) -> None:
    """Print what is still to be put back before anything that was said can be read."""
    look = DatabaseLook(settings.database_url)
    # Only then is it known whether it can be read.
    list(look.points())
    for point in key_points(settings, look.engine):
        if point.state in (State.WRONG, State.ATTENTION):
            show(point)
