"""Errors of AWS in words: what is wrong, where it is set, and what to do; never raw answers."""

import re
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from callrisk.domain.wording import Text


class Cause(StrEnum):
    """The kind of a failure, which says what else fails with it."""

    # Whoever we are, or say that we are: everything fails.
    IDENTITY = "identity"
    # Nothing answers, which a network may do for one service and not for another.
    LINE = "line"
    # Something that is not AWS answers in its place.
    FOREIGN = "foreign"
    # One right is missing.
    DENIED = "denied"
    # What is named is not there, or not as it must be.
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A failure in words."""

    cause: Cause
    text: Text


class WrongError(Exception):
    """Something is not as it must be; the text says what to do."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(english)
        self.text = Text(japanese, english)


# What a garbled answer raises: it lacks what is looked for.
GARBLED = (ResponseParserError, AttributeError, LookupError, TypeError, ValueError)
FAILURES = (WrongError, ClientError, BotoCoreError, *GARBLED)

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
)
# Who is told that something is not there looks at the setting that names it.
_NOT_THERE = frozenset(
    {
        "ResourceNotFoundException",
        "ContactFlowNotPublishedException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    }
)
_KEY = Text(
    "AWS_ACCESS_KEY_ID が AWS に登録されていません（無効または削除済み）。"
    ".env の鍵を確かめてください",
    "AWS does not know AWS_ACCESS_KEY_ID (deactivated or deleted); check the keys in .env",
)
_SECRET = Text(
    "AWS_SECRET_ACCESS_KEY が AWS_ACCESS_KEY_ID と合いません。.env の鍵を確かめてください",
    "AWS_SECRET_ACCESS_KEY does not fit AWS_ACCESS_KEY_ID; check the keys in .env",
)
_EXPIRED = Text(
    "一時的な認証情報の有効期限が切れました。取得し直して AWS_SESSION_TOKEN と鍵を更新してください",
    "the temporary credentials have expired; get new ones, with keys and AWS_SESSION_TOKEN",
)
_CLOCK = Text(
    "このコンピューターの時計が AWS とずれています。日付と時刻を合わせてください",
    "the clock of this machine differs from that of AWS; set date and time",
)
_IDENTITY = {
    "InvalidClientTokenId": _KEY,
    "UnrecognizedClientException": _KEY,
    "InvalidAccessKeyId": _KEY,
    "AuthFailure": _KEY,
    "MissingAuthenticationToken": _KEY,
    "MissingAuthenticationTokenException": _KEY,
    "IncompleteSignature": _KEY,
    "IncompleteSignatureException": _KEY,
    "SignatureDoesNotMatch": _SECRET,
    "InvalidSignatureException": _SECRET,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "RequestExpired": _CLOCK,
    "RequestTimeTooSkewed": _CLOCK,
}
# A signature has a time of its own, by the clock of this machine.
_OUT_OF_TIME = re.compile(r"signature (expired|not yet current)", re.IGNORECASE)
_NAMED_BY = {
    "connect:DescribeContactFlow": Text(
        "CONNECT_CONTACT_FLOW_ID（公開済みのフローの ID）",
        "CONNECT_CONTACT_FLOW_ID, the id of a published flow",
    ),
    "connect": Text("CONNECT_INSTANCE_ID と AWS_REGION", "CONNECT_INSTANCE_ID and AWS_REGION"),
    "kinesis": Text(
        "CONNECT_STREAM_ARN または KINESIS_STREAM_NAME と、AWS_REGION",
        "CONNECT_STREAM_ARN or KINESIS_STREAM_NAME, and AWS_REGION",
    ),
    "sqs": Text(
        "CONNECT_EVENTS_QUEUE_URL と AWS_REGION", "CONNECT_EVENTS_QUEUE_URL and AWS_REGION"
    ),
}
_NO_CREDENTIALS = (
    NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound,
)  # fmt: skip
_LONGEST_WHY = 200
_MARKUP = re.compile(r"<\s*(!doctype|html|head|body|title|\?xml)", re.IGNORECASE)


def refusal_of(error: Exception, action: str) -> Refusal:
    """Return what an error of one of `FAILURES` means, when `action` was asked for."""
    if isinstance(error, WrongError):
        return Refusal(Cause.WRONG, error.text)
    if isinstance(error, ClientError):
        return _answered(error, action)
    if isinstance(error, BotoCoreError) and not isinstance(error, ResponseParserError):
        return _unanswered(error, action)
    return _garbled(action, type(error).__name__)


def _garbled(action: str, kind: str) -> Refusal:
    text = Text(
        f"{action}: AWS 以外（プロキシやログイン画面など）が応答しました（{kind}）。"
        "ネットワークとプロキシを確かめてください",
        f"{action}: something other than AWS answered ({kind}); check the network and its proxy",
    )
    return Refusal(Cause.FOREIGN, text)


def _unanswered(error: BotoCoreError, action: str) -> Refusal:
    why = _why(str(error))
    if isinstance(error, _NO_CREDENTIALS):
        text = Text(
            f"認証情報が見つからないか、そろっていません。.env の AWS_ACCESS_KEY_ID と "
            f"AWS_SECRET_ACCESS_KEY を確かめてください: {why}",
            f"credentials are missing or incomplete; check AWS_ACCESS_KEY_ID and "
            f"AWS_SECRET_ACCESS_KEY in .env: {why}",
        )
        return Refusal(Cause.IDENTITY, text)
    if isinstance(error, (InvalidRegionError, NoRegionError)):
        text = Text(
            f"AWS_REGION が正しくありません（例: ap-northeast-1）: {why}",
            f"AWS_REGION is none, such as ap-northeast-1: {why}",
        )
        return Refusal(Cause.IDENTITY, text)
    if isinstance(error, (SSLError, ProxyConnectionError)):
        text = Text(
            f"{action}: プロキシが通信を遮っています。"
            f"HTTPS_PROXY と AWS_CA_BUNDLE を確かめてください: {why}",
            f"{action}: a proxy is in the way; check HTTPS_PROXY and AWS_CA_BUNDLE: {why}",
        )
        return Refusal(Cause.LINE, text)
    if isinstance(error, (ConnectionError, HTTPClientError)):
        text = Text(
            f"{action}: AWS に接続できません。ネットワークと AWS_REGION を確かめてください: {why}",
            f"{action}: AWS cannot be reached; check the network and AWS_REGION: {why}",
        )
        return Refusal(Cause.LINE, text)
    if isinstance(error, ParamValidationError):
        named = _named_by(action) or Text(action, action)
        text = Text(f"{named.ja} の形式が正しくありません: {why}", f"{named.en}: not valid: {why}")
        return Refusal(Cause.WRONG, text)
    return Refusal(Cause.WRONG, Text(f"{action} を呼び出せません: {why}", f"{action}: {why}"))


def _answered(error: ClientError, action: str) -> Refusal:
    service, details = action.partition(":")[0], error.response.get("Error", {})
    code, message = str(details.get("Code") or ""), str(details.get("Message") or "")
    # A page that is whole markup is read as an answer without any code.
    status = code or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "?")
    is_ours = bool(code) and not code.isdecimal()
    if not is_ours or _MARKUP.search(message):
        return _garbled(action, "HTML" if is_ours else f"HTTP {status}")
    why, asked = _why(f"{code}: {message}"), f"{service}:{error.operation_name}"
    if code in _IDENTITY:
        told = _CLOCK if _OUT_OF_TIME.search(message) else _IDENTITY[code]
        return Refusal(Cause.IDENTITY, Text(f"{told.ja}（{code}）", f"{told.en} ({code})"))
    if code in _DENIED:
        text = Text(f"{asked} を許可してください: {why}", f"allow {asked}: {why}")
        return Refusal(Cause.DENIED, text)
    if code == "KMSAccessDeniedException":
        text = Text(
            f"ストリームの鍵について kms:Decrypt を許可してください: {why}",
            f"allow kms:Decrypt with the stream's key: {why}",
        )
        return Refusal(Cause.DENIED, text)
    named_by = _named_by(asked)
    if code in _NOT_THERE and named_by is not None:
        text = Text(
            f"{asked} では見つかりません。{named_by.ja} を確かめてください: {why}",
            f"{asked} found nothing, check {named_by.en}: {why}",
        )
        return Refusal(Cause.WRONG, text)
    text = Text(f"{asked} に失敗しました: {why}", f"{asked} failed: {why}")
    return Refusal(Cause.WRONG, text)


def _named_by(action: str) -> Text | None:
    """Return the settings that name what an action asks for."""
    return _NAMED_BY.get(action) or _NAMED_BY.get(action.partition(":")[0])


def _why(message: str) -> str:
    """Return a message of AWS or of its library in one short line."""
    line = " ".join(message.split())
    return line if len(line) <= _LONGEST_WHY else f"{line[:_LONGEST_WHY]}…"
