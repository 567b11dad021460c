"""Answers that many pages share: how often the server is asked, and by whom."""

import threading
import time

import pytest

from callrisk.dashboards.shared_answers import SharedAnswers
from callrisk.wire.client import LiveApiError

FRESH_S = 1.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """Counts how often it is asked, and answers with the count."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        time.sleep(0.05)
        return self.count


def test_twenty_pages_ask_once() -> None:
    """At the same moment, from as many threads."""
    answers, asked = SharedAnswers(), Asked()
    found: list[int] = []
    pages = [
        threading.Thread(target=lambda: found.append(answers.newest("calls", asked, FRESH_S)))
        for _ in range(20)
    ]
    for page in pages:
        page.start()
    for page in pages:
        page.join()

    assert (asked.count, found) == (1, [1] * 20)


def test_a_stale_answer_is_asked_for_again() -> None:
    """By question; another question has an answer of its own."""
    clock, asked, other = Clock(), Asked(), Asked()
    answers = SharedAnswers(clock)

    def newest() -> int:
        return answers.newest("calls", asked, FRESH_S)

    assert (newest(), newest(), answers.newest("team", other, FRESH_S)) == (1, 1, 1)
    clock.now += FRESH_S + 0.1
    assert newest() == 2


def refused(status: int | None) -> int:
    """Ask a server that says no, or does not answer."""
    raise LiveApiError("no", status)


def test_a_refusal_is_of_one_person_and_a_server_away_is_everybodys() -> None:
    """Who may ask gets an answer at once after another was refused."""
    clock = Clock()
    answers, asked = SharedAnswers(clock), Asked()
    with pytest.raises(LiveApiError):
        answers.newest("calls", lambda: refused(403), FRESH_S)
    assert answers.newest("calls", asked, FRESH_S) == 1

    clock.now += FRESH_S + 0.1
    for ask in (lambda: refused(None), asked):
        with pytest.raises(LiveApiError):
            answers.newest("calls", ask, FRESH_S)
    assert asked.count == 1
    clock.now += FRESH_S + 0.1
    assert answers.newest("calls", asked, FRESH_S) == 2
