"""Parallel fits, each in one thread, so that its bits never depend on the others."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def parallel_map(work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Yield the results in the order of the tasks, as many at once as there are cores."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            yield from pool.map(work, tasks)
        finally:
            # A caller that stops early does not wait for the remaining tasks.
            pool.shutdown(wait=True, cancel_futures=True)
