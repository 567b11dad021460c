"""What each error of AWS, of its library or of something in between means."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
    UnknownServiceError,
)

from callrisk.integrations.amazon.checking.aws_refusals import Cause, WrongError, refusal_of

URL = "https://connect.example"


def refused(code: str, message: str = "no", action: str = "connect") -> ClientError:
    """A refusal of AWS."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeInstance")


@pytest.mark.parametrize(
    ("code", "message", "cause", "words"),
    [
        ("InvalidClientTokenId", "x", Cause.IDENTITY, "does not know AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "x", Cause.IDENTITY, "AWS_SECRET_ACCESS_KEY"),
        ("SignatureDoesNotMatch", "Signature expired: 1", Cause.IDENTITY, "clock"),
        ("SignatureDoesNotMatch", "Signature not yet current", Cause.IDENTITY, "clock"),
        ("ExpiredToken", "x", Cause.IDENTITY, "have expired"),
        ("RequestExpired", "x", Cause.IDENTITY, "clock"),
        ("AccessDenied", "x", Cause.DENIED, "allow connect:DescribeInstance"),
        ("KMSAccessDeniedException", "x", Cause.DENIED, "kms:Decrypt"),
        ("ResourceNotFoundException", "x", Cause.WRONG, "check CONNECT_INSTANCE_ID"),
        ("Throttling", "slow  down\nplease", Cause.WRONG, "failed: Throttling: slow down please"),
        ("503", "x", Cause.FOREIGN, "HTTP 503"),
        ("Throttling", "<html>login", Cause.FOREIGN, "(HTML)"),
        ("", "", Cause.FOREIGN, "(HTTP ?)"),
        ("Throttling", "a < b", Cause.WRONG, "a < b"),
    ],
)
def test_what_aws_answers(code: str, message: str, cause: Cause, words: str) -> None:
    """In words of what to do; markup and bare numbers come from something else."""
    found = refusal_of(refused(code, message), "connect")

    assert found.cause is cause
    assert words in found.text.en
    assert found.text.ja != found.text.en


@pytest.mark.parametrize(
    ("error", "cause", "words"),
    [
        (NoCredentialsError(), Cause.IDENTITY, "credentials are missing"),
        (NoRegionError(), Cause.IDENTITY, "AWS_REGION is none"),
        (SSLError(endpoint_url=URL, error="x"), Cause.LINE, "a proxy is in the way"),
        (ProxyConnectionError(proxy_url=URL), Cause.LINE, "a proxy is in the way"),
        (EndpointConnectionError(endpoint_url=URL), Cause.LINE, "cannot be reached"),
        (ReadTimeoutError(endpoint_url=URL), Cause.LINE, "cannot be reached"),
        (ParamValidationError(report="x"), Cause.WRONG, "CONNECT_INSTANCE_ID and AWS_REGION: not"),
        (UnknownServiceError(service_name="x", known_service_names="y"), Cause.WRONG, "connect: "),
        (WrongError("ja", "en"), Cause.WRONG, "en"),
        (KeyError("x"), Cause.FOREIGN, "something other than AWS answered (KeyError)"),
    ],
)
def test_where_no_answer_came(error: Exception, cause: Cause, words: str) -> None:
    """It is told what to look at."""
    found = refusal_of(error, "connect")

    assert (found.cause, words in found.text.en) == (cause, True)


def test_what_is_not_there_is_named_by_its_setting() -> None:
    """Where there is none, the answer alone is told; a flow has a setting of its own."""
    queue = refusal_of(refused("QueueDoesNotExist"), "sqs")
    unknown = refusal_of(refused("ResourceNotFoundException"), "sts")
    invalid = refusal_of(ParamValidationError(report="x"), "connect:DescribeContactFlow")

    assert "CONNECT_EVENTS_QUEUE_URL" in queue.text.en
    assert "found nothing" not in unknown.text.en
    assert "CONNECT_CONTACT_FLOW_ID" in invalid.text.en


@pytest.mark.parametrize(("length", "is_cut"), [(188, False), (189, True)])
def test_a_message_of_two_hundred_letters_is_told_whole(length: int, is_cut: bool) -> None:
    """With its code; a longer one is cut."""
    told = refusal_of(refused("Throttling", "x" * length), "connect").text.en

    assert told.endswith("…") is is_cut
    assert told.count("x") == 188
