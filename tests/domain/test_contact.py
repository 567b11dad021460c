"""Rules about contacts beyond one event, as pure functions."""

from dataclasses import replace
from datetime import UTC, datetime

from callrisk.domain.contact import (
    Contact,
    began_unheard,
    inherited,
    lacks_customer,
    may_continue_number,
    with_numbers_masked,
)
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.segment import ParticipantRole, Segment

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIRST = Contact("c1", NOON)


def spoken(number: int, text: str, begin_ms: int) -> Segment:
    """A turn of the customer, two seconds long."""
    return Segment(f"s{number}", number, ParticipantRole.CUSTOMER, text, begin_ms, begin_ms + 2000)


def test_a_number_over_two_turns_is_masked_in_both() -> None:
    """Also in the turn that was stored before; what holds no number needs no second look."""
    stored = spoken(1, "電話番号は0901234", 0)
    new = replace(FIRST, turns={"s2": spoken(2, "5678です", 2500)})
    plain = replace(FIRST, turns={"s2": spoken(2, "はい、お願いします", 2500)})

    assert may_continue_number(None, new)
    assert not may_continue_number(new, new)
    assert not may_continue_number(None, plain)
    masked = with_numbers_masked(new, {"s1": stored})
    assert {turn.text for turn in masked.turns.values()} == {"電話番号は●●●●●●●", "●●●●です"}
    assert with_numbers_masked(plain, {}) is plain


def test_a_transfer_takes_the_customer_of_the_first_call() -> None:
    """Unless it has one, or somebody has decided that it has none; its own phone stays."""
    second = Contact("c2", NOON, initial_contact_id="c1")

    assert lacks_customer(second)
    assert not lacks_customer(FIRST)
    assert not lacks_customer(replace(second, customer_id="7"))
    assert not lacks_customer(replace(second, assigned=True))
    assert inherited(second, "1001", "0312345678").phone == "0312345678"
    own = inherited(replace(second, phone="0399999999"), "1001", "0312345678")
    assert (own.customer_id, own.phone) == ("1001", "0399999999")


def test_a_call_first_heard_after_a_minute_has_a_gap() -> None:
    """Not if its start was reported, nor if it was heard early."""
    late = replace(FIRST, turns={"s1": spoken(1, "もしもし", 61_000)})
    early = replace(FIRST, turns={"s1": spoken(1, "もしもし", 60_000)})

    assert began_unheard(late, [])
    assert began_unheard(late, [AnalysisEvent("other", AnalysisKind.STARTED, NOON)])
    assert not began_unheard(late, [AnalysisEvent("c1", AnalysisKind.STARTED, NOON)])
    assert not began_unheard(early, [])
    assert not began_unheard(FIRST, [])
