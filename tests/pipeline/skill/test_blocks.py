"""The skill of blocks: what is said counts beside what was known, and manner beside all others."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from callrisk.domain.features.contract import CONCERN, HISTORY, MANNER, Block, Feature
from callrisk.model.fitting import LogisticParams
from callrisk.pipeline.call_moments import MomentTable
from callrisk.pipeline.dataset import END, Dataset, Group, Prepared
from callrisk.pipeline.skill.blocks import BlockSkills, block_skills
from callrisk.pipeline.skill.refits import RefitSample
from callrisk.pipeline.skill.statistics import draws

CUSTOMERS = 400
FEATURES = (CONCERN, HISTORY[0])


def sample(said: float, manner: float, features: tuple[Feature, ...] = FEATURES) -> RefitSample:
    """Customers whose odds rise with what they say and how they talk, and with the history."""
    rng = np.random.default_rng(3)
    x, manner_x = rng.normal(size=(CUSTOMERS, 2)), rng.normal(size=(CUSTOMERS, 1))
    odds = -1 + said * x[:, 0] + 0.8 * x[:, 1] + manner * manner_x[:, 0]
    y = (rng.random(CUSTOMERS) < 1 / (1 + np.exp(-odds))).astype(float)
    number, one = np.arange(CUSTOMERS), np.ones(CUSTOMERS)
    groups = tuple(Group((str(each),), bool(y[each]), None) for each in number)
    dataset = Dataset(
        features=features, x=x[:, [FEATURES.index(each) for each in features]],
        manner=MANNER[:1], manner_x=manner_x,
        y=y, group=number, call=number, cut=np.full(CUSTOMERS, END), weight=one, latest=one > 0,
        prepared=Prepared(
            Path("made"), CUSTOMERS, 0, (), MomentTable.of([]), MomentTable.of([]), groups, {}, ()
        ),
    )  # fmt: skip
    alike = np.zeros(CUSTOMERS, dtype=np.int64)
    return RefitSample(dataset, y, alike, alike, LogisticParams(1.0), (0,), seed=1)


def measured(made: RefitSample) -> BlockSkills:
    """Its blocks, each admitted everywhere but manner."""
    drawn = draws(CUSTOMERS, 200, np.random.default_rng(2))
    return block_skills(made, {Block.SAID: 1.0, Block.HISTORY: 0.5}, drawn)


def test_what_is_said_is_added_to_what_was_known() -> None:
    """Speech that matters shows with its interval above 0; speech without effect does not."""
    strong, silent = measured(sample(1.5, 0)).said_adds, measured(sample(0, 0)).said_adds

    assert strong is not None
    assert silent is not None
    assert 0 < strong.low < strong.value < strong.high
    assert silent.low <= 0


def test_without_speech_nothing_was_measured() -> None:
    """None where no feature of what is said varies; not a zero."""
    assert measured(sample(1.5, 0, FEATURES[1:])).said_adds is None


def test_manner_counts_beside_all_others_and_they_without_it() -> None:
    """Manner that matters is found, and changes nothing of the other blocks but chance."""
    found = {one.block: one for one in measured(sample(1.0, 1.5)).reports}

    assert list(found) == ["said", "history", "manner"]
    assert found["manner"].adds.low > 0
    assert found["manner"].alone > 0
    assert [one.admitted for one in found.values()] == [1.0, 0.5, 0.0]


def test_the_others_are_measured_without_manner() -> None:
    """Even manner that tells the label leaves the figures of the blocks that are scored."""
    made = sample(1.0, 0)
    telling = replace(made, dataset=replace(made.dataset, manner_x=made.dataset.y[:, None]))

    plain, found = measured(made), measured(telling)

    assert found.said_adds == plain.said_adds
    assert found.reports[:2] == plain.reports[:2]
    assert found.reports[2].adds.value > plain.reports[2].adds.value + 0.2
