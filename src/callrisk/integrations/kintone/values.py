"""A record's values as Kintone writes them and as Python reads them; rows on their way there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

# By field code; "$id" and "$revision" are always there.
KintoneRecord = Mapping[str, Any]

_TEXTS = frozenset(
    {"SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "LINK", "RADIO_BUTTON", "DROP_DOWN",
     "RECORD_NUMBER", "STATUS", "CALC", "TIME"}
)  # fmt: skip
_OWN_NUMBERS = frozenset({"__ID__", "__REVISION__"})
_LONGEST_PLAIN = 40
_MOST_ROWS = 100
_LONGEST_KEY = 64
# Tags that begin a line.
_BLOCKS = frozenset({"br", "div", "li", "p", "tr"})
_CODE = frozenset({"script", "style"})
_MOMENTS = frozenset({"DATETIME", "CREATED_TIME", "UPDATED_TIME"})


@dataclass(frozen=True, slots=True)
class Written:
    """A row that Kintone has taken; `operation` is INSERT or UPDATE."""

    record_id: int
    revision: int
    operation: str


def record_from(wire: Mapping[str, Any]) -> KintoneRecord:
    """Return a record of an answer; ValueError, TypeError or KeyError where it is none."""
    record = {code: _python(cell["type"], cell["value"]) for code, cell in wire.items()}
    if not (isinstance(record.get("$id"), int) and isinstance(record.get("$revision"), int)):
        raise ValueError("a record without id and revision")
    return record


def wire_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the API takes it."""
    for code in row:
        if not code or code.startswith("$"):
            raise ValueError(f"{code or 'an empty field code'} cannot be written")
    return {code: {"value": wire_value(value)} for code, value in row.items()}


def wire_value(value: Any) -> Any:
    """Return a value as the API takes it; None empties a field, lists and mappings keep shape."""
    if isinstance(value, list | tuple):
        return [wire_value(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): wire_value(one) for key, one in value.items()}
    return text_of(value)


def chunks(
    rows: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], str] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Yield at most 100 rows each; no two of one key, as they would meet in one transaction."""
    some: list[dict[str, Any]] = []
    keys: set[str] = set()
    for row in rows:
        its_key = key(row) if key else None
        if len(some) == _MOST_ROWS or its_key in keys:
            yield some
            some, keys = [], set()
        some.append(row)
        keys |= set() if its_key is None else {its_key}
    if some:
        yield some


def update_of(row: Mapping[str, Any], key_field: str) -> dict[str, Any]:
    """Return a row as an upsert takes it: the key beside the fields, never among them."""
    fields = {code: value for code, value in row.items() if code != key_field}
    key = {"field": key_field, "value": _key(row, key_field)}
    return {"updateKey": key, "record": wire_record(fields)}


def key_of(update: Mapping[str, Any]) -> str:
    """Return the key of a row made by `update_of`."""
    return str(update["updateKey"]["value"])


def text_of(value: object) -> str:
    """Return a single value as text; ValueError for floats and for times without a zone."""
    if value is None:
        return ""
    if isinstance(value, str):
        value.encode()  # a lone surrogate raises a ValueError
        return value
    if isinstance(value, datetime):
        return _moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return _number_text(value)


def whole_number(told: object) -> int:
    """Return an id or a revision, which come as text."""
    text = str(told)
    if isinstance(told, bool) or not (text.isascii() and text.isdigit()):
        raise ValueError("not a whole number")
    return int(text)


def _python(kind: str, value: Any) -> Any:
    if kind in _OWN_NUMBERS:
        return whole_number(value)
    if kind in _TEXTS:
        return _text(value)
    if kind == "NUMBER":
        return _decimal(value)
    read = _READERS.get(kind)
    return value if read is None else read(value) if value else None


def plain_of_html(html: str | None) -> str | None:
    """Return the words of formatted text, a line for each block."""
    if html is None:
        return None
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
    return "\n".join(filter(None, lines)) or None


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag in _CODE
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a text that is none")
    return value or None


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError("a number that is none")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("a number that is none") from None
    if not number.is_finite():
        raise ValueError("a number without end")
    return number


def moment_of(value: str) -> datetime:
    """Return a moment as the API tells it, in UTC where it names no zone."""
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be written; give it one")
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="seconds") + "Z"


def _number_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"a {type(value).__name__} cannot be written; numbers are int or Decimal")
    if isinstance(value, int):
        return str(value)
    if not value.is_finite():
        raise ValueError("a number without end cannot be written")
    # Plain digits, as far as they stay short.
    return format(value, "f") if abs(value.adjusted()) < _LONGEST_PLAIN else str(value)


def _key(row: Mapping[str, Any], key_field: str) -> str:
    key = text_of(row.get(key_field))
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"{key_field}: a key has 1 to {_LONGEST_KEY} characters")
    return key


_READERS: dict[str, Callable[[str], Any]] = {
    "DATE": date.fromisoformat,
    "RICH_TEXT": lambda html: plain_of_html(_text(html)),
} | dict.fromkeys(_MOMENTS, moment_of)
