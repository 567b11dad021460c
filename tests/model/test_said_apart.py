"""What is said and what was known: apart in every kind of member, in lines and accounts."""

import json
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.features.contract import CONCERN, HISTORY, SAID, customer_features
from callrisk.domain.risk_category import Thresholds
from callrisk.model import RiskModel
from callrisk.model.fitting import (
    BaseRateParams,
    BlendParams,
    LogisticParams,
    Params,
    Scheme,
    TreeParams,
    fit_member,
    without_offset,
)
from callrisk.model.members import (
    BlendMember,
    LinearMember,
    Member,
    TreeMember,
    member_contributions,
    member_margins,
    parts_of,
    said_contributions,
    speaks,
)
from callrisk.model.points_scale import points_per_log_odds, points_to_double_for
from harness.made_statements import path_rows, random_said, with_said

RECORD = customer_features(
    [CustomerField(name, name, FieldKind.NUMBER, name, name) for name in ("late", "rent", "age")]
)
FEATURES = (*HISTORY[:3], *SAID, *RECORD)
NAMES = tuple(feature.name for feature in FEATURES)
SPOKEN = [n for n, feature in enumerate(FEATURES) if feature.is_said]
KNOWN = [n for n, feature in enumerate(FEATURES) if not feature.is_said]
LINE = FEATURES.index(CONCERN)
WHOLE = Scheme.of(FEATURES, range(len(FEATURES)), 3)
DEEP = TreeParams(60, 3, 0.2)
KINDS: tuple[Params, ...] = (DEEP, LogisticParams(0.5), BlendParams(DEEP, LogisticParams(0.5)))
NAMES_OF_KINDS = ("trees", "logistic", "blend")


def some_calls(count: int = 600, seed: int = 2) -> tuple[np.ndarray, list[np.ndarray]]:
    """Rows of calls at their end, a tenth of what is known missing, and the path of each."""
    rng = np.random.default_rng(seed)
    known = rng.normal(size=(count, len(FEATURES))) * 10 ** rng.uniform(-1, 2, len(FEATURES))
    known[rng.random(known.shape) < 0.1] = np.nan
    paths = [path_rows(random_said(rng), NAMES) for _ in range(count)]
    return with_said(known, paths, SPOKEN), paths


@cache
def fitted(params: Params, scheme: Scheme = WHOLE, seed: int = 2) -> Member:
    """A member that learnt from calls in which both parts, and both together, move the label."""
    x, _ = some_calls(seed=seed)
    known, said = np.nan_to_num(x[:, KNOWN[-1]]), x[:, LINE]
    odds = np.sign(known) + 0.4 * said + 0.8 * np.sign(known) * (said > 3) - 1
    y = np.random.default_rng(seed).random(len(x)) < 1 / (1 + np.exp(-odds))
    return fit_member(without_offset(y.astype(np.float64), x, np.ones(len(x))), params, scheme)


def model_of(members: tuple[Member, ...], **changes: object) -> RiskModel:
    """A model of these members."""
    model = RiskModel(
        version="v", features=NAMES, typical=(None,) * len(NAMES), fields=(), members=members,
        calibration=Calibration(1.3, 0.2), base_rate=0.3, thresholds=Thresholds(70, 40),
        skill=Skill.DEMONSTRATED, demo=True, points_to_double=13.0,
    )  # fmt: skip
    return replace(model, **changes)  # type: ignore[arg-type]


def small_ensemble(params: Params = KINDS[2], **changes: object) -> RiskModel:
    """A model of three members of one kind."""
    return model_of(tuple(fitted(params, seed=seed) for seed in (2, 3, 4)), **changes)


def said_otherwise(x: np.ndarray) -> np.ndarray:
    """The same callers, each with what another one says."""
    other = x.copy()
    other[:, SPOKEN] = x[::-1][:, SPOKEN]
    return other


@pytest.mark.parametrize("params", KINDS, ids=NAMES_OF_KINDS)
def test_known_contributions_are_equal_in_every_bit_whatever_is_said(params: Params) -> None:
    """In trees of depth 3 on both parts, too; and what is said is worth the same to everybody."""
    x, _ = some_calls()
    member = fitted(params)
    told, otherwise = (member_contributions([member], one)[0] for one in (x, said_otherwise(x)))

    assert np.array_equal(told[:, KNOWN], otherwise[:, KNOWN])
    assert np.array_equal(told[:, SPOKEN], otherwise[::-1][:, SPOKEN])
    assert np.array_equal(told[:, -1], otherwise[:, -1])
    assert np.abs(told[:, KNOWN] - told[0, KNOWN]).max() > 0.01
    assert np.abs(told[:, SPOKEN] - told[0, SPOKEN]).max() > 0.01


def test_trees_that_may_mix_would_move_known_lines() -> None:
    """The same rows without the constraint: so the test above can fail."""
    x, _ = some_calls()
    mixing = fitted(DEEP, replace(WHOLE, said=()))
    told, otherwise = (member_contributions([mixing], one)[0] for one in (x, said_otherwise(x)))

    assert np.abs(told[:, KNOWN] - otherwise[:, KNOWN]).max() > 0.01


@pytest.mark.parametrize("params", KINDS, ids=NAMES_OF_KINDS)
def test_no_tree_asks_for_both_parts(params: Params) -> None:
    """Each tree of a booster, root to leaves; and none asks for the feature that has a weight."""
    trees, _ = parts_of(fitted(params))
    if trees is None:
        return
    table = trees.booster.trees_to_dataframe()
    asked = [
        {trees.columns[int(name[1:])] for name in of_tree["Feature"] if name != "Leaf"}
        for _, of_tree in table.groupby("Tree")
    ]

    assert all(one <= set(SPOKEN) or one <= set(KNOWN) for one in asked)
    assert any(one and one <= set(SPOKEN) for one in asked)
    assert any(one and one <= set(KNOWN) for one in asked)
    assert LINE not in set.union(*asked)


@pytest.mark.parametrize(
    "params", [*KINDS, BlendParams(TreeParams(60, 1, 0.2), LogisticParams(1.0))]
)
def test_a_straight_feature_has_one_weight(params: Params) -> None:
    """Equal steps of it move the margin equally: for everybody, from any value, without an end."""
    x, _ = some_calls(50)
    member = fitted(params)
    steps = np.array([-40.0, -3.0, 0.0, 0.5, 1.0, 7.0, 12.0, 500.0])
    margins = []
    for value in steps:
        moved = x.copy()
        moved[:, LINE] = value
        margins.append(member_margins(member, moved))
    slopes = np.diff(margins, axis=0) / np.diff(steps)[:, None]

    assert slopes.min() > 0.05
    assert np.ptp(slopes) < 1e-4 * slopes.max()


def test_the_base_rate_gives_nothing_weight() -> None:
    """A member without columns knows of nothing said, and the others do."""
    base = fitted(BaseRateParams())

    assert not speaks(base, SPOKEN)
    assert all(speaks(fitted(params), SPOKEN) for params in KINDS)
    assert not model_of((base,)).hears
    assert model_of((base, fitted(KINDS[1]))).hears


def test_a_member_without_what_is_said_does_not_hear() -> None:
    """A column that was not let in moves nothing, in trees and beside them."""
    for params in KINDS:
        member = fitted(params, replace(WHOLE, columns=tuple(KNOWN)))
        assert not speaks(member, SPOKEN)


def test_trees_are_fitted_beside_the_whole_line() -> None:
    """Trees with a straight feature are a blend that counts both parts in full."""
    member = fitted(DEEP)
    assert isinstance(member, BlendMember)
    x, _ = some_calls(50)

    assert member.share == 1.0
    assert [n for n, weight in zip(member.linear.columns, member.linear.weight, strict=True)
            if weight] == [LINE]  # fmt: skip
    alone = member_margins(member.trees, x) + member_margins(member.linear, x)
    assert np.allclose(member_margins(member, x), alone)
    assert isinstance(fitted(DEEP, replace(WHOLE, columns=tuple(KNOWN))), TreeMember)
    assert isinstance(fitted(DEEP, replace(WHOLE, columns=(LINE,))), LinearMember)


def test_a_blend_halves_every_weight_but_the_straight_one() -> None:
    """Half of the trees stand beside the others; no tree stands beside the straight feature."""
    alone, blend = fitted(KINDS[1]), fitted(KINDS[2])
    assert isinstance(alone, LinearMember)
    assert isinstance(blend, BlendMember)
    shares = {
        column: mixed / whole
        for column, mixed, whole in zip(
            alone.columns, blend.linear.weight, alone.weight, strict=True
        )
        if whole
    }

    assert blend.share == 0.5
    assert shares.pop(LINE) == pytest.approx(1.0)
    assert len(shares) > 5
    assert list(shares.values()) == pytest.approx([0.5] * len(shares))


def test_what_is_said_alone_is_explained_as_with_all_the_rest() -> None:
    """The contributions for a path are those of the whole rows, without running what is known."""
    x, _ = some_calls()
    members = [*(fitted(params) for params in KINDS), fitted(BaseRateParams())]
    whole = member_contributions(members, x)[:, :, SPOKEN].sum(axis=2).mean(axis=0)
    bare = np.zeros_like(x)
    bare[:, SPOKEN] = x[:, SPOKEN]

    assert np.allclose(said_contributions(members, bare, SPOKEN), whole, atol=1e-6)


@pytest.mark.parametrize("params", KINDS, ids=NAMES_OF_KINDS)
@pytest.mark.parametrize("skill", list(Skill))
def test_an_account_ends_at_the_score(params: Params, skill: Skill) -> None:
    """Of every row, capped ones too: the same score, start and known points as in one go."""
    model = small_ensemble(params, skill=skill, calibration=Calibration(4.0, 0.3))
    x, paths = some_calls(400, seed=9)
    scores = model.assess_many(x)
    accounts = model.accounts(scores, [model.said_points(path) for path in paths])

    assert len(accounts) == len(x)
    for row, account in enumerate(accounts):
        line = scores.lines[row]
        assert account.score == line.score
        assert account.start == line.start
        assert len(account.said) == len(paths[row])
        assert account.start + sum(account.known) + sum(account.said) + account.cap == line.score
        assert not any(account.known[n] for n in SPOKEN)
    assert 20 < sum(account.cap != 0 for account in accounts) < 400


def test_a_call_in_which_nothing_is_said_has_no_points_of_it() -> None:
    """Neither among the lines by feature nor in the account."""
    model = small_ensemble()
    x, _ = some_calls(100)
    x[:, SPOKEN] = 0.0
    scores = model.assess_many(x)

    assert not scores.points[:, SPOKEN].any()
    for account in model.accounts(scores, [()] * len(x)):
        assert account.said == ()


def test_known_lines_stay_while_a_call_goes_on() -> None:
    """From the first word to the last, row after row of one caller."""
    model = small_ensemble()
    x, paths = some_calls(60, seed=5)
    for row, path in enumerate(paths):
        moments = np.repeat(x[row][None, :], len(path) + 1, axis=0)
        moments[0, SPOKEN] = 0.0
        moments[1:, SPOKEN] = path[:, SPOKEN]
        parts = [path[:heard] for heard in range(len(path) + 1)]
        accounts = model.accounts(
            model.assess_many(moments), [model.said_points(part) for part in parts]
        )

        assert len({(one.start, one.known) for one in accounts}) == 1
        assert [one.said for one in accounts] == [accounts[-1].said[:n] for n in range(len(parts))]


def test_of_whom_nothing_is_known_nothing_known_counts() -> None:
    """No points of it; the score is the start and what is said, and others start there too."""
    model = small_ensemble()
    x, paths = some_calls(200, seed=6)
    x[:100, KNOWN] = np.nan
    scores = model.assess_many(x)
    accounts = model.accounts(scores, [model.said_points(path) for path in paths])

    assert not scores.points[:100][:, KNOWN].any()
    assert all(account.known_points == 0 for account in accounts[:100])
    assert any(account.known_points for account in accounts[100:])
    assert len({account.start for account in accounts}) == 1
    assert [line.score for line in scores.lines] == [account.score for account in accounts]


def test_one_known_fact_is_something_known() -> None:
    """Only where all of it is missing is nobody known."""
    model = small_ensemble()
    x = np.full((1, len(NAMES)), np.nan)
    x[:, SPOKEN] = 0.0
    x[0, KNOWN[-1]] = 9.0

    assert model.assess_many(x).points[:, KNOWN].any()


def test_a_row_scores_the_same_alone_and_among_others() -> None:
    """What stands beside it in a batch, known or unknown, changes nothing."""
    model = small_ensemble()
    x, _ = some_calls(60, seed=7)
    x[::7, KNOWN] = np.nan
    together = model.assess_many(x)

    for row in range(len(x)):
        alone = model.assess_many(x[row : row + 1])
        assert alone.lines[0] == together.lines[row]
        assert np.array_equal(alone.interval[0], together.interval[row])


def test_the_interval_is_the_middle_80_percent_of_the_members() -> None:
    """Of eleven members by hand the second and the tenth, and the probability is their mean's."""
    biases = [0.1 * n - 0.5 for n in range(11)]
    members = tuple(LinearMember((), (), (), (), (), bias) for bias in biases)
    model = model_of(members)
    scores = model.assess_many(np.full((1, len(NAMES)), np.nan))
    k, base = points_per_log_odds(13.0), np.log(0.3 / 0.7)
    points = [50 + k * (1.3 * bias + 0.2 - base) for bias in biases]

    assert [points[n] % 1 >= 0.5 for n in (1, 9)] == [True, False]
    assert scores.interval.tolist() == [[int(points[1]) + 1, int(points[9])]]
    assert scores.probability[0] == pytest.approx(1 / (1 + np.exp(-0.2)))


@pytest.mark.parametrize("skill", list(Skill))
def test_the_interval_contains_the_score(skill: Skill) -> None:
    """Also of a capped score, where it shows how far beyond the scale the members lie."""
    members = tuple(fitted(params, seed=seed) for params in KINDS for seed in (2, 3))
    model = model_of(members, skill=skill, calibration=Calibration(5.0, 0.0))
    x, _ = some_calls(500, seed=8)
    scores = model.assess_many(x)
    score = np.array([line.score for line in scores.lines])

    assert (scores.interval[:, 0] <= score).all()
    assert (score <= scores.interval[:, 1]).all()
    assert (scores.interval[:, 0] < scores.interval[:, 1]).mean() > 0.9
    capped = np.array([line.cap < 0 for line in scores.lines])
    assert capped.sum() > 10
    assert (scores.interval[capped, 1] > model.ceiling).all()


@pytest.mark.parametrize("spread", [0.05, 0.9, 1.1, 1.3, 1.6, 2.0, 2.4, 9.0])
def test_the_scale_is_as_wide_as_one_percent_allows(spread: float) -> None:
    """At most 1 % of the moments lie beyond it, and with a point more too many would."""
    ratio = np.random.default_rng(1).normal(0, spread, 20_000)

    def beyond(points: int) -> float:
        return float((np.abs(ratio) / np.log(2) * points > 50).mean())

    points = points_to_double_for(ratio)

    assert 8 <= points <= 20
    assert beyond(points) <= 0.01 or points == 8
    # The choice keeps a little room, for customers that members learnt from.
    assert points == 20 or beyond(points + 1) > 0.0075


def test_all_widths_of_the_scale_occur() -> None:
    """From 20 points where moments differ little to 8 where no scale is wide enough."""
    # A hair inside the scale of so many points.
    far = [(50 - 1e-9) / points * np.log(2) for points in range(8, 21)]

    assert [points_to_double_for(np.full(10, each)) for each in far] == list(range(8, 21))
    assert points_to_double_for(np.full(10, 99.0)) == 8


def test_a_doubling_is_worth_the_points_of_its_version() -> None:
    """Twice the odds lie so many points higher; High means so many times the usual odds."""
    model = small_ensemble(points_to_double=10.0)
    x, _ = some_calls(300)
    scores = model.assess_many(x)
    odds = scores.probability / (1 - scores.probability)
    raw = scores.start + scores.points.sum(axis=1)

    assert np.allclose(raw, 50 + 10 * np.log2(odds / (0.3 / 0.7)))
    assert model.high_times == pytest.approx(4.0)
    assert replace(model, points_to_double=20.0).high_times == pytest.approx(2.0)


def test_a_model_is_kept_with_its_scale(tmp_path: Path) -> None:
    """Written and read again it scores the same."""
    model = small_ensemble()
    model.save(tmp_path)
    again = RiskModel.load(tmp_path)
    x, _ = some_calls(100)

    assert again.points_to_double == 13.0
    assert json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["format"] == 3
    assert again.assess_many(x).lines == model.assess_many(x).lines


def as_format_2(folder: Path, parts: tuple[TreeMember, LinearMember]) -> None:
    """Turn a saved model into what the first release wrote of a mean of these two parts."""
    path = folder / "model.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    described["format"] = 2
    del described["points_to_double"]
    trees, linear = parts
    trees.booster.save_model(folder / "member_00.ubj")
    described["members"] = [
        {"trees": {"columns": list(trees.columns), "file": "member_00.ubj"},
         "linear": asdict(linear)},
    ]  # fmt: skip
    path.write_text(json.dumps(described), encoding="utf-8")


def test_a_model_of_format_2_answers_as_before(tmp_path: Path) -> None:
    """It has 20 points for a doubling, and the margin is the mean of its two whole parts."""
    old = Scheme(WHOLE.columns, (0,) * len(NAMES), 1)
    trees, linear = fitted(TreeParams(40, 2, 0.1), old), fitted(LogisticParams(0.5), old)
    assert isinstance(trees, TreeMember)
    assert isinstance(linear, LinearMember)
    model_of((fitted(KINDS[2]),)).save(tmp_path)
    as_format_2(tmp_path, (trees, linear))
    model = RiskModel.load(tmp_path)
    x, _ = some_calls(200)
    mean = (member_margins(trees, x) + member_margins(linear, x)) / 2

    assert model.points_to_double == 20.0
    assert np.allclose(member_margins(model.members[0], x), mean, atol=1e-12)
    [found] = member_contributions(model.members, x)
    assert np.allclose(found, member_contributions([trees, linear], x).mean(axis=0), atol=1e-12)
    # What it was before the scale of a version was its own: 50 + 20 log2(odds / base odds).
    seen = ~np.isnan(x[:, KNOWN]).all(axis=1)
    raw = 50 + 20 / np.log(2) * (1.3 * mean + 0.2 - np.log(0.3 / 0.7))
    scores = model.assess_many(x)
    assert np.allclose((scores.start + scores.points.sum(axis=1))[seen], raw[seen], atol=1e-4)
    model.save(tmp_path)
    assert RiskModel.load(tmp_path).assess_many(x).lines == scores.lines


@pytest.mark.parametrize("written", [1, 4, None])
def test_another_format_is_refused(tmp_path: Path, written: int | None) -> None:
    """By its number."""
    model_of((fitted(KINDS[1]),)).save(tmp_path)
    path = tmp_path / "model.json"
    described = json.loads(path.read_text(encoding="utf-8")) | {"format": written}
    path.write_text(json.dumps(described), encoding="utf-8")

    with pytest.raises(ValueError, match=f"format {written}, expected 3"):
        RiskModel.load(tmp_path)
