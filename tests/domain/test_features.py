"""One function makes features: what is missing stays missing, and rows do not see each other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer, CustomerField, FieldKind
from callrisk.domain.features import columns as columns_of
from callrisk.domain.features.contract import CONVERSATION, customer_features
from callrisk.domain.features.history import CallHistory, EarlierCall, history_before

FIELDS = (
    CustomerField("late", "延滞", FieldKind.NUMBER, "延滞", "Late", sign=1),
    CustomerField("pays_by", "支払", FieldKind.CHOICE, "支払", "Pays by", choices=("口座", "現金")),
)
SPOKEN = CallTotals(
    agent_turns=4, customer_turns=6, agent_chars=120, customer_chars=80, customer_short_turns=3,
    customer_payment_worry=2, timed_turns=10, agent_talk_ms=30_000, customer_talk_ms=10_000,
    overlap_ms=1_000, longest_silence_ms=5_000, elapsed_ms=50_000, customer_negative=1,
    customer_neutral=3,
)  # fmt: skip


def columns(totals: list[CallTotals], histories: list[CallHistory | None]) -> dict[str, object]:
    """All conversation and history columns of some calls."""
    table, history = columns_of.totals_table(totals), columns_of.history_table(histories)
    found = columns_of.conversation_columns(table) | columns_of.history_columns(table, history)
    return {name: column.tolist() for name, column in found.items()}


def test_before_the_first_word_nothing_is_known() -> None:
    """An empty call has no shares: NaN, never zero."""
    found = columns_of.conversation_columns(columns_of.totals_table([CallTotals()]))

    assert {feature.name for feature in CONVERSATION} == set(found)
    assert all(np.isnan(column[0]) for column in found.values())


def test_shares_and_rates_are_what_they_say() -> None:
    """Figures worked out by hand."""
    found = columns([SPOKEN], [CallHistory()])

    assert found["customer_char_share"] == [40.0]
    assert found["customer_turn_share"] == [60.0]
    assert [pytest.approx(1000 * 2 / 280)] == found["customer_payment_worry_rate"]
    assert found["customer_talk_share"] == [25.0]
    assert found["longest_silence_share"] == [10.0]
    assert found["customer_negative_share"] == [25.0]


def test_one_turn_without_times_leaves_no_share_of_time() -> None:
    """Sums of milliseconds over some of the turns would be too small."""
    partly = CallTotals(agent_turns=1, customer_turns=1, timed_turns=1, agent_talk_ms=5)

    assert np.isnan(columns([partly], [None])["customer_talk_share"])  # type: ignore[call-overload]


def test_a_batch_is_its_rows() -> None:
    """A thousand calls at once get the numbers that each gets alone, bit for bit."""
    calls = [CallTotals(customer_turns=n, customer_chars=7 * n, agent_chars=11) for n in range(50)]
    histories: list[CallHistory | None] = [
        None if n % 3 == 0 else CallHistory(n % 5, n % 4, 10 * n, 5 * n, n) for n in range(50)
    ]
    together = columns(calls, histories)
    for n in range(50):
        alone = columns([calls[n]], [histories[n]])
        for name, values in together.items():
            np.testing.assert_array_equal(values[n], alone[name][0])  # type: ignore[index]


def test_unknown_customer_is_missing_and_new_customer_is_not() -> None:
    """No record: NaN. A record with a blank cell: NaN there. A known first call: zero calls."""
    people = [None, Customer("1", values={"late": 2.0, "pays_by": None})]
    found = columns_of.customer_columns(people, FIELDS, [None, None])

    assert list(found) == ["late", "pays_by=口座", "pays_by=現金"]
    assert np.isnan([found["late"][0], *found["pays_by=口座"]]).all()
    assert found["late"][1] == 2.0
    assert columns([SPOKEN], [CallHistory()])["earlier_calls"] == [0.0]
    assert np.isnan(columns([SPOKEN], [None])["earlier_calls"])  # type: ignore[call-overload]


def test_history_counts_only_calls_that_began_before() -> None:
    """A call that began later, or at the same moment, does not exist yet."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    reached = CallTotals(customer_turns=9, customer_chars=50, customer_payment_worry=3)
    calls = [EarlierCall(str(n), noon + n * hour, reached) for n in (-2, -1, 0, 1)]
    history = history_before(noon, calls)

    assert (
        history.earlier_calls, history.reached_calls, history.customer_chars,
        history.customer_payment_worry,
    ) == (2, 2, 100, 6)  # fmt: skip


def customer_column(field: CustomerField, value: object, began: datetime | None) -> list[float]:
    """The feature of one declared field for one call."""
    customer = Customer("1", values={field.name: value})  # type: ignore[dict-item]
    (column,) = columns_of.customer_columns([customer], [field], [began]).values()
    return list(column)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2025, 1, 1), 30.0), (date(2025, 1, 31), 0.0), (date(2025, 2, 1), None)],
)
def test_a_date_is_learnt_as_days_until_the_call(day: date, expected: float | None) -> None:
    """By the calendar of Japan; what lies after the call does not exist yet."""
    moved = CustomerField("moved", "入居日", FieldKind.DATE, "入居日", "Moving in")
    # Already the 31st in Japan.
    began = datetime(2025, 1, 30, 16, tzinfo=UTC)
    found = customer_column(moved, day, began)

    assert np.array_equal(found, [np.nan if expected is None else expected], equal_nan=True)
    assert np.isnan(customer_column(moved, day, None)).all()
    assert customer_features([moved])[0].unit == "日"


def test_zero_may_mean_missing() -> None:
    """Only where the field says so."""
    late = FIELDS[0]

    assert customer_column(late, 0.0, None) == [0.0]
    assert np.isnan(customer_column(replace(late, zero_is_missing=True), 0.0, None)).all()


def test_a_choice_that_is_not_on_the_list_is_unknown() -> None:
    """Not "none of these", which would be a fact."""
    customer = Customer("1", values={"pays_by": "手形"})
    found = columns_of.customer_columns([customer], [FIELDS[1]], [None])

    assert all(np.isnan(column).all() for column in found.values())
