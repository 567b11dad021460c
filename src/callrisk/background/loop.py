"""What runs beside everything else."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Loop:
    """Runs a step again and again in a thread of its own until stopped, whatever goes wrong.

    `expected` is what a step raises when the other side is away, which its message says.
    """

    def __init__(
        self, name: str, step: Callable[[], int], pause_s: float,
        expected: tuple[type[Exception], ...] = (),
    ) -> None:  # fmt: skip
        self.name = name
        self._expected = expected
        self._step = step
        self._pause_s = pause_s
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
        while not self._stopped.is_set():
            wait = self._pause_s
            try:
                self._step()
                self.problem = None
            except self._expected as error:
                problem, wait = str(error)[:500], 2.0
                # Said once, not in every round of a long outage; screens show it all the while.
                if problem != self.problem:
                    logger.warning("%s: %s", self.name, problem)
                self.problem = problem
            except Exception as error:
                logger.exception("%s failed", self.name)
                self.problem, wait = f"{type(error).__name__}", 2.0
            self._stopped.wait(wait)
