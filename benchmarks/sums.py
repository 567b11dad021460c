"""Exactness of every sum under a score: python benchmarks/sums.py [--rows 100000]

Random models of every kind score random calls; capped scores and unproven models among them. For
each call the lines must add up to the score, and so must its account, whose score must be the same;
for each pair of accounts one after the other the lines of what moved must add up to what the score
moved. Then a call is streamed in shuffled and repeated pieces, and its features and score must end
as they do in order.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

import tests_on_path  # noqa: F401
from callrisk.domain.call import CallState, CallTotals
from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.features.columns import matrix, said_columns, totals_table
from callrisk.domain.features.contract import HISTORY, SAID, customer_features
from callrisk.domain.language import understand
from callrisk.domain.language.said import Said
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.score.account import Account, SaidPoints, ToldAccount, moved
from callrisk.domain.score.score_lines import ScoreLines
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
from harness.made_statements import path_rows, random_said, with_said

MISSING, UNKNOWN = 0.1, 0.05
# What is said alone, with its details, and beside what was known.
RECORD = customer_features(
    [CustomerField(f"x{n}", f"x{n}", FieldKind.NUMBER, "", "") for n in range(6)]
)
FEATURES = (*SAID, *HISTORY, *RECORD)
NAMES = tuple(feature.name for feature in FEATURES)
SPOKEN = [n for n, feature in enumerate(FEATURES) if feature.is_said]
KINDS: tuple[Params, ...] = (
    TreeParams(60, 3, 0.2),
    LogisticParams(1.0),
    BlendParams(TreeParams(60, 2, 0.2), LogisticParams(1.0)),
)
BATCH = 2_000


def main() -> int:
    """Print the number of wrong sums and of capped scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pieces", type=int, default=200, help="shuffled calls")
    options = parser.parse_args()
    rng = np.random.default_rng(5)
    found: Counter[str] = Counter()
    last: list[ToldAccount] = []
    while found["changes"] < options.rows:
        last = checked(f"v{found['models']}", rng, last, found)
    print(
        f"{found['accounts']} accounts: {found['lines']} wrong lines, {found['wrong']} wrong "
        f"accounts, {found['other']} of another score, {found['capped']} capped, "
        f"{found['unknown']} of unknown callers\n"
        f"{found['changes']} changes: {found['wrong changes']} wrong, {found['of models']} of "
        "another model"
    )
    broken = sum(not same_whatever_the_order(rng) for _ in range(options.pieces))
    print(f"{options.pieces} calls in shuffled, repeated pieces: {broken} ended otherwise")
    wrong = sum(found[what] for what in ("lines", "wrong", "other", "wrong changes"))
    return int(wrong + broken > 0)


def checked(
    version: str, rng: np.random.Generator, last: list[ToldAccount], found: Counter[str]
) -> list[ToldAccount]:
    """Count what is wrong in a batch of a new model; return the last account of the batch.

    The first change of a batch is that from the model before, which `last` holds an account of.
    """
    model = random_model(rng, version)
    calls = [random_said(rng) for _ in range(BATCH)]
    paths = [path_rows(said, NAMES) for said in calls]
    x = with_said(random_rows(BATCH, rng), paths, SPOKEN)
    scores = model.assess_many(x)
    accounts = model.accounts(scores, [model.said_points(path) for path in paths])
    found["lines"] += sum(total(line) != line.score for line in scores.lines)
    found["wrong"] += sum(of_account(one) != one.score for one in accounts)
    found["other"] += sum(
        (one.score, one.start) != (line.score, line.start)
        for one, line in zip(accounts, scores.lines, strict=True)
    )
    found["capped"] += sum(one.cap != 0 for one in accounts)
    found["unknown"] += int(np.isnan(np.delete(x, SPOKEN, axis=1)).all(axis=1).sum())
    told = [told_of(version, *pair) for pair in zip(accounts, calls, strict=True)]
    for before, after in pairwise([*last, *told]):
        lines = moved(before, after)
        found["wrong changes"] += sum(line.points for line in lines) != after.score - before.score
        found["of models"] += before.model_version != after.model_version
        found["changes"] += 1
    found["accounts"] += len(accounts)
    found["models"] += 1
    return told[-1:]


def told_of(version: str, account: Account, said: Said) -> ToldAccount:
    """Return an account as it is kept; places recur from call to call, as in one call."""
    return ToldAccount(
        version, account.score, account.start,
        tuple((NAMES[n], points) for n, points in enumerate(account.known) if points),
        tuple(
            SaidPoints(one.segment_id, one.statement.begin, one.statement.end, one.intent, points)
            for one, points in zip(said.statements, account.said, strict=True)
        ),
        account.cap,
    )  # fmt: skip


def total(lines: ScoreLines) -> int:
    """Return the sum of the lines by feature."""
    return lines.start + sum(lines.by_feature) + lines.cap


def of_account(account: Account) -> int:
    """Return the sum of the lines of an account."""
    return account.start + sum(account.known) + sum(account.said) + account.cap


def random_rows(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return rows of any size, some of what is known missing, all of it for unknown callers."""
    x = rng.normal(size=(count, len(NAMES))) * 10 ** rng.uniform(-1, 2, len(NAMES))
    missing = (rng.random(x.shape) < MISSING) | (rng.random((count, 1)) < UNKNOWN)
    return np.where(missing, np.nan, x)


def random_model(rng: np.random.Generator, version: str = "random") -> RiskModel:
    """Return a model of one to five members of any kind, at times steep enough for the cap."""
    members = []
    for number in range(int(rng.integers(1, 6))):
        paths = [path_rows(random_said(rng), NAMES) for _ in range(300)]
        x = with_said(random_rows(300, rng), paths, SPOKEN)
        risk = x[:, 0] + 3 * np.sign(np.nan_to_num(x[:, -1]))
        y = (risk + rng.normal(size=300) > np.median(risk)).astype(np.float64)
        kind = KINDS[int(rng.integers(len(KINDS)))]
        columns = np.flatnonzero(rng.random(len(NAMES)) < rng.choice([0.5, 1.0]))
        scheme = Scheme.of(FEATURES, columns.tolist(), number)
        members.append(fit_member(without_offset(y, x, np.ones(300)), kind, scheme))
    slope, intercept = float(rng.uniform(0, 3)), float(rng.normal())
    return RiskModel(
        version=version, features=NAMES, typical=(None,) * len(NAMES), fields=(),
        members=tuple(members), calibration=Calibration(slope, intercept),
        base_rate=float(rng.uniform(0.05, 0.6)), thresholds=Thresholds(70, 40),
        skill=list(Skill)[int(rng.integers(2))], demo=True,
        points_to_double=float(rng.integers(8, 21)),
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


def streamed(turns: Sequence[Segment]) -> CallTotals:
    """Return the totals after all turns."""
    state = CallState()
    for turn in turns:
        state.add(turn, understand(turn.text))
    return state.totals()


def features(totals: CallTotals) -> np.ndarray:
    """Return what is said as one row of a caller of whom nothing is known."""
    said = said_columns(totals_table([totals]))
    known = {name: np.full(1, np.nan) for name in NAMES if name not in said}
    return matrix(said | known, NAMES)


SCORER = random_model(np.random.default_rng(1))


if __name__ == "__main__":
    sys.exit(main())
