"""Time of the processor in units of this machine, so that a slow or busy one fails no test."""

import re
import time
from collections.abc import Callable

# Some twenty milliseconds of work on a machine of 2024.
_TEXT = "番号は09012345678で、北市の1丁目です。" * 4_000
_WORDS = re.compile(r"(?:\d+|[ぁ-ん]+|.)(?=.)")


def expect_work(job: Callable[[], object], below: float, tries: int = 3) -> None:
    """Raise AssertionError if a job takes its thread so many times as long as a fixed job.

    One of the tries, each measured beside the fixed job, must stay below; the first ends them.
    """
    _expect(lambda: _seconds(job) / _seconds(_reference), below, tries)


def expect_growth(job: Callable[[int], object], size: int, below: float, tries: int = 3) -> None:
    """Raise AssertionError if four times the size takes so many times as long as the size.

    What grows with the size takes 4 times as long, what grows with its square 16 times.
    """
    _expect(lambda: _seconds(lambda: job(4 * size)) / _seconds(lambda: job(size)), below, tries)


def _expect(measured: Callable[[], float], below: float, tries: int) -> None:
    told = []
    for _ in range(tries):
        told.append(measured())
        if told[-1] < below:
            return
    raise AssertionError(f"{', '.join(f'{each:.1f}' for each in told)}: none is below {below}")


def _reference() -> None:
    total = 0
    for found in _WORDS.finditer(_TEXT):
        total += sum(map(ord, found[0]))
    assert total


def _seconds(job: Callable[[], object]) -> float:
    began = time.thread_time()
    job()
    return time.thread_time() - began
