"""Statements of the turns of an exported transcript, read as those of a live call are."""

from collections.abc import Sequence

from callrisk.domain.language import Language, Statement
from callrisk.domain.masking import masked, masked_across, may_hold_number
from callrisk.domain.segment import Segment
from callrisk.integrations.spreadsheet.call_export import ExportTurn


def transcript_statements(
    spoken: Sequence[ExportTurn], language: Language
) -> tuple[tuple[Statement, ...], ...]:
    """Return the statements of each turn, in order; offsets are those of the turn's own text.

    The turns are masked before they are read, also over several of them, as a live call is.
    """
    turns = {
        str(number): Segment(str(number), number, role, masked(text.replace("\r", " ")))
        for number, (role, text) in enumerate(spoken)
    }
    if any(may_hold_number(turn.text) for turn in turns.values()):
        turns |= {turn.segment_id: turn for turn in masked_across(list(turns.values()))}
    return language.read([(turn.role, turn.text) for turn in turns.values()])
