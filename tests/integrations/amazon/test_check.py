"""What the check says when something at Amazon is not as it must be."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from callrisk.domain.outside import ConnectionCheck
from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.integrations.amazon.checking import checks
from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import CREDENTIALS
from harness.amazon.whole_instance import ANALYSED, ARN, POLICY, flow_of, set_up_instance

Look = Callable[[], dict[str, ConnectionCheck]]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
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
def look(moto_url: str, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    """The check on an instance, a stream and a queue that are all as they must be."""
    queue = set_up_instance(moto_url, connect)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", connect.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT_CONTACT_LENS", connect.url)

    def found(**changed: str) -> dict[str, ConnectionCheck]:
        own: dict[str, Any] = {
            "region": "ap-northeast-1", "instance_id": "0f3c", "stream_name": "heard",
            "contact_flow_id": "f10w",
            "events_queue_url": queue,
        }  # fmt: skip
        return {one.name: one for one in checks(AwsSettings(**own | changed))}

    yield found
    boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS).delete_queue(QueueUrl=queue)


def test_all_is_well(look: Look) -> None:
    """Every point is good; "not found" for a made-up contact proves that gaps can be filled."""
    found = look()

    assert [one for one in found.values() if not one.ok] == []
    # The instance is a bare name.
    assert in_both_languages(found) == found.keys() - {"instance"}
    assert list(found) == [
        "credentials", "instance", "analytics", "association", "people", "repair", "flow",
        "stream", "reading", "events", "policy", "rule",
    ]  # fmt: skip


def test_each_wrong_setting_is_named(look: Look, connect: ConnectStub) -> None:
    """Contact Lens off, another stream, and a queue that is not there are three lines to act on."""
    connect.instance["/attribute/CONTACT_LENS"] = {"Attribute": {"Value": "false"}}
    connect.instance["/storage-configs"] = {"StorageConfigs": []}
    found = look(events_queue_url="http://127.0.0.1/123456789012/evnets")

    assert [name for name, one in found.items() if one.ok is False] == [
        "analytics", "association", "events",
    ]  # fmt: skip
    assert {name for name, one in found.items() if one.ok is None} == {"policy", "rule"}
    assert in_both_languages(found) == found.keys() - {"instance"}
    assert "enable Contact Lens" in found["analytics"].text.en
    assert "有効にしてください" in found["analytics"].text.ja
    assert "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS" in found["association"].text.en
    for text in (found["events"].text.ja, found["events"].text.en):
        assert "CONNECT_EVENTS_QUEUE_URL" in text
    assert "allow" not in found["events"].text.en


def before(modes: list[str], enabled: str = "True") -> dict[str, Any]:
    """The block that sets the analysis in flows that were made years ago."""
    voice = {"Chat": {"AnalyticsModes": ["ContactLens"]}, "Voice": {"AnalyticsModes": modes}}
    analytics = {"Enabled": enabled, "ChannelConfiguration": voice}
    parameters = {"AnalyticsBehavior": analytics}
    return {"Type": "UpdateContactRecordingBehavior", "Parameters": parameters}


@pytest.mark.parametrize("block", [ANALYSED, before(["PostContact", "RealTime"])])
def test_a_flow_that_has_its_calls_analysed_is_well(
    look: Look, connect: ConnectStub, block: dict[str, Any]
) -> None:
    """In either of the two blocks; the id may be given as an ARN."""
    connect.flows["f10w"] = flow_of(block)

    found = look(contact_flow_id="arn:aws:connect:ap-northeast-1:1:instance/0f3c/contact-flow/f10w")

    assert found["flow"].ok


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        (flow_of(before(["PostContact"])), "it has: PostContact"),
        (flow_of(before(["RealTime"], "False")), "it has: none"),
        (flow_of({"Type": "MessageParticipant", "Parameters": {"Text": "RealTime"}}), "has: none"),
        (flow_of(ANALYSED, State="ARCHIVED"), "is archived"),
    ],
)
def test_a_flow_without_live_analysis_is_wrong(
    look: Look, connect: ConnectStub, flow: dict[str, str], told: str
) -> None:
    """It is told which block is to be changed, and which setting names the flow."""
    connect.flows["f10w"] = flow

    found = look()

    assert [name for name, one in found.items() if not one.ok] == ["flow"]
    assert told in found["flow"].text.en
    assert "CONNECT_CONTACT_FLOW_ID" in found["flow"].text.ja


def test_a_flow_that_is_not_there_names_its_setting(look: Look) -> None:
    """Not that of the instance, which was found; without a flow nothing is asked for."""
    assert "check CONNECT_CONTACT_FLOW_ID" in look(contact_flow_id="another")["flow"].text.en
    assert look(contact_flow_id="")["flow"].ok is None


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
def test_what_answers_in_the_place_of_aws_is_said_once(
    look: Look, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """Where a proxy answers everything, the first point says so and nothing else is asked."""
    for service in ("STS", "KINESIS", "SQS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", connect.url)
    connect.garbled += [body] * 99
    found = look()

    assert [(one.name, one.ok) for one in found.values()] == [
        ("credentials", False), ("others", None),
    ]  # fmt: skip
    assert in_both_languages(found) == found.keys()
    assert {(one.text.ja + one.text.en).count("\n") for one in found.values()} == {0}
    assert "<" not in found["credentials"].text.en


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("InvalidClientTokenId", "AWS_ACCESS_KEY_ID"),
        ("UnrecognizedClientException", "AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ("ExpiredToken", "AWS_SESSION_TOKEN"), ("ExpiredTokenException", "AWS_SESSION_TOKEN"),
        ("RequestExpired", "clock"),
    ],
)  # fmt: skip
def test_keys_that_are_refused_are_the_first_cause(
    look: Look, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    """One line says which setting is wrong, instead of the same code for each point."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", connect.url)
    error = (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    )
    connect.raw.append((403, error.encode()))
    found = look()

    assert [(one.name, one.ok) for one in found.values()] == [
        ("credentials", False), ("others", None),
    ]  # fmt: skip
    for text in (found["credentials"].text.en, found["credentials"].text.ja):
        assert words in text or "時計" in text
        assert code in text


def test_an_answer_in_html_is_not_shown(
    look: Look, connect: ConnectStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of a proxy with an error status is said to be one."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS", connect.url)
    connect.raw += [(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>")] * 9
    found = look(instance_id="")

    assert found["stream"].ok is False
    assert "something other than AWS answered" in found["stream"].text.en
    assert "<" not in found["stream"].text.en
    assert (found["reading"].ok, found["reading"].text.en) == (None, "mend stream first")
    assert found["events"].ok


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({"stream_name": ""}, "stream", "KINESIS_STREAM_NAME"),
        ({"stream_arn": ARN.replace("ap-northeast-1", "us-east-1")}, "stream", "us-east-1"),
        ({"stream_arn": "heard"}, "stream", "CONNECT_STREAM_ARN"),
        ({"region": "ap_northeast_1"}, "credentials", "AWS_REGION"),
    ],
)
def test_a_setting_that_is_none_is_named(
    look: Look, changed: dict[str, str], name: str, words: str
) -> None:
    """An empty name, a stream of another region, a region that is none."""
    found = look(**changed)

    assert found[name].ok is False
    assert words in found[name].text.en
    assert words in found[name].text.ja


def test_a_way_of_events_that_is_cut_is_named(look: Look, moto_url: str) -> None:
    """Nobody may send, no rule sends, or the rule is off."""
    sqs = boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS)
    rules = boto3.client("events", endpoint_url=moto_url, **CREDENTIALS)
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    rules.disable_rule(Name="contacts")
    off = look()["rule"]
    rules.remove_targets(Rule="contacts", Ids=["1"])
    none = look()["rule"]
    rules.enable_rule(Name="contacts")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    closed = look()["policy"]
    by_sns = POLICY | {"Statement": [{
        "Effect": "Allow", "Principal": {"Service": ["sns.amazonaws.com"]}, "Action": ["sqs:*"],
    }]}  # fmt: skip
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(by_sns)})
    through = look()

    assert (off.ok, none.ok, closed.ok) == (False, False, False)
    assert "contacts of EventBridge is disabled" in off.text.en
    assert "no rule of EventBridge" in none.text.en
    assert "events.amazonaws.com" in closed.text.en
    assert (through["policy"].ok, through["rule"].ok) == (True, True)


def test_each_right_of_the_look_ups_is_asked_for(look: Look, connect: ConnectStub) -> None:
    """Of contacts and agents, and of writing where the category is written."""
    answer = connect.answer

    def denied(part: str) -> dict[str, ConnectionCheck]:
        connect.answer = lambda method, path, body: (  # type: ignore[method-assign]
            (403, {"__type": "AccessDeniedException", "Message": "no"})
            if f"{method} {path}".startswith(part)
            else answer(method, path, body)
        )
        return look()

    contact, user = denied("GET /contacts/"), denied("GET /users/")

    assert contact["people"].text.en.startswith("allow connect:DescribeContact:")
    assert user["people"].text.en.startswith("allow connect:DescribeUser:")
    assert user["repair"].ok
