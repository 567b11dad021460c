"""Time of the processor in units of this machine, so that a slow or busy one fails no test."""

import re
import time
from collections.abc import Callable

# Some twenty milliseconds of work on a machine of 2024.
_TEXT = "番号は09012345678で、北市の1丁目です。" * 4_000
_WORDS = re.compile(r"(?:\d+|[ぁ-ん]+|.)(?=.)")


def work_of(job: Callable[[], object], tries: int = 3) -> float:
    """Return the least time of a job's thread over that of a fixed job, measured in turn."""
    return min(_seconds(job) / _seconds(_reference) for _ in range(tries))


def _reference() -> None:
    total = 0
    for found in _WORDS.finditer(_TEXT):
        total += sum(map(ord, found[0]))
    assert total


def _seconds(job: Callable[[], object]) -> float:
    began = time.thread_time()
    job()
    return time.thread_time() - began
