"""The end of a call as a state machine: what ends a call, when it ended, and why; no I/O.

Two clocks, never mixed. What the telephony tells (`EndFacts`) bears moments of its own clock, as
the beginning and the turns of the call do: of them `reason_of` and `moment_of` make reason and
moment of the end, whatever the order in which they were told, and as often as more is told. How
long nothing was heard (`CallLiveness`) is measured by the monotonic clock of this machine: a clock
that is set must neither end calls nor keep them open.

    TALKING ── FAILED ──▶ LOST          nothing is heard any more, but people may still talk
    TALKING, LOST ── DISCONNECTED ──▶ HUNG_UP      the last turns may still come
    TALKING, LOST, HUNG_UP ── COMPLETED, or a request ──▶ OVER
    HUNG_UP ── the grace has passed ──▶ OVER
    TALKING, LOST ── long silence ──▶ OVER

While a source is late, silence says nothing: the caller may still talk without being recorded.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self


class EndReason(StrEnum):
    """The reason for which a call ended."""

    COMPLETED = "completed"
    FAILED = "analysis_failed"
    DISCONNECTED = "disconnected"
    IDLE = "idle"
    REQUESTED = "requested"


class CallPhase(StrEnum):
    """The state of a call with regard to its end."""

    TALKING = "talking"
    LOST = "lost"
    HUNG_UP = "hung_up"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class EndFacts:
    """The moments by the clock of the telephony; None for what it has not told."""

    completed_at: datetime | None = None
    disconnected_at: datetime | None = None
    # From then on nothing of the call is heard any more.
    analysis_lost_at: datetime | None = None

    def joined(self, other: Self) -> "EndFacts":
        """Return both; the union of facts is the same in any order."""
        return EndFacts(
            earliest(self.completed_at, other.completed_at),
            latest(self.disconnected_at, other.disconnected_at),
            earliest(self.analysis_lost_at, other.analysis_lost_at),
        )


def earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    """Return the earlier moment; None if there is none."""
    return min(filter(None, (first, second)), default=None)


def latest(first: datetime | None, second: datetime | None) -> datetime | None:
    """Return the later moment; None if there is none."""
    return max(filter(None, (first, second)), default=None)


def reason_of(facts: EndFacts, was_requested: bool) -> EndReason:
    """Return why a call that is over ended."""
    if was_requested:
        return EndReason.REQUESTED
    if facts.completed_at is not None:
        return EndReason.COMPLETED
    if facts.disconnected_at is not None:
        return EndReason.DISCONNECTED
    return EndReason.IDLE if facts.analysis_lost_at is None else EndReason.FAILED


def moment_of(
    facts: EndFacts, started_at: datetime, spoken_until: datetime,
    requested_at: datetime | None = None,
) -> datetime:  # fmt: skip
    """Return when a call that is over ended; all moments are of the clock of its source.

    That is when the line was cut, else when the analysis was completed, else when somebody asked
    for the end, else the end of the last turn; never the moment at which it was noticed.
    """
    told = facts.disconnected_at or facts.completed_at or requested_at or spoken_until
    return max(started_at, told)


@dataclass(frozen=True, slots=True)
class EndTimeouts:
    """Waiting times in seconds: for the last turns after the hang-up, and in silence.

    `longest_idle_s` ends a call whose source never comes back.
    """

    grace_s: float = 60.0
    idle_s: float = 900.0
    longest_idle_s: float = 4 * 3600.0


@dataclass(slots=True)
class CallLiveness:
    """The last sign of life of a call, and what was told of its end; by the monotonic clock."""

    heard_at: float
    hung_up_at: float | None = None
    is_lost: bool = False
    is_over: bool = False
    was_requested: bool = False

    def beat(self, now: float) -> None:
        """Record that something was heard."""
        self.heard_at = now

    def learn(self, facts: EndFacts, now: float) -> None:
        """Record what the telephony told; what was told before changes nothing."""
        self.is_lost = facts.analysis_lost_at is not None
        self.is_over = self.is_over or facts.completed_at is not None
        if facts.disconnected_at is not None and self.hung_up_at is None:
            self.hung_up_at = now

    def request(self) -> None:
        """Record that somebody asked for the end."""
        self.was_requested = self.is_over = True

    def phase(
        self, now: float, timeouts: EndTimeouts, unreliable_until: float = -math.inf
    ) -> CallPhase:
        """Return the state of the call now.

        Before `unreliable_until` its source was late, and silence meant nothing.
        """
        if self.is_over:
            return CallPhase.OVER
        if self.hung_up_at is not None:
            has_passed = now - self.hung_up_at >= timeouts.grace_s
            return CallPhase.OVER if has_passed else CallPhase.HUNG_UP
        silent = now - max(self.heard_at, unreliable_until) >= timeouts.idle_s
        if silent or now - self.heard_at >= timeouts.longest_idle_s:
            return CallPhase.OVER
        return CallPhase.LOST if self.is_lost else CallPhase.TALKING
