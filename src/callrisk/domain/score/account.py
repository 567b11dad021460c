"""The account of a score: what was known, what each statement moved, and what the scale cut off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.score.score_lines import half_up, largest_remainder


@dataclass(frozen=True, slots=True)
class Account:
    """The integer lines of one score: start + sum(known) + sum(said) + cap = score.

    `known` has one entry a feature of the model, 0 for those of what is said; `said` has one a
    statement.
    """

    score: int
    start: int
    known: tuple[int, ...]
    said: tuple[int, ...]
    cap: int

    @property
    def known_points(self) -> int:
        """The points of what was known before the call."""
        return sum(self.known)

    @property
    def said_points(self) -> int:
        """The points of what was said in the call."""
        return sum(self.said)


def account_of(start: float, known: Floats, path: Sequence[float], ceiling: float) -> Account:
    """Return the account of real points: `known` by feature, `path` after each statement.

    Known and said points are rounded apart, so that neither moves the lines of the other. The known
    lines are rounded by the largest remainder method to the rounded sum of start and known points.
    Each statement's points are the step of the rounded path, in the order of speech: they telescope
    to its end, and a further statement changes none before it. What clipping to 0..`ceiling`
    removes is `cap`.
    """
    first, before = half_up(start), half_up(start + float(known.sum()))
    rounded = largest_remainder(known[None, :], np.array([before - first]))[0]
    steps = [0.0, *(half_up(points) for points in path)]
    whole = before + steps[-1]
    score = int(min(max(whole, 0), half_up(ceiling)))
    return Account(
        score=score,
        start=int(first),
        known=tuple(int(points) for points in rounded.tolist()),
        said=tuple(int(after - earlier) for earlier, after in pairwise(steps)),
        cap=score - int(whole),
    )


# The identity of a statement within its call: its turn, begin, end and intent.
StatementKey = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True)
class SaidPoints:
    """The points of one statement: its turn, its place there and its kind."""

    segment_id: str
    begin: int
    end: int
    intent: str
    points: int

    @property
    def key(self) -> StatementKey:
        """The identity of the statement within its call."""
        return self.segment_id, self.begin, self.end, self.intent


@dataclass(frozen=True, slots=True)
class ToldAccount:
    """The account of an assessment as it is kept, to tell later why the score moved.

    `known` holds (feature, points) pairs without zeros, `said` every statement that counts.
    """

    model_version: str
    score: int
    start: int
    known: tuple[tuple[str, int], ...]
    said: tuple[SaidPoints, ...]
    cap: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of a difference of two accounts.

    `feature` is that of the model, "start", "cap" or "model"; `said` is the statement, if one.
    """

    feature: str
    points: int
    said: SaidPoints | None = None


def moved(before: ToldAccount, after: ToldAccount) -> list[Moved]:
    """Return the lines that explain `after.score - before.score`, which is their sum.

    Lines of two models cannot be compared; what moved then is the model.
    """
    if before.model_version != after.model_version:
        points = after.score - before.score
        return [Moved("model", points)] if points else []
    return [line for line in _moved(before, after) if line.points]


def _moved(before: ToldAccount, after: ToldAccount) -> Iterator[Moved]:
    yield Moved("start", after.start - before.start)
    known = dict(before.known)
    now = dict(after.known)
    for feature in dict.fromkeys((*now, *known)):
        yield Moved(feature, now.get(feature, 0) - known.get(feature, 0))
    said = {one.key: one for one in before.said}
    heard = {one.key: one for one in after.said}
    for key, one in (said | heard).items():
        was, is_now = said.get(key), heard.get(key)
        points = (is_now.points if is_now else 0) - (was.points if was else 0)
        yield Moved(f"said.{one.intent}", points, one)
    yield Moved("cap", after.cap - before.cap)
