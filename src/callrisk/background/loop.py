"""A step that is repeated in a thread of its own until it is stopped."""

import logging
import threading
from collections.abc import Callable

from callrisk.background.retry import RETRIES, RetryTimings

logger = logging.getLogger(__name__)

_LONGEST_PROBLEM = 500


class Loop:
    """Repeats a step with a pause in between, whatever goes wrong.

    `expected` is what a step raises when the other side is away; its message is the problem.
    """

    def __init__(
        self, name: str, step: Callable[[], int], pause_s: float,
        expected: tuple[type[Exception], ...] = (), retries: RetryTimings = RETRIES.loop,
    ) -> None:  # fmt: skip
        self.name = name
        self._expected = expected
        self._step = step
        self._pause_s = pause_s
        self._retries = retries
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.problem: str | None = None

    def __str__(self) -> str:
        return self.name

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopped.set()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            failures = 0 if self._succeeds() else failures + 1
            self._stopped.wait(self._retries.wait_s(failures) if failures else self._pause_s)

    def _succeeds(self) -> bool:
        try:
            self._step()
        except self._expected as error:
            problem = str(error)[:_LONGEST_PROBLEM]
            # Logged once, not in every round of a long outage; screens show it all the while.
            if problem != self.problem:
                logger.warning("%s: %s", self.name, problem)
            self.problem = problem
            return False
        except Exception as error:  # nobody starts the thread of a step again once it has ended
            logger.exception("%s failed", self.name)
            self.problem = type(error).__name__
            return False
        self.problem = None
        return True
