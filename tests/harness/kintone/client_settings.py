"""What the tests of the client share: a clock that a test can turn, and settings of two apps."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from callrisk.background.clock import Clock
from callrisk.integrations.kintone.client import KintoneSettings


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


def settings_for(url: str, **changes: Any) -> KintoneSettings:
    """Two apps of one domain."""
    plain = KintoneSettings(base_url=url, tokens={1: "secretOne", 2: "secretTwo"})
    return replace(plain, **changes)
