"""The end of a call: reported by the analysis, some time after the hang-up, or by silence.

While a source is late, silence says nothing: the caller may still talk without being recorded.
All by the monotonic clock: a clock that is set must neither end calls nor keep them open.
"""

import math
from dataclasses import dataclass

from callrisk.domain.contact import EndReason


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
    """The last sign of life of a call, and its end; in seconds of the monotonic clock."""

    heard_at: float
    over: EndReason | None = None
    hung_up_at: float | None = None

    def beat(self, now: float) -> None:
        """Record that something was heard."""
        self.heard_at = now

    def end(self, reason: EndReason, now: float) -> None:
        """Record that the call is over; after a hang-up alone the last turns are waited for."""
        if reason is EndReason.DISCONNECTED:
            self.hung_up_at = now if self.hung_up_at is None else self.hung_up_at
        else:
            self.over = self.over or reason

    def reason(
        self, now: float, timeouts: EndTimeouts, unreliable_until: float = -math.inf
    ) -> EndReason | None:
        """Return the reason for closing the call now, or None while it goes on.

        Before `unreliable_until` its source was late, and silence meant nothing.
        """
        if self.over is not None:
            return self.over
        if self.hung_up_at is not None and now - self.hung_up_at >= timeouts.grace_s:
            return EndReason.DISCONNECTED
        silent = now - max(self.heard_at, unreliable_until) >= timeouts.idle_s
        idle_too_long = now - self.heard_at >= timeouts.longest_idle_s
        return EndReason.IDLE if silent or idle_too_long else None
