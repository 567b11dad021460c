"""Checks of the connection to Amazon: one line a point, good or what to do.

The points stand in the order in which they depend on each other. Where one fails for a reason that
lets others fail with it, these are not asked: the first cause is the one to mend.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError

from callrisk.domain.outside import ConnectionCheck
from callrisk.domain.wording import Text
from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.integrations.amazon.checking import flow_looks, looks, queue_looks
from callrisk.integrations.amazon.checking.aws_refusals import FAILURES, Cause, Refusal, refusal_of

_NO_INSTANCE = Text(
    "CONNECT_INSTANCE_ID が空です。電話番号と名前は調べません",
    "CONNECT_INSTANCE_ID is empty: no phone numbers, no names",
)
_NO_QUEUE = Text(
    "CONNECT_EVENTS_QUEUE_URL が空です。通話の終わりはストリームから判断します",
    "CONNECT_EVENTS_QUEUE_URL is empty: calls end by the stream",
)
_NO_FLOW = Text(
    "CONNECT_CONTACT_FLOW_ID が空です。フローがリアルタイム分析を始めるかは確認しません",
    "CONNECT_CONTACT_FLOW_ID is empty: whether the flow starts the live analysis is not looked at",
)
_STOPPED = Text(
    "残りの項目は確認していません。先に上の NG を直してください",
    "the other points were not looked at: mend the NG above first",
)


@dataclass(frozen=True, slots=True)
class _Point:
    """One point; without the points that it is `after` there is nothing to look at."""

    name: str
    action: str
    look: Callable[[AwsSettings], Text]
    after: str = "credentials"


_READING = "kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords"
_QUEUE = "sqs:GetQueueAttributes, sqs:ReceiveMessage and sqs:DeleteMessage"
_ATTRIBUTE = _Point(
    "attribute", "connect:UpdateContactAttributes", looks.attribute, after="instance"
)
_FLOW = _Point("flow", "connect:DescribeContactFlow", flow_looks.flow, after="instance")
_OF_INSTANCE = (
    _Point("instance", "connect:DescribeInstance", looks.instance),
    _Point("analytics", "connect:DescribeInstanceAttribute", looks.analytics, after="instance"),
    _Point(
        "association", "connect:ListInstanceStorageConfigs", looks.association, after="instance"
    ),
    _Point("people", "connect:DescribeContact and connect:DescribeUser", looks.people, "instance"),
    _Point("repair", "connect:ListRealtimeContactAnalysisSegments", looks.repair, after="instance"),
)
_OF_STREAM = (
    _Point("stream", "kinesis:DescribeStreamSummary", looks.stream),
    _Point("reading", _READING, looks.reading, after="stream"),
)
_OF_QUEUE = (
    _Point("events", _QUEUE, queue_looks.queue),
    _Point("policy", "sqs:GetQueueAttributes", queue_looks.policy, after="events"),
    _Point(
        "rule", "events:ListRuleNamesByTarget and events:DescribeRule", queue_looks.rule, "events"
    ),
)


def has_credentials(aws: AwsSettings) -> bool:
    """Return whether keys or a role are to be found, or something that should name them."""
    try:
        return bool(aws.access_key_id) or boto3.session.Session().get_credentials() is not None
    except BotoCoreError:
        return True


def checks(aws: AwsSettings, writes_category: bool = False) -> Iterator[ConnectionCheck]:
    """Yield all points in the order in which they depend on each other; none raises."""
    blocked, before = set[str](), None
    for point in _points(aws, writes_category):
        if isinstance(point, ConnectionCheck):
            yield point
            continue
        if point.after in blocked:
            blocked.add(point.name)
            yield ConnectionCheck(point.name, None, _waits_for(point.after))
            continue
        found = _looked(point, aws)
        if isinstance(found, ConnectionCheck):
            yield found
            before = None
            continue
        yield ConnectionCheck(point.name, False, found.text)
        if _is_first_cause(point, found.cause, before):
            yield ConnectionCheck("others", None, _STOPPED)
            return
        before = found.cause
        # A right that is missing, or a line that is cut, says nothing of the next one.
        blocked |= {point.name} if found.cause in (Cause.WRONG, Cause.FOREIGN) else set()


def _points(aws: AwsSettings, writes_category: bool) -> Iterator[_Point | ConnectionCheck]:
    yield _Point("credentials", "sts:GetCallerIdentity", looks.identity, after="")
    if aws.instance_id:
        yield from _OF_INSTANCE
        yield _FLOW if aws.contact_flow_id else ConnectionCheck("flow", None, _NO_FLOW)
        if writes_category:
            yield _ATTRIBUTE
    else:
        yield ConnectionCheck("instance", None, _NO_INSTANCE)
    yield from _OF_STREAM
    if aws.events_queue_url:
        yield from _OF_QUEUE
    else:
        yield ConnectionCheck("events", None, _NO_QUEUE)


def _looked(point: _Point, aws: AwsSettings) -> ConnectionCheck | Refusal:
    try:
        return ConnectionCheck(point.name, True, point.look(aws))
    except FAILURES as error:
        return refusal_of(error, point.action)


def _is_first_cause(point: _Point, cause: Cause, before: Cause | None) -> bool:
    """Return True if whatever else is asked fails for the same reason.

    A network may let us reach one service and not another, so it is tried twice; what answers in
    the place of AWS at the very first answers everything.
    """
    if cause in (Cause.LINE, Cause.FOREIGN) and before is cause:
        return True
    return cause is Cause.IDENTITY or (cause is Cause.FOREIGN and point.name == "credentials")


def _waits_for(name: str) -> Text:
    return Text(f"先に {name} を直してください", f"mend {name} first")
