"""The turns of an exported transcript with what they say, read as those of a live call are."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from callrisk.domain.language import Language
from callrisk.domain.language.concerns import Concerns
from callrisk.domain.language.said import ReadTurn
from callrisk.domain.masking import context_of, masked, masked_across, may_hold_number
from callrisk.domain.segment import ParticipantRole, Segment, repeats
from callrisk.integrations.spreadsheet.transcripts import ExportTurn

# Turns of few words come again and again; so many are read once.
_REMEMBERED = 200_000
# Of the turns before one no more tell whose number it says.
_NEAR = 8


@dataclass(frozen=True, slots=True)
class ReadTranscript:
    """The turns of the customer with their statements, and the turns that repeat the one before.

    Both are in the order of speech; `repeated` holds one entry a turn of the transcript.
    """

    customer: list[ReadTurn]
    repeated: list[bool]


class TranscriptReader:
    """Reads transcripts in one language."""

    def __init__(self, language: Language) -> None:
        self._answer = lru_cache(_REMEMBERED)(language.answer)
        self._masked = lru_cache(_REMEMBERED)(masked)
        self._may_hold_number = lru_cache(_REMEMBERED)(may_hold_number)
        self.concerns: Concerns = language.concerns

    def turns(self, spoken: Sequence[ExportTurn]) -> list[ReadTurn]:
        """Return the turns of the customer, in order, with their statements."""
        return self.read(spoken).customer

    def read(self, spoken: Sequence[ExportTurn]) -> ReadTranscript:
        """Return what is said in a transcript, and what is repeated.

        All turns are masked before they are read, also over several of them, as a live call is.
        """
        turns: dict[str, Segment] = {}
        near: deque[Segment] = deque(maxlen=_NEAR)
        for number, (role, text) in enumerate(spoken):
            turn = Segment(str(number), number, role, text.replace("\r", " "))
            turn = replace(turn, text=self._masked(turn.text, *context_of(turn, near)))
            turns[turn.segment_id] = turn
            near.append(turn)
        # A number dictated over several turns depends on no turn between.
        edges = [turn for turn in turns.values() if self._may_hold_number(turn.text)]
        turns |= {turn.segment_id: turn for turn in masked_across(edges)}
        repeated = repeats(turns.values())
        read: list[ReadTurn] = []
        before = ""
        for turn in turns.values():
            if turn.role is ParticipantRole.CUSTOMER:
                is_repeated = turn.segment_id in repeated
                read.append((turn, () if is_repeated else self._answer(before, turn.text)))
                before = ""
            else:
                before = turn.text
        return ReadTranscript(read, [turn_id in repeated for turn_id in turns])
