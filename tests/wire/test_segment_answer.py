"""A turn as it is answered: its statements, and the mood that they suggest."""

from callrisk.domain.language import Intent, Mood, Statement
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.wire.segment import SegmentAnswer

TEXT = "😢ありがとうございます。今月は払えません。"
CANNOT = Statement(Intent.INABILITY, 15, 20, Mood.ASSERTED, 1.0)


def answer(label: Sentiment | None, *statements: Statement) -> SegmentAnswer:
    """A turn of a customer with this label of the telephony."""
    turn = Segment("s1", 7, ParticipantRole.CUSTOMER, TEXT, 0, 900, label)
    return SegmentAnswer.of(turn, statements)


def test_the_estimate_follows_the_statements_of_the_turn() -> None:
    """What is asserted outweighs politeness; a label leaves nothing to estimate."""
    assert answer(None).sentiment_estimate is Sentiment.POSITIVE
    assert answer(None, CANNOT).sentiment_estimate is Sentiment.NEGATIVE
    assert answer(Sentiment.NEUTRAL, CANNOT).sentiment_estimate is None


def test_a_phrase_is_what_stands_between_the_offsets() -> None:
    """Offsets count characters, also those outside the basic plane."""
    [stated] = answer(None, CANNOT).rendered()["statements"]

    assert stated == {
        "intent": "inability", "phrase": "払えません", "segment_id": "s1", "begin": 15, "end": 20,
        "mood": "asserted", "strength": 1.0,
    }  # fmt: skip
