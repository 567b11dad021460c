"""Endpoints on this machine that speak like AWS."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.amazon.connect_stub import ConnectStub
    from harness.amazon.kinesis_local import KinesisLocal


@pytest.fixture(scope="module")
def kinesis() -> "Iterator[KinesisLocal]":
    """A real Kinesis endpoint for one test file."""
    from harness.amazon import kinesis_local  # noqa: PLC0415 - large

    if why := kinesis_local.missing():
        pytest.skip(f"no Kinesis endpoint: {why}")
    endpoint = kinesis_local.KinesisLocal().start()
    yield endpoint
    endpoint.stop()


@pytest.fixture
def connect() -> "Iterator[ConnectStub]":
    """Amazon Connect's own calls, with nothing known yet."""
    from harness.amazon.connect_stub import ConnectStub  # noqa: PLC0415 - large

    stub = ConnectStub().start()
    yield stub
    stub.stop()


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """SQS and EventBridge over real HTTP."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - large

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that no cloud knows, whatever this machine has."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
