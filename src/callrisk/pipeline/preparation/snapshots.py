"""Snapshots of a transcript: its totals where something is said, at every share, and at the end."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

from callrisk.domain.call import TEXT_FIELDS, CallTotals, text_totals, transcript_totals
from callrisk.domain.language.said import NOTHING_SAID, Said, said_in
from callrisk.domain.segment import ParticipantRole
from callrisk.integrations.spreadsheet.transcripts import ExportTurn
from callrisk.pipeline.dataset import END, SHARES
from callrisk.pipeline.preparation.transcript_reader import TranscriptReader

# Moments of a call at which something is said, beside its start and its end.
MOST_MOMENTS = 8
# Two people do not say as much as this word for word.
_LONG_TURNS, _LONG_CHARS = 20, 500
_NOTHING = CallTotals()


@dataclass(frozen=True, slots=True)
class TranscriptSnapshots:
    """The totals of a transcript at its moments, shares and end; the moments are in turns heard."""

    snapshots: tuple[tuple[int, CallTotals], ...]
    shares: tuple[tuple[int, CallTotals], ...]
    totals: CallTotals


def snapshots_of(spoken: Sequence[ExportTurn], reader: TranscriptReader) -> TranscriptSnapshots:
    """Return the snapshots of these turns.

    Before anything was said the features are those of the start, which is always among them, so
    every other snapshot comes with a statement: at most `MOST_MOMENTS`, evenly chosen.
    """
    whole = len(spoken)
    read = reader.read(spoken)
    said = said_in(read.customer, reader.concerns)
    heard = [int(one.segment_id) + 1 for one in said.statements]
    of_share = {share: whole * share // 100 for share in SHARES}
    moments = _evenly([turn for turn in dict.fromkeys(heard) if turn < whole], MOST_MOMENTS)
    edges = sorted({*moments, *of_share.values(), whole})
    # A repeat is known from the turn before it, so it is the same at every edge.
    counted = [None if again else turn for turn, again in zip(spoken, read.repeated, strict=True)]
    totals_at = _totals_at(counted, edges, said, heard)
    snapshots = [(0, _NOTHING), *((turn, totals_at[turn]) for turn in moments)]
    snapshots += [(END, totals_at[whole])] if whole else []
    shares = tuple((share, totals_at[edge]) for share, edge in of_share.items())
    return TranscriptSnapshots(tuple(snapshots), shares, totals_at[whole])


def _evenly(turns: Sequence[int], most: int) -> list[int]:
    if len(turns) <= most:
        return list(turns)
    step = (len(turns) - 1) / (most - 1)
    return [turns[round(number * step)] for number in range(most)]


def _totals_at(
    counted: Sequence[ExportTurn | None], edges: Sequence[int], said: Said, heard: Sequence[int]
) -> dict[int, CallTotals]:
    sums, begin, totals_at = (0,) * len(TEXT_FIELDS), 0, {}
    for edge in edges:
        # A plain tuple: for a few numbers an array takes five times as long.
        sums = tuple(map(add, sums, text_totals(*_by_role(counted[begin:edge]))))
        count = bisect_right(heard, edge)
        totals_at[edge] = transcript_totals(sums, said.path[count - 1] if count else NOTHING_SAID)
        begin = edge
    return totals_at


def _by_role(counted: Sequence[ExportTurn | None]) -> tuple[list[str], list[str]]:
    turns = [turn for turn in counted if turn is not None]
    agent = [text for role, text in turns if role is ParticipantRole.AGENT]
    customer = [text for role, text in turns if role is ParticipantRole.CUSTOMER]
    return agent, customer


def text_key(transcript: str, turns: int) -> bytes | None:
    """Return a hash that identifies copies of a long conversation; None for a short one."""
    if turns < _LONG_TURNS or len(transcript) < _LONG_CHARS:
        return None
    return hashlib.blake2b(transcript.encode(errors="surrogatepass"), digest_size=16).digest()
