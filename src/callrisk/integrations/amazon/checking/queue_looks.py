"""Looks at the way of contact events: the queue, who may send to it, and the rule that does."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from callrisk.domain.wording import Text
from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.checking.aws_refusals import WrongError

_SENDERS = ("events.amazonaws.com", "sns.amazonaws.com", "pipes.amazonaws.com")
_SENDING = frozenset({"sqs:*", "sqs:sendmessage", "*"})
# What deleting a message answers whose receipt is none, to those who may delete.
_NO_RECEIPT = frozenset({"ReceiptHandleIsInvalid", "InvalidParameterValue", "InvalidAddress"})
_PATTERN = '{"source":["aws.connect"],"detail-type":[{"suffix":"Contact Event"}]}'


def queue(aws: AwsSettings) -> Text:
    """Return how many contact events wait; they can be received and deleted."""
    waiting = _attributes(aws)["ApproximateNumberOfMessages"]
    sqs = client("sqs", aws)
    # Seen by the reader again at once.
    sqs.receive_message(
        QueueUrl=aws.events_queue_url, MaxNumberOfMessages=1, VisibilityTimeout=0, WaitTimeSeconds=0
    )
    try:
        sqs.delete_message(QueueUrl=aws.events_queue_url, ReceiptHandle="none")
    except ClientError as error:
        if error.response["Error"]["Code"].rpartition(".")[2] not in _NO_RECEIPT:
            raise
    return Text(f"コンタクトイベントが {waiting} 件待っています", f"{waiting} contact events wait")


def policy(aws: AwsSettings) -> Text:
    """Return who may send to the queue; WrongError if no service of AWS may."""
    found = _attributes(aws).get("Policy")
    senders = _senders(json.loads(found)) if found else set[str]()
    if not senders:
        raise WrongError(
            "キューのアクセスポリシーで、"
            "events.amazonaws.com に sqs:SendMessage を許可してください",
            "allow events.amazonaws.com to sqs:SendMessage in the access policy of the queue",
        )
    names = ", ".join(sorted(senders))
    return Text(f"キューへの送信が許可されています: {names}", f"may send to the queue: {names}")


def rule(aws: AwsSettings) -> Text:
    """Return the rules of EventBridge that send contact events; WrongError if none does.

    Where the events come by way of SNS or a pipe, no rule names the queue.
    """
    found = _attributes(aws)
    events = client("events", aws)
    names = events.list_rule_names_by_target(TargetArn=found["QueueArn"])["RuleNames"]
    rules = [events.describe_rule(Name=name) for name in names]
    good = [one["Name"] for one in rules if _catches_contacts(one) and one["State"] == "ENABLED"]
    if good:
        return Text(f"ルール: {', '.join(good)}", f"rules: {', '.join(good)}")
    off = [one["Name"] for one in rules if _catches_contacts(one)]
    if off:
        raise WrongError(
            f"EventBridge のルール {off[0]} が無効です。有効にしてください",
            f"the rule {off[0]} of EventBridge is disabled: enable it",
        )
    others = _senders(json.loads(found["Policy"])) if found.get("Policy") else set[str]()
    if not names and others - {_SENDERS[0], "*"}:
        way = ", ".join(sorted(others))
        return Text(
            f"{way} を経由するため、ルールは確認しません", f"by way of {way}: no rule to look at"
        )
    raise WrongError(
        f"コンタクトイベントをこのキューに送る EventBridge のルールがありません。"
        f"イベントパターン {_PATTERN}、ターゲットをこのキューとして作成してください",
        f"no rule of EventBridge sends contact events to this queue: make one with the pattern "
        f"{_PATTERN} and this queue as its target",
    )


def _attributes(aws: AwsSettings) -> Mapping[str, str]:
    answer = client("sqs", aws).get_queue_attributes(
        QueueUrl=aws.events_queue_url,
        AttributeNames=["ApproximateNumberOfMessages", "QueueArn", "Policy"],
    )
    attributes: Mapping[str, str] = answer["Attributes"]
    return attributes


def _catches_contacts(found: Mapping[str, Any]) -> bool:
    """Return True for a rule whose pattern names Amazon Connect, or takes events of any source."""
    pattern = json.loads(found.get("EventPattern") or "{}")
    if not pattern:
        return False
    wanted = " ".join(str(one) for one in pattern.get("detail-type", ["Contact Event"]))
    is_ours = any("aws.connect" in str(one) for one in pattern.get("source", ["aws.connect"]))
    return is_ours and "contact event" in wanted.lower()


def _senders(document: Any) -> set[str]:
    """Return the services that a policy allows to send, or * for anybody."""
    return {
        sender
        for statement in _listed(document.get("Statement"))
        if statement.get("Effect") == "Allow"
        and _SENDING & {str(one).lower() for one in _listed(statement.get("Action"))}
        for sender in _principals(statement.get("Principal"))
    }


def _principals(principal: Any) -> Iterator[str]:
    if principal == "*" or (
        isinstance(principal, Mapping) and "*" in _listed(principal.get("AWS"))
    ):
        yield "*"
    elif isinstance(principal, Mapping):
        yield from (one for one in _listed(principal.get("Service")) if one in _SENDERS)


def _listed(value: Any) -> list[Any]:
    """Return a list; policies write a single entry without one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
