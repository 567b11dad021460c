"""Questions to a slow other side: each asked at its time, by threads that nobody waits for."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

# What went wrong in a way that nobody foresaw is tried again after so many seconds.
_AGAIN_S = 10.0

Q = TypeVar("Q", bound=Hashable)


class WorkQueue(Generic[Q]):
    """Has questions answered, so many at once; what is asked twice before its time is one question.

    What is asked while it is being answered is answered once more: the answer may be older than
    what made somebody ask.
    """

    def __init__(self, name: str, answer: Callable[[Q], None], at_once: int) -> None:
        self._name = name
        self._answer = answer
        self._due: dict[Q, float] = {}
        self._running: set[Q] = set()
        self._changed, self._stopped = threading.Condition(), False
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix=name)

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """End after the questions at hand."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def ask(self, question: Q, after_s: float = 0.0) -> None:
        """Have it answered so much later, or earlier if it waits already; returns at once."""
        at = time.monotonic() + after_s
        with self._changed:
            self._due[question] = min(at, self._due.get(question, at))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                question = self._next()
                if self._stopped:
                    return
                if question is None:
                    continue
                del self._due[question]
                self._running.add(question)
                self._workers.submit(self._outlive, question)

    def _next(self) -> Q | None:
        """The question whose time has come; None after a wait, as all may be different then."""
        waiting = [one for one in self._due if one not in self._running]
        first = min(waiting, key=self._due.__getitem__, default=None)
        wait_s = None if first is None else self._due[first] - time.monotonic()
        if wait_s is not None and wait_s <= 0:
            return first
        self._changed.wait(wait_s)
        return None

    def _outlive(self, question: Q) -> None:
        try:
            self._answer(question)
        except Exception:
            logger.exception("%s: %s failed", self._name, question)
            self.ask(question, _AGAIN_S)
        finally:
            with self._changed:
                self._running.discard(question)
                self._changed.notify()
