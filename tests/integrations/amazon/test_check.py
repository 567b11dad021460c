"""What the check says when something at Amazon is not as it must be."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from callrisk.domain.outside import ConnectionCheck
from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.integrations.amazon.check import checks
from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import CREDENTIALS

Look = Callable[[], dict[str, ConnectionCheck]]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
ARN = "arn:aws:kinesis:ap-northeast-1:123456789012:stream/heard"
SUMMARY = {
    "StreamName": "heard", "StreamARN": ARN, "StreamStatus": "ACTIVE", "RetentionPeriodHours": 168,
    "StreamCreationTimestamp": 1_790_000_000, "EnhancedMonitoring": [], "OpenShardCount": 1,
}  # fmt: skip
SHARDS = {"Shards": [{
    "ShardId": "shardId-000000000000",
    "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": "1"},
    "SequenceNumberRange": {"StartingSequenceNumber": "1"},
}]}  # fmt: skip


def in_both_languages(points: dict[str, ConnectionCheck]) -> set[str]:
    """The points that are said in Japanese, and in English without a Japanese letter."""
    return {
        name for name, one in points.items()
        if JAPANESE.search(one.text.ja) and one.text.en and not JAPANESE.search(one.text.en)
    }  # fmt: skip


@pytest.fixture
def look(moto_url: str, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch) -> Look:
    """The check on an instance, a stream and a queue that are all as they must be."""
    connect.instance |= {
        "": {"Instance": {"InstanceStatus": "ACTIVE", "InstanceAlias": "shop"}},
        "/attribute/CONTACT_LENS": {"Attribute": {"Value": "true"}},
        "/storage-configs": {"StorageConfigs": [
            {"StorageType": "KINESIS_STREAM", "KinesisStreamConfig": {"StreamArn": ARN}}
        ]},
    }  # fmt: skip
    kinesis = boto3.client("kinesis", endpoint_url=moto_url, **CREDENTIALS)
    if not kinesis.list_streams()["StreamNames"]:
        kinesis.create_stream(StreamName="heard", ShardCount=1)
    sqs = boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS)
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", connect.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT_CONTACT_LENS", connect.url)

    def found(**changed: str) -> dict[str, ConnectionCheck]:
        own: dict[str, Any] = {
            "region": "ap-northeast-1", "instance_id": "0f3c", "stream_name": "heard",
            "events_queue_url": queue,
        }  # fmt: skip
        return {one.name: one for one in checks(AwsSettings(**own | changed))}

    return found


def test_all_is_well(look: Look) -> None:
    """Every point is good; "not found" for a made-up contact proves that gaps can be filled."""
    found = look()

    assert [one for one in found.values() if not one.ok] == []
    # The instance is a bare name.
    assert in_both_languages(found) == found.keys() - {"instance"}
    assert list(found) == [
        "credentials", "instance", "analytics", "association", "repair", "stream", "reading",
        "events",
    ]  # fmt: skip


def test_each_wrong_setting_is_named(look: Look, connect: ConnectStub) -> None:
    """Contact Lens off, another stream, and a queue that is not there are three lines to act on."""
    connect.instance["/attribute/CONTACT_LENS"] = {"Attribute": {"Value": "false"}}
    connect.instance["/storage-configs"] = {"StorageConfigs": []}
    found = look(events_queue_url="http://127.0.0.1/123456789012/evnets")

    assert [name for name, one in found.items() if not one.ok] == [
        "analytics", "association", "events",
    ]  # fmt: skip
    assert in_both_languages(found) == found.keys() - {"instance"}
    assert "enable Contact Lens" in found["analytics"].text.en
    assert "有効にしてください" in found["analytics"].text.ja
    assert "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS" in found["association"].text.en
    for text in (found["events"].text.ja, found["events"].text.en):
        assert "CONNECT_EVENTS_QUEUE_URL" in text
    assert "allow" not in found["events"].text.en


def test_a_refusal_names_the_one_action_to_allow(
    look: Look, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the three that reading takes, the line names that which was refused."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS", connect.url)
    connect.garbled += [
        json.dumps({"StreamDescriptionSummary": SUMMARY}).encode(), json.dumps(SHARDS).encode(),
    ]  # fmt: skip
    connect.faults.append((400, "AccessDeniedException"))
    found = look(instance_id="")

    assert found["stream"].ok
    assert found["reading"].text.en.startswith("allow kinesis:GetShardIterator:")
    assert found["reading"].text.ja.startswith("kinesis:GetShardIterator を許可してください:")
    assert {"instance", "reading"} <= in_both_languages(found)


def test_the_age_of_a_record_counts_its_days(
    look: Look, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream may keep records for a year: two days are 2880 minutes."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS", connect.url)
    record = {
        "SequenceNumber": "1", "PartitionKey": "c1", "Data": "e30=",
        "ApproximateArrivalTimestamp": time.time() - 2 * 86_400 - 5,
    }  # fmt: skip
    answers: tuple[dict[str, Any], ...] = (
        {"StreamDescriptionSummary": SUMMARY}, SHARDS, {"ShardIterator": "x"},
        {"Records": [record], "MillisBehindLatest": 0},
    )  # fmt: skip
    connect.garbled += [json.dumps(one).encode() for one in answers]
    found = look(instance_id="")

    assert "2880 min ago" in found["reading"].text.en


@pytest.mark.parametrize("body", [b"{}", b'{"x', b"\xff", b"<html>", b"[]"])
def test_no_answer_ends_the_check(
    look: Look, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """Where a proxy answers everything, each point says so in a line of its own."""
    for service in ("STS", "KINESIS", "SQS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", connect.url)
    connect.garbled += [body] * 99
    found = look()

    assert len(found) == 8
    assert in_both_languages(found) == found.keys()
    assert [one.name for one in found.values() if one.ok] == []
    assert {(one.text.ja + one.text.en).count("\n") for one in found.values()} == {0}
