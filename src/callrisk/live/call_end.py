"""When a call is over: said by the analysis, some time after the line was cut, or by silence.

While a source is late, silence says nothing: the caller may still talk, and nobody takes it in.
All by the monotonic clock: a clock that is set must neither end calls nor keep them open.
"""

import math
from dataclasses import dataclass

from callrisk.domain.contact import EndReason


@dataclass(frozen=True, slots=True)
class EndTimeouts:
    """How long to wait: for the last turns after the line was cut, and in silence; seconds.

    `longest_idle_s` ends a call whose source never comes back.
    """

    grace_s: float = 60.0
    idle_s: float = 900.0
    longest_idle_s: float = 4 * 3600.0


@dataclass(slots=True)
class CallLiveness:
    """The signs of life of one call, in seconds of the monotonic clock."""

    heard_at: float
    over: EndReason | None = None
    cut_at: float | None = None

    def beat(self, now: float) -> None:
        """Something was heard."""
        self.heard_at = now

    def end(self, reason: EndReason, now: float) -> None:
        """The call was said to be over; a cut line alone still waits for the last turns."""
        if reason is EndReason.DISCONNECTED:
            self.cut_at = now if self.cut_at is None else self.cut_at
        else:
            self.over = self.over or reason

    def reason(
        self, now: float, patience: EndTimeouts, deaf_until: float = -math.inf
    ) -> EndReason | None:
        """Why the call is to be closed now; None while it goes on.

        Before `deaf_until` its source was late, and silence meant nothing.
        """
        if self.over is not None:
            return self.over
        if self.cut_at is not None and now - self.cut_at >= patience.grace_s:
            return EndReason.DISCONNECTED
        silent = now - max(self.heard_at, deaf_until) >= patience.idle_s
        given_up = now - self.heard_at >= patience.longest_idle_s
        return EndReason.IDLE if silent or given_up else None
