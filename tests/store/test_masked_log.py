"""What the log keeps of a number that is known as one only after it was written there."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Utterance
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CUSTOMER = ParticipantRole.CUSTOMER


def texts(engine: Engine) -> list[tuple[str, bool]]:
    """The texts of the log, each with whether it is provisional."""
    return [
        (event.payload["text"], event.payload["provisional"])
        for event in Queries(engine).events_after(0, 100)
        if event.type == "transcript_segment"
    ]


def test_a_piece_that_turns_out_to_hold_a_number_leaves_the_log(engine: Engine) -> None:
    """The turn is written masked, and so is it read for the event of its piece."""
    contacts = Contacts(engine, packaged())

    def take(*turns: Segment, pieces: tuple[Utterance, ...] = ()) -> None:
        event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, turns, pieces)
        contacts.take(Delivery([event], NOON))

    words = "えっと、5678番です"
    other = Utterance("u0", "s9", CUSTOMER, "もしもし", 60_000, 61_000)
    take(pieces=(other, Utterance("u1", "s2", CUSTOMER, words, 2_500, 4_500)))
    assert texts(engine) == [("もしもし", True), (words, True)]
    take(Segment("s1", 1, CUSTOMER, "電話番号は0901234", 0, 2_000))
    take(Segment("s2", 2, CUSTOMER, words, 2_500, 4_500))

    assert texts(engine) == [
        ("もしもし", True), ("えっと、●●●●番です", True), ("電話番号は●●●●●●●", False),
        ("えっと、●●●●番です", False),
    ]  # fmt: skip


def test_a_number_that_was_asked_for_as_a_contract_is_stored_readable(engine: Engine) -> None:
    """Question, answer and repetition come one by one; what is said a hundred turns later, too."""
    contacts = Contacts(engine, packaged())
    said = ("ご契約番号をお願いします", "20458813です", "20458813ですね", *("はい、12",) * 102)
    turns = [
        Segment(
            f"s{number}", number, (ParticipantRole.AGENT, CUSTOMER)[number % 2], text,
            number * 2_000, number * 2_000 + 1_500,
        )
        for number, text in enumerate(said)
    ]  # fmt: skip

    for part in (turns[:1], turns[1:2], turns[2:3], turns[3:-1], turns[-1:]):
        event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, tuple(part))
        contacts.take(Delivery([event], NOON))

    shown = [one.turn.text for one in Queries(engine).turns("c1")]
    assert shown[:3] == list(said[:3])
