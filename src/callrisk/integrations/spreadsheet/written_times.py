"""The grammar of clock times behind a date, with Japanese words and hours beyond 24; durations."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

from callrisk.domain.customer import JST

_CLOCK = re.compile(
    r"(?:T|\s|(?<=日)|(?<=\)))\s*(?P<half>午前|午後|AM|PM)?\s*"
    r"(?P<hour>[0-9]{1,2})\s*(?::|時)\s*(?:(?P<minute>[0-9]{1,2})(?:(?::|分)\s*"
    r"(?:(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?秒?)?)?)?"
    r"\s*(?P<after>AM|PM)?\s*(?P<zone>Z|UTC|JST|[-+][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_NEXT_DAY_UNTIL = 30


class UnclearDateError(ValueError):
    """No date, or one with two readings; `readings` are these as text, none for no date."""

    def __init__(self, *readings: str) -> None:
        super().__init__(" or ".join(readings))
        self.readings = readings


def with_clock(day: date, rest: str, forms: list[str]) -> tuple[datetime, timezone]:
    """Return the moment of a day and what stands behind it, and its zone; add to the forms."""
    midnight = datetime.combine(day, time())
    if not rest.strip():
        return midnight, JST
    found = _CLOCK.fullmatch(rest if rest[0] in "T \t" else f" {rest}")
    if not found:
        raise UnclearDateError
    hour = _hour(found, forms)
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    if minute > 59 or second > 59:  # noqa: PLR2004 - a clock
        raise UnclearDateError
    fraction = int(f"{found['fraction'] or 0:0<6}"[:6])
    after = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)
    if "時" in rest:
        forms.append("10時00分")
    return midnight + after, _zone(found["zone"])


def _hour(found: re.Match[str], forms: list[str]) -> int:
    hour, half = int(found["hour"]), (found["half"] or found["after"] or "").upper()
    if half in ("午前", "午後") and hour == 12:  # noqa: PLR2004 - noon or midnight
        raise UnclearDateError("noon", "midnight")
    if half:
        forms.append("午前/午後")
        if not 0 <= hour <= 12:  # noqa: PLR2004
            raise UnclearDateError
        return hour % 12 + (12 if half in ("午後", "PM") else 0)
    if hour >= _NEXT_DAY_UNTIL:
        raise UnclearDateError
    if hour >= 24:  # noqa: PLR2004 - 25:10 is ten past one of the next day
        forms.append("25:10")
    return hour


def _zone(written: str | None) -> timezone:
    name = (written or "JST").upper()
    if name in ("Z", "UTC"):
        return UTC
    if name == "JST":
        return JST
    sign, hours, minutes = name[0], int(name[1:3]), int(name[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    try:
        return timezone(-offset if sign == "-" else offset)
    except ValueError as error:
        raise UnclearDateError from error


def duration_in(written: str) -> float:
    """Return seconds of 3分21秒 or 1:03:21; UnclearDateError for 25:10, which has two readings."""
    text = unicodedata.normalize("NFKC", written).strip()
    clock = re.fullmatch(r"([0-9]+):([0-5]?[0-9]):([0-5]?[0-9](?:\.[0-9]+)?)", text)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
    two = re.fullmatch(r"([0-9]+):([0-5][0-9])", text)
    if two:
        first, second = int(two[1]), int(two[2])
        raise UnclearDateError(f"{first}分{second}秒", f"{first}時間{second}分")
    spelt = re.fullmatch(
        r"(?:([0-9]+)時間)?\s*(?:([0-9]+)分)?\s*(?:([0-9]+(?:\.[0-9]+)?)秒)?", text
    )
    if not text or not spelt:
        raise UnclearDateError
    hours, minutes, seconds = (float(part or 0) for part in spelt.groups())
    return 3600 * hours + 60 * minutes + seconds
