"""Whether everything at Amazon is as it must be: one line a point, good or what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from callrisk.integrations.amazon.aws_clients import AwsSettings, client

_SEGMENTS = "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS"
# Still works, and an association made with it needs no change.
_SEGMENTS_BEFORE = "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS"
# Nobody has this contact; "not found" proves that we may ask.
_NO_CONTACT = "00000000-0000-4000-8000-000000000000"
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
# Who is told that something is not there looks at the setting that names it.
_NOT_THERE = frozenset({"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue"})
_NAMED_BY = {
    "connect": "CONNECT_INSTANCE_ID and AWS_REGION",
    "kinesis": "CONNECT_STREAM_ARN or KINESIS_STREAM_NAME, and AWS_REGION",
    "sqs": "CONNECT_EVENTS_QUEUE_URL and AWS_REGION",
}
# An answer cut off, or from a proxy in between, lacks what is looked for.
_GARBLED = (ResponseParserError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Check:
    """One point; `ok` is None where there is nothing to check."""

    name: str
    ok: bool | None
    text: str


def has_credentials(aws: AwsSettings) -> bool:
    """Whether keys or a role are to be found."""
    return client("sts", aws)._request_signer._credentials is not None


def checks(aws: AwsSettings) -> Iterator[Check]:
    """All points in the order in which they depend on each other; none raises."""
    yield _checked("credentials", "sts:GetCallerIdentity", lambda: _identity(aws))
    if aws.instance_id:
        yield _checked("instance", "connect:DescribeInstance", lambda: _instance(aws))
        yield _checked("analytics", "connect:DescribeInstanceAttribute", lambda: _analytics(aws))
        action = "connect:ListInstanceStorageConfigs"
        yield _checked("association", action, lambda: _association(aws))
        action = "connect:ListRealtimeContactAnalysisSegments"
        yield _checked("repair", action, lambda: _repair(aws))
    else:
        yield Check("instance", None, "CONNECT_INSTANCE_ID is empty: no phone numbers, no names")
    yield _checked("stream", "kinesis:DescribeStreamSummary", lambda: _stream(aws))
    action = "kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords"
    yield _checked("reading", action, lambda: _reading(aws))
    if aws.events_queue_url:
        yield _checked("events", "sqs:GetQueueAttributes", lambda: _queue(aws))
    else:
        yield Check("events", None, "CONNECT_EVENTS_QUEUE_URL is empty: calls end by the stream")


def _checked(name: str, action: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except _WrongError as error:
        return Check(name, False, str(error))
    except ClientError as error:
        return Check(name, False, _refusal(error, action))
    except BotoCoreError as error:
        return Check(name, False, f"{action}: {error}")
    except _GARBLED as error:
        reason = f"the answer cannot be read ({type(error).__name__})"
        return Check(name, False, f"{action}: {reason}; check the network and its proxy")


def _refusal(error: ClientError, action: str) -> str:
    service, said = action.partition(":")[0], error.response.get("Error", {})
    code, text = str(said.get("Code", "error")), str(said.get("Message", ""))
    asked = f"{service}:{error.operation_name}"
    if code in _DENIED:
        return f"allow {asked}: {code}: {text}"
    if code == "KMSAccessDeniedException":
        return f"allow kms:Decrypt with the stream's key: {code}: {text}"
    if code in _NOT_THERE and service in _NAMED_BY:
        return f"{asked} found nothing, check {_NAMED_BY[service]}: {code}: {text}"
    return f"{asked} failed: {code}: {text}"


class _WrongError(Exception):
    """Something is not as it must be; the message says what to do."""


def _identity(aws: AwsSettings) -> str:
    found = client("sts", aws).get_caller_identity()
    return f"{found['Arn']} in {aws.region}"


def _instance(aws: AwsSettings) -> str:
    found = client("connect", aws).describe_instance(InstanceId=aws.instance_id)["Instance"]
    if found.get("InstanceStatus") != "ACTIVE":
        raise _WrongError(f"the instance is {found.get('InstanceStatus')}, not ACTIVE")
    return str(found.get("InstanceAlias") or aws.instance_id)


def _analytics(aws: AwsSettings) -> str:
    found = client("connect", aws).describe_instance_attribute(
        InstanceId=aws.instance_id, AttributeType="CONTACT_LENS"
    )
    if str(found["Attribute"]["Value"]).lower() != "true":
        raise _WrongError("enable Contact Lens: Connect console, Analytics tools")
    return "Contact Lens is enabled; every flow needs its block with real-time analytics, ja-JP"


def _association(aws: AwsSettings) -> str:
    connect, arns = client("connect", aws), list[str]()
    for kind in (_SEGMENTS, _SEGMENTS_BEFORE):
        found = connect.list_instance_storage_configs(InstanceId=aws.instance_id, ResourceType=kind)
        configs = found["StorageConfigs"]
        arns += [one["KinesisStreamConfig"]["StreamArn"] for one in configs
                 if "KinesisStreamConfig" in one]  # fmt: skip
    if not any(arn.rpartition("/")[2] == aws.stream_title for arn in arns):
        raise _WrongError(
            f"live analysis goes to {', '.join(arns) or 'no stream'}; "
            f"associate {aws.stream_title} with {_SEGMENTS}"
        )
    return f"live analysis goes to {aws.stream_title}"


def _repair(aws: AwsSettings) -> str:
    lens = client("connect-contact-lens", aws)
    try:
        found = lens.list_realtime_contact_analysis_segments(
            InstanceId=aws.instance_id, ContactId=_NO_CONTACT
        )
        if "Segments" not in found:
            raise LookupError("Segments")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    return "gaps of the last 24 hours can be filled"


def _stream(aws: AwsSettings) -> str:
    found = client("kinesis", aws).describe_stream_summary(**aws.stream)
    summary: dict[str, Any] = found["StreamDescriptionSummary"]
    if summary["StreamStatus"] not in ("ACTIVE", "UPDATING"):
        raise _WrongError(f"the stream is {summary['StreamStatus']}")
    if summary.get("RecordDistributionStrategy") == "AUTO":
        raise _WrongError(
            "the stream spreads records regardless of their key: "
            "set RecordDistributionStrategy to USER_PARTITION_KEY"
        )
    return (
        f"{aws.stream_title}: {summary['OpenShardCount']} open shards, "
        f"kept for {summary['RetentionPeriodHours']} hours"
    )


def _reading(aws: AwsSettings) -> str:
    kinesis = client("kinesis", aws)
    shard = kinesis.list_shards(**aws.stream, ShardFilter={"Type": "AT_LATEST"})["Shards"][0]
    iterator = kinesis.get_shard_iterator(
        **aws.stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    found = kinesis.get_records(ShardIterator=iterator, Limit=1)
    if not found["Records"]:
        return "records can be read; the first shard holds none yet"
    age = datetime.now(UTC) - found["Records"][0]["ApproximateArrivalTimestamp"]
    minutes = int(age.total_seconds()) // 60
    return f"records can be read; the oldest of the first shard came {minutes} min ago"


def _queue(aws: AwsSettings) -> str:
    found = client("sqs", aws).get_queue_attributes(
        QueueUrl=aws.events_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    waiting = found["Attributes"]["ApproximateNumberOfMessages"]
    return f"{waiting} contact events wait"
