"""Looks at the parts of Amazon Connect one by one: each returns what is well, or raises."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from callrisk.domain.wording import Text
from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.checking.aws_refusals import WrongError

_SEGMENTS = "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS"
# Still works, and an association made with it needs no change.
_SEGMENTS_BEFORE = "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS"
# Nobody has this id; "not found" proves that we may ask.
NOBODY = "00000000-0000-4000-8000-000000000000"
_NOT_THERE = frozenset({"ResourceNotFoundException", "ResourceNotFound"})
_STREAM_ARN = re.compile(r"arn:[^:]+:kinesis:[^:]+:[^:]*:stream/[^/]+")
# The fourth part of an ARN.
_ARN_REGION = 4


def identity(aws: AwsSettings) -> Text:
    """Return who we are to AWS."""
    answer = client("sts", aws).get_caller_identity()
    return Text(f"{aws.region} の {answer['Arn']}", f"{answer['Arn']} in {aws.region}")


def instance(aws: AwsSettings) -> Text:
    """Return the name of the instance; WrongError unless it is active."""
    answer = client("connect", aws).describe_instance(InstanceId=aws.instance_id)["Instance"]
    status = answer.get("InstanceStatus")
    if status != "ACTIVE":
        raise WrongError(
            f"インスタンスの状態が ACTIVE ではなく {status} です",
            f"the instance is {status}, not ACTIVE",
        )
    name = str(answer.get("InstanceAlias") or aws.instance_id)
    return Text(name, name)


def analytics(aws: AwsSettings) -> Text:
    """Return that Contact Lens is enabled; WrongError if it is not."""
    answer = client("connect", aws).describe_instance_attribute(
        InstanceId=aws.instance_id, AttributeType="CONTACT_LENS"
    )
    if str(answer["Attribute"]["Value"]).lower() != "true":
        raise WrongError(
            "Contact Lens を有効にしてください: Connect コンソールの「分析ツール」",
            "enable Contact Lens: Connect console, Analytics tools",
        )
    return Text(
        "Contact Lens は有効です。どのフローにも、リアルタイム分析（ja-JP）のブロックが必要です",
        "Contact Lens is enabled; every flow needs its block with real-time analytics, ja-JP",
    )


def association(aws: AwsSettings) -> Text:
    """Return where the live analysis goes; WrongError unless it goes to our stream."""
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
        raise WrongError(
            f"リアルタイム分析の送り先: {'、'.join(arns) or 'なし'}。"
            f"{title} を {_SEGMENTS} に関連付けてください",
            f"live analysis goes to {', '.join(arns) or 'no stream'}; "
            f"associate {title} with {_SEGMENTS}",
        )
    return Text(f"リアルタイム分析の送り先: {title}", f"live analysis goes to {title}")


def repair(aws: AwsSettings) -> Text:
    """Return that gaps can be filled."""
    lens = client("connect-contact-lens", aws)

    def ask() -> None:
        lens.list_realtime_contact_analysis_segments(InstanceId=aws.instance_id, ContactId=NOBODY)[
            "Segments"
        ]

    may_ask(ask)
    return Text("過去 24 時間の欠けを補えます", "gaps of the last 24 hours can be filled")


def stream(aws: AwsSettings) -> Text:
    """Return shards and retention of the stream; WrongError unless it can be read in order."""
    _refuse_wrong_name(aws)
    answer = client("kinesis", aws).describe_stream_summary(**aws.stream)
    summary: dict[str, Any] = answer["StreamDescriptionSummary"]
    if summary["StreamStatus"] not in ("ACTIVE", "UPDATING"):
        status = summary["StreamStatus"]
        raise WrongError(f"ストリームの状態が {status} です", f"the stream is {status}")
    if summary.get("RecordDistributionStrategy") == "AUTO":
        raise WrongError(
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


def reading(aws: AwsSettings) -> Text:
    """Return that records can be read, and how old the oldest is."""
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


def _refuse_wrong_name(aws: AwsSettings) -> None:
    if not aws.stream_title:
        raise WrongError(
            "ストリームの名前が空です。"
            "CONNECT_STREAM_ARN または KINESIS_STREAM_NAME を設定してください",
            "the stream has no name: set CONNECT_STREAM_ARN or KINESIS_STREAM_NAME",
        )
    if aws.stream_arn and not _STREAM_ARN.fullmatch(aws.stream_arn):
        raise WrongError(
            "CONNECT_STREAM_ARN がストリームの ARN（arn:aws:kinesis:…:stream/…）ではありません",
            "CONNECT_STREAM_ARN is not the ARN of a stream, arn:aws:kinesis:…:stream/…",
        )
    region = (aws.stream_arn.split(":") + [""] * _ARN_REGION)[_ARN_REGION - 1]
    if region and region != aws.region:
        raise WrongError(
            f"CONNECT_STREAM_ARN のリージョンは {region} ですが、AWS_REGION は {aws.region} です",
            f"CONNECT_STREAM_ARN is of {region}, but AWS_REGION is {aws.region}",
        )


def people(aws: AwsSettings) -> Text:
    """Return that contacts and agents can be looked up; "not found" proves that we may ask."""
    connect = client("connect", aws)
    may_ask(lambda: connect.describe_contact(InstanceId=aws.instance_id, ContactId=NOBODY))
    may_ask(lambda: connect.describe_user(InstanceId=aws.instance_id, UserId=NOBODY))
    return Text(
        "電話番号、顧客番号、担当者を照会できます",
        "phone, customer and agent of a call can be looked up",
    )


def attribute(aws: AwsSettings) -> Text:
    """Return that attributes of contacts can be written; nobody's contact is not there."""
    connect = client("connect", aws)
    may_ask(
        lambda: connect.update_contact_attributes(
            InstanceId=aws.instance_id, InitialContactId=NOBODY, Attributes={}
        )
    )
    return Text(
        "リスク区分をコンタクト属性に書き込めます",
        "the risk category can be written to contacts",
    )


def may_ask(ask: Callable[[], object]) -> None:
    """Ask for what nobody has; raises unless the answer is that it is not there."""
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOT_THERE:
            raise
