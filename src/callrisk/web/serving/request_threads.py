"""Threads that do blocking work for an event loop: so many, and so many jobs that wait."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class BusyError(RuntimeError):
    """All threads work, and as many jobs as may wait do."""


class RequestThreads:
    """Daemon threads: one that hangs keeps no program from its end."""

    def __init__(self, name: str, threads: int, most_waiting: int) -> None:
        self._threads = threads
        self._jobs: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None]
        self._jobs = SimpleQueue()
        self._most = threads + most_waiting
        # Jobs taken and not done; only the event loop counts them.
        self._taken = 0
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    async def run(self, job: Callable[[], _Result]) -> _Result:
        """Return what the job returns, or raise what it raises; BusyError when too many wait."""
        if self._taken >= self._most:
            raise BusyError
        self._taken += 1
        done: asyncio.Future[_Result] = asyncio.get_running_loop().create_future()
        self._jobs.put((job, done))
        return await done

    def end(self) -> None:
        """End the threads after the jobs that were taken."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while taken := self._jobs.get():
            job, done = taken
            result, error = None, None
            try:
                result = job()
            except Exception as raised:  # noqa: BLE001 - whoever waits for the job raises it
                error = raised
            # The loop is gone when a job outlasts the server.
            with contextlib.suppress(RuntimeError):
                done.get_loop().call_soon_threadsafe(self._tell, done, result, error)

    def _tell(
        self, done: "asyncio.Future[_Result]", result: _Result, error: Exception | None
    ) -> None:
        self._taken -= 1
        if done.done():
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)
