"""Refusals of requests, in the language of whoever reads them; those of fields by their type."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NoReturn

from apiflask import abort
from flask import request
from pydantic import ValidationError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from callrisk.domain.wording import Text
from callrisk.web.access.access_words import Language, spoken
from callrisk.wire.problem import FieldProblem
from callrisk.wire.request_fields import REFUSALS

# By the types of pydantic and by our own; names in braces are those of pydantic's context.
REFUSAL_WORDS: Mapping[str, Text] = {
    **REFUSALS,
    "missing": Text("必須です", "is required"),
    "extra_forbidden": Text("この名前の項目はありません", "there is no field of this name"),
    "value_error": Text("この値は使えません", "cannot be taken"),
    "model_type": Text("オブジェクトにしてください", "must be an object"),
    "list_type": Text("配列にしてください", "must be a list"),
    "too_short": Text(
        "{min_length} 個以上にしてください", "must have at least {min_length} entries"
    ),
    "too_long": Text("{max_length} 個以内にしてください", "must have at most {max_length} entries"),
    "string_type": Text("文字列にしてください", "must be a text"),
    "string_unicode": Text("文字として正しくありません", "must be text in Unicode"),
    "string_too_short": Text(
        "{min_length} 文字以上にしてください", "must have at least {min_length} characters"
    ),
    "string_too_long": Text(
        "{max_length} 文字以内にしてください", "must have at most {max_length} characters"
    ),
    "string_pattern_mismatch": Text("形を {pattern} に合わせてください", "must match {pattern}"),
    "int_type": Text("整数にしてください", "must be a whole number"),
    "int_parsing": Text("整数にしてください", "must be a whole number"),
    "int_parsing_size": Text("数値が大きすぎます", "is too large a number"),
    "int_from_float": Text("小数のない整数にしてください", "must be a whole number"),
    "float_type": Text("数値を指定してください", "must be a number"),
    "float_parsing": Text("数値を指定してください", "must be a number"),
    "finite_number": Text("有限の数値にしてください", "must be a finite number"),
    "greater_than_equal": Text("{ge} 以上にしてください", "must be at least {ge}"),
    "less_than_equal": Text("{le} 以下にしてください", "must be at most {le}"),
    "bool_type": Text("true か false にしてください", "must be true or false"),
    "literal_error": Text("{expected} のどれかにしてください", "must be one of {expected}"),
    "enum": Text("{expected} のどれかにしてください", "must be one of {expected}"),
    "date_type": Text("日付にしてください", "must be a day"),
    "datetime_type": Text("日時にしてください", "must be a moment"),
}
UNKNOWN_QUERY = Text("この名前は使えないか、2 回あります", "Unknown or repeated query name")
NESTED = Text("本文の入れ子が深すぎます。", "The body is nested too deeply.")
NO_OBJECT = Text("本文は JSON オブジェクトにしてください。", "The body must be a JSON object.")
# Of requests that no view of ours refuses, or that are told no more.
STATUS_WORDS: Mapping[HTTPStatus, Text] = {
    HTTPStatus.BAD_REQUEST: Text(
        "本文は JSON にし、Content-Type: application/json を付けてください。",
        "The body must be JSON with Content-Type: application/json.",
    ),
    HTTPStatus.NOT_FOUND: Text("このアドレスには何もありません。", "Nothing is at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: Text(
        "このアドレスでは使えないメソッドです。使えるものは Allow にあります。",
        "This address does not take the method; the header Allow names those that it takes.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text(
        "本文が大きすぎます。1 MB までにしてください。",
        "The body is too large; it may have 1 MB.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Text(
        "Content-Type は application/json にしてください。",
        "Content-Type must be application/json.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text(
        "サーバーで誤りが起きました。管理者に request_id を伝えてください。",
        "The server failed at this request; tell an administrator its request_id.",
    ),
}
_OTHER_STATUS = Text(
    "このリクエストには応えられません（{status}）。", "This request is refused ({status})."
)
# What APIFlask calls a fault of no single field.
_WHOLE = "_schema"


def reader_language() -> Language:
    """Return the language that is asked for; systems, which ask for none, read English."""
    return language_asked_for(request.headers.get("Accept-Language", ""))


def language_asked_for(accept_language: str) -> Language:
    """Return the language that a header Accept-Language asks for."""
    asked = parse_accept_header(accept_language, LanguageAccept)
    return "ja" if asked.best_match(["en", "ja"]) == "ja" else "en"


def told(text: Text, **values: object) -> str:
    """Return a text in the language of whoever reads the answer to this request.

    The values stand for the names in braces; a text without values is taken as it is.
    """
    words = spoken(text, reader_language())
    return words.format(**values) if values else words


def told_of_status(status: HTTPStatus) -> str:
    """Return why a request was refused of which no more is known than the status."""
    text = STATUS_WORDS.get(status)
    return told(_OTHER_STATUS, status=status.value) if text is None else told(text)


def refuse(
    status: HTTPStatus, text: Text | None = None, headers: Mapping[str, str] | None = None,
    **values: object,
) -> NoReturn:  # fmt: skip
    """Refuse the request; without a text, in the words of the status. Raise HTTPError."""
    words = told_of_status(status) if text is None else told(text, **values)
    abort(status, words, headers=dict(headers or {}))


def refuse_fields(place: str, fields: Mapping[str, Text], **values: object) -> NoReturn:
    """Refuse fields of a part of the request (json, query, headers). Raise HTTPError, 422."""
    words = {name: [told(text, **values)] for name, text in fields.items()}
    abort(HTTPStatus.UNPROCESSABLE_ENTITY, detail={place: words})


def refused_fields(error: ValidationError, before: Sequence[str | int] = ()) -> list[FieldProblem]:
    """Return the fields at fault; `before` is the path that leads to what was checked."""
    language = reader_language()
    return [
        FieldProblem(
            field=".".join(map(str, (*before, *fault["loc"]))) or _WHOLE,
            message=_words({**fault}, language),
        )
        for fault in error.errors(include_url=False, include_input=False)
    ]


def _words(fault: Mapping[str, Any], language: Language) -> str:
    text = REFUSAL_WORDS.get(fault["type"], REFUSAL_WORDS["value_error"])
    context = {name: str(value) for name, value in fault.get("ctx", {}).items()}
    # Pydantic joins the last two in English.
    context["expected"] = context.get("expected", "").replace(" or ", ", ")
    return spoken(text, language).format(**context)
