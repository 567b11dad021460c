"""Snapshots of a transcript: its totals at every cut, at every share, and at the end."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

from callrisk.domain.call import TEXT_FIELDS, CallTotals, text_totals
from callrisk.domain.listening import LISTENING_TURNS, listening_is_over
from callrisk.domain.segment import ParticipantRole
from callrisk.integrations.spreadsheet.call_export import ExportTurn
from callrisk.pipeline.dataset import CUT_TURNS, END, SHARES

# Two people do not say as much as this word for word.
_LONG_TURNS, _LONG_CHARS = 20, 500
_NOTHING = CallTotals()


@dataclass(frozen=True, slots=True)
class TranscriptSnapshots:
    """The totals of a transcript at its cuts, shares and end.

    A cut within the listening phase is left out of `snapshots`: the live call gives no verdict
    there, and its features are those before the first word, which are always among them. `shares`
    are all there, empty where the call is still listening.
    """

    snapshots: tuple[tuple[int, CallTotals], ...]
    shares: tuple[tuple[int, CallTotals], ...]
    totals: CallTotals


def snapshots_of(spoken: Sequence[ExportTurn]) -> TranscriptSnapshots:
    """Return the snapshots of these turns."""
    whole = len(spoken)
    of_share = {share: whole * share // 100 for share in SHARES}
    # Without times nothing short of these turns is enough.
    edges = {turn for turn in (*CUT_TURNS, *of_share.values()) if LISTENING_TURNS <= turn < whole}
    edges.add(whole)
    totals_at = _sums_at(spoken, sorted(edges))
    enough = {edge for edge, totals in totals_at.items() if listening_is_over(totals)}
    snapshots = [(0, _NOTHING)]
    snapshots += [(turn, totals_at[turn]) for turn in CUT_TURNS if turn in enough and turn < whole]
    snapshots += [(END, totals_at[whole])] if whole in enough else []
    shares = (
        (share, totals_at[edge] if edge in enough else _NOTHING) for share, edge in of_share.items()
    )
    return TranscriptSnapshots(tuple(snapshots), tuple(shares), totals_at[whole])


def _sums_at(spoken: Sequence[ExportTurn], edges: Sequence[int]) -> dict[int, CallTotals]:
    sums, begin, totals_at = (0,) * len(TEXT_FIELDS), 0, {}
    for edge in edges:
        # A plain tuple: for a dozen numbers an array takes five times as long.
        sums = tuple(map(add, sums, text_totals(*_by_role(spoken[begin:edge]))))
        totals_at[edge] = CallTotals(*sums)
        begin = edge
    return totals_at


def _by_role(spoken: Sequence[ExportTurn]) -> tuple[list[str], list[str]]:
    agent = [text for role, text in spoken if role is ParticipantRole.AGENT]
    customer = [text for role, text in spoken if role is ParticipantRole.CUSTOMER]
    return agent, customer


def text_key(transcript: str, turns: int) -> bytes | None:
    """Return a hash that identifies copies of a long conversation; None for a short one."""
    if turns < _LONG_TURNS or len(transcript) < _LONG_CHARS:
        return None
    return hashlib.blake2b(transcript.encode(errors="surrogatepass"), digest_size=16).digest()
