"""The sessions that a process knows, and when it learns that one is over.

Theory of operation. The live server is asked who is behind a token; its answer, or that it refused,
is remembered for a second at most, and requests that come meanwhile wait for the one question.
While pages are open, one question a second goes out for all of them: it brings the version of
access, which rises with every logout, other role and closed account. Only if that is another one,
or the time of a session is over, is each session asked for anew. What ends is told to whoever waits
for it. A server that does not answer ends nothing for a minute, since it may just be starting;
pages that are open have the files of the app so long, too.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from callrisk.wire.client import LiveApiError
from callrisk.wire.people import SessionAnswer

logger = logging.getLogger(__name__)

REMEMBERED_S = 1.0
_ASKED_EVERY_S = 1.0
_LONGEST_SILENCE_S = 60.0
_USE_TOLD_EVERY_S = 60.0
_MOST_REMEMBERED = 1000
_QUESTIONS_AT_ONCE = 8


@dataclass(eq=False, slots=True)
class Visit:
    """A socket that is open; `ended` is set when its session is over or may do something else."""

    token: str
    known_as: SessionAnswer
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class _Asked:
    at: float
    answer: Future[SessionAnswer]


class SessionWatch:
    """Knows who is behind each token, as `ask` told it; for many threads and one event loop.

    `ask` raises LiveApiError, with status 401 for a session that is over.
    """

    def __init__(
        self, ask: Callable[[str], SessionAnswer], clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._ask = ask
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._asked: dict[str, _Asked] = {}
        self._told: dict[str, tuple[float, SessionAnswer]] = {}
        self._used: dict[str, float] = {}
        self._askers = ThreadPoolExecutor(_QUESTIONS_AT_ONCE, thread_name_prefix="sessions")
        self._open: set[Visit] = set()
        self._looking: asyncio.Task[None] | None = None
        self._version = -1
        self._answered_at = clock()

    def known(self, token: str) -> SessionAnswer:
        """Return who is behind a token; LiveApiError for nobody, or if nobody can say."""
        return self._question(token).result()

    async def known_soon(self, token: str) -> SessionAnswer:
        """Return what `known` does, without holding up the event loop."""
        return await asyncio.shield(asyncio.wrap_future(self._question(token)))

    def known_lately(self, token: str) -> SessionAnswer | None:
        """Return who was behind a token within the last minute, or is at an open page; or None."""
        with self._lock:
            at, answer = self._told.get(token, (float("-inf"), None))
        if self._clock() - at < _LONGEST_SILENCE_S:
            return answer
        return next((one.known_as for one in list(self._open) if one.token == token), None)

    def is_due_use(self, token: str) -> bool:
        """Return True, at most once a minute, if the use of a session is to be told."""
        now = self._clock()
        with self._lock:
            if now - self._used.get(token, float("-inf")) < _USE_TOLD_EVERY_S:
                return False
            recent = {one: at for one, at in self._used.items() if now - at < _USE_TOLD_EVERY_S}
            self._used = recent | {token: now}
        return True

    def enter(self, token: str, answer: SessionAnswer) -> Visit:
        """Return a visit that is watched until it leaves; called in the event loop."""
        visit = Visit(token, answer)
        self._open.add(visit)
        if self._looking is None or self._looking.done():
            self._answered_at = self._clock()
            self._looking = asyncio.create_task(self._watch())
        return visit

    def leave(self, visit: Visit) -> None:
        """Watch a visit no more."""
        self._open.discard(visit)

    async def _watch(self) -> None:
        while self._open:
            try:
                await self.step()
            except Exception:
                logger.exception("cannot see whether sessions are over")
            await asyncio.sleep(_ASKED_EVERY_S)

    async def step(self) -> None:
        """Ask once for all open pages, and for each of them if anything changed."""
        visits = list(self._open)
        if not visits:
            return
        first = await self._asked_anew(visits[0].token)
        if isinstance(first, SessionAnswer):
            self._answered_at = self._clock()
            if first.access_version == self._version and not self._is_due(visits):
                return
        elif not _is_refusal(first):
            self._be_patient(visits)
            return
        await self._look_at_all(visits)
        if isinstance(first, SessionAnswer):
            self._version = first.access_version

    async def _look_at_all(self, visits: list[Visit]) -> None:
        tokens = list({visit.token for visit in visits})
        answers = await asyncio.gather(*map(self._asked_anew, tokens))
        known = dict(zip(tokens, answers, strict=True))
        for visit in visits:
            answer = known[visit.token]
            if isinstance(answer, SessionAnswer):
                if _rights(answer) == _rights(visit.known_as):
                    # Its time may have been prolonged.
                    visit.known_as = answer
                    continue
            elif not _is_refusal(answer):
                continue
            self._end([visit])

    def _is_due(self, visits: Iterable[Visit]) -> bool:
        """Return True if the time of a session is over, as far as it is known."""
        now = self._now()
        ends = (visit.known_as.ends_at for visit in visits)
        return any(at is not None and datetime.fromisoformat(at) <= now for at in ends)

    def _be_patient(self, visits: list[Visit]) -> None:
        """End all once the server has been silent for long: nobody knows any more who they are."""
        if self._clock() - self._answered_at >= _LONGEST_SILENCE_S:
            logger.warning("pages are closed: the live server is silent")
            self._end(visits)

    def _end(self, visits: Iterable[Visit]) -> None:
        for visit in visits:
            self._open.discard(visit)
            visit.ended.set()

    async def _asked_anew(self, token: str) -> SessionAnswer | LiveApiError:
        try:
            return await asyncio.shield(asyncio.wrap_future(self._question(token, anew=True)))
        except LiveApiError as error:
            return error

    def _question(self, token: str, anew: bool = False) -> Future[SessionAnswer]:
        now = self._clock()
        with self._lock:
            asked = self._asked.get(token)
            if asked is not None and not anew and self._is_fresh(asked, now):
                return asked.answer
            if len(self._asked) >= _MOST_REMEMBERED:
                self._asked = {
                    one: kept for one, kept in self._asked.items() if self._is_fresh(kept, now)
                }
            answer = self._askers.submit(self._answered, token)
            self._asked[token] = _Asked(now, answer)
            return answer

    def _answered(self, token: str) -> SessionAnswer:
        """Ask, and remember the answer for a minute; of a session that is over, forget it."""
        try:
            answer = self._ask(token)
        except LiveApiError as error:
            if _is_refusal(error):
                with self._lock:
                    self._told.pop(token, None)
            raise
        now = self._clock()
        with self._lock:
            if len(self._told) >= _MOST_REMEMBERED:
                self._told = {
                    one: kept for one, kept in self._told.items()
                    if now - kept[0] < _LONGEST_SILENCE_S
                }  # fmt: skip
            self._told[token] = now, answer
        return answer

    @staticmethod
    def _is_fresh(asked: _Asked, now: float) -> bool:
        return now - asked.at < REMEMBERED_S or not asked.answer.done()


def _is_refusal(error: LiveApiError) -> bool:
    return error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def _rights(answer: SessionAnswer) -> tuple[object, ...]:
    """Return what must not change while a page is open."""
    return answer.subject_id, answer.roles, answer.agent_ids, answer.operations
