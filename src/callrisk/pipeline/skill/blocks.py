"""The skill of each block of features: alone, added to the others, and what is said to the known.

Manner is measured as any block, but by refits of its own: no model that is served sees it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from callrisk.domain.arrays import Floats
from callrisk.domain.evaluation import BlockReport, Interval
from callrisk.domain.features.contract import SAID_BLOCKS, Block
from callrisk.pipeline.skill.refits import RefitSample, held_out_margins
from callrisk.pipeline.skill.statistics import (
    Draws,
    Resampled,
    brier_skill,
    difference_of,
    resampled,
)
from callrisk.pipeline.training.ensemble import calibrated_out_of_fold
from callrisk.pipeline.training.folds import folds_of
from callrisk.pipeline.training.parallel import parallel_map

_Blocks = frozenset[Block]
_UNSCORED = frozenset({Block.MANNER})


@dataclass(frozen=True, slots=True)
class BlockSkills:
    """The report of each block, and what is said added to what was known before the call."""

    reports: tuple[BlockReport, ...]
    said_adds: Interval | None


def block_skills(sample: RefitSample, admitted: Mapping[Block, float], drawn: Draws) -> BlockSkills:
    """Return the skill of each block alone and added to the others; `drawn` resamples groups.

    The others are those that may be scored, without manner. `said_adds` is None where nobody says
    anything about paying.
    """
    wide = sample.with_manner()
    of_features = {feature.block for feature in wide.dataset.features}
    present = [block for block in Block if block in of_features]
    scored = frozenset(present) - _UNSCORED
    known = scored - frozenset(SAID_BLOCKS)
    alone = {block: frozenset({block}) for block in present}
    beside = {block: (scored | {block}, scored - {block}) for block in present}
    pairs = [both for pair in beside.values() for both in pair]
    skill = _skills(wide, [scored, known, *alone.values(), *pairs], drawn)
    return BlockSkills(
        tuple(
            BlockReport(
                block=str(block),
                alone=skill[alone[block]][0],
                adds=difference_of(*(skill[blocks] for blocks in beside[block])),
                admitted=admitted.get(block, 0.0),
            )
            for block in present
        ),
        difference_of(skill[scored], skill[known]) if known != scored else None,
    )


def _skills(
    sample: RefitSample, wanted: Iterable[_Blocks], drawn: Draws
) -> dict[_Blocks, Resampled]:
    """Return the Brier skill over customers, and in each draw, by these blocks of features."""
    sets = list(dict.fromkeys(wanted))
    dataset, ends = sample.dataset, sample.dataset.latest
    fold = folds_of(sample.label, sample.seed)

    def skill(blocks: _Blocks) -> Resampled:
        columns = tuple(n for n, each in enumerate(dataset.features) if each.block in blocks)
        margins = held_out_margins(replace(sample, columns=columns), fold)
        probability: Floats = calibrated_out_of_fold(dataset, margins, fold)
        return resampled(
            brier_skill, dataset.y[ends], probability[ends], dataset.group[ends], drawn
        )

    return dict(zip(sets, parallel_map(skill, sets), strict=True))
