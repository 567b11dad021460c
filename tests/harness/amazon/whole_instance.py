"""An instance of Amazon Connect with its stream, queue and rule, all as they must be."""

import json

import boto3

from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import CREDENTIALS

ARN = "arn:aws:kinesis:ap-northeast-1:123456789012:stream/heard"
QUEUE_ARN = "arn:aws:sqs:ap-northeast-1:123456789012:events"
POLICY = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage", "Resource": QUEUE_ARN,
}]}  # fmt: skip
# The block that Connect's own pages write today.
ANALYSED = {"Type": "UpdateContactRecordingAndAnalyticsBehavior", "Parameters": {"VoiceBehavior": {
    "VoiceRecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]},
    "VoiceAnalyticsBehavior": {"Enabled": "True", "AnalyticsModes": ["RealTime"]},
}}}  # fmt: skip
PATTERN = {"source": ["aws.connect"], "detail-type": ["Amazon Connect Contact Event"]}


def flow_of(*actions: object, **state: str) -> dict[str, str]:
    """Return a flow of these blocks, as Connect describes it."""
    content = {"Version": "2019-10-30", "StartAction": "1", "Actions": actions}
    return {"Name": "Main line", "State": "ACTIVE", "Content": json.dumps(content), **state}


def set_up_instance(moto_url: str, connect: ConnectStub) -> str:
    """Set everything up for the stream "heard"; return the address of the queue."""
    connect.instance |= {
        "": {"Instance": {"InstanceStatus": "ACTIVE", "InstanceAlias": "shop"}},
        "/attribute/CONTACT_LENS": {"Attribute": {"Value": "true"}},
        "/storage-configs": {"StorageConfigs": [
            {"StorageType": "KINESIS_STREAM", "KinesisStreamConfig": {"StreamArn": ARN}}
        ]},
    }  # fmt: skip
    connect.flows["f10w"] = flow_of({"Type": "MessageParticipant"}, ANALYSED)
    kinesis = boto3.client("kinesis", endpoint_url=moto_url, **CREDENTIALS)
    if not kinesis.list_streams()["StreamNames"]:
        kinesis.create_stream(StreamName="heard", ShardCount=1)
    sqs = boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS)
    policy = {"Policy": json.dumps(POLICY)}
    queue: str = sqs.create_queue(QueueName="events", Attributes=policy)["QueueUrl"]
    rules = boto3.client("events", endpoint_url=moto_url, **CREDENTIALS)
    rules.put_rule(Name="contacts", State="ENABLED", EventPattern=json.dumps(PATTERN))
    rules.put_targets(Rule="contacts", Targets=[{"Id": "1", "Arn": QUEUE_ARN}])
    return queue
