"""The encoding of a text file from Japan: UTF-8, UTF-16, Shift_JIS (cp932), EUC-JP or JIS."""

import codecs
from collections.abc import Sequence
from pathlib import Path

from callrisk.integrations.spreadsheet.file_limits import DataError

_CHUNK = 1 << 20
_NAMES = {"utf-8-sig": "UTF-8", "cp932": "Shift_JIS (cp932)", "euc_jp": "EUC-JP"}
_MARKED = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
# Half of the bytes of Latin letters in UTF-16 are 0, and none in other encodings.
_ZEROS = 0.02
# A file with more damage than this is in no encoding at all.
_FEW_BROKEN = 20


def encoding_of(path: Path, named: Sequence[str] = ()) -> str:
    """Return the encoding of a file; DataError that names the row of a broken character.

    `named` are words that stand in it where the encoding is the right one.
    """
    with path.open("rb") as file:
        begin = file.read(_CHUNK)
    for mark, encoding in _MARKED.items():
        if begin.startswith(mark):
            return _whole(path, encoding)
    if begin.count(b"\x00") > _ZEROS * len(begin):
        likeliest = max(("utf-16-le", "utf-16-be"), key=lambda each: _utf16_likeness(begin, each))
        return _whole(path, likeliest)
    if b"\x1b$" in begin:
        return _whole(path, "iso2022_jp")
    if _first_error(path, "utf-8-sig") is None:
        return "utf-8-sig"
    fitting = [each for each in ("cp932", "euc_jp") if _first_error(path, each) is None]
    if fitting:
        return max(fitting, key=lambda each: _likeness(begin, each, named))
    raise DataError(_broken(path, begin, named))


def _utf16_likeness(begin: bytes, encoding: str) -> int:
    text = begin[: len(begin) // 2 * 2].decode(encoding, errors="replace")
    return sum(text.count(mark) for mark in "\r\n,\t;")


def _whole(path: Path, encoding: str) -> str:
    row = _first_error(path, encoding)
    if row is not None:
        name = _NAMES.get(encoding, encoding.upper())
        raise DataError(_told(path, row, name))
    return encoding


def _told(path: Path, row: int, name: str) -> str:
    return (
        f"{path}: a broken character in line {row:,} of a file in {name}; correct it there and "
        f"save as CSV UTF-8 ／ {row:,} 行目に壊れた文字があります。直して CSV UTF-8 で保存して"
        "ください"
    )


def _first_error(path: Path, encoding: str) -> int | None:
    """Return the line of the first byte that is none of an encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    with path.open("rb") as file:
        while True:
            part = file.read(_CHUNK)
            try:
                row += decoder.decode(part, final=not part).count("\n")
            except UnicodeDecodeError as error:
                return row + error.object[: error.start].count(b"\n")
            if not part:
                return None


def _likeness(begin: bytes, encoding: str, named: Sequence[str]) -> tuple[int, int]:
    """Return how many of the words a text has, then its hiragana less its half-width katakana."""
    text = begin.decode(encoding, errors="replace")
    hiragana = sum("ぁ" <= character <= "ん" for character in text)
    half_width = sum("\uff61" <= character <= "\uff9f" for character in text)
    return sum(word in text for word in named if word), hiragana - half_width


def _broken(path: Path, begin: bytes, named: Sequence[str]) -> str:
    errors = {
        encoding: begin.decode(encoding, errors="replace").count("\ufffd")
        for encoding in ("utf-8-sig", "cp932", "euc_jp")
    }
    nearest = min(errors, key=lambda each: (errors[each], -_likeness(begin, each, named)[0]))
    row = _first_error(path, nearest)
    if row is not None and errors[nearest] <= _FEW_BROKEN:
        return _told(path, row, _NAMES[nearest])
    return (
        f"{path}: neither UTF-8, UTF-16, Shift_JIS (cp932) nor EUC-JP; save it as CSV UTF-8 "
        "／ 文字コードが分かりません。CSV UTF-8 で保存してください"
    )
