"""Moves of the score by one sentence: python benchmarks/moves.py FILE... [--json]

Files hold scenarios as JSON lines: {"history": [[role, text], …], "sentence", "expect", "why"};
`expect` is down_strong, down, none, up or up_strong. Each is played on a call of its own with a
known customer whose score can go both ways; its move is the score after the sentence less the score
before. Printed are the concordance of moves and labels over all pairs of scenarios that expect
different things (1 in right order, 0.5 equal, 0 wrong), how often nothing is moved by something,
how often the gravest sentences raise the score by 5 or more, how often a promise after a worry
lowers it by 2 or more, and the mean move by `why`. Without --server a server is started with the
model and the data of this checkout. 0, or 1 when a file or the server does not serve.
"""

import argparse
import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Literal

from pydantic import BaseModel

from played_calls import (
    Api,
    Json,
    PlayError,
    Text,
    Turn,
    a_call,
    a_share,
    known_customers,
    rows_of,
    score_of,
    serving,
    shown_share,
)

# In rising order.
Expected = Literal["down_strong", "down", "none", "up", "up_strong"]
_RANK = {"down_strong": 0, "down": 1, "none": 2, "up": 3, "up_strong": 4}
_STILL, _STRONG, _RELIEF = 1, 5, 2
# The gravest things that can be said, by what `why` calls them.
_GRAVE = {
    "refusal": ("refus",),
    "inability": ("inab", "unable", "cannot pay"),
    "lost income": ("lost income", "loses income", "income loss", "lost job", "job loss"),
}
_AFTER_WORRY = "after"


class Scenario(BaseModel):
    """A conversation so far, a sentence, and the expected move of the score."""

    id: int | str
    history: list[Turn]
    sentence: Text
    expect: Expected
    why: str = ""

    @property
    def follows_worry(self) -> bool:
        """True if a worry came before that can be taken back."""
        return _AFTER_WORRY in self.why.lower()


@dataclass(frozen=True)
class Move:
    """A scenario as it was played."""

    scenario: Scenario
    before: int
    after: int
    statements: Sequence[Json] = ()
    advice: Json | None = None

    @property
    def points(self) -> int:
        """The points by which the sentence moved the score."""
        return self.after - self.before

    @property
    def misses(self) -> bool:
        """True if it did not do what was expected."""
        return not _KEEPS[self.scenario.expect](self)


def _lowers(move: Move) -> bool:
    return move.points <= (-_RELIEF if move.scenario.follows_worry else 0)


_KEEPS: dict[str, Callable[[Move], bool]] = {
    "down_strong": _lowers,
    "down": _lowers,
    "none": lambda move: abs(move.points) <= _STILL,
    "up": lambda move: move.points > 0,
    "up_strong": lambda move: move.points >= _STRONG,
}


def main() -> int:
    """Print the figures of the files; 1 with one clear line when they cannot be played."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--server", metavar="URL", help="of one that runs; else one is started")
    parser.add_argument("--customers", type=int, default=8, help="how many take turns")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list the scenarios that miss")
    parser.add_argument("--advice", action="store_true", help="list the first advice of each")
    options = parser.parse_args()
    try:
        scenarios = rows_of(options.files, Scenario)
        with serving(options.server) as api:
            customers = known_customers(api, max(1, options.customers))
            moves = [
                played(api, scenario, customers[number % len(customers)])
                for number, scenario in enumerate(scenarios)
            ]
    except PlayError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    figures = {"scenarios": len(moves), "customers": len(customers)} | measured(moves)
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else shown(figures))
    if options.wrong:
        print("\n".join(_wrong(move) for move in moves if move.misses))
    if options.advice:
        print("\n".join(map(_advice, moves)))
    return 0


def played(api: Api, scenario: Scenario, customer_id: str) -> Move:
    """Play a scenario on a new call of a customer."""
    with a_call(api, customer_id) as call:
        call.say(scenario.history)
        before = score_of(call.assessment())
        call.say([("CUSTOMER", scenario.sentence)])
        assessment = call.assessment()
        advice = next(iter(assessment.get("recommendations", ())), None)
        found = call.statements(assessment)
    return Move(scenario, before, score_of(assessment), found, advice)


def measured(moves: Sequence[Move]) -> dict[str, Any]:
    """Return all figures as plain values, each beside its count."""
    by_why: dict[str, list[int]] = defaultdict(list)
    for move in moves:
        by_why[f"{move.scenario.expect}: {move.scenario.why}"].append(move.points)
    grave = {
        name: [move.points >= _STRONG for move in moves if _is_grave(move.scenario, words)]
        for name, words in _GRAVE.items()
    }
    return {
        "concordance": a_share(concordance(moves)),
        "none_moved": a_share([one.misses for one in moves if one.scenario.expect == "none"]),
        "grave_raised": a_share(
            [
                move.points >= _STRONG
                for move in moves
                if any(_is_grave(move.scenario, words) for words in _GRAVE.values())
            ]
        ),
        "grave": {name: a_share(raised) for name, raised in grave.items()},
        "relieved": a_share([move.points <= -_RELIEF for move in moves if _can_relieve(move)]),
        "why": {
            why: {"mean": round(mean(points), 2), "of": len(points)}
            for why, points in sorted(by_why.items(), key=_by_label)
        },
    }


def concordance(moves: Sequence[Move]) -> list[float]:
    """Return for each pair that expects different things how far it is in the right order."""
    pairs = itertools.combinations(moves, 2)
    return [
        0.5 if one.points == other.points else float((one.points < other.points) == (rank < next_))
        for one, other in pairs
        if (rank := _RANK[one.scenario.expect]) != (next_ := _RANK[other.scenario.expect])
    ]


def _is_grave(scenario: Scenario, words: Sequence[str]) -> bool:
    why = scenario.why.lower()
    return scenario.expect == "up_strong" and any(word in why for word in words)


def _can_relieve(move: Move) -> bool:
    return move.scenario.expect in {"down", "down_strong"} and move.scenario.follows_worry


def _by_label(entry: tuple[str, list[int]]) -> tuple[int, float]:
    why, points = entry
    return _RANK[why.partition(":")[0]], mean(points)


def shown(figures: dict[str, Any]) -> str:
    """Return the figures as lines of text."""
    return "\n".join(_lines(figures))


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    yield f"{figures['scenarios']} scenarios, {figures['customers']} customers"
    yield f"concordance with the labels: {shown_share(figures['concordance'])} pairs"
    yield f"none, moved by more than {_STILL}: {shown_share(figures['none_moved'])}"
    yield f"gravest, raised by {_STRONG} or more: {shown_share(figures['grave_raised'])}"
    for name, share in figures["grave"].items():
        yield f"  {name:12} {shown_share(share)}"
    yield f"down after a worry, lowered by {_RELIEF} or more: {shown_share(figures['relieved'])}"
    yield "mean move by why"
    for why, value in figures["why"].items():
        yield f"  {value['mean']:+6.2f} of {value['of']:3}  {why}"


def _wrong(move: Move) -> str:
    scenario = move.scenario
    found = ", ".join(map(_named, move.statements)) or "nothing"
    return (
        f"{scenario.id}: {scenario.sentence}\n"
        f"    {scenario.expect} ({scenario.why}), moved {move.points:+d}"
        f" from {move.before}; found {found}"
    )


def _named(statement: Json) -> str:
    named = str(statement.get("intent") or statement.get("label") or "?")
    more = [str(statement[key]) for key in ("mood", "strength", "state") if key in statement]
    return f"{named} 「{statement.get('phrase', '')}」 ({', '.join(more)})"


def _advice(move: Move) -> str:
    scenario, advice = move.scenario, move.advice or {}
    return (
        f"{scenario.id}: {scenario.sentence}\n"
        f"    {scenario.expect} ({scenario.why}), moved {move.points:+d} to {move.after}\n"
        f"    {advice.get('text', 'no advice')}\n    「{advice.get('script', '')}」"
    )


if __name__ == "__main__":
    sys.exit(main())
