"""The types of the fields of requests: what each accepts, and the JSON schema that says so."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from callrisk.domain.customer import canonical_id
from callrisk.domain.wording import Text

_LONGEST_ID, _LONGEST_NOTE, _LONGEST_TURN = 256, 4_000, 4_000
_LONGEST_PHONE, _LONGEST_NAME = 32, 80
# A database keeps whole numbers of 64 bits, and text without NUL.
LARGEST_INTEGER = 2**63 - 1
_NO_NUL = r"^[^\u0000]*$"
# A character that can be seen must be among them; spaces are those of Unicode.
_BLANK = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_VISIBLE = rf"^[^\u0000]*[^{_BLANK}][^\u0000]*$"
# Control characters forge lines of a log, and what has no width makes two ids look like one.
_UNSEEN = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_ID = rf"^[^{_UNSEEN}]*[^{_BLANK}{_UNSEEN}][^{_UNSEEN}]*$"
# An id that stands in an address: no address leads to what holds a slash, or is a dot or two.
_ADDRESSABLE = (
    rf"^(?![{_BLANK}]*\.{{1,2}}[{_BLANK}]*$)"
    rf"[^{_UNSEEN}/\\]*[^{_BLANK}{_UNSEEN}/\\][^{_UNSEEN}/\\]*$"
)


# The checks of our own: each has a type beside those of pydantic, and words.
REFUSALS: Mapping[str, Text] = {
    "nothing_visible": Text(
        "目に見える文字が必要です。NUL は使えません",
        "must have a character that can be seen, and no NUL",
    ),
    "no_plain_id": Text(
        "目に見える文字が必要です。制御文字や見えない文字は使えません",
        "must have a character that can be seen, and no control or hidden ones",
    ),
    "not_addressable": Text(
        "アドレスに入るため、/ と \\ は使えず、. や .. だけにもできません",
        "must not hold / or \\, nor be . or .., since it stands in addresses",
    ),
    "has_nul": Text("NUL は使えません", "must not have a NUL"),
    "no_number": Text("数値にしてください", "must be a number"),
    "no_digits": Text("整数を数字で書いてください", "must be a whole number in digits"),
    "one_time_alone": Text(
        "begin_ms と end_ms は両方書くか、どちらも書かないでください",
        "begin_ms and end_ms come together or not at all",
    ),
    "ends_before_it_begins": Text(
        "end_ms は begin_ms より前にできません", "end_ms must not lie before begin_ms"
    ),
    "foreign_cursor": Text(
        "このサーバーが出したものではありません", "not one that this server gave out"
    ),
    "no_text": Text("文字列にしてください", "not a text"),
    "no_moment_of_log": Text(
        "記録の番号か、2026-01-31T09:30:00Z のような日時にしてください",
        "neither a number of the log nor a moment such as 2026-01-31T09:30:00Z",
    ),
    "no_day": Text("日付は 2026-12-05 の形で書いてください", "a day is written like 2026-12-05"),
    "no_moment": Text(
        "日時は 2026-12-05T15:00:00+09:00 の形で書いてください",
        "a moment is written like 2026-12-05T15:00:00+09:00",
    ),
}


def refusal(kind: str) -> PydanticCustomError:
    """Return the error of a check."""
    return PydanticCustomError(kind, REFUSALS[kind].en)


def _text_of_number(value: Any) -> Any:
    """Return a number as text: numbers for ids are common in old clients."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and abs(value) <= LARGEST_INTEGER else value


def _whole_number(value: Any) -> Any:
    """Return 7.0 as 7, anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _visible(text: str) -> str:
    if re.search(_VISIBLE, text) is None:
        raise refusal("nothing_visible")
    return text.strip()


def _plain_id(text: str) -> str:
    if re.fullmatch(_ID, text) is None:
        raise refusal("no_plain_id")
    return text.strip()


def _addressable(text: str) -> str:
    if re.fullmatch(_ADDRESSABLE, text) is None:
        raise refusal("not_addressable")
    return text


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise refusal("has_nul")
    return text.strip()


def no_text(value: Any) -> Any:
    if isinstance(value, str | bool):
        raise refusal("no_number")
    return value


def digits_only(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value) is None:
        raise refusal("no_digits")
    return value


def _id_schema(*more: dict[str, str], pattern: str = _ID) -> WithJsonSchema:
    text = {"type": "string", "minLength": 1, "maxLength": _LONGEST_ID, "pattern": pattern}
    number = {"type": "number", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER}
    return WithJsonSchema({"anyOf": [text, number, *more]})


def _text_schema(longest: int, pattern: str, least: int = 0) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "minLength": least, "maxLength": longest, "pattern": pattern}
    )


IdText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_LONGEST_ID),
    BeforeValidator(_text_of_number),
    AfterValidator(_plain_id),
]
Id = Annotated[IdText, _id_schema()]
# In a query every value is text.
PLAIN_ID = WithJsonSchema(
    {"type": "string", "minLength": 1, "maxLength": _LONGEST_ID, "pattern": _ID}
)
AgentFilter = Annotated[IdText | None, PLAIN_ID]
CustomerFilter = Annotated[Annotated[IdText, AfterValidator(canonical_id)] | None, PLAIN_ID]
CallId = Annotated[
    Annotated[IdText, AfterValidator(_addressable)], _id_schema(pattern=_ADDRESSABLE)
]
IdOrNone = Annotated[IdText | None, _id_schema({"type": "null"})]
# The name of a file or a folder where we look for it, never a way out of there.
FileName = CallId
FileNameOrNone = Annotated[
    Annotated[IdText, AfterValidator(_addressable)] | None,
    _id_schema({"type": "null"}, pattern=_ADDRESSABLE),
]
# Full width and half width are one customer, in the store as in the CRM.
CustomerId = Annotated[
    Annotated[IdText, AfterValidator(canonical_id)] | None, _id_schema({"type": "null"})
]
# A CRM that numbers its records may be sent a number.
RecordId = Annotated[
    Annotated[IdText, BeforeValidator(_whole_number)] | None, _id_schema({"type": "null"})
]
# As any telephony or person writes it.
PhoneText = Annotated[
    Annotated[
        str,
        StringConstraints(min_length=1, max_length=_LONGEST_PHONE),
        BeforeValidator(_text_of_number),
        AfterValidator(_plain_id),
    ]
    | None,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": _LONGEST_PHONE, "pattern": _ID},
                {"type": "number", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
                {"type": "null"},
            ]
        }
    ),
]
NoteText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_LONGEST_NOTE),
    AfterValidator(_visible),
    _text_schema(_LONGEST_NOTE, _VISIBLE, 1),
]
# What somebody calls something, on one line.
NameText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_LONGEST_NAME),
    AfterValidator(_plain_id),
    _text_schema(_LONGEST_NAME, _ID, 1),
]
NoteTextOrEmpty = Annotated[
    str,
    StringConstraints(max_length=_LONGEST_NOTE),
    AfterValidator(_without_nul),
    _text_schema(_LONGEST_NOTE, _NO_NUL),
]
TurnText = Annotated[
    str,
    StringConstraints(max_length=_LONGEST_TURN),
    # No database keeps a NUL, and a turn must not be lost for one that a recogniser wrote.
    AfterValidator(lambda text: " ".join(text.replace("\0", " ").strip().splitlines())),
    _text_schema(_LONGEST_TURN, ".*"),
]
# Of a search for better settings; each takes as long as a training.
Trials = Annotated[int, Field(ge=0, le=1_000), BeforeValidator(no_text)]
# A call of a day is not a call.
Milliseconds = Annotated[int, Field(ge=0, le=86_400_000), BeforeValidator(no_text)]
