"""Reads stored turns again after a change of the language: the one job that activates a change.

Theory of operation
-------------------
A server that starts with another language than the one that the database names changes the name
first. From then on every process that looks knows which version is in use, and every stored turn
with words that bears another version, or none, is *stale*. The job takes a batch of calls with
stale turns, reads them in their context, and writes statements and version in one transaction; then
the next. Its progress is nothing but which turns are stale, so it goes on wherever it was
interrupted.

May repeat: any batch. It runs beside calls in progress, whose turns may come, be corrected or move
while a batch is read; what is written is read again within the transaction. Must not happen: two
servers with different versions that undo each other's work. The one whose version is named reads,
also what a process with another version stores meanwhile; the other rests and says so.

Turns without words keep what they said, under the version that read them.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from callrisk.background.crash_points import crash_point
from callrisk.domain.language import Language
from callrisk.domain.time import utc_now
from callrisk.store.statements.language_in_use import LanguageInUse, NamedLanguage
from callrisk.store.statements.stale_turns import StaleBatch, StaleTurns

logger = logging.getLogger(__name__)

# The pause after each batch: what reads and writes calls in progress goes first.
PAUSE_S = 0.1
# How often to look for stale turns once there are none, in seconds.
_REST_S = 30.0
# A process with another version is spoken of until so long after its last turn, in seconds.
_REMEMBERED_S = 300.0


class Rereading:
    """Activates a language and reads stale turns again; `step` is repeated by a loop.

    `may_activate` is False for a language that only stands in for another: it is named only where
    no other ever was.
    """

    def __init__(
        self, in_use: LanguageInUse, stale: StaleTurns, language: Language, may_activate: bool,
        now: Callable[[], datetime] = utc_now, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._in_use = in_use
        self._stale = stale
        self._version = language.version
        self._may_activate = may_activate
        self._now = now
        self._clock = clock
        self._is_active = False
        self._rest_until = 0.0
        self._turns = 0
        self._foreign: tuple[str, float] | None = None
        self._gave_way_to: str | None = None

    @property
    def is_reading(self) -> bool:
        """True while stale turns are read again."""
        return self._turns > 0

    @property
    def foreign(self) -> str | None:
        """The version of another process that has stored turns lately; None without one."""
        if self._foreign is None or self._clock() - self._foreign[1] > _REMEMBERED_S:
            return None
        return self._foreign[0]

    def step(self) -> int:
        """Read one batch again; return how many turns. StoreAwayError while the database is."""
        if not self._is_active:
            self._activate()
        if self._clock() < self._rest_until:
            return 0
        named = self._in_use.named()
        if named is None or named.version != self._version:
            self._give_way(named)
            return 0
        batch = self._stale.batch()
        if not batch.call_ids:
            self._rest()
            return 0
        self._look_for_others(batch, named)
        turns = self._stale.read_again(batch.call_ids, self._now())
        self._turns += turns
        return turns

    def _activate(self) -> None:
        named = self._in_use.named()
        if self._may_activate or named is None:
            before = self._in_use.activate(self._version, self._now())
            if before is None or before.version != self._version:
                old = "none" if before is None else before.version
                logger.info("language in use: %s, before: %s", self._version, old)
            crash_point("after_language_named")
        self._is_active = True

    def _give_way(self, named: NamedLanguage | None) -> None:
        """Rest, as another version is in use."""
        if named is not None and named.version != self._gave_way_to:
            logger.warning("language %s is in use, not %s", named.version, self._version)
            self._gave_way_to = named.version
        self._rest()

    def _rest(self) -> None:
        if self._turns:
            logger.info("language %s: %d stored turns were read again", self._version, self._turns)
        self._turns = 0
        self._rest_until = self._clock() + _REST_S

    def _look_for_others(self, batch: StaleBatch, named: NamedLanguage) -> None:
        """Remember another version under which turns were stored since this one is in use."""
        for version, heard_at in batch.versions.items():
            if heard_at > named.since:
                if self.foreign is None:
                    logger.warning("another process stores turns read in language %s", version)
                self._foreign = (version or "-", self._clock())
