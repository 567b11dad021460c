"""A server that stands for Kintone, and a client of it."""

from collections.abc import Iterator

import pytest

from callrisk.integrations.kintone.client import KintoneClient
from harness.kintone.client_settings import Hands, settings_for
from harness.kintone.scripted_server import ScriptedServer


@pytest.fixture
def kintone() -> Iterator[ScriptedServer]:
    """A server without a script."""
    server = ScriptedServer().start()
    yield server
    server.stop()


@pytest.fixture
def hands() -> Hands:
    """The hands of the client's clock."""
    return Hands()


@pytest.fixture
def client(kintone: ScriptedServer, hands: Hands) -> KintoneClient:
    """A client whose pauses cost no time."""
    return KintoneClient(settings_for(kintone.url), hands.clock())


@pytest.fixture
def hurried(kintone: ScriptedServer) -> KintoneClient:
    """A client on real time."""
    return KintoneClient(settings_for(kintone.url))
