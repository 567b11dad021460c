"""The transcript of a call as plain text."""

from datetime import UTC, datetime

from callrisk.domain.call_record import StoredCall, StoredNote, StoredTurn
from callrisk.domain.event_types import Source
from callrisk.domain.segment import OtherRole, ParticipantRole, Segment
from callrisk.domain.work.transcript_text import transcript_text

BEGAN = datetime(2026, 11, 30, 5, 8, tzinfo=UTC)
CALL = StoredCall("c-1", "1001", "agent-07", Source.REST, False, BEGAN, None, False, False, None)
TURNS = [
    StoredTurn(Segment("s1", 1, ParticipantRole.AGENT, "ご用件は", 5_000, 6_000)),
    StoredTurn(Segment("s2", 2, ParticipantRole.CUSTOMER, "少し厳しいです", 65_900, 67_000)),
    StoredTurn(Segment("s3", 3, OtherRole.SYSTEM, "録音しています", None, None)),
]
NOTES = [
    StoredNote(1, "note", "agent-07", "分割を希望", BEGAN),
    StoredNote(2, "outcome", "a", "", BEGAN),
]


def test_each_turn_is_a_line_with_its_time_and_speaker() -> None:
    """Then the notes that have words, in Japan's time."""
    assert transcript_text(CALL, TURNS, NOTES, "ja").splitlines() == [
        "通話 c-1　開始 2026/11/30 14:08　担当 agent-07　お客様 1001",
        "",
        "[0:05] 担当者: ご用件は",
        "[1:05] お客様: 少し厳しいです",
        "その他: 録音しています",
        "",
        "メモ",
        "2026/11/30 14:08 agent-07: 分割を希望",
    ]


def test_a_call_without_words_is_its_head() -> None:
    """In the language that was asked for."""
    assert transcript_text(CALL, [], [], "en").splitlines() == [
        "Call c-1, began 2026/11/30 14:08, agent agent-07, customer 1001", "",
    ]  # fmt: skip
