"""What a client sends for a field becomes what the field holds, or is refused with its place."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from kintone_stand_in.api.refusals import (
    A_DATE,
    A_MOMENT,
    ONLY_NUMBERS,
    Words,
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


class UnfitValueError(Exception):
    """A value that the field does not take; `place` leads to it from its record."""

    def __init__(self, place: str, words: Words) -> None:
        super().__init__(place, words)
        self.place = place
        self.words = words


def value_of(code: str, field: Field, sent: object) -> StoredValue:
    """What the field holds after this was sent to it."""
    return _READERS[field.type](code, field, sent)


def number_of(text: str) -> Decimal | None:
    """The number that half-width digits spell; None for anything else."""
    trimmed = text.strip(" ")
    if not trimmed or not set(trimmed) <= _NUMERIC:
        return None
    try:
        number = Decimal(trimmed)
    except InvalidOperation:
        return None
    return number if abs(number.adjusted()) <= _WIDEST_EXPONENT else None


def date_of(text: str) -> str | None:
    """YYYY-MM-DD; month and day may be missing or short. None if there is no such day."""
    parts = text.split("-")
    if len(parts) > _DATE_PARTS or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = (int(part[:5]) for part in [*parts, "1", "1"][:_DATE_PARTS])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """The moment that an ISO time with a T names, as UTC where it names no zone."""
    if "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def to_the_minute(moment: datetime) -> str:
    """As Kintone tells times: UTC, seconds always 00."""
    return to_the_second(moment.replace(second=0))


def to_the_second(moment: datetime) -> str:
    """The same with its seconds, as it compares with what is held."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _text_sent(sent: object) -> str:
    """Text as it came; a number stands for its digits, nothing for an empty text."""
    if sent is None:
        return ""
    if isinstance(sent, bool) or not isinstance(sent, str | int | float | Decimal):
        raise refused("CB_IJ01")
    return str(sent)


def _text(code: str, field: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    if field.longest is not None and len(text) > field.longest:
        raise UnfitValueError(f".{code}.value", shorter_than(field.longest + 1))
    return text


def _number(code: str, field: Field, sent: object) -> StoredValue:
    text = _text_sent(sent).strip(" ")
    if not text:
        return ""
    number = number_of(text)
    if number is None:
        raise UnfitValueError(f"[{code}].value", ONLY_NUMBERS)
    if field.max_value is not None and number > field.max_value:
        raise UnfitValueError(f".{code}.value", at_most(field.max_value))
    if field.min_value is not None and number < field.min_value:
        raise UnfitValueError(f".{code}.value", at_least(field.min_value))
    return f"{number if number else abs(number):f}"


def _date(code: str, _: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    day = date_of(text)
    if text and day is None:
        raise UnfitValueError(f".{code}.value", A_DATE)
    return day


def _moment(code: str, _: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    if not text:
        return ""
    moment = moment_of(text)
    if moment is None:
        raise UnfitValueError(f".{code}.value", A_MOMENT)
    return to_the_minute(moment)


def _choice(code: str, field: Field, sent: object) -> StoredValue:
    text = _text_sent(sent)
    if text and text not in field.options:
        raise UnfitValueError(f".{code}.value", not_an_option(text))
    return text or None


def _choices(code: str, field: Field, sent: object) -> StoredValue:
    if sent is None:
        return []
    if not isinstance(sent, list | tuple):
        raise refused("CB_IJ01")
    chosen = [_text_sent(each) for each in sent]
    for place, name in enumerate(chosen):
        if name not in field.options:
            raise UnfitValueError(f".{code}.values[{place}].value", not_an_option(name))
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
