"""The points of this computer: Python and its libraries, ports, disk and clock."""

import os
import re
import shutil
import socket
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from callrisk.bootstrap.doctor.finding import Finding, State, good
from callrisk.domain.wording import Text

_OLDEST, _TOO_NEW = (3, 11), (3, 14)
_LOCKED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;?)")
_MOST_NAMED = 5
_APP_HEALTH = "/_stcore/health"
# Where each program answers; in production the apps stand below a path, behind the login.
_HEALTH = {
    "live": ("/livez",),
    "analytics": (_APP_HEALTH, f"/manager{_APP_HEALTH}"),
    "tablet": (_APP_HEALTH, f"/tablet{_APP_HEALTH}"),
}
_ANSWER_WITHIN_S = 3.0
_BYTES_A_GB = 10**9
# A training writes some 100 MB, a day of 1,000 calls as much again.
_LEAST_GB, _FEW_GB = 1.0, 5.0
# Clocks of computers that share a folder differ by so much.
_CLOCK_MAY_DIFFER = timedelta(minutes=2)
_OK = 200


def python_point(root: Path) -> Finding:
    """Return whether this Python will do, and whether the libraries are those of the lock."""
    this = "{}.{}.{}".format(*sys.version_info[:3])
    if not (_OLDEST <= sys.version_info[:2] < _TOO_NEW) or struct.calcsize("P") * 8 < 64:  # noqa: PLR2004 - bits
        text = Text(f"Python {this} では動きません", f"Python {this} will not do")
        todo = Text(
            "64 ビット版の Python 3.11～3.13 を python.org から入れ、python run.py を実行",
            "install a 64-bit Python 3.11 to 3.13 from python.org, then: python run.py",
        )
        return Finding("python", State.WRONG, text, todo)
    lock = root / "requirements.lock"
    odd = _other_libraries(lock.read_text(encoding="utf-8")) if lock.is_file() else []
    if odd:
        named = ", ".join(odd[:_MOST_NAMED]) + ("…" if len(odd) > _MOST_NAMED else "")
        text = Text(
            f"Python {this}: requirements.lock と違う部品が {len(odd)} 個あります（{named}）",
            f"Python {this}: {len(odd)} libraries differ from requirements.lock ({named})",
        )
        todo = Text(
            ".venv フォルダを削除し、python run.py を実行（部品を入れ直します）",
            "delete the folder .venv, then: python run.py, which installs them again",
        )
        return Finding("python", State.ATTENTION, text, todo)
    return good(
        "python", f"Python {this}。部品はそろっています", f"Python {this}, all libraries are there"
    )


def _other_libraries(lock: str) -> list[str]:
    """Return the libraries of which another version is installed, or none although it must be."""
    wanted: dict[str, set[str]] = {}
    optional = set[str]()
    for line in lock.splitlines():
        found = _LOCKED.match(line)
        if found:
            wanted.setdefault(found[1], set()).add(found[2])
            # What other systems or other versions of Python need.
            optional |= {found[1]} if found[3] else set()
    return [name for name, versions in wanted.items() if not _fits(name, versions, optional)]


def _fits(name: str, versions: set[str], optional: set[str]) -> bool:
    try:
        return version(name) in versions
    except PackageNotFoundError:
        return name in optional


def port_points(ports: Mapping[str, int], holders: Mapping[int, str]) -> Iterator[Finding]:
    """Yield whether each port is free or already ours; `holders` are programs by their port."""
    for program, port in ports.items():
        name = f"port {port}"
        if is_ours(program, port):
            yield good(
                name, f"callrisk（{program}）が動いています", f"callrisk ({program}) runs there"
            )
        elif port in holders or _is_open(port):
            yield _taken(name, holders.get(port, "?"))
        else:
            yield good(name, f"空いています（{program}）", f"free for {program}")


def _taken(name: str, holder: str) -> Finding:
    text = Text(f"別のプログラムが使っています: {holder}", f"another program uses it: {holder}")
    todo = Text(
        "そのプログラムを止めるか、別のポートを使う: python run.py --ports 5001 8511 8512",
        "stop that program, or take other ports: python run.py --ports 5001 8511 8512",
    )
    return Finding(name, State.WRONG, text, todo)


def _is_open(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(_ANSWER_WITHIN_S)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def is_ours(program: str, port: int) -> bool:
    """Return True if this program of callrisk answers at the port."""
    mark = b'"callrisk"' if program == "live" else b"ok"
    return any(_answers(port, path, mark) for path in _HEALTH[program])


def _answers(port: int, path: str, mark: bytes) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(10_000)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    asks_for_login = 'realm="callrisk"' in (answer.getheader("WWW-Authenticate") or "")
    return asks_for_login or (answer.status == _OK and mark in body)


def disk_point(folders: Iterable[Path]) -> Finding:
    """Return how much room is left for the folder that has least, and whether all may be written.

    Each may lie on a disk of its own.
    """
    places = {folder: _there(folder) for folder in folders}
    closed = [folder for folder, place in places.items() if not os.access(place, os.W_OK)]
    if closed:
        text = Text(f"{closed[0]} に書き込めません", f"{closed[0]} cannot be written")
        todo = Text(
            "フォルダの権限を、callrisk を動かす利用者が書き込めるように変える",
            "let the user who runs callrisk write in that folder",
        )
        return Finding("disk", State.WRONG, text, todo)
    room = {folder: shutil.disk_usage(place).free / _BYTES_A_GB for folder, place in places.items()}
    fullest = min(room, key=lambda folder: room[folder])
    left = room[fullest]
    text = Text(f"空き {left:.1f} GB（{fullest}）", f"{left:.1f} GB free for {fullest}")
    if left >= _FEW_GB:
        return Finding("disk", State.OK, text)
    todo = Text(
        "そのディスクから、古い output/ のフォルダやほかのファイルを削除する",
        "delete old folders of output/, or other files, from its disk",
    )
    state = State.WRONG if left < _LEAST_GB else State.ATTENTION
    return Finding("disk", state, text, todo)


def _there(folder: Path) -> Path:
    """Return the folder, or the nearest above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def clock_point(now: datetime, files: Iterable[Path]) -> Finding:
    """Return whether the clock is behind the times of our own files, which it once gave."""
    times = {path: path.stat().st_mtime for path in files if path.exists()}
    newest = max(times, key=lambda path: times[path], default=None)
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    if newest is not None:
        written = datetime.fromtimestamp(times[newest], UTC)
        if written - now > _CLOCK_MAY_DIFFER:
            text = Text(
                f"時計が {shown} を示していますが、{newest.name} は {written:%Y-%m-%d %H:%M} UTC "
                "に書かれています",
                f"the clock shows {shown}, but {newest.name} was written at "
                f"{written:%Y-%m-%d %H:%M} UTC",
            )
            todo = Text(
                "コンピューターの時計を自動で合わせる設定にする",
                "let the computer set its clock by a time server",
            )
            return Finding("clock", State.WRONG, text, todo)
    return good("clock", shown, shown)
