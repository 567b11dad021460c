"""Labels by payment dates at the last day of the window, and what is told of them."""

from datetime import date, timedelta

import pytest

from callrisk.integrations.spreadsheet.customer_table import PaymentDates
from callrisk.pipeline.preparation.labels import outcome_of

DUE = date(2025, 1, 31)
FLAGS = {"a": {False: 2}, "b": {True: 3, None: 5}}
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("paid_after", "seen_after", "expected"),
    [
        (30, 31, False), (31, 31, True), (None, 31, True), (None, 30, None), (1, 30, None),
        (-5, 31, False),
    ],
)  # fmt: skip
def test_the_window_ends_with_its_last_day(
    paid_after: int | None, seen_after: int, expected: bool | None
) -> None:
    """Before it is over everything is pending, even what was paid."""
    paid = None if paid_after is None else DUE + paid_after * DAY
    found = outcome_of(FLAGS, {"b": PaymentDates(DUE, paid)}, 30, DUE + seen_after * DAY)

    assert found.kind == "window"
    assert found.labels == {"a": {None: 2}, "b": {expected: 3}}


@pytest.mark.parametrize("newest", [None, DUE])
def test_without_due_dates_the_flags_count(newest: date | None) -> None:
    """Nor where no date was seen."""
    for payments in ({}, {"a": PaymentDates(None, DUE)}):
        assert outcome_of(FLAGS, payments, 30, newest).labels == FLAGS
    assert outcome_of(FLAGS, {"a": PaymentDates(DUE, None)}, 30, None).kind == "flag"


def test_what_is_pending_undated_and_contradicted_is_told() -> None:
    """Each in a sentence of its own, and only where there is any."""
    flags = {**FLAGS, "c": {True: 4}}
    payments = {"b": PaymentDates(DUE, DUE), "c": PaymentDates(DUE + 9 * DAY, None)}
    told = outcome_of(flags, payments, 30, DUE + 31 * DAY).warnings
    plain = outcome_of({"b": {None: 1}}, {"b": PaymentDates(DUE, DUE)}, 30, DUE + 31 * DAY).warnings

    assert [sentence.split()[0] for sentence in told] == ["labels", "1", "the"]
    assert "; 1 customers are pending" in told[0]
    assert "for 1 customers" in told[2]
    assert len(plain) == 1
    assert "; 0 customers are pending" in plain[0]
