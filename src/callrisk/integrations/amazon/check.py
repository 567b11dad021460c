"""Checks of the connection to Amazon: one line a point, good or what to do."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from callrisk.domain.outside import ConnectionCheck
from callrisk.domain.wording import Text
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
    "connect": Text("CONNECT_INSTANCE_ID と AWS_REGION", "CONNECT_INSTANCE_ID and AWS_REGION"),
    "kinesis": Text(
        "CONNECT_STREAM_ARN または KINESIS_STREAM_NAME と、AWS_REGION",
        "CONNECT_STREAM_ARN or KINESIS_STREAM_NAME, and AWS_REGION",
    ),
    "sqs": Text(
        "CONNECT_EVENTS_QUEUE_URL と AWS_REGION", "CONNECT_EVENTS_QUEUE_URL and AWS_REGION"
    ),
}
# An answer cut off, or from a proxy in between, lacks what is looked for.
_GARBLED = (ResponseParserError, AttributeError, LookupError, TypeError, ValueError)


_NO_INSTANCE = Text(
    "CONNECT_INSTANCE_ID が空です。電話番号と名前は調べません",
    "CONNECT_INSTANCE_ID is empty: no phone numbers, no names",
)
_NO_QUEUE = Text(
    "CONNECT_EVENTS_QUEUE_URL が空です。通話の終わりはストリームから判断します",
    "CONNECT_EVENTS_QUEUE_URL is empty: calls end by the stream",
)


def has_credentials(aws: AwsSettings) -> bool:
    """Return whether keys or a role are to be found."""
    return client("sts", aws)._request_signer._credentials is not None


def checks(aws: AwsSettings) -> Iterator[ConnectionCheck]:
    """Yield all points in the order in which they depend on each other; none raises."""
    yield _checked("credentials", "sts:GetCallerIdentity", lambda: _identity(aws))
    if aws.instance_id:
        yield _checked("instance", "connect:DescribeInstance", lambda: _instance(aws))
        yield _checked("analytics", "connect:DescribeInstanceAttribute", lambda: _analytics(aws))
        action = "connect:ListInstanceStorageConfigs"
        yield _checked("association", action, lambda: _association(aws))
        action = "connect:ListRealtimeContactAnalysisSegments"
        yield _checked("repair", action, lambda: _repair(aws))
    else:
        yield ConnectionCheck("instance", None, _NO_INSTANCE)
    yield _checked("stream", "kinesis:DescribeStreamSummary", lambda: _stream(aws))
    action = "kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords"
    yield _checked("reading", action, lambda: _reading(aws))
    if aws.events_queue_url:
        yield _checked("events", "sqs:GetQueueAttributes", lambda: _queue(aws))
    else:
        yield ConnectionCheck("events", None, _NO_QUEUE)


def _checked(name: str, action: str, look: Callable[[], Text]) -> ConnectionCheck:
    try:
        return ConnectionCheck(name, True, look())
    except _WrongError as error:
        return ConnectionCheck(name, False, error.text)
    except ClientError as error:
        return ConnectionCheck(name, False, _refusal(error, action))
    except BotoCoreError as error:
        text = Text(f"{action} を呼び出せません: {error}", f"{action}: {error}")
        return ConnectionCheck(name, False, text)
    except _GARBLED as error:
        return ConnectionCheck(name, False, _garbled(action, type(error).__name__))


def _garbled(action: str, kind: str) -> Text:
    return Text(
        f"{action}: 応答を読み取れません（{kind}）。ネットワークとプロキシを確かめてください",
        f"{action}: the answer cannot be read ({kind}); check the network and its proxy",
    )


def _refusal(error: ClientError, action: str) -> Text:
    service, details = action.partition(":")[0], error.response.get("Error", {})
    code = str(details.get("Code", "error"))
    why = f"{code}: {details.get('Message', '')}"
    asked = f"{service}:{error.operation_name}"
    if code in _DENIED:
        return Text(f"{asked} を許可してください: {why}", f"allow {asked}: {why}")
    if code == "KMSAccessDeniedException":
        return Text(
            f"ストリームの鍵について kms:Decrypt を許可してください: {why}",
            f"allow kms:Decrypt with the stream's key: {why}",
        )
    if code in _NOT_THERE and service in _NAMED_BY:
        named_by = _NAMED_BY[service]
        return Text(
            f"{asked} では見つかりません。{named_by.ja} を確かめてください: {why}",
            f"{asked} found nothing, check {named_by.en}: {why}",
        )
    return Text(f"{asked} に失敗しました: {why}", f"{asked} failed: {why}")


class _WrongError(Exception):
    """Something is not as it must be; the text says what to do."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(english)
        self.text = Text(japanese, english)


def _identity(aws: AwsSettings) -> Text:
    answer = client("sts", aws).get_caller_identity()
    return Text(f"{aws.region} の {answer['Arn']}", f"{answer['Arn']} in {aws.region}")


def _instance(aws: AwsSettings) -> Text:
    answer = client("connect", aws).describe_instance(InstanceId=aws.instance_id)["Instance"]
    status = answer.get("InstanceStatus")
    if status != "ACTIVE":
        raise _WrongError(
            f"インスタンスの状態が ACTIVE ではなく {status} です",
            f"the instance is {status}, not ACTIVE",
        )
    name = str(answer.get("InstanceAlias") or aws.instance_id)
    return Text(name, name)


def _analytics(aws: AwsSettings) -> Text:
    answer = client("connect", aws).describe_instance_attribute(
        InstanceId=aws.instance_id, AttributeType="CONTACT_LENS"
    )
    if str(answer["Attribute"]["Value"]).lower() != "true":
        raise _WrongError(
            "Contact Lens を有効にしてください: Connect コンソールの「分析ツール」",
            "enable Contact Lens: Connect console, Analytics tools",
        )
    return Text(
        "Contact Lens は有効です。どのフローにも、リアルタイム分析（ja-JP）のブロックが必要です",
        "Contact Lens is enabled; every flow needs its block with real-time analytics, ja-JP",
    )


def _association(aws: AwsSettings) -> Text:
    connect, arns = client("connect", aws), list[str]()
    for kind in (_SEGMENTS, _SEGMENTS_BEFORE):
        answer = connect.list_instance_storage_configs(
            InstanceId=aws.instance_id, ResourceType=kind
        )
        configs = answer["StorageConfigs"]
        arns += [config["KinesisStreamConfig"]["StreamArn"] for config in configs
                 if "KinesisStreamConfig" in config]  # fmt: skip
    title = aws.stream_title
    if not any(arn.rpartition("/")[2] == title for arn in arns):
        raise _WrongError(
            f"リアルタイム分析の送り先: {'、'.join(arns) or 'なし'}。"
            f"{title} を {_SEGMENTS} に関連付けてください",
            f"live analysis goes to {', '.join(arns) or 'no stream'}; "
            f"associate {title} with {_SEGMENTS}",
        )
    return Text(f"リアルタイム分析の送り先: {title}", f"live analysis goes to {title}")


def _repair(aws: AwsSettings) -> Text:
    lens = client("connect-contact-lens", aws)
    try:
        answer = lens.list_realtime_contact_analysis_segments(
            InstanceId=aws.instance_id, ContactId=_NO_CONTACT
        )
        if "Segments" not in answer:
            raise LookupError("Segments")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    return Text("過去 24 時間の欠けを補えます", "gaps of the last 24 hours can be filled")


def _stream(aws: AwsSettings) -> Text:
    answer = client("kinesis", aws).describe_stream_summary(**aws.stream)
    summary: dict[str, Any] = answer["StreamDescriptionSummary"]
    if summary["StreamStatus"] not in ("ACTIVE", "UPDATING"):
        status = summary["StreamStatus"]
        raise _WrongError(f"ストリームの状態が {status} です", f"the stream is {status}")
    if summary.get("RecordDistributionStrategy") == "AUTO":
        raise _WrongError(
            "ストリームがキーに関係なくレコードを振り分けています。"
            "RecordDistributionStrategy を USER_PARTITION_KEY にしてください",
            "the stream spreads records regardless of their key: "
            "set RecordDistributionStrategy to USER_PARTITION_KEY",
        )
    shards, hours = summary["OpenShardCount"], summary["RetentionPeriodHours"]
    return Text(
        f"{aws.stream_title}: 開いているシャード {shards} 個、保持期間 {hours} 時間",
        f"{aws.stream_title}: {shards} open shards, kept for {hours} hours",
    )


def _reading(aws: AwsSettings) -> Text:
    kinesis = client("kinesis", aws)
    shard = kinesis.list_shards(**aws.stream, ShardFilter={"Type": "AT_LATEST"})["Shards"][0]
    iterator = kinesis.get_shard_iterator(
        **aws.stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    answer = kinesis.get_records(ShardIterator=iterator, Limit=1)
    if not answer["Records"]:
        return Text(
            "レコードを読み取れます。最初のシャードはまだ空です",
            "records can be read; the first shard holds none yet",
        )
    age = datetime.now(UTC) - answer["Records"][0]["ApproximateArrivalTimestamp"]
    minutes = int(age.total_seconds()) // 60
    return Text(
        f"レコードを読み取れます。最初のシャードで最も古いものは {minutes} 分前に届きました",
        f"records can be read; the oldest of the first shard came {minutes} min ago",
    )


def _queue(aws: AwsSettings) -> Text:
    answer = client("sqs", aws).get_queue_attributes(
        QueueUrl=aws.events_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    waiting = answer["Attributes"]["ApproximateNumberOfMessages"]
    return Text(f"コンタクトイベントが {waiting} 件待っています", f"{waiting} contact events wait")
