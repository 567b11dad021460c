"""A queue of tasks that wait for something slow: each done at its time, by threads of its own."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from callrisk.background.retry import RETRIES, RetryTimings

logger = logging.getLogger(__name__)

Task = TypeVar("Task", bound=Hashable)


class WorkQueue(Generic[Task]):
    """Does tasks, so many at once; a task that is put twice before its time is one task.

    A task that is put while it is being done is done once more: the result at hand may be older
    than what made somebody put it.
    """

    def __init__(
        self, name: str, work: Callable[[Task], None], at_once: int,
        retries: RetryTimings = RETRIES.task,
    ) -> None:  # fmt: skip
        self._name = name
        self._work = work
        self._retries = retries
        self._due: dict[Task, float] = {}
        self._running: set[Task] = set()
        self._changed, self._stopped = threading.Condition(), False
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix=name)

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """End after the tasks at hand."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def put(self, task: Task, after_s: float = 0.0) -> None:
        """Have a task done so much later, or earlier if it waits already; returns at once."""
        at = time.monotonic() + after_s
        with self._changed:
            self._due[task] = min(at, self._due.get(task, at))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                task = self._next()
                if self._stopped:
                    return
                if task is None:
                    continue
                del self._due[task]
                self._running.add(task)
                self._workers.submit(self._do, task)

    def _next(self) -> Task | None:
        """Return the task whose time has come; None after a wait, as all may be different then."""
        waiting = [task for task in self._due if task not in self._running]
        first = min(waiting, key=self._due.__getitem__, default=None)
        wait_s = None if first is None else self._due[first] - time.monotonic()
        if wait_s is not None and wait_s <= 0:
            return first
        self._changed.wait(wait_s)
        return None

    def _do(self, task: Task) -> None:
        try:
            self._work(task)
        except Exception:  # the task is tried again; the thread serves other tasks, too
            logger.exception("%s: %s failed", self._name, task)
            self.put(task, self._retries.wait_s(1))
        finally:
            with self._changed:
                self._running.discard(task)
                self._changed.notify()
