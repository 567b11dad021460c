"""The sums of a transcript as far as it has come: at every cut, at every share, at the end."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

from callrisk.domain.assessment import LISTENING_TURNS, heard_enough
from callrisk.domain.call import TEXT_FIELDS, CallTotals, text_totals
from callrisk.domain.segment import ParticipantRole
from callrisk.integrations.spreadsheet.call_export import ExportTurn
from callrisk.pipeline.dataset import CUT_TURNS, END, SHARES

# Two people do not say as much as this word for word.
_LONG_TURNS, _LONG_CHARS = 20, 500
_NOTHING = CallTotals()


@dataclass(frozen=True, slots=True)
class TranscriptSnapshots:
    """What a call's transcript adds up to.

    A cut at which too little was heard for a verdict is left out of `snapshots`: the live call says
    "listening" there, and what it knows is the moment before the first word, which is always among
    them. `shares` are all there, empty where the call is still listening.
    """

    snapshots: tuple[tuple[int, CallTotals], ...]
    shares: tuple[tuple[int, CallTotals], ...]
    totals: CallTotals


def heard(spoken: Sequence[ExportTurn]) -> TranscriptSnapshots:
    """The sums of these turns."""
    whole = len(spoken)
    of_share = {share: whole * share // 100 for share in SHARES}
    # Without times nothing short of these turns is enough.
    edges = {turn for turn in (*CUT_TURNS, *of_share.values()) if LISTENING_TURNS <= turn < whole}
    edges.add(whole)
    at = _sums_at(spoken, sorted(edges))
    enough = {edge for edge, totals in at.items() if heard_enough(totals)}
    snapshots = [(0, _NOTHING)]
    snapshots += [(turn, at[turn]) for turn in CUT_TURNS if turn in enough and turn < whole]
    snapshots += [(END, at[whole])] if whole in enough else []
    shares = ((share, at[edge] if edge in enough else _NOTHING) for share, edge in of_share.items())
    return TranscriptSnapshots(tuple(snapshots), tuple(shares), at[whole])


def _sums_at(spoken: Sequence[ExportTurn], edges: Sequence[int]) -> dict[int, CallTotals]:
    sums, begin, found = (0,) * len(TEXT_FIELDS), 0, {}
    for edge in edges:
        # A plain tuple: for a dozen numbers an array takes five times as long.
        sums = tuple(map(add, sums, text_totals(*_by_role(spoken[begin:edge]))))
        found[edge] = CallTotals(*sums)
        begin = edge
    return found


def _by_role(spoken: Sequence[ExportTurn]) -> tuple[list[str], list[str]]:
    agent = [text for role, text in spoken if role is ParticipantRole.AGENT]
    customer = [text for role, text in spoken if role is ParticipantRole.CUSTOMER]
    return agent, customer


def text_key(transcript: str, turns: int) -> bytes | None:
    """A hash by which copies of a long conversation are known; None for a short one."""
    if turns < _LONG_TURNS or len(transcript) < _LONG_CHARS:
        return None
    return hashlib.blake2b(transcript.encode(errors="surrogatepass"), digest_size=16).digest()
