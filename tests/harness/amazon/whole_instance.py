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
PATTERN = {"source": ["aws.connect"], "detail-type": ["Amazon Connect Contact Event"]}


def set_up_instance(moto_url: str, connect: ConnectStub) -> str:
    """Set everything up for the stream "heard"; return the address of the queue."""
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
    policy = {"Policy": json.dumps(POLICY)}
    queue: str = sqs.create_queue(QueueName="events", Attributes=policy)["QueueUrl"]
    rules = boto3.client("events", endpoint_url=moto_url, **CREDENTIALS)
    rules.put_rule(Name="contacts", State="ENABLED", EventPattern=json.dumps(PATTERN))
    rules.put_targets(Rule="contacts", Targets=[{"Id": "1", "Arn": QUEUE_ARN}])
    return queue
