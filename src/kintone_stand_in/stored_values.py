"""Values as clients send them, validated and converted to the form in which records store them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from kintone_stand_in.api.refusals import (
    A_DATE,
    A_MOMENT,
    ONLY_NUMBERS,
    at_least,
    at_most,
    not_an_option,
    refused,
    shorter_than,
)
from kintone_stand_in.fields import Field, StoredValue

_NUMERIC = set("0123456789+-.eE")
# A number further from 1 than this would fill the memory when it is written out.
_WIDEST_EXPONENT = 100
_DATE_PARTS = 3


class InvalidValueError(Exception):
    """A value that the field does not accept; `place` is its path within the record."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message


def value_of(code: str, field: Field, sent: object) -> StoredValue:
    """Return the stored form of a sent value; InvalidValueError or RefusedError for others."""
    return _READERS[field.type](code, field, sent)


def number_of(text: str) -> Decimal | None:
    """Return the number that half-width digits spell, or None."""
    trimmed = text.strip(" ")
    if not trimmed or not set(trimmed) <= _NUMERIC:
        return None
    try:
        number = Decimal(trimmed)
    except InvalidOperation:
        return None
    return number if abs(number.adjusted()) <= _WIDEST_EXPONENT else None


def date_of(text: str) -> str | None:
    """Return YYYY-MM-DD, or None if there is no such day; month and day may be missing or short."""
    parts = text.split("-")
    if len(parts) > _DATE_PARTS or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = (int(part[:5]) for part in [*parts, "1", "1"][:_DATE_PARTS])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """Return the moment of an ISO time with a T, UTC where it names no zone, or None."""
    if "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def to_the_minute(moment: datetime) -> str:
    """Return a moment as Kintone renders it: UTC, seconds always 00."""
    return to_the_second(moment.replace(second=0))


def to_the_second(moment: datetime) -> str:
    """Return a moment in UTC with its seconds, comparable with stored ones."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _text_sent(sent: object) -> str:
    """Return a sent text; a number stands for its digits, null for an empty text."""
    if sent is None:
        return ""
    if isinstance(sent, bool) or not isinstance(sent, str | int | float | Decimal):
        raise refused("CB_IJ01")
    return str(sent)


def _text(code: str, field: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    if field.longest is not None and len(text) > field.longest:
        raise InvalidValueError(f".{code}.value", shorter_than(field.longest + 1))
    return text


def _number(code: str, field: Field, sent: object) -> StoredValue:
    text = _text_sent(sent).strip(" ")
    if not text:
        return ""
    number = number_of(text)
    if number is None:
        raise InvalidValueError(f"[{code}].value", ONLY_NUMBERS)
    if field.max_value is not None and number > field.max_value:
        raise InvalidValueError(f".{code}.value", at_most(field.max_value))
    if field.min_value is not None and number < field.min_value:
        raise InvalidValueError(f".{code}.value", at_least(field.min_value))
    return f"{number if number else abs(number):f}"


def _date(code: str, _: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    day = date_of(text)
    if text and day is None:
        raise InvalidValueError(f".{code}.value", A_DATE)
    return day


def _moment(code: str, _: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    if not text:
        return ""
    moment = moment_of(text)
    if moment is None:
        raise InvalidValueError(f".{code}.value", A_MOMENT)
    return to_the_minute(moment)


def _choice(code: str, field: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    if text and text not in field.options:
        raise InvalidValueError(f".{code}.value", not_an_option(text))
    return text or None


def _choices(code: str, field: Field, sent: object) -> StoredValue:
    if sent is None:
        return []
    if not isinstance(sent, list | tuple):
        raise refused("CB_IJ01")
    chosen = [_text_sent(each) for each in sent]
    for place, name in enumerate(chosen):
        if name not in field.options:
            raise InvalidValueError(f".{code}.values[{place}].value", not_an_option(name))
    return list(dict.fromkeys(chosen))


_READERS: dict[str, Callable[[str, Field, object], StoredValue]] = {
    "SINGLE_LINE_TEXT": _text,
    "MULTI_LINE_TEXT": _text,
    "LINK": _text,
    "NUMBER": _number,
    "DATE": _date,
    "DATETIME": _moment,
    "DROP_DOWN": _choice,
    "RADIO_BUTTON": _choice,
    "CHECK_BOX": _choices,
}
