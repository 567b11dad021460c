"""The jobs that keep the database of a server in order, each in a thread of its own.

Events of older versions are narrowed, the facts of calls that ended and the tokens of their words
are written, and what was kept long enough is removed.
"""

from collections.abc import Callable
from datetime import datetime

from callrisk.background.loop import Loop
from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.store.calls import Store
from callrisk.store.ciphers.clear_rows import ClearRows
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.keeping.old_calls import OldCalls
from callrisk.store.keeping.old_keys import OldKeys
from callrisk.store.keeping.sizes import StoredSizes, stored_sizes
from callrisk.store.log.narrowing import Narrowing
from callrisk.store.retention import Retention
from callrisk.store.search.saved_searches import SavedSearches
from callrisk.store.search.words_job import WordsJob
from callrisk.store.store_away import store_away_reported
from callrisk.wire.health import CheckResult

# The pause after each batch: what reads and writes calls in progress goes first.
_PAUSE_S = 0.1
# The facts of a call are written so soon after its end.
_FACTS_EVERY_S = 1.0
_LOOK_FOR_OLD_EVERY_S = 5.0
_MEASURE_EVERY_S = 300.0
_KEYS_EVERY_S = 60.0
# An erasure does it by itself; this is for one that was cut off.
_UNLINK_EVERY_S = 3_600.0


class Upkeep:
    """Runs between `start` and `stop`.

    `keep_accounts` seals what belongs to accounts under the newest key, and removes what is over.
    """

    def __init__(
        self, store: Store, kept: KeepingDays, keep_accounts: Callable[[datetime], int]
    ) -> None:
        self._engine, self._kept = store.engine, kept
        self._old_calls = OldCalls(store.engine, kept)
        self._sent = Retention(store.engine, kept)
        self._searches = SavedSearches(store.engine)
        self._keys = OldKeys(store.engine)
        self._keep_accounts = keep_accounts
        self._sizes: StoredSizes | None = None
        steps: tuple[tuple[str, Callable[[], int], float], ...] = (
            ("encryption", ClearRows(store.engine).step, _PAUSE_S),
            ("keys", self._keep_keys, _KEYS_EVERY_S),
            ("erased calls", self._keys.unlink_erased, _UNLINK_EVERY_S),
            ("narrowing", Narrowing(store.engine).step, _PAUSE_S),
            ("call facts", FactsJob(store.engine).step, _FACTS_EVERY_S),
            ("words to search", WordsJob(store.engine).step, _FACTS_EVERY_S),
            ("retention", self._remove_old, _LOOK_FOR_OLD_EVERY_S),
            ("sizes", self._measure, _MEASURE_EVERY_S),
        )
        # Whatever of a step meets a database that is away says so in one line.
        self._loops = tuple(
            Loop(name, store_away_reported()(step), pause_s, (OutsideError,))
            for name, step, pause_s in steps
        )

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        for loop in self._loops:
            loop.stop()

    def check(self) -> CheckResult:
        """Return how much is stored and for how long, and what is wrong with the jobs."""
        problems = [f"{loop}: {loop.problem}" for loop in self._loops if loop.problem]
        if problems:
            return CheckResult(ok=False, detail="; ".join(problems))
        kept = f"words {self._kept.words} days, scores {self._kept.scores} days"
        sizes = self._sizes
        if sizes is None:
            return CheckResult(ok=True, detail=kept)
        calls = f"{sizes.calls:,} calls ({sizes.with_words:,} with words)"
        stored = f"{calls}, {sizes.turns:,} turns, {sizes.megabytes:,.1f} MB"
        return CheckResult(ok=True, detail=f"{stored}; {kept}")

    def _remove_old(self) -> int:
        now = utc_now()
        with store_away_reported():
            removed = self._old_calls.step(now) + self._sent.delete_sent(now)
            removed += self._searches.delete_old(now)
            return removed + self._sent.delete_answered_requests(now)

    def _keep_keys(self) -> int:
        now = utc_now()
        # First, as it reads the ring again.
        count = self._keys.step(now)
        with store_away_reported():
            return count + self._keep_accounts(now)

    def _measure(self) -> int:
        with store_away_reported():
            self._sizes = stored_sizes(self._engine)
        return 1
