"""Errors of Kintone, and whether asking again is of any use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callrisk.domain.wording import Text
from callrisk.integrations.http.http_answers import Received
from callrisk.integrations.http.request_verdicts import (
    FOREIGN,
    LATER,
    LOCKED,
    NOT_DONE,
    REFUSED,
    UNKNOWN,
    RequestError,
    Verdict,
)
from callrisk.integrations.kintone.causes import (
    UNREADABLE,
    cause_of_answer,
    cause_of_silence,
    with_words,
)
from callrisk.integrations.kintone.values import Written

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OLD_ERROR = 520  # what refusals came as before they got statuses of their own
_TOO_MANY = 429
_SERVER_ERROR = 500
# A status that says "later" although it is below 500.
_LATER_STATUSES = frozenset({408, 425})
# The database was locked by another writer; with 400 or, formerly, 520.
_LOCKED_CODES = frozenset({"GAIA_DA02", "GAIA_RE18"})
# No cursor is free; maintenance. Of no use at once, but it passes.
_LATER_CODES = frozenset({"GAIA_TM12", "GAIA_NO02"})
_REFUSED_CODES = frozenset(
    {"CB_VA01", "CB_IJ01", "CB_IL02", "CB_AU01", "CB_WA01", "CB_NO02", "GAIA_AP01", "GAIA_BF02",
     "GAIA_CN01", "GAIA_CO02", "GAIA_CO03", "GAIA_DA03", "GAIA_FC01", "GAIA_FU01", "GAIA_IA02",
     "GAIA_IL03", "GAIA_IL08", "GAIA_IL23", "GAIA_IL26", "GAIA_IQ03", "GAIA_IQ07", "GAIA_IQ10",
     "GAIA_IQ11", "GAIA_IQ23", "GAIA_IQ25", "GAIA_IQ27", "GAIA_IR02", "GAIA_LO03", "GAIA_LO04",
     "GAIA_NO01", "GAIA_QU01", "GAIA_QU02", "GAIA_RE01", "GAIA_RE20", "GAIA_TO03", "GAIA_UN10"}
)  # fmt: skip
# The token, or whoever asks, has not the right.
NO_RIGHT = frozenset({"GAIA_NO01", "GAIA_IA02", "CB_NO02", "CB_AU01"})
_PATHS_NAMED = 3
_OK = 200
_FIELD = re.compile(r"records?(?:\[\d+\])?[.\[]([^.\[\]]+)")
_ROW = re.compile(r"records\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Where:
    """The request that an error is about."""

    method: str
    name: str
    app: int

    def __str__(self) -> str:
        return f"{self.method} {self.name} of app {self.app}"


@dataclass(frozen=True, slots=True)
class Answered:
    """The details of a failed answer; `errors` and `message` may quote values.

    `errors` are messages by the path of a field.
    """

    status: int
    code: str = ""
    reference: str = ""
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    retry_after_s: float = 0.0
    message: str = ""

    @property
    def words(self) -> list[str]:
        """Return Kintone's own words: of each field, or of the whole."""
        of_fields = [
            f"{field_of(path)}: {message}"
            for path, messages in self.errors.items()
            for message in messages
        ]
        return of_fields or [self.message]


class KintoneError(RequestError):
    """Kintone did not do what it was asked; `permanent` says that asking again is of no use.

    The message never holds a record's value or a token; `errors` may, as Kintone quotes them.
    `text` is for screens, with Kintone's own words. `written` are the rows of the same call that
    were written before.
    """

    def __init__(
        self, message: str, verdict: Verdict, answered: Answered | None = None,
        text: Text | None = None,
    ) -> None:  # fmt: skip
        retry_after_s = answered.retry_after_s if answered else 0.0
        status = answered.status if answered else None
        super().__init__(message, verdict, status, retry_after_s or None, text)
        self.code = answered.code if answered else ""
        self.reference = answered.reference if answered else ""
        self.errors: Mapping[str, list[str]] = answered.errors if answered else {}
        self.written: tuple[Written, ...] = ()


def refusal(where: Where, received: Received, answer: Mapping[str, Any]) -> KintoneError:
    """Return the error for an answer other than 200; `answer` is its JSON, or empty."""
    code, message = _matching(_CODE, answer.get("code")), answer.get("message")
    answered = Answered(
        received.status, code, _matching(_REFERENCE, answer.get("id")),
        _errors_of(answer.get("errors")), received.retry_after_s,
        message if isinstance(message, str) else "",
    )  # fmt: skip
    cause = cause_of_answer(received.status, code, received.headers, received.body)
    message = _message(where, answered, cause.en)
    text = with_words(cause, where.app, answered.words)
    return KintoneError(message, _verdict(answered), answered, text)


def unreadable(where: Where) -> KintoneError:
    """Return the error for an answer of status 200 that cannot be read."""
    message = f"{where}: the answer cannot be read; {UNREADABLE.en}"
    return KintoneError(message, UNKNOWN, Answered(_OK), with_words(UNREADABLE, where.app, ()))


def silence(where: Where, error: BaseException, *, was_sent: bool, is_over: bool) -> KintoneError:
    """Return the error for a request that was not answered; `error` may quote the address."""
    if is_over and not was_sent:
        # What our cut looks like to the library tells nothing of the other end.
        error = TimeoutError()
    cause, kind = cause_of_silence(error, was_sent), type(error).__name__
    text = with_words(cause, where.app, ())
    if not was_sent:
        message = f"{where}: Kintone cannot be reached at its base URL; {cause.en} ({kind})"
        return KintoneError(message, NOT_DONE, text=text)
    what = "did not answer in time" if is_over else "broke off or answered too late"
    return KintoneError(f"{where}: Kintone {what}; try later ({kind})", UNKNOWN, text=text)


def field_of(path: str) -> str:
    """Return the code of the field that a path of `errors` is about, or the path itself."""
    match = _FIELD.match(path)
    return path if match is None else match[1]


def rows_refused(error: KintoneError) -> frozenset[int]:
    """Return the places of the rows that an answer names as wrong, empty where it names none."""
    named = [_ROW.match(path) for path in error.errors]
    return frozenset(int(match[1]) for match in named if match is not None)


def key_is_taken(error: KintoneError, key_field: str) -> bool:
    """Return whether an upsert lost against another that added the same key at the same moment."""
    return error.code == "CB_VA01" and any(
        path.endswith(f".{key_field}.value") for path in error.errors
    )


def _verdict(answered: Answered) -> Verdict:
    if answered.code in _LOCKED_CODES:
        return LOCKED
    if answered.code in _LATER_CODES:
        return LATER
    if answered.status == _TOO_MANY:
        return NOT_DONE
    if answered.status == _OLD_ERROR:
        return REFUSED if answered.code in _REFUSED_CODES else UNKNOWN
    if answered.status in _LATER_STATUSES or not _is_refusal(answered.status):
        return UNKNOWN
    return REFUSED if answered.code else FOREIGN


def _is_refusal(status: int) -> bool:
    return 400 <= status < _SERVER_ERROR  # noqa: PLR2004 - the range itself


def _message(where: Where, answered: Answered, what: str) -> str:
    name = " ".join(filter(None, (str(answered.status), answered.code)))
    paths = ", ".join(_printable(path)[:80] for path in list(answered.errors)[:_PATHS_NAMED])
    about = f" ({paths})" if paths else ""
    reference = f"; reference {answered.reference}" if answered.reference else ""
    return f"{where}: Kintone answers {name}: {what}{about}{reference}"


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))


def _matching(pattern: re.Pattern[str], text: object) -> str:
    """Return a text of an answer if it looks as it should; anything could stand there."""
    return text if isinstance(text, str) and pattern.fullmatch(text) else ""


def _errors_of(errors: object) -> dict[str, list[str]]:
    if not isinstance(errors, dict):
        return {}
    return {str(path): _messages(problem) for path, problem in errors.items()}


def _messages(problem: object) -> list[str]:
    messages = problem.get("messages") if isinstance(problem, dict) else problem
    return [str(message) for message in messages] if isinstance(messages, list) else []
