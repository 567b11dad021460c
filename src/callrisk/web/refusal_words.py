"""Why fields of a request were refused, in the language of whoever reads it: one table by type."""

from collections.abc import Mapping, Sequence
from typing import Any

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
# What APIFlask calls a fault of no single field.
_WHOLE = "_schema"


def reader_language() -> Language:
    """Return the language that is asked for; systems, which ask for none, read English."""
    return language_asked_for(request.headers.get("Accept-Language", ""))


def language_asked_for(accept_language: str) -> Language:
    """Return the language that a header Accept-Language asks for."""
    asked = parse_accept_header(accept_language, LanguageAccept)
    return "ja" if asked.best_match(["en", "ja"]) == "ja" else "en"


def told(text: Text) -> str:
    """Return a text in the language of whoever reads the answer to this request."""
    return spoken(text, reader_language())


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
