"""Clients of AWS, with time-outs and retries named; no credentials file is needed."""

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

# What is asked again and again anyway counts its tries itself, within its quota, and learns of
# trouble soon; what is asked once is tried three times.
_TRIES = {"kinesis": 1, "connect": 1, "connect-contact-lens": 1}
_OTHERS_TRIES = 3
# The queue is waited at for up to twenty seconds.
_READ_TIMEOUT_S = {"kinesis": 5, "sqs": 25}


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Our instance in AWS, its flow, stream and queue, with keys where no role gives them."""

    region: str
    instance_id: str = ""
    contact_flow_id: str = ""
    stream_name: str = ""
    stream_arn: str = ""
    events_queue_url: str = ""
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)

    @property
    def stream(self) -> dict[str, str]:
        """Return the arguments by which requests name the stream; its ARN wins."""
        if self.stream_arn:
            return {"StreamARN": self.stream_arn}
        return {"StreamName": self.stream_name}

    @property
    def stream_title(self) -> str:
        """Return the bare name of the stream."""
        return self.stream_arn.rpartition("/")[2] or self.stream_name


def client(service: str, aws: AwsSettings) -> Any:
    """Return a client of a service; the environment's AWS_ENDPOINT_URL_<SERVICE> redirects it."""
    config = Config(
        connect_timeout=3,
        read_timeout=_READ_TIMEOUT_S.get(service, 10),
        retries={"mode": "standard", "total_max_attempts": _TRIES.get(service, _OTHERS_TRIES)},
    )
    keys: dict[str, str] = {}
    if aws.access_key_id:
        keys = {
            "aws_access_key_id": aws.access_key_id,
            "aws_secret_access_key": aws.secret_access_key,
        }
        if aws.session_token:
            keys["aws_session_token"] = aws.session_token
    # botocore does not read AWS_REGION by itself.
    return boto3.client(service, region_name=aws.region, config=config, **keys)
