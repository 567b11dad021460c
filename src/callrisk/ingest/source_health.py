"""How the sources of calls are, in words: a stream that lags, a reader that has fallen silent."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrisk.domain.wording import Text
from callrisk.store.connect.source_reports import SourceReports, SourceState

# Later than this is no longer live: people must know that they look at the past.
_LATE_MS = 3_000
# A source reports once a second; this long without a word and nobody reads it any more.
_SILENT_S = 4.0
# A lag below this changes nothing about a quarter of an hour of silence.
_UNRELIABLE_FROM_S = 30
_LISTEN_EVERY_S = 2.0
# A source without a lag reads no stream: it asks and tells the telephony beside it.
_NOT_ASKED = Text(
    "通話の相手や終わりの確認などが滞っています。復旧すると、続きから処理します。",
    "Asking who takes part in calls, and telling the telephony, has stalled. "
    "What is left follows as soon as that goes on.",
)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source; `trouble` is None while all is well, `reason` is for those who look into it."""

    name: str
    behind_s: int
    trouble: Text | None
    reason: str | None


class Sources:
    """Watches what the sources report; silence is timed by a clock that nobody can set."""

    def __init__(self, reports: SourceReports, clock: Callable[[], float] = time.monotonic) -> None:
        self._reports = reports
        self._clock = clock
        self._reported: dict[str, tuple[datetime, float]] = {}

    def look(self) -> list[SourceHealth]:
        """How every source is that ever reported."""
        return [self._health(state) for state in self._reports.all()]

    def _health(self, state: SourceState) -> SourceHealth:
        now = self._clock()
        at, since = self._reported.get(state.name, (None, now))
        if at != state.at:
            since = now
            self._reported[state.name] = (state.at, now)
        silent = now - since
        behind_s = int((state.behind_ms or 0) / 1000 + (silent if silent > _SILENT_S else 0))
        return SourceHealth(state.name, behind_s, _trouble(state, silent, behind_s), state.problem)


class SourceLag:
    """Until when calls may have gone on unheard, by the clock of the sources; cheap to ask."""

    def __init__(self, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = sources
        self._clock = clock
        self._looked_at, self._unreliable_until = -math.inf, -math.inf

    def unreliable_until(self) -> float:
        """The last moment at which a source was seen to be late; minus infinity before any."""
        now = self._clock()
        if now - self._looked_at >= _LISTEN_EVERY_S:
            if any(one.behind_s >= _UNRELIABLE_FROM_S for one in self._sources.look()):
                self._unreliable_until = now
            self._looked_at = now
        return self._unreliable_until


def _trouble(state: SourceState, silent: float, behind_s: int) -> Text | None:
    if state.behind_ms is None:
        return _NOT_ASKED if state.problem or silent > _SILENT_S else None
    if silent > _SILENT_S:
        return Text(
            f"通話の取り込みが {int(silent)} 秒前から止まっています。"
            "再開すると、途切れた間の内容を取り込みます。",
            f"Nobody has taken in calls for {int(silent)} s. "
            "What was said meanwhile follows as soon as that goes on.",
        )
    if state.problem is None and state.behind_ms < _LATE_MS:
        return None
    return Text(
        f"通話の取り込みが {behind_s} 秒遅れています。", f"The stream is {behind_s} s behind."
    )
