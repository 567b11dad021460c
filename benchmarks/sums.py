"""Exactness of every sum under a score: python benchmarks/sums.py [--rows 100000]

Random models of every kind score random rows; capped scores and unproven models among them. For
each row the lines must add up to the score, and for each pair of rows one after the other the lines
of the change must add up to what the score moved. Then a recorded call is streamed in shuffled and
repeated pieces, and its features and score must end as they do in order.
"""

import argparse
import sys
from itertools import pairwise

import numpy as np

from callrisk.domain.call import CallState, CallTotals
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.features.columns import conversation_columns, matrix, totals_table
from callrisk.domain.features.contract import CONVERSATION
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.score_lines import ScoreLines, changed_points
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.model import RiskModel
from callrisk.model.fitting import (
    BlendParams,
    LogisticParams,
    Params,
    Scheme,
    TreeParams,
    fit_member,
    without_offset,
)

MISSING = 0.1
NAMES = tuple(feature.name for feature in CONVERSATION)
KINDS: tuple[Params, ...] = (
    TreeParams(60, 2, 0.2),
    LogisticParams(1.0),
    BlendParams(TreeParams(60, 1, 0.2), LogisticParams(1.0)),
)


def main() -> int:
    """Print the number of wrong sums and of capped scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pieces", type=int, default=200, help="shuffled calls")
    options = parser.parse_args()
    rng = np.random.default_rng(5)
    wrong, wrong_changes, capped, rows = 0, 0, 0, 0
    while rows < options.rows:
        model = random_model(rng)
        lines = model.assess_many(random_rows(2_000, rng)).lines
        wrong += sum(total(one) != one.score for one in lines)
        changes = [changed_points(*pair) for pair in pairwise(lines)]
        wrong_changes += sum(total(one) != one.score for one in changes)
        capped += sum(one.cap != 0 for one in lines)
        rows += len(lines)
    print(f"{rows} assessments: {wrong} wrong sums, {wrong_changes} wrong changes, {capped} capped")
    broken = sum(not same_whatever_the_order(rng) for _ in range(options.pieces))
    print(f"{options.pieces} calls in shuffled, repeated pieces: {broken} ended otherwise")
    return int(wrong + wrong_changes + broken > 0)


def total(lines: ScoreLines) -> int:
    """Return the sum of the lines."""
    return lines.start + sum(lines.by_feature) + lines.cap


def random_rows(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return rows of features of any size, some of them missing."""
    x = rng.normal(size=(count, len(NAMES))) * 10 ** rng.uniform(-1, 2, len(NAMES))
    return np.where(rng.random(x.shape) < MISSING, np.nan, x)


def random_model(rng: np.random.Generator) -> RiskModel:
    """Return a model of one to five members of any kind, at times steep enough for the cap."""
    members = []
    for number in range(int(rng.integers(1, 6))):
        x = random_rows(300, rng)
        y = (np.nan_to_num(x[:, 0]) + rng.normal(size=300) > 0).astype(np.float64)
        scheme = Scheme(tuple(range(len(NAMES))), (0,) * len(NAMES), number)
        kind = KINDS[int(rng.integers(len(KINDS)))]
        members.append(fit_member(without_offset(y, x, np.ones(300)), kind, scheme))
    slope, intercept = float(rng.uniform(0, 3)), float(rng.normal())
    return RiskModel(
        version="random", features=NAMES, typical=(None,) * len(NAMES), fields=(),
        members=tuple(members), calibration=Calibration(slope, intercept),
        base_rate=float(rng.uniform(0.05, 0.6)), thresholds=Thresholds(70, 40),
        skill=list(Skill)[int(rng.integers(2))], demo=True,
    )  # fmt: skip


def same_whatever_the_order(rng: np.random.Generator) -> bool:
    """Return True if shuffled and repeated turns give equal features and scores."""
    turns = [random_turn(number, rng) for number in range(60)]
    again = [turns[n] for n in rng.permutation(np.repeat(np.arange(60), 3))]
    ends = [features(streamed(one)) for one in (turns, again)]
    scores = [SCORER.assess_many(x).lines for x in ends]
    return bool(np.array_equal(*ends, equal_nan=True)) and scores[0] == scores[1]


def random_turn(number: int, rng: np.random.Generator) -> Segment:
    """Return a turn of a random speaker at a random time."""
    begin = int(rng.integers(0, 600_000))
    words = ("支払いが厳しいです", "はい", "必ず払います", "ちょっと考えさせてください")
    return Segment(
        f"s{number}", number, list(ParticipantRole)[int(rng.integers(2))],
        words[int(rng.integers(len(words)))], begin, begin + int(rng.integers(200, 9_000)),
        list(Sentiment)[int(rng.integers(3))],
    )  # fmt: skip


def streamed(turns: list[Segment]) -> CallTotals:
    """Return the totals after all turns."""
    state = CallState()
    for turn in turns:
        state.add(turn)
    return state.totals()


def features(totals: CallTotals) -> np.ndarray:
    """Return the conversation features as one row."""
    return matrix(conversation_columns(totals_table([totals])), NAMES)


SCORER = random_model(np.random.default_rng(1))


if __name__ == "__main__":
    sys.exit(main())
