"""A server that stands for Kintone, a client of it, and a clock that a test can turn."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scripted_server import ScriptedServer

from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from callrisk.integrations.kintone.deadline import Clock


@dataclass
class Hands:
    """A clock that moves when somebody sleeps; pauses are as long as they may be."""

    at: float = 1000.0
    moment: datetime = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.turn(seconds)

    def turn(self, seconds: float) -> None:
        """Let time pass that nobody slept."""
        self.at += seconds
        self.moment += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        """The clock that shows them."""
        return Clock(lambda: self.at, self.sleep, lambda: self.moment, lambda: 1.0)


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


def settings_for(url: str, **changes: Any) -> KintoneSettings:
    """Two apps of one domain."""
    plain = KintoneSettings(base_url=url, tokens={1: "secretOne", 2: "secretTwo"})
    return replace(plain, **changes)
