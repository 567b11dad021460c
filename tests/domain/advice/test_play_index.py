"""Finds the plays of what was heard: none that applies is passed over."""

from itertools import pairwise

import pytest

from callrisk.domain.advice import CallKind, WordIndex, load_playbook
from callrisk.domain.advice.matching import MomentReader
from harness.advice_calls import moment

PLAYS = load_playbook().plays
WORDS = WordIndex(load_playbook())


@pytest.mark.parametrize("kind", [None, *CallKind])
def test_index_passes_over_no_play_that_applies(kind: CallKind | None) -> None:
    """After one or two examples of plays the index finds what a look at each play finds."""
    examples, applied = [play.example for play in PLAYS], set()
    for lines in (*examples, *(first + second for first, second in pairwise(examples))):
        reader = MomentReader(moment(*lines, kind=kind), WORDS)
        each = [match for play in PLAYS if (match := reader.match(play)) is not None]
        applied.update(match.play.id for match in each)

        assert reader.matches() == each

    assert len(applied) > len(PLAYS) / 2
