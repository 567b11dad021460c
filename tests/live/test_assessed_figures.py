"""What an assessment keeps beside its score: values of known lines, figures, what is missing."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from callrisk.domain.call import CallTotals
from callrisk.domain.call_end import CallLiveness
from callrisk.domain.call_record import StoredCall
from callrisk.domain.customer import Customer
from callrisk.domain.event_types import Source
from callrisk.domain.score.account import ToldAccount
from callrisk.live.assessment.assessing import _is_unknown, _quality, _unlabelled, _values
from callrisk.live.live_call import LiveCall
from callrisk.live.served_model import ServedModel
from harness.live_bench import Clock


def served(*names: str, said: tuple[str, ...] = ()) -> ServedModel:
    """A model that has these features, those of `said` from what is said."""
    features = [SimpleNamespace(name=name, is_said=name in said) for name in (*names, *said)]
    return cast("ServedModel", SimpleNamespace(features=features))


def told(**points: int) -> ToldAccount:
    """An account with known lines alone."""
    return ToldAccount("v1", 50, 50, tuple((f"{name}", n) for name, n in points.items()), (), 0)


def call(customer: Customer | None = None) -> LiveCall:
    """A call of which nothing was heard."""
    row = StoredCall("c1", None, "a", Source.REST, False, Clock()(), None, False, False, None)
    return LiveCall(row, CallLiveness(0.0), customer)


def test_values_are_those_of_lines_with_points_and_of_the_choice_that_is_made() -> None:
    """Of a field of choices that moved the score the one that holds, though it has no points."""
    model = served("age", "income", "job=a", "job=b", "home=own")
    row = np.array([40.0, np.nan, 0.0, 1.0, 1.0])
    account = ToldAccount("v1", 50, 50, (("income", 3), ("job=a", -2)), (), 0)

    assert _values(model, account, row) == (("income", None), ("job=a", 0.0), ("job=b", 1.0))
    assert _values(model, told(age=1), row) == (("age", 40.0),)
    assert _values(model, told(), row) == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [([np.nan, np.nan, 1.0], True), ([np.nan, 0.0, 1.0], False), ([2.0, 0.0, np.nan], False)],
)
def test_nobody_is_known_where_every_known_value_is_missing(
    row: list[float], expected: bool
) -> None:
    """What is said in the call does not count; a model of statements alone knows nobody."""
    model = served("age", "income", said=("said_concern",))

    assert _is_unknown(model, np.array(row)) is expected
    assert _is_unknown(served(said=("said_concern",)), np.array([1.0]))


def test_the_figures_of_a_call() -> None:
    """Shares of the speech and of the time, and the silence in seconds."""
    totals = CallTotals(
        agent_turns=1, customer_turns=2, customer_chars=30, customer_negative=1, timed_turns=3,
        agent_talk_ms=1_000, customer_talk_ms=3_000, overlap_ms=500, longest_silence_ms=1_240,
        elapsed_ms=10_000,
    )  # fmt: skip
    known = call(cast("Customer", SimpleNamespace()))
    quality = _quality(known, totals)

    assert (quality.turns, quality.customer_turns, quality.customer_chars) == (3, 2, 30)
    assert (quality.agent_talk_share, quality.overlap_share) == (0.25, 0.05)
    assert (quality.longest_silence_s, quality.missing) == (1.2, ())
    assert _unlabelled(totals) == 2


@pytest.mark.parametrize(
    ("totals", "missing"),
    [
        ({}, ("customer_record",)),
        ({"customer_turns": 1}, ("customer_record", "times", "sentiment")),
        ({"customer_turns": 2, "timed_turns": 1}, ("customer_record", "times", "sentiment")),
        ({"customer_turns": 1, "timed_turns": 1}, ("customer_record", "sentiment")),
        ({"customer_turns": 2, "timed_turns": 2, "customer_neutral": 1}, ("customer_record",)),
    ],
)
def test_what_is_missing_is_told(totals: dict[str, Any], missing: tuple[str, ...]) -> None:
    """Before the first turn neither times nor sentiments are; one turn with each is enough."""
    quality = _quality(call(), CallTotals(**totals))

    assert quality.missing == missing
    assert (quality.agent_talk_share, quality.overlap_share) == (None, None)
    assert (quality.longest_silence_s is None) == (totals.get("timed_turns", 0) == 0)
