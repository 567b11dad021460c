"""The grammar of dates and times as people write them in Japanese tables.

2024-04-01, 2024/4/1, 2024.4.1, 2024年4月1日, 20240401, 令和6年4月1日, R6.4.1, or the day number of
Excel, with a weekday and a time behind it. What has two readings names both.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from callrisk.domain.customer import JST
from callrisk.integrations.spreadsheet.written_times import UnclearDateError, with_clock

DateOrder = Literal["", "mdy", "dmy"]

# First year minus one, first day and last day of each era.
_ERAS = {
    "令和": (2018, date(2019, 5, 1), date.max),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "大正": (1911, date(1912, 7, 30), date(1926, 12, 24)),
    "明治": (1867, date(1868, 1, 25), date(1912, 7, 29)),
}
_ERA_OF = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
# Excel counts days from here; 1990 to 2049 are dates of calls, contracts and payments.
_EXCEL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - as Excel counts
EXCEL_DAY = "Excel day number"
_EXCEL_DAYS = (32_874, 54_789)
# Years beyond are codes such as 9999-12-31.
_YEARS = (1900, 2099)

_ERA = r"(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\s*\.?\s*(?P<era_year>元|[0-9]{1,2})"
_DAY = re.compile(
    rf"(?:{_ERA}|(?P<year>[0-9]{{4}}))\s*(?P<mark>[-/.年])\s*(?P<month>[0-9]{{1,2}})\s*"
    r"(?:[-/.月])\s*(?P<day>[0-9]{1,2})(?:\s*日)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_COMPACT_LENGTHS = (8, 12, 14)
# 150530 behind 20250401, as systems write it.
_COMPACT_CLOCK = re.compile(r"[ T]?([0-9]{2})([0-9]{2})([0-9]{2})?(?![0-9:])(.*)")
_WEEKDAYS = "月火水木金土日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\s*(?:\((?P<bracketed>[月火水木金土日]|[a-z]{3})(?:・?[祝休])?\)|(?P<named>[月火水木金土日])曜日?)",
    re.I,
)
_OTHER_ORDER = re.compile(r"(?P<one>[0-9]{1,2})[-/.](?P<two>[0-9]{1,2})[-/.](?P<year>[0-9]{4})")
_SHORT = re.compile(r"(?P<one>[0-9]{1,2})[-/.年](?P<two>[0-9]{1,2})[-/.月](?P<three>[0-9]{1,2})日?")


@dataclass(frozen=True, slots=True)
class WrittenMoment:
    """A moment in UTC and the forms in which it was written (和暦, weekday, Excel day …)."""

    moment: datetime
    forms: tuple[str, ...] = ()


def moment_in(written: str, order: DateOrder = "") -> WrittenMoment:
    """Return the moment in a text, Japan time without a zone; UnclearDateError for others."""
    text = unicodedata.normalize("NFKC", written).strip().removeprefix("'")
    if len(text) > 60:  # noqa: PLR2004 - no date is so long
        raise UnclearDateError
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", text):
        return excel_moment(float(text))
    forms: list[str] = []
    day, rest = _day(text, order, forms)
    rest = _without_weekday(day, rest, forms)
    moment, zone = with_clock(day, rest, forms)
    try:
        return WrittenMoment(moment.replace(tzinfo=zone).astimezone(UTC), tuple(forms))
    except OverflowError as error:
        raise UnclearDateError from error


def cell_moment(value: object, order: DateOrder = "") -> WrittenMoment | None:
    """Return the moment in a cell, None for another kind of cell; UnclearDateError as it may be."""
    if isinstance(value, str):
        return moment_in(value, order)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return excel_moment(float(value))
    if not isinstance(value, date):
        return None
    _check_year(value.year)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=JST)
    return WrittenMoment((value if value.tzinfo else value.replace(tzinfo=JST)).astimezone(UTC))


def excel_moment(number: float) -> WrittenMoment:
    """Return the moment of a day number of Excel; UnclearDateError for other numbers."""
    written = f"{number:.0f}"
    if number == int(number) and _COMPACT.match(written) and len(written) in _COMPACT_LENGTHS:
        return moment_in(written)
    if not _EXCEL_DAYS[0] <= number < _EXCEL_DAYS[1]:
        raise UnclearDateError
    moment = _EXCEL_DAY_0 + timedelta(days=number)
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    digits = re.fullmatch(r"([0-9])(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", f"{number:.0f}")
    if digits:
        era = "{}年{}月{}日".format(*map(int, digits.groups()))
        raise UnclearDateError(f"{moment:%Y-%m-%d} (day number of Excel)", f"令和{era}")
    return WrittenMoment(moment.replace(tzinfo=JST).astimezone(UTC), (EXCEL_DAY,))


def _day(text: str, order: DateOrder, forms: list[str]) -> tuple[date, str]:
    found = _DAY.match(text)
    if found:
        if found["era"]:
            forms.append("和暦")
            year = _era_year(found["era"].upper(), found["era_year"])
        else:
            year = int(found["year"])
        day = _made(year, int(found["month"]), int(found["day"]))
        if found["era"]:
            _check_era(_ERA_OF.get(found["era"].upper(), found["era"]), day)
        elif found["mark"] == ".":
            forms.append("2024.4.1")
        return day, text[found.end() :]
    compact = _COMPACT.match(text)
    rest = None if compact is None else _compact_clock(text[compact.end() :])
    if compact is not None and rest is not None:
        forms.append("yyyymmdd")
        return _made(*map(int, compact.groups())), rest
    return _day_in_other_order(text, order, forms)


def _compact_clock(rest: str) -> str | None:
    """Return what stands behind 20250401, 150530 as 15:05:30; None for other digits."""
    clock = _COMPACT_CLOCK.fullmatch(rest)
    if clock is None:
        return None if re.match("[0-9]", rest) else rest
    return f" {':'.join(filter(None, clock.groups()[:3]))}{clock[4]}"


def _era_year(era: str, year: str) -> int:
    return _ERAS[_ERA_OF.get(era, era)][0] + (1 if year == "元" else int(year))


def _check_era(era: str, day: date) -> None:
    _, first, last = _ERAS[era]
    if not first <= day <= last:
        raise UnclearDateError(f"{day:%Y-%m-%d}, which does not lie in {era}")


def _check_year(year: int) -> None:
    if not _YEARS[0] < year <= _YEARS[1]:
        raise UnclearDateError(
            f"a code: the year {year} is no date of a call or payment; a code for missing goes "
            "into CELLS"
        )


def _made(year: int, month: int, day: int) -> date:
    _check_year(year)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise UnclearDateError from error


def _day_in_other_order(text: str, order: DateOrder, forms: list[str]) -> tuple[date, str]:
    """Return 4/25/2024 and 25/4/2024, the year last; both readings of 4/5/2024 are possible."""
    found = _OTHER_ORDER.match(text)
    if not found:
        raise UnclearDateError(*_short_readings(text))
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    readings = {"mdy": (year, one, two), "dmy": (year, two, one)}
    possible = {
        name: date(*parts)
        for name, parts in readings.items()
        if (not order or name == order) and _exists(*parts)
    }
    days = set(possible.values())
    if len(days) != 1:
        raise UnclearDateError(*(f"{day:%Y-%m-%d}" for day in sorted(days)))
    forms.append("year last")
    day = days.pop()
    return _made(day.year, day.month, day.day), text[found.end() :]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _short_readings(text: str) -> tuple[str, ...]:
    found = _SHORT.match(text)
    if not found or re.match("[0-9]", text[found.end() :]):
        return ()
    one, two, three = (int(found[part]) for part in ("one", "two", "three"))
    readings = ((2000 + one, two, three), (2018 + one, two, three), (2000 + three, one, two))
    return tuple(f"{date(*parts):%Y-%m-%d}" for parts in readings if _exists(*parts))


def _without_weekday(day: date, rest: str, forms: list[str]) -> str:
    found = _WEEKDAY.match(rest)
    if not found:
        return rest
    written = found["named"] or found["bracketed"].lower()
    number = _WEEKDAYS.find(written) if len(written) == 1 else -1
    if len(written) > 1:
        number = _ENGLISH.index(written) if written in _ENGLISH else -1
    if number != day.weekday():
        raise UnclearDateError(f"{day:%Y-%m-%d} ({_WEEKDAYS[day.weekday()]})", f"a ({written})")
    forms.append("weekday")
    # A blank, so that a time may follow at once.
    return " " + rest[found.end() :].lstrip() if rest[found.end() :].strip() else ""
