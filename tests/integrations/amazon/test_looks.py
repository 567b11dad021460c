"""Each look at a part of Amazon Connect: what is well, and what is not as it must be."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.integrations.amazon.checking import looks
from callrisk.integrations.amazon.checking.aws_refusals import WrongError

AWS = AwsSettings("ap-northeast-1", "i-1", stream_name="calls")
ARN = "arn:aws:kinesis:ap-northeast-1:1:stream/"


class Answers:
    """A client of AWS that gives these answers."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def __getattr__(self, action: str) -> Any:
        def answered(**asked: Any) -> Any:
            answer = self._answers[action]
            return answer(**asked) if callable(answer) else answer

        return answered


def asked(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
    """Have every client give these answers."""
    monkeypatch.setattr(looks, "client", lambda _service, _aws: Answers(answers))


def test_an_instance_is_active_and_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an alias that of its id."""
    for alias, name in ({"InstanceAlias": "tokyo"}, "tokyo"), ({}, "i-1"):
        asked(monkeypatch, describe_instance={"Instance": {"InstanceStatus": "ACTIVE", **alias}})
        assert looks.instance(AWS).en == name
    asked(monkeypatch, describe_instance={"Instance": {"InstanceStatus": "CREATION_FAILED"}})
    with pytest.raises(WrongError, match="CREATION_FAILED"):
        looks.instance(AWS)


@pytest.mark.parametrize(("value", "is_on"), [("true", True), ("True", True), ("false", False)])
def test_contact_lens_is_on(value: str, is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is written."""
    asked(monkeypatch, describe_instance_attribute={"Attribute": {"Value": value}})
    if is_on:
        assert "enabled" in looks.analytics(AWS).en
    else:
        with pytest.raises(WrongError, match="enable"):
            looks.analytics(AWS)


def test_the_live_analysis_goes_to_our_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """By either kind of association, and by the whole name."""

    def configs(kind: str, *streams: str) -> None:
        def answer(ResourceType: str, **_asked: Any) -> Any:  # noqa: N803 - as AWS names it
            kinesis = [{"KinesisStreamConfig": {"StreamArn": ARN + name}} for name in streams]
            return {"StorageConfigs": [{}, *kinesis] if ResourceType == kind else []}

        asked(monkeypatch, list_instance_storage_configs=answer)

    for kind in (
        "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
        "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS",
    ):
        configs(kind, "other", "calls")
        assert looks.association(AWS).en.endswith("calls")
    configs("REAL_TIME_CONTACT_ANALYSIS_SEGMENTS", "calls2")
    with pytest.raises(WrongError, match="calls2"):
        looks.association(AWS)
    configs("x")
    with pytest.raises(WrongError, match="no stream"):
        looks.association(AWS)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, None),
        ({"StreamStatus": "UPDATING"}, None),
        ({"StreamStatus": "DELETING"}, "DELETING"),
        ({"RecordDistributionStrategy": "AUTO"}, "USER_PARTITION_KEY"),
        ({"RecordDistributionStrategy": "USER_PARTITION_KEY"}, None),
    ],
)
def test_a_stream_can_be_read_in_order(
    more: dict[str, str], wrong: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there, and keeps the order of a key."""
    told = {"StreamStatus": "ACTIVE", "OpenShardCount": 2, "RetentionPeriodHours": 24, **more}
    asked(monkeypatch, describe_stream_summary={"StreamDescriptionSummary": told})
    if wrong is None:
        assert looks.stream(AWS).en == "calls: 2 open shards, kept for 24 hours"
        return
    with pytest.raises(WrongError, match=wrong):
        looks.stream(AWS)


@pytest.mark.parametrize(
    ("arn", "name", "wrong"),
    [
        (f"{ARN}calls", "", None),
        ("", "", "no name"),
        ("calls", "", "not the ARN"),
        ("arn:aws:kinesis:us-east-1:1:stream/calls", "", "us-east-1"),
        (f"{ARN}calls/x", "", "not the ARN"),
    ],
)
def test_the_name_of_a_stream_is_whole_and_of_our_region(
    arn: str, name: str, wrong: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked before."""
    summary = {"StreamStatus": "ACTIVE", "OpenShardCount": 1, "RetentionPeriodHours": 24}
    asked(monkeypatch, describe_stream_summary={"StreamDescriptionSummary": summary})
    aws = AwsSettings("ap-northeast-1", stream_name=name, stream_arn=arn)
    if wrong is None:
        assert looks.stream(aws).en.startswith("calls:")
        return
    with pytest.raises(WrongError, match=wrong):
        looks.stream(aws)


def test_the_age_of_the_oldest_record_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whole minutes; an empty shard has none."""
    shards = {
        "list_shards": {"Shards": [{"ShardId": "s"}]},
        "get_shard_iterator": {"ShardIterator": "i"},
    }
    came = datetime.now(UTC) - timedelta(minutes=2, seconds=30)
    asked(monkeypatch, **shards, get_records={"Records": [{"ApproximateArrivalTimestamp": came}]})
    assert "came 2 min ago" in looks.reading(AWS).en
    asked(monkeypatch, **shards, get_records={"Records": []})
    assert "none yet" in looks.reading(AWS).en


@pytest.mark.parametrize(
    ("code", "may"), [("ResourceNotFoundException", True), ("AccessDeniedException", False)]
)
def test_what_is_not_there_proves_that_we_may_ask(code: str, may: bool) -> None:
    """Any other refusal passes on, and an answer is well, too."""

    def ask() -> None:
        raise ClientError({"Error": {"Code": code}}, "DescribeContact")

    looks.may_ask(lambda: None)
    if may:
        looks.may_ask(ask)
    else:
        with pytest.raises(ClientError):
            looks.may_ask(ask)
