"""Errors of a CRM over HTTP, and whether asking again is of any use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callrisk.domain.wording import Text
from callrisk.integrations.http.http_answers import Received, json_of
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
from callrisk.integrations.http_crm.crm_causes import (
    LIMIT_CODES,
    UNREADABLE,
    cause_of_silence,
    cause_of_status,
)

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,60}")
_CODE_NAMES = ("errorCode", "code", "category", "errorType", "error")
_TOO_MANY, _CLIENT_ERROR, _SERVER_ERROR = 429, 400, 500
# A status that says "later" although it is below 500.
_LATER_STATUSES = frozenset({408, 425})
# Some of several entries were refused; several records bear one key.
_REFUSED_IN_PART = frozenset({207, 300})
# Another writer held the record.
_LOCKED_CODES = frozenset({"UNABLE_TO_LOCK_ROW"})
_LONGEST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Where:
    """The request that an error is about; its path is the template, without values."""

    crm: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.crm}: {self.method} {self.path}"


class HttpCrmError(RequestError):
    """A CRM did not do what it was asked; `code` is its own word for the reason, if any.

    Neither message nor text hold a value of a record or a token.
    """

    def __init__(
        self, message: str, verdict: Verdict, text: Text, *, status: int | None = None,
        code: str = "", retry_after_s: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, verdict, status, retry_after_s, text)
        self.code = code


def error_at(
    where: Where, verdict: Verdict, cause: Text, status: int | None = None
) -> HttpCrmError:
    """Return an error with its place and cause, without an answer that tells more."""
    return HttpCrmError(f"{where}: {cause.en}", verdict, _placed(where, cause), status=status)


def refusal(where: Where, received: Received, *, may_quote: bool = False) -> HttpCrmError:
    """Return the error for an answer that is not good.

    With `may_quote` the CRM's own words are told: nothing of a person was in the request.
    """
    told = _told(received.body)
    code = _code(told)
    cause = cause_of_status(received.status, code)
    name = " ".join(filter(None, (str(received.status), code)))
    words = _words(told) if may_quote else ""
    text = _placed(where, cause, name)
    if words:
        text = Text(f"{text.ja}「{words}」", f'{text.en}: "{words}"')
    return HttpCrmError(
        f"{where}: the answer is {name}: {cause.en}", _verdict(received, code), text,
        status=received.status, code=code, retry_after_s=received.retry_after_s or None,
    )  # fmt: skip


def unreadable(where: Where) -> HttpCrmError:
    """Return the error for a good answer that cannot be read."""
    return error_at(where, UNKNOWN, UNREADABLE, 200)


def silence(where: Where, error: BaseException, *, was_sent: bool, is_over: bool) -> HttpCrmError:
    """Return the error for a request that was not answered; `error` may quote the address."""
    if is_over and not was_sent:
        # What our cut looks like to the library tells nothing of the other end.
        error = TimeoutError()
    cause = cause_of_silence(error, was_sent)
    what = f"{cause.en} ({type(error).__name__})"
    return HttpCrmError(
        f"{where}: {what}", UNKNOWN if was_sent else NOT_DONE, _placed(where, cause)
    )


def _placed(where: Where, cause: Text, name: str = "") -> Text:
    told = f"{where}{f', {name}' if name else ''}"
    return Text(f"{cause.ja}（{told}）", f"{cause.en} ({told})")


def _verdict(received: Received, code: str) -> Verdict:
    status = received.status
    if code in LIMIT_CODES:
        return LATER
    if code in _LOCKED_CODES:
        return LOCKED
    if status == _TOO_MANY:
        return NOT_DONE
    if status in _LATER_STATUSES or status >= _SERVER_ERROR:
        return UNKNOWN
    if status in _REFUSED_IN_PART:
        return REFUSED
    is_page = received.body.lstrip().startswith(b"<")
    return FOREIGN if is_page or status < _CLIENT_ERROR else REFUSED


def _told(body: bytes) -> Mapping[str, Any]:
    content = json_of(body)
    first = content[0] if isinstance(content, list) and content else content
    return first if isinstance(first, Mapping) else {}


def _code(told: Mapping[str, Any]) -> str:
    found = (told.get(name) for name in _CODE_NAMES)
    return next((one for one in found if isinstance(one, str) and _CODE.fullmatch(one)), "")


def _words(told: Mapping[str, Any]) -> str:
    words = told.get("message") or told.get("error_description") or ""
    plain = "".join(filter(str.isprintable, words)) if isinstance(words, str) else ""
    return plain[:_LONGEST_WORDS]
