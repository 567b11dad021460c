"""One function makes features: what is missing stays missing, and rows do not see each other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from callrisk.domain.call import CallTotals, transcript_totals
from callrisk.domain.customer import Customer, CustomerField, FieldKind
from callrisk.domain.features import columns as columns_of
from callrisk.domain.features.contract import (
    HISTORY,
    MANNER,
    SAID,
    SAID_BLOCKS,
    Block,
    customer_features,
)
from callrisk.domain.features.history import CallHistory, EarlierCall, history_before
from callrisk.domain.language.said import SaidTotals

FIELDS = (
    CustomerField("late", "延滞", FieldKind.NUMBER, "延滞", "Late", sign=1),
    CustomerField("pays_by", "支払", FieldKind.CHOICE, "支払", "Pays by", choices=("口座", "現金")),
)
SPOKEN = CallTotals(
    agent_turns=4, customer_turns=6, agent_chars=120, customer_chars=80, customer_short_turns=3,
    said_statements=4, said_concern=350, said_strongest=300, said_open_kinds=2,
    said_concern_turns=11, said_promise=2, said_last=-1, timed_turns=10, agent_talk_ms=30_000,
    customer_talk_ms=10_000,
    overlap_ms=1_000, longest_silence_ms=5_000, elapsed_ms=50_000, customer_negative=1,
    customer_neutral=3,
)  # fmt: skip


def columns(totals: list[CallTotals], histories: list[CallHistory | None]) -> dict[str, object]:
    """All columns of what was said, of manner and of earlier calls."""
    table, history = columns_of.totals_table(totals), columns_of.history_table(histories)
    found = columns_of.said_columns(table) | columns_of.manner_columns(table)
    found |= columns_of.history_columns(history)
    return {name: column.tolist() for name, column in found.items()}


def test_before_the_first_word_nothing_is_known_of_manner() -> None:
    """An empty call has no shares: NaN, never zero."""
    found = columns_of.manner_columns(columns_of.totals_table([CallTotals()]))

    assert {feature.name for feature in MANNER} == set(found)
    assert all(np.isnan(column[0]) for column in found.values())


def test_nothing_said_is_zero_and_not_missing() -> None:
    """A call in which nobody speaks about paying differs in no column from its start."""
    silent = replace(CallTotals(), agent_turns=9, customer_turns=9, customer_chars=300)
    found = columns_of.said_columns(columns_of.totals_table([CallTotals(), silent]))

    assert {feature.name for feature in SAID} == set(found)
    assert all(column.tolist() == [0.0, 0.0] for column in found.values())


def test_what_was_said_is_in_weights() -> None:
    """Hundredths become weights; more turns with a concern than eight say no more."""
    found = columns_of.said_columns(columns_of.totals_table([SPOKEN]))

    assert {name: column.tolist() for name, column in found.items()} == {
        "said_concern": [3.5], "said_strongest": [3.0], "said_open_kinds": [2.0],
        "said_concern_turns": [8.0], "said_promise": [2.0], "said_last": [-1.0],
    }  # fmt: skip


def test_every_statement_of_a_path_is_a_row() -> None:
    """The path of a call gives the columns that the totals at each of its statements give."""
    path = (SaidTotals(1, 300, 300, 1, 1, 0, 1), SaidTotals(2, 40, 60, 0, 1, 2, -1))
    of_path = columns_of.said_columns(columns_of.said_table(path))
    of_totals = columns_of.said_columns(
        columns_of.totals_table([transcript_totals((0,) * 5, one) for one in path])
    )

    assert {name: column.tolist() for name, column in of_path.items()} == {
        name: column.tolist() for name, column in of_totals.items()
    }


def test_earlier_calls_are_shares_of_those_that_reached_the_customer() -> None:
    """Figures worked out by hand, in weights; NaN where nobody was reached."""
    some = CallHistory(8, 4, 1000, 250, 6, 3)
    found = columns_of.history_columns(columns_of.history_table([some, CallHistory(2)]))

    assert {feature.name for feature in HISTORY} == set(found)
    assert {name: column.tolist()[0] for name, column in found.items()} == {
        "earlier_calls": 8.0, "earlier_reached_share": 50.0, "earlier_concern": 2.5,
        "earlier_concern_latest": 2.5, "earlier_concern_turns": 1.5, "earlier_promise_share": 75.0,
    }  # fmt: skip
    assert found["earlier_reached_share"][1] == 0.0
    assert np.isnan(found["earlier_concern"][1])
    assert np.isnan(found["earlier_concern_latest"][1])


def test_what_is_said_and_what_was_known_are_apart() -> None:
    """By name and by block: all of one block, and none of the others, was said in the call."""
    names = [feature.name for feature in (*SAID, *HISTORY, *customer_features(FIELDS))]

    assert len(set(names)) == len(names)
    assert all(feature.is_said for feature in SAID)
    assert not any(feature.is_said for feature in (*HISTORY, *customer_features(FIELDS), *MANNER))


def test_manner_is_in_no_model() -> None:
    """How people talk is a block of its own: neither said nor known, so nothing scores it."""
    scored = {feature.name for feature in (*SAID, *HISTORY, *customer_features(FIELDS))}

    assert Block.MANNER not in SAID_BLOCKS
    assert {feature.block for feature in MANNER} == {Block.MANNER}
    assert not scored & {feature.name for feature in MANNER}


def test_shares_and_rates_are_what_they_say() -> None:
    """Figures worked out by hand."""
    found = columns([SPOKEN], [CallHistory()])

    assert found["customer_char_share"] == [40.0]
    assert found["customer_turn_share"] == [60.0]
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
        None if n % 3 == 0 else CallHistory(n % 5, n % 4, 10 * n, 5 * n, n, n) for n in range(50)
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
    reached = CallTotals(customer_turns=9, said_concern=150, said_concern_turns=2, said_promise=1)
    calls = [
        EarlierCall(str(n), noon + n * hour, replace(reached, said_concern=150 + 10 * n))
        for n in (1, 0, -1, -2)
    ]
    history = history_before(noon, calls)

    assert history == CallHistory(2, 2, 140 + 130, 140, 4, 2)


def test_a_call_that_reached_nobody_says_nothing() -> None:
    """It counts as a call; neither its words nor its place as the last one count."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    reached = CallTotals(customer_turns=5, said_concern=300, said_concern_turns=1)
    voicemail = CallTotals(customer_turns=4, said_concern=900, said_concern_turns=1, said_promise=2)
    calls = [
        EarlierCall("a", noon - timedelta(hours=2), reached),
        EarlierCall("b", noon - timedelta(hours=1), voicemail),
    ]

    assert history_before(noon, calls) == CallHistory(2, 1, 300, 300, 1, 0)
    assert history_before(noon, calls[1:]) == CallHistory(earlier_calls=1)


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
