"""Figures of calls by key: sums, means, and shares adjusted for the calls that each was given."""

from typing import Any

import numpy as np
import pytest

from callrisk.domain.operation.call_figures import (
    FEWEST_CALLS,
    CallMeasure,
    CallSums,
    call_figures,
    renamed,
)

ESCALATED = CallMeasure.ESCALATED


def sums(key: str, band: int | None, calls: int, **more: Any) -> CallSums:
    """Sums of calls that have nothing but what is named."""
    counted = dict.fromkeys(
        ("talk_calls", "mood_calls", "scored", "high", "escalated", "promised", "promised_yen",
         "advice_done", "advice_dismissed"), 0,
    )  # fmt: skip
    given = {"seconds": 0.0, "talk_share": 0.0, "mood": 0.0, **counted, **more}
    return CallSums(key=key, band=band, calls=calls, **given)


def test_rows_are_the_sums_of_their_bands() -> None:
    """Means are over the calls that have the figure; what none has is none."""
    figures = call_figures([
        sums("b", 0, 3, seconds=90.0, talk_share=1.2, talk_calls=2, scored=3, high=1, advice_done=2,
             advice_dismissed=1, promised=1, promised_yen=5_000),
        sums("b", None, 1, seconds=30.0),
        sums("a", 60, 2, seconds=20.0, mood=-3.0, mood_calls=2),
    ])  # fmt: skip
    a, b = figures.rows

    assert (a.key, a.mean_seconds, a.talk_share, a.mood) == ("a", 10.0, None, -1.5)
    assert (b.calls, b.mean_seconds, b.talk_share, b.promised_yen) == (4, 30.0, 0.6, 5_000)
    high, promised = b.measures[CallMeasure.HIGH], b.measures[CallMeasure.PROMISED]
    assert (high.hits, high.of, promised.hits, promised.of) == (1, 3, 1, 4)
    assert (b.advice.hits, b.advice.of, a.advice.share) == (2, 3, None)
    assert (figures.all.calls, figures.all.mean_seconds) == (6, 140 / 6)


def test_who_has_the_harder_calls_is_not_worse_for_it() -> None:
    """Both do alike with alike calls; the plain shares differ, the adjusted do not."""
    figures = call_figures([
        sums("easy", 20, 90, escalated=9), sums("easy", 80, 10, escalated=4),
        sums("hard", 20, 10, escalated=1), sums("hard", 80, 90, escalated=36),
    ])  # fmt: skip
    easy, hard = figures.rows

    assert easy.measures[ESCALATED].share == 0.13
    assert hard.measures[ESCALATED].share == 0.37
    for row in (easy, hard):
        assert row.adjusted[ESCALATED].share == pytest.approx(0.25)
        assert not row.adjusted[ESCALATED].differs


def test_who_differs_is_named() -> None:
    """With an interval that leaves out the share of all."""
    figures = call_figures([sums(f"agent-{n}", 40, 200, escalated=20) for n in range(8)] + [
        sums("other", 40, 200, escalated=60)
    ])  # fmt: skip
    of_all = figures.all.measures[ESCALATED].share
    assert of_all is not None
    other = figures.rows[-1].adjusted[ESCALATED]

    assert other.differs
    assert other.low > of_all
    assert not any(row.adjusted[ESCALATED].differs for row in figures.rows[:-1])


@pytest.mark.parametrize(
    ("calls", "hits", "is_compared"),
    [(FEWEST_CALLS, 6, True), (FEWEST_CALLS - 1, 6, False), (FEWEST_CALLS, 3, False)],
)
def test_few_calls_or_cases_are_not_compared(calls: int, hits: int, is_compared: bool) -> None:
    """Thirty calls and five expected cases at least."""
    many = sums("many", 0, 10 * calls, escalated=10 * hits)
    row = call_figures([sums("few", 0, calls, escalated=hits), many]).rows[0]

    assert (ESCALATED in row.adjusted) is is_compared


def test_one_alone_and_what_nobody_has_are_not_compared() -> None:
    """There is nothing to compare with."""
    alone = call_figures([sums("one", 0, 500, escalated=100)])
    none = call_figures([sums("one", 0, 500), sums("two", 0, 500)])

    assert [row.adjusted for row in (*alone.rows, *none.rows)] == [{}, {}, {}]
    assert call_figures([]).all.mean_seconds is None


def test_a_key_may_become_several_or_none() -> None:
    """As an agent of two teams counts for both."""
    found = renamed([sums("a", 0, 1), sums("b", 0, 2)], {"a": ("north", "south")})

    assert [(one.key, one.calls) for one in found] == [("north", 1), ("south", 1)]


def test_by_chance_alone_hardly_anybody_differs() -> None:
    """Twenty agents with other mixes of calls and the same habits, looked at 200 times."""
    rng = np.random.default_rng(11)
    shares = {20: 0.08, 80: 0.4}
    named = 0
    for _ in range(200):
        given = []
        for agent in range(20):
            hard = int(rng.integers(20, 180))
            for band, calls in ((20, 200 - hard), (80, hard)):
                hits = int(rng.binomial(calls, shares[band]))
                given.append(sums(f"{agent:02}", band, calls, escalated=hits))
        named += any(row.adjusted[ESCALATED].differs for row in call_figures(given).rows)

    assert named <= 200 * 0.08
