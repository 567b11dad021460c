"""Answers of the live server that pages of many persons share: asked for once, by whom comes first.

Pages that are refreshed every second ask here. Those who may see the same calls get the same
answer, as long as it is fresh; of those who find it stale one asks, as that person, and the others
wait for what is answered. So the number of open pages costs the server nothing. That nobody answers
is shared, too; a refusal is not, as it is about the person who asked.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, cast

from callrisk.dashboards.runs import Places
from callrisk.wire.client import LiveApiError

Answer = TypeVar("Answer")
# Nobody who has not asked for so long looks any more.
_FORGOTTEN_AFTER_S = 120.0


@dataclass(slots=True)
class _Kept:
    """The newest answer to one question, or why there is none; `at` is when it was given."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = float("-inf")
    answer: Any = None
    error: LiveApiError | None = None


class SharedAnswers:
    """The newest answers by question; for many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[Hashable, _Kept] = {}

    def newest(self, question: Hashable, ask: Callable[[], Answer], fresh_s: float) -> Answer:
        """Return an answer that is no older than `fresh_s`. LiveApiError."""
        kept = self._of(question)
        with kept.lock:
            if self._clock() - kept.at > fresh_s:
                self._ask(kept, ask)
            if kept.error is not None:
                raise kept.error
            return cast(Answer, kept.answer)

    def _ask(self, kept: _Kept, ask: Callable[[], Any]) -> None:
        try:
            kept.answer, kept.error = ask(), None
        except LiveApiError as error:
            if not error.unreachable:
                raise
            kept.error = error
        kept.at = self._clock()

    def _of(self, question: Hashable) -> _Kept:
        with self._lock:
            now = self._clock()
            if question not in self._kept:
                # One that is asked about at this moment is not older.
                self._kept = {
                    one: kept
                    for one, kept in self._kept.items()
                    if now - kept.at < _FORGOTTEN_AFTER_S or kept.lock.locked()
                }
            return self._kept.setdefault(question, _Kept())


@cache
def shared_answers() -> SharedAnswers:
    """Return the answers of this process."""
    return SharedAnswers()


def asked_once(places: Places, question: str, ask: Callable[[], Answer], fresh_s: float) -> Answer:
    """Return an answer for everybody who may see the same calls as the person at this page."""
    session = None if places.visitor is None else places.visitor.session
    sees_all = session is None or session.sees_all
    reach = "" if session is None or sees_all else session.subject_id
    # Texts of refusals come in the language of who asks; an answer has both.
    return shared_answers().newest((places.api, reach, question), ask, fresh_s)
