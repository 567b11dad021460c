"""The one door for what AWS services wrap around a record: the JSON objects inside any of it.

On its way from Amazon Connect a record may pass through EventBridge (and its pipes), SNS, SQS,
Firehose, Lambda, CloudWatch Logs or the Kinesis Producer Library, each of which wraps it in its
own way, sometimes several of them; compressed, in base64, or many in one. Whatever comes is taken
apart until objects are left that no wrapper is known of. In a wrapper that is known everything must
be readable; in any other object, as queues of other makers, dead letters and templates make them,
what looks like an event of a contact is found wherever it is.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from callrisk.integrations.amazon.aggregates import aggregated, is_aggregate

# A service makes up to six of them; something that contains itself does.
_MOST_LAYERS = 60
# Kinesis takes records of 10 MiB; what grows beyond this is no record of a call.
_MOST_BYTES = 64 * 1024 * 1024
_MOST_OBJECTS = 20_000
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST_BASE64 = 8
_GZIP, _ZLIB = b"\x1f\x8b", b"\x78"
# Automatically by the header of gzip or zlib.
_ANY_HEADER = 47
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Between values: blanks, the separator of RFC 7464, and commas of a list that lost its brackets.
_BETWEEN = re.compile(r"[\s\x00\x1e,\ufeff]*")
_DECODER = json.JSONDecoder()
# Fields that every event of a contact or of its analysis has.
_EVENT = frozenset({"contactid", "eventtype"})


@dataclass(slots=True)
class Unwrapped:
    """The objects that were found, in their order, and why something else could not be read.

    In a search through fields of any kind, texts and numbers that never were JSON are no trouble.
    """

    objects: list[Mapping[str, Any]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    is_search: bool = False
    _bytes_left: int = _MOST_BYTES

    def add(self, found: Mapping[str, Any]) -> None:
        """Add an object."""
        if len(self.objects) >= _MOST_OBJECTS:
            raise ValueError(f"more than {_MOST_OBJECTS} objects")
        self.objects.append(found)

    def note(self, error: Exception, value: str | bytes = "") -> None:
        """Note that something cannot be read, but for a text of people in a search."""
        if not self.is_search or value[:1] in ("{", "[", _GZIP[:1]):
            self.unreadable.append(_why(error))

    def inflated(self, compressed: bytes) -> bytes:
        """Return what was compressed; ValueError for more than any record holds."""
        stream = zlib.decompressobj(_ANY_HEADER)
        try:
            content = stream.decompress(compressed, self._bytes_left)
        except zlib.error as error:
            raise ValueError("compressed, but damaged") from error
        if not stream.eof:
            raise ValueError("compressed, but cut off or too large")
        self._bytes_left -= len(content)
        # Several members may follow one another.
        return content + (self.inflated(stream.unused_data) if stream.unused_data else b"")


def unwrapped(body: bytes) -> Unwrapped:
    """Return the objects in a record; whatever cannot be read costs nothing of what can."""
    found = Unwrapped()
    _take(body, found, 0)
    return found


def _take(value: Any, found: Unwrapped, layer: int) -> None:
    """Take a value apart, noting why where that is not possible."""
    try:
        if layer > _MOST_LAYERS:
            raise ValueError(f"more than {_MOST_LAYERS} layers")
        if isinstance(value, bytes):
            _take_bytes(value, found, layer)
        elif isinstance(value, str):
            _take_text(value, found, layer)
        elif isinstance(value, list) and value:
            for one in value:
                _take(one, found, layer + 1)
        elif isinstance(value, Mapping):
            _take_object(value, found, layer)
        else:
            raise ValueError("neither a JSON object nor a list of some")
    except (ValueError, RecursionError) as error:
        found.note(error, value if isinstance(value, bytes) else "")


def _why(error: Exception) -> str:
    # Never the words of a library's error: they may repeat what was said in the call.
    is_ours = type(error) is ValueError
    return str(error) if is_ours else f"not JSON in UTF-8: {type(error).__name__}"


def _take_bytes(body: bytes, found: Unwrapped, layer: int) -> None:
    if is_aggregate(body):
        for record in aggregated(body):
            _take(record, found, layer + 1)
    elif body.startswith(_GZIP) or _is_zlib(body):
        _take(found.inflated(body), found, layer + 1)
    else:
        encoding = next((name for mark, name in _ENCODINGS if body.startswith(mark)), "utf-8")
        _take_text(body.decode(encoding), found, layer)


def _is_zlib(body: bytes) -> bool:
    return body.startswith(_ZLIB) and len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0


def _take_text(text: str, found: Unwrapped, layer: int) -> None:
    """Take the JSON values in a text, one after the other; or what it says in base64."""
    # Marks and separators that a service kept inside its own text.
    text = text[_behind_blanks(text, 0) :]
    packed = _from_base64(text)
    if packed is not None:
        _take(packed, found, layer + 1)
        return
    place, end = _behind_blanks(text, 0), len(text)
    if place == end:
        raise ValueError("empty")
    while place < end:
        begin = place
        try:
            value, place = _DECODER.raw_decode(text, place)
        except ValueError as error:
            # Of many records, one a line, the others are whole.
            line_end = text.find("\n", place)
            line_end = end if line_end < 0 else line_end
            packed, place = _from_base64(text[place:line_end]), line_end
            if packed is None:
                found.note(error, text[begin])
            else:
                _take(packed, found, layer + 1)
        else:
            _take(value, found, layer + 1)
        place = _behind_blanks(text, place)


def _behind_blanks(text: str, place: int) -> int:
    blanks = _BETWEEN.match(text, place)
    return blanks.end() if blanks else place


def _from_base64(text: str) -> bytes | None:
    """Return the bytes that a text is in base64; None for one that is not."""
    if text.lstrip()[:1] in ("{", "[", '"', ""):
        return None
    packed = "".join(text.split())
    if len(packed) < _SHORTEST_BASE64 or not _BASE64.fullmatch(packed):
        return None
    try:
        standard = packed.translate(str.maketrans("-_", "+/")).rstrip("=")
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except binascii.Error:
        return None


def _take_object(value: Mapping[str, Any], found: Unwrapped, layer: int) -> None:
    fields = _with_detail(_lower_names(value))
    inside = list(_inside(fields))
    for one in inside:
        _take(one, found, layer + 1)
    if inside:
        return
    within = [] if _is_of_contact(fields) else _of_contacts(fields, found, layer)
    for event in within or [fields]:
        found.add(event)


def _with_detail(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with the detail of an event as an object: who puts it on a bus, as text."""
    detail = fields.get("detail")
    if not isinstance(detail, str):
        return fields
    with suppress(ValueError, RecursionError):
        return fields | {"detail": _DECODER.decode(detail)}
    return fields


def _is_of_contact(value: Any) -> bool:
    """Return True for an event of the analysis or of a contact, in its envelope or without."""
    if not isinstance(value, Mapping):
        return False
    fields = _lower_names(value)
    return fields.keys() >= _EVENT or _is_of_contact(fields.get("detail"))


def _lower_names(value: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): one for name, one in value.items()}


def _of_contacts(
    fields: Mapping[str, Any], found: Unwrapped, layer: int
) -> list[Mapping[str, Any]]:
    """Return the events of contacts in an object that nothing else is known of."""
    within = Unwrapped(_bytes_left=found._bytes_left, is_search=True)
    for value in fields.values():
        if isinstance(value, (str, list, Mapping)):
            _take(value, within, layer + 1)
    found._bytes_left = within._bytes_left
    events = [event for event in within.objects if _is_of_contact(event)]
    # Beside events it may have been one of them; elsewhere it is nobody's.
    if events or found.is_search:
        found.unreadable += within.unreadable
    return events


# The fields that hold what a service wraps, each with the fields that show that it does.
_WRAPPERS: tuple[tuple[str, frozenset[str]], ...] = (
    # SNS.
    ("message", frozenset({"topicarn", "signature", "messageid", "type"})),
    # A batch of Lambda: of Kinesis, SQS, SNS.
    ("records", frozenset()),
    ("kinesis", frozenset({"eventsource", "eventid", "eventname"})),
    ("sns", frozenset({"eventsource", "eventversion", "eventsubscriptionarn"})),
    ("body", frozenset({"messageid", "receipthandle", "eventsource", "isbase64encoded"})),
    # A record of Kinesis, Firehose or a pipe, and a CloudEvent.
    ("data", frozenset({
        "partitionkey", "sequencenumber", "recordid", "approximatearrivaltimestamp", "specversion",
        "kinesisrecordmetadata",
    })),
    # CloudWatch Logs.
    ("awslogs", frozenset()),
    ("logevents", frozenset({"loggroup", "logstream", "messagetype"})),
)  # fmt: skip


def _inside(fields: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what a service wrapped; nothing for an object that is no wrapper."""
    for name, signs in _WRAPPERS:
        held = fields.get(name)
        if not isinstance(held, (str, list, Mapping)) or not held:
            continue
        # A subscription to be confirmed has a message for people.
        if (signs and not signs & fields.keys()) or "subscribeurl" in fields:
            continue
        yield from _held(name, held)
        return
    if len(fields) == 1 and isinstance(fields.get("data"), str):
        yield fields["data"]
    detail = fields.get("detail")
    # An event of EventBridge whose detail is another one, or a wrapper.
    if isinstance(detail, Mapping) and ("detail" in detail or any(_inside(_lower_names(detail)))):
        yield detail


def _held(name: str, held: Any) -> Iterator[Any]:
    if name in ("awslogs", "kinesis") and isinstance(held, Mapping):
        yield held.get("data")
    elif name == "sns" and isinstance(held, Mapping):
        yield held.get("Message")
    elif name == "logevents" and isinstance(held, list):
        yield from (one.get("message") for one in held if isinstance(one, Mapping))
    elif name == "records" and isinstance(held, list):
        yield from held
    else:
        yield held
