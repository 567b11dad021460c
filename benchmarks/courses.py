"""Scores over the course of whole calls: python benchmarks/courses.py FILE... [--json]

Files hold calls as JSON lines: {"kind", "turns": [[role, text], …], "course": [[turn, level], …]};
a level from -2, reassuring, to 2, alarming, is the view of a sensible supervisor after that turn,
and holds until the next; before the first it is 0. Each call is played with a known customer whose
score can go both ways, and again without a record. Printed for both are the rank correlation of
the levels with the way that the score has gone since before the first word, and how many calls end
as their kind should: calm ones within 5 points of the start or below, worries that are taken back
with at least half of the rise given back, hardship and refusal 8 points above the start or more.
Without --server a server is started with the model and the data of this checkout. 0, or 1 when a
file or the server does not serve.
"""

import argparse
import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import mean
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator
from scipy.stats import spearmanr

from played_calls import (
    Api,
    Json,
    PlayError,
    Turn,
    a_call,
    a_share,
    known_customers,
    rows_of,
    score_of,
    serving,
    shown_share,
)

_CALM, _WORRIED = 5, 8
_CUSTOMERS = 8
Level = Annotated[int, Field(ge=-2, le=2)]
Place = Annotated[int, Field(ge=0)]
Points = Sequence[tuple[int, int]]


class End(StrEnum):
    """The end that a call of some kind should have."""

    CALM = "within 5 of the start or below"
    RELIEVED = "at least half of the rise given back"
    WORRIED = "8 above the start or more"


# What kinds are called. Of "…_then_…" the last part says how the call ends; worry_resolved is one.
_RESOLVED = re.compile("_(?=resolved$|relieved$)(?<!_then_)")
_WORDS = {
    End.WORRIED: (
        "hardship", "refus", "inab", "worr", "income", "job", "arrears", "debt", "default",
    ),
    End.RELIEVED: ("promise", "resolved", "capacity", "calm", "relie"),
    End.CALM: ("calm", "small_talk", "routine", "traps"),
}  # fmt: skip


class Call(BaseModel):
    """A whole call, and what a sensible supervisor thinks of it in its course."""

    id: int | str
    kind: str
    turns: Annotated[list[Turn], Field(min_length=1)]
    course: list[tuple[Place, Level]]

    @model_validator(mode="after")
    def _turns_are_there(self) -> Self:
        if any(place >= len(self.turns) for place, _ in self.course):
            raise ValueError("course: there is no such turn")
        return self

    def level_after(self, place: int) -> int:
        """Return the view after a turn."""
        return next((level for at, level in sorted(self.course)[::-1] if at <= place), 0)


@dataclass(frozen=True)
class Course:
    """A call as it was played: the score before a word and after each turn of the customer."""

    call: Call
    start: int
    scores: dict[int, int]

    @property
    def gone(self) -> int:
        """The points from the start to the end."""
        return self._after(len(self.call.turns)) - self.start

    @property
    def rise(self) -> int:
        """The points from the start to the highest score."""
        return max([self.start, *self.scores.values()]) - self.start

    @property
    def labelled(self) -> list[tuple[int, int]]:
        """The way gone and the level at each turn that has a level."""
        return [(self._after(place) - self.start, level) for place, level in self.call.course]

    @property
    def everywhere(self) -> list[tuple[int, int]]:
        """The way gone and the level that holds, at each turn of the customer."""
        return [
            (score - self.start, self.call.level_after(at)) for at, score in self.scores.items()
        ]

    @property
    def keeps(self) -> bool | None:
        """True if it ended as its kind should; None of a kind that may end in any way."""
        end = end_of(self.call.kind)
        if end is End.CALM:
            return self.gone <= _CALM
        if end is End.RELIEVED:
            # A worry that never raised the score was not heard: nothing was given back.
            return self.rise > 0 and 2 * (self.rise - self.gone) >= self.rise
        return None if end is None else self.gone >= _WORRIED

    def _after(self, place: int) -> int:
        return next(
            (score for at, score in reversed(self.scores.items()) if at <= place), self.start
        )


def main() -> int:
    """Print the figures of the files; 1 with one clear line when they cannot be played."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--server", metavar="URL", help="of one that runs; else one is started")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list the calls that end otherwise")
    options = parser.parse_args()
    try:
        calls = rows_of(options.files, Call)
        with serving(options.server) as api:
            customers = known_customers(api, _CUSTOMERS)
            ways = {
                "known customer": [
                    played(api, call, customers[number % len(customers)])
                    for number, call in enumerate(calls)
                ],
                "without a record": [played(api, call, None) for call in calls],
            }
    except PlayError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    figures = {"calls": len(calls)} | measured(ways)
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else shown(figures))
    if options.wrong:
        print("\n".join(_wrong(ways)))
    return 0


def end_of(kind: str) -> End | None:
    """Return how a call of a kind should end; None where nothing is asked.

    >>> end_of("worry_then_promise")
    <End.RELIEVED: 'at least half of the rise given back'>
    """
    before, _, last = _RESOLVED.sub("_then_", kind.lower()).rpartition("_then_")
    if before:
        if _has(last, End.WORRIED):
            return End.WORRIED
        if _has(before, End.WORRIED) and _has(last, End.RELIEVED):
            return End.RELIEVED
        return None
    return next((end for end in (End.CALM, End.WORRIED) if _has(last, end)), None)


def _has(kind: str, end: End) -> bool:
    return any(word in kind for word in _WORDS[end])


def played(api: Api, call: Call, customer_id: str | None) -> Course:
    """Play a call to its end, with a customer or with nobody known."""
    with a_call(api, customer_id) as playing:
        start, scores, said = score_of(playing.start), dict[int, int](), 0
        for place, (role, _) in enumerate(call.turns):
            if role == "CUSTOMER":
                playing.say(call.turns[said : place + 1])
                scores[place] = score_of(playing.assessment())
                said = place + 1
    return Course(call, start, scores)


def measured(ways: dict[str, list[Course]]) -> dict[str, Any]:
    """Return all figures as plain values, each beside its count."""
    kept = [one.keeps for courses in ways.values() for one in courses if one.keeps is not None]
    return {
        "ways": {name: _measured_way(courses) for name, courses in ways.items()},
        "kept": a_share(kept),
    }


def _measured_way(courses: Sequence[Course]) -> Json:
    kinds = sorted({one.call.kind for one in courses})
    return {
        "labelled_turns": followed([one.labelled for one in courses]),
        "every_turn": followed([one.everywhere for one in courses]),
        "kinds": {
            kind: _measured_kind([one for one in courses if one.call.kind == kind])
            for kind in kinds
        },
        "ends": {
            end.name.lower(): a_share(
                [bool(one.keeps) for one in courses if end_of(one.call.kind) is end]
            )
            for end in End
        },
        "kept": a_share([one.keeps for one in courses if one.keeps is not None]),
    }


def _measured_kind(courses: Sequence[Course]) -> Json:
    kept = [one.keeps for one in courses if one.keeps is not None]
    return {
        "kept": a_share(kept) if kept else None,
        "of": len(courses),
        "mean_rise": round(mean(one.rise for one in courses), 1),
        "mean_gone": round(mean(one.gone for one in courses), 1),
    }


def followed(calls: Sequence[Points]) -> Json:
    """Return the rank correlation over all points, and its mean over calls whose levels differ."""
    single = [rank for points in calls if (rank := correlation(points)) is not None]
    pooled = [point for points in calls for point in points]
    return {
        "pooled": correlation(pooled),
        "points": len(pooled),
        "mean": round(mean(single), 3) if single else None,
        "calls": len(single),
    }


def correlation(points: Points) -> float | None:
    """Return the rank correlation of ways and levels; None where all levels are the same.

    A score that stands still while the levels differ follows nothing: 0.
    """
    ways, levels = {way for way, _ in points}, {level for _, level in points}
    if len(levels) <= 1:
        return None
    if len(ways) == 1:
        return 0.0
    found = float(spearmanr([way for way, _ in points], [level for _, level in points]).statistic)
    return None if math.isnan(found) else round(found, 3)


def shown(figures: dict[str, Any]) -> str:
    """Return the figures as lines of text."""
    return "\n".join(_lines(figures))


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    yield f"{figures['calls']} calls"
    for name, way in figures["ways"].items():
        yield f"{name}:"
        yield f"  rank correlation at labelled turns: {_shown_followed(way['labelled_turns'])}"
        yield f"  rank correlation at every turn: {_shown_followed(way['every_turn'])}"
        for end in End:
            yield f"  {end.name.lower()}, {end}: {shown_share(way['ends'][end.name.lower()])}"
        for kind, value in way["kinds"].items():
            kept = "any end" if value["kept"] is None else shown_share(value["kept"])
            yield (
                f"    {kind:24} {kept:14} mean rise {value['mean_rise']:+.1f},"
                f" end {value['mean_gone']:+.1f} of {value['of']}"
            )
        yield f"  ended as they should: {shown_share(way['kept'])}"
    yield f"all that ended as they should: {shown_share(figures['kept'])}"


def _shown_followed(value: Json) -> str:
    pooled, alone = (_signed(value[name]) for name in ("pooled", "mean"))
    return f"{pooled} over {value['points']} points, mean {alone} of {value['calls']} calls"


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.3f}"


def _wrong(ways: dict[str, list[Course]]) -> Iterator[str]:
    for name, courses in ways.items():
        for one in courses:
            if one.keeps is False:
                yield f"{one.call.id} ({one.call.kind}, {name}): {end_of(one.call.kind)}"
                yield f"    start {one.start}, rise {one.rise:+d}, end {one.gone:+d}"
                for place, score in one.scores.items():
                    level = one.call.level_after(place)
                    yield f"    {score:3} level {level:+d}  {one.call.turns[place][1]}"


if __name__ == "__main__":
    sys.exit(main())
