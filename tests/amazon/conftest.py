"""Endpoints on this machine that speak like AWS."""

from collections.abc import Iterator

import kinesis_local
import pytest
from kinesis_local import KinesisLocal


@pytest.fixture(scope="module")
def kinesis() -> Iterator[KinesisLocal]:
    """A real Kinesis endpoint for one test file."""
    if why := kinesis_local.missing():
        pytest.skip(f"no Kinesis endpoint: {why}")
    endpoint = KinesisLocal().start()
    yield endpoint
    endpoint.stop()
