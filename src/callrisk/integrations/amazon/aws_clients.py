"""Clients of AWS, with time-outs and retries named; no credentials file is needed."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where in AWS our instance, its stream and its queue are."""

    region: str
    instance_id: str = ""
    stream_name: str = ""
    stream_arn: str = ""
    events_queue_url: str = ""

    @property
    def stream(self) -> dict[str, str]:
        """How calls name the stream; its ARN wins."""
        if self.stream_arn:
            return {"StreamARN": self.stream_arn}
        return {"StreamName": self.stream_name}


def client(service: str, aws: AwsSettings) -> Any:
    """A client of a service; AWS_ENDPOINT_URL_<SERVICE> in the environment points it elsewhere."""
    # botocore does not read AWS_REGION by itself.
    return boto3.client(service, region_name=aws.region, config=_CONFIG)
