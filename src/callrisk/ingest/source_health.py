"""Health of the sources of calls: late streams, silent readers, and records in quarantine.

Each question has one threshold, in this file.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrisk.domain.outside import ConnectionCheck
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.connect.source_reports import SourceReports, SourceState

# A stream is late from here on: no longer live, so people must know that they look at the past.
LATE_FROM_MS = 3_000
# A source reports once a second; without a report for so long, nobody reads it any more.
SILENT_FROM_S = 4.0
# The silence of a call means nothing while its source lags by so much; less does not matter.
UNRELIABLE_FROM_S = 30
_LOOK_EVERY_S = 2.0
# A source without a lag reads no stream: it asks and tells the telephony beside it.
_NOT_ASKED = Text(
    "通話の相手や終わりの確認などが滞っています。復旧すると、続きから処理します。",
    "Asking who takes part in calls, and telling the telephony, has stalled. "
    "What is left follows as soon as that goes on.",
)
_NEVER_READ = Text(
    "ストリームはまだ一度も読まれていません: amazon_connect_integration.py ingest",
    "nobody has read the stream yet: amazon_connect_integration.py ingest",
)


_SET_BACK = Text(
    "最後の報告の時刻がこの機械の時計より先です。時計を合わせてください。",
    "The last report is ahead of this machine's clock: set the clocks right.",
)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source; `trouble` is None while all is well, `reason` is for those who look into it."""

    name: str
    behind_s: int
    trouble: Text | None
    reason: str | None


class Sources:
    """Watches the reports of the sources; silence is timed by a clock that nobody can set."""

    def __init__(self, reports: SourceReports, clock: Callable[[], float] = time.monotonic) -> None:
        self._reports = reports
        self._clock = clock
        self._reported: dict[str, tuple[datetime, float]] = {}

    def look(self) -> list[SourceHealth]:
        """Return the health of every source that ever reported."""
        return [self._health(state) for state in self._reports.all()]

    def _health(self, state: SourceState) -> SourceHealth:
        now = self._clock()
        at, since = self._reported.get(state.name, (None, now))
        if at != state.at:
            since = now
            self._reported[state.name] = (state.at, now)
        silent = now - since
        behind_s = int((state.behind_ms or 0) / 1000 + (silent if silent > SILENT_FROM_S else 0))
        return SourceHealth(state.name, behind_s, _trouble(state, silent, behind_s), state.problem)


class SourceLag:
    """The time until which a source was late and silence of its calls means nothing."""

    def __init__(self, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = sources
        self._clock = clock
        self._looked_at, self._unreliable_until = -math.inf, -math.inf

    def unreliable_until(self) -> float:
        """Return the last moment at which a source was seen to lag; minus infinity before any."""
        now = self._clock()
        if now - self._looked_at >= _LOOK_EVERY_S:
            if any(source.behind_s >= UNRELIABLE_FROM_S for source in self._sources.look()):
                self._unreliable_until = now
            self._looked_at = now
        return self._unreliable_until


def _trouble(state: SourceState, silent: float, behind_s: int) -> Text | None:
    if state.behind_ms is None:
        return _NOT_ASKED if state.problem or silent > SILENT_FROM_S else None
    if silent > SILENT_FROM_S:
        return Text(
            f"通話の取り込みが {int(silent)} 秒前から止まっています。"
            "再開すると、途切れた間の内容を取り込みます。",
            f"Nobody has taken in calls for {int(silent)} s. "
            "What was said meanwhile follows as soon as that goes on.",
        )
    if state.problem is None and state.behind_ms < LATE_FROM_MS:
        return None
    return Text(
        f"通話の取り込みが {behind_s} 秒遅れています。", f"The stream is {behind_s} s behind."
    )


def ingest_checks(reports: SourceReports, quarantine: Quarantine) -> list[ConnectionCheck]:
    """Return the points of our own side: the lag of the stream, and records in quarantine."""
    states = {state.name: state for state in reports.all()}
    stream, kept = states.get("stream"), quarantine.count()
    lag = ConnectionCheck("lag", None, _NEVER_READ) if stream is None else _lag(stream)
    held = Text(f"{kept} 件を 7 日間保管します", f"{kept} records, kept for 7 days")
    if kept:
        held = Text(
            f"{held.ja}。新しい版にした後は: replay --quarantine",
            f"{held.en}; after a new version: replay --quarantine",
        )
    return [lag, ConnectionCheck("quarantine", None, held)]


def _lag(stream: SourceState) -> ConnectionCheck:
    ago = int((utc_now() - stream.at).total_seconds())
    if ago <= -SILENT_FROM_S:
        return ConnectionCheck("lag", False, _SET_BACK)
    behind, problem = (stream.behind_ms or 0) / 1000, stream.problem or ""
    text = Text(
        f"{behind:.0f} 秒の遅れ（{ago} 秒前の報告） {problem}".strip(),
        f"{behind:.0f} s behind, reported {ago} s ago {problem}".strip(),
    )
    return ConnectionCheck("lag", stream.problem is None and ago < SILENT_FROM_S, text)
