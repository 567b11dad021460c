"""Records as AWS services wrap them, in the forms that their documentation shows."""

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELD = descriptor_pb2.FieldDescriptorProto
STREAM = "arn:aws:kinesis:ap-northeast-1:111122223333:stream/heard"


def _aggregate_class() -> Any:
    """Return the message of the Kinesis Producer Library's aggregation format."""
    file = descriptor_pb2.FileDescriptorProto(name="kpl.proto", syntax="proto2")
    record = file.message_type.add(name="Record")
    aggregate = file.message_type.add(name="AggregatedRecord")
    for message, name, number, label, kind in (
        (record, "partition_key_index", 1, "REQUIRED", "UINT64"),
        (record, "explicit_hash_key_index", 2, "OPTIONAL", "UINT64"),
        (record, "data", 3, "REQUIRED", "BYTES"),
        (aggregate, "partition_key_table", 1, "REPEATED", "STRING"),
        (aggregate, "explicit_hash_key_table", 2, "REPEATED", "STRING"),
    ):
        message.field.add(
            name=name, number=number, label=getattr(_FIELD, f"LABEL_{label}"),
            type=getattr(_FIELD, f"TYPE_{kind}"),
        )  # fmt: skip
    aggregate.field.add(
        name="records", number=3, label=_FIELD.LABEL_REPEATED, type=_FIELD.TYPE_MESSAGE,
        type_name=".Record",
    )  # fmt: skip
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("AggregatedRecord"))


def aggregate(bodies: Sequence[bytes]) -> bytes:
    """Many records in one, as the Kinesis Producer Library packs them."""
    message = _aggregate_class()(partition_key_table=["a", "b"], explicit_hash_key_table=["7"])
    for number, body in enumerate(bodies):
        message.records.add(partition_key_index=number % 2, explicit_hash_key_index=0, data=body)
    packed: bytes = message.SerializeToString()
    return b"\xf3\x89\x9a\xc2" + packed + hashlib.md5(packed, usedforsecurity=False).digest()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _base64(body: bytes) -> str:
    return base64.b64encode(body).decode()


def sns(body: bytes) -> bytes:
    """As SNS puts a message into a queue, without raw delivery."""
    return _json({
        "Type": "Notification", "MessageId": "22b8", "TopicArn": "arn:aws:sns:x:1:calls",
        "Message": body.decode(), "Timestamp": "2026-11-20T05:12:31.000Z", "SignatureVersion": "1",
        "Signature": "EXAMPLE", "UnsubscribeURL": "https://sns.example/",
    })  # fmt: skip


def sqs_batch(body: bytes) -> bytes:
    """As Lambda gets a message of SQS."""
    return _json({"Records": [{
        "messageId": "059f", "receiptHandle": "AQEB", "body": body.decode(), "attributes": {},
        "messageAttributes": {}, "md5OfBody": "e4e6", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:x:1:calls", "awsRegion": "ap-northeast-1",
    }]})  # fmt: skip


def sns_batch(body: bytes) -> bytes:
    """As Lambda gets a notification of SNS."""
    return _json({"Records": [{
        "EventVersion": "1.0", "EventSubscriptionArn": "arn:aws:sns:x:1:calls:1",
        "EventSource": "aws:sns", "Sns": json.loads(sns(body)),
    }]})  # fmt: skip


def kinesis_batch(body: bytes) -> bytes:
    """As Lambda gets records of a stream."""
    return _json({"Records": [{
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "c1", "sequenceNumber": "4959",
            "data": _base64(body), "approximateArrivalTimestamp": 1_545_084_650.987,
        },
        "eventSource": "aws:kinesis", "eventID": "shardId-000000000006:4959",
        "eventName": "aws:kinesis:record", "eventSourceARN": STREAM,
    }]})  # fmt: skip


def firehose_batch(body: bytes) -> bytes:
    """As Firehose hands records to a transformation."""
    return _json({
        "invocationId": "invoked", "deliveryStreamArn": "arn:aws:firehose:x:1:calls",
        "records": [{
            "recordId": "record1", "approximateArrivalTimestamp": 1_510_772_160_000,
            "data": _base64(body),
        }],
    })  # fmt: skip


def pipe(body: bytes) -> bytes:
    """As a pipe of EventBridge hands on records of a stream."""
    return _json([{
        "kinesisSchemaVersion": "1.0", "partitionKey": "c1", "sequenceNumber": "4959",
        "data": _base64(body), "eventSource": "aws:kinesis", "eventSourceARN": STREAM,
    }])  # fmt: skip


def bus(body: bytes) -> bytes:
    """As EventBridge delivers an event that an application put on a bus."""
    return _json({
        "version": "0", "id": "9a1c", "detail-type": "call", "source": "our.calls",
        "account": "111122223333", "time": "2026-11-20T05:12:31Z", "region": "ap-northeast-1",
        "resources": [], "detail": json.loads(body),
    })  # fmt: skip


def log_events(body: bytes) -> bytes:
    """As CloudWatch Logs sends log events of a subscription to a stream."""
    return gzip.compress(_json({
        "messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "calls",
        "logStream": "s", "subscriptionFilters": ["all"],
        "logEvents": [{"id": "3", "timestamp": 1, "message": body.decode()}],
    }))  # fmt: skip


def logs_batch(body: bytes) -> bytes:
    """As Lambda gets log events of a subscription."""
    return _json({"awslogs": {"data": _base64(log_events(body))}})


def cloud_event(body: bytes) -> bytes:
    """A CloudEvent in its JSON format."""
    return _json({
        "specversion": "1.0", "type": "call", "source": "/calls", "id": "1",
        "datacontenttype": "application/json", "data": json.loads(body),
    })  # fmt: skip


def failed_batch(body: bytes) -> bytes:
    """As Lambda keeps a batch of records of which it gave up, in S3."""
    return _json({
        "version": "1.0", "timestamp": "2026-11-20T05:12:31Z", "responseContext": {},
        "requestContext": {"requestId": "e", "condition": "RetryAttemptsExhausted"},
        "KinesisBatchInfo": {"shardId": "shardId-0", "batchSize": 1, "streamArn": STREAM},
        "payload": kinesis_batch(body).decode(),
    })  # fmt: skip


def failed_call(body: bytes) -> bytes:
    """As Lambda tells a destination of an event that its function failed at."""
    return _json({
        "version": "1.0", "requestContext": {"condition": "RetriesExhausted"},
        "requestPayload": json.loads(body), "responseContext": {}, "responsePayload": None,
    })  # fmt: skip


def kafka_batch(body: bytes) -> bytes:
    """As Lambda gets records of Kafka."""
    return _json({
        "eventSource": "aws:kafka", "bootstrapServers": "b",
        "records": {"calls-0": [{
            "topic": "calls", "partition": 0, "offset": 15, "key": "YQ==", "headers": [],
            "value": _base64(body),
        }]},
    })  # fmt: skip


def queue_batch(body: bytes) -> bytes:
    """As Lambda gets messages of RabbitMQ."""
    message = {"basicProperties": {}, "redelivered": False, "data": _base64(body)}
    return _json({"eventSource": "aws:rmq", "rmqMessagesByQueue": {"calls::/": [message]}})


def received(body: bytes) -> bytes:
    """As the command line shows messages of SQS."""
    message = {"MessageId": "1", "ReceiptHandle": "h", "MD5OfBody": "x", "Body": body.decode()}
    return _json({"Messages": [message]})


def put_on_bus(body: bytes) -> bytes:
    """As an application puts an event on a bus: its detail is text."""
    entry = {"Source": "our.calls", "DetailType": "call", "Detail": body.decode()}
    return _json({"Entries": [entry]})


# What takes text takes what is text.
OF_TEXT: dict[str, Callable[[bytes], bytes]] = {
    "sns": sns, "sqs": sqs_batch, "sns to lambda": sns_batch, "logs": log_events,
    "logs to lambda": logs_batch, "text in text": lambda body: _json(body.decode()),
    "api": lambda body: _json(
        {"isBase64Encoded": False, "body": body.decode(), "headers": {}}
    ),
    "bom": lambda body: b"\xef\xbb\xbf" + body,
    "utf-16": lambda body: body.decode().encode("utf-16"),
    "sqs shown": received, "put on a bus": put_on_bus,
    "a line": lambda body: body + b"\n", "rfc 7464": lambda body: b"\x1e" + body + b"\n",
}  # fmt: skip
# What takes bytes takes anything.
OF_BYTES: dict[str, Callable[[bytes], bytes]] = {
    "kinesis to lambda": kinesis_batch, "firehose": firehose_batch, "pipe": pipe,
    "failed batch": failed_batch, "kafka": kafka_batch, "rabbitmq": queue_batch,
    "cloud event of bytes": lambda body: _json(
        {"specversion": "1.0", "data_base64": _base64(body)}
    ),
    "base64": base64.b64encode,
    "base64 of a mail": base64.encodebytes,
    "base64 for addresses": lambda body: base64.urlsafe_b64encode(body).rstrip(b"="),
    "gzip": gzip.compress, "zlib": zlib.compress, "aggregate": lambda body: aggregate([body]),
    "two members": lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:]),
}  # fmt: skip
# What takes JSON.
OF_JSON: dict[str, Callable[[bytes], bytes]] = {
    "bus": bus, "cloud event": cloud_event, "failed call": failed_call,
    "in a list": lambda body: b"[" + body + b"]",
}  # fmt: skip
