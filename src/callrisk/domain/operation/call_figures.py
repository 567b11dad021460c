"""Figures of ended calls by agent, team, day or week, adjusted for the calls that each was given.

Who is given harder calls has more escalations for no fault. So a share is standardised indirectly
(Breslow and Day 1987): each call counts as much as calls that began like it did on average among
all that are compared. The adjusted share is the observed number over the expected one, times the
share of all. Rows of few calls are told to be such and are not compared; of the others only those
differ whose number is no chance, though many are looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from callrisk.domain.operation.shares import (
    Share,
    chance_of,
    ratio_interval,
    share_of,
    unlikely,
)

# Of fewer calls, or fewer cases to be expected, a share says more of chance than of a person.
FEWEST_CALLS, FEWEST_EXPECTED = 30, 5.0


class CallMeasure(StrEnum):
    """A property that a call has or lacks."""

    HIGH = "high"
    ESCALATED = "escalated"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class CallSums:
    """Sums of the calls of one key (an agent, a team, a day) that began with alike scores.

    `band` is the range of the first score, None for calls without one. `talk_share` and `mood` are
    sums over `talk_calls` and `mood_calls`, those that have them; `high` is of `scored` calls.
    """

    key: str
    band: int | None
    calls: int
    seconds: float
    talk_share: float
    talk_calls: int
    mood: float
    mood_calls: int
    scored: int
    high: int
    escalated: int
    promised: int
    promised_yen: int
    advice_done: int
    advice_dismissed: int

    def counted(self, measure: CallMeasure) -> tuple[int, int]:
        """Return how many calls have it, and of how many."""
        of = self.scored if measure is CallMeasure.HIGH else self.calls
        return int(getattr(self, measure)), of


SUMMED = tuple(field.name for field in fields(CallSums) if field.name not in ("key", "band"))


@dataclass(frozen=True, slots=True)
class AdjustedShare:
    """A share as it would be with the calls that all had; `differs` where that is no chance."""

    share: float
    low: float
    high: float
    differs: bool


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """The figures of one key; means are None without a call that has the figure.

    `adjusted` lacks what is of too few calls to be compared.
    """

    key: str
    calls: int
    mean_seconds: float | None
    talk_share: float | None
    mood: float | None
    measures: Mapping[CallMeasure, Share]
    advice: Share
    promised_yen: int
    adjusted: Mapping[CallMeasure, AdjustedShare]


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The rows in the order of their keys, and all of them together."""

    rows: tuple[FiguresRow, ...]
    all: FiguresRow


def call_figures(sums: Sequence[CallSums]) -> CallFigures:
    """Return the figures of each key, and those of all."""
    by_key: dict[str, list[CallSums]] = defaultdict(list)
    for one in sums:
        by_key[one.key].append(one)
    adjusted = {measure: _adjusted(by_key, measure) for measure in CallMeasure}
    rows = [
        _row(key, _total(by_key[key]), {m: of[key] for m, of in adjusted.items() if key in of})
        for key in sorted(by_key)
    ]
    return CallFigures(tuple(rows), _row("", _total(sums), {}))


def renamed(sums: Iterable[CallSums], keys: Mapping[str, Collection[str]]) -> list[CallSums]:
    """Return the sums under other keys; one that has several counts for each of them."""
    return [replace(one, key=key) for one in sums for key in keys.get(one.key, ())]


def _total(sums: Sequence[CallSums]) -> CallSums:
    totals = {name: sum(getattr(one, name) for one in sums) for name in SUMMED}
    return CallSums(key="", band=None, **totals)


def _row(key: str, total: CallSums, adjusted: Mapping[CallMeasure, AdjustedShare]) -> FiguresRow:
    answered = total.advice_done + total.advice_dismissed
    return FiguresRow(
        key=key,
        calls=total.calls,
        mean_seconds=_mean(total.seconds, total.calls),
        talk_share=_mean(total.talk_share, total.talk_calls),
        mood=_mean(total.mood, total.mood_calls),
        measures={measure: share_of(*total.counted(measure)) for measure in CallMeasure},
        advice=share_of(total.advice_done, answered),
        promised_yen=total.promised_yen,
        adjusted=adjusted,
    )


def _mean(total: float, count: int) -> float | None:
    return total / count if count else None


def _adjusted(
    by_key: Mapping[str, Sequence[CallSums]], measure: CallMeasure
) -> dict[str, AdjustedShare]:
    """Return the adjusted share of each key that has enough calls."""
    hits, calls = Counter[int | None](), Counter[int | None]()
    for sums in by_key.values():
        for one in sums:
            hit, of = one.counted(measure)
            hits[one.band] += hit
            calls[one.band] += of
    if not hits.total() or len(by_key) < 2:  # noqa: PLR2004 - one alone is compared with nothing
        return {}
    of_all = hits.total() / calls.total()
    compared: dict[str, tuple[int, float]] = {}
    for key, sums in by_key.items():
        observed = sum(one.counted(measure)[0] for one in sums)
        expected = sum(
            one.counted(measure)[1] * hits[one.band] / calls[one.band]
            for one in sums
            if calls[one.band]
        )
        of = sum(one.counted(measure)[1] for one in sums)
        if of >= FEWEST_CALLS and expected >= FEWEST_EXPECTED:
            compared[key] = (observed, expected)
    differ = unlikely([chance_of(*pair) for pair in compared.values()])
    return {
        key: _adjusted_share(pair, of_all, differs=differs)
        for (key, pair), differs in zip(compared.items(), differ, strict=True)
    }


def _adjusted_share(pair: tuple[int, float], of_all: float, *, differs: bool) -> AdjustedShare:
    observed, expected = pair
    low, high = ratio_interval(observed, expected)
    share = observed / expected * of_all
    return AdjustedShare(min(share, 1.0), low * of_all, min(high * of_all, 1.0), differs)
