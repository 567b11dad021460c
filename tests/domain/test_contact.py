"""Rules about contacts beyond one event, as pure functions."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce

from callrisk.domain.contact import (
    Contact,
    apply,
    began_unheard,
    inherited,
    lacks_customer,
    may_continue_number,
    with_numbers_masked,
)
from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactDetails,
    ContactSummary,
    Utterance,
)
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


def test_a_finished_turn_ends_its_draft() -> None:
    """Its pieces are gone, also those that come late; those of other turns stay."""
    pieces = [Utterance("p", turn, ParticipantRole.CUSTOMER, "は", 0, 9) for turn in ("s1", "s2")]
    said = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, pieces=tuple(pieces))
    turn = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, turns=(spoken(1, "はい", 0),))
    for order in ((said, turn), (turn, said), (said, turn, said)):
        contact = reduce(apply, order, FIRST)

        assert contact is not None
        assert list(contact.drafts) == ["s2"]


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
    both = replace(late, turns={**late.turns, "s0": spoken(0, "はい", 2_000)})
    assert not began_unheard(both, [])
    assert not began_unheard(FIRST, [])


def test_a_turn_that_holds_part_of_a_number_is_the_newer_one_of_two() -> None:
    """The stored turn of the same id does not come back."""
    stored = {"s1": spoken(1, "電話番号は0901234", 0), "s2": spoken(2, "えっと", 2500)}
    newer = replace(spoken(3, "5678です", 2500), segment_id="s2")
    corrected = replace(FIRST, turns={"s2": newer})
    masked = with_numbers_masked(corrected, stored)

    assert masked.turns["s2"].text == "●●●●です"
    assert masked.turns["s1"].text == "電話番号は●●●●●●●"


def test_a_call_that_was_set_to_nobody_stays_so() -> None:
    """What the telephony tells later of its customer changes nothing."""
    told = ContactDetails("c1", NOON, customer_id="1001")
    nobody, open_call = apply(replace(FIRST, assigned=True), told), apply(FIRST, told)

    assert nobody is not None
    assert nobody.customer_id is None
    assert open_call is not None
    assert open_call.customer_id == "1001"


def test_a_written_summary_outlasts_a_failed_one() -> None:
    """In both orders; of two written ones the later holds."""
    written, failed, other = (
        AnalysisEvent("c1", AnalysisKind.COMPLETED, NOON, summary=summary)
        for summary in (
            ContactSummary("お支払いの相談"), ContactSummary(None, "FAILED"),
            ContactSummary("お支払いの約束"),
        )
    )  # fmt: skip
    for order in ((written, failed), (failed, written), (failed, other, failed, written)):
        contact: Contact | None = FIRST
        for event in order:
            contact = apply(contact, event)
        assert contact is not None
        assert contact.summary == ContactSummary("お支払いの相談")
    alone = apply(FIRST, failed)
    assert alone is not None
    assert alone.summary == ContactSummary(None, "FAILED")
