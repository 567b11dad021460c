"""The labelled moments are in order, and the shipped weights are what they teach."""

from collections import Counter

import pytest

from callrisk.domain.advice.need import NEEDS, Need, heard_need
from callrisk.pipeline.needs.moments import ASIDE, LabelledMoment, moments_of
from callrisk.pipeline.needs.needs_fitting import fitted

# What the weights hear of an author whom they have never seen.
LEAST_RIGHT, LEAST_RIGHT_IF_CLEAR = 0.92, 0.94


@pytest.fixture(scope="module")
def learnt() -> list[LabelledMoment]:
    """The moments that the weights are learnt from; a label that is none raises."""
    return [*moments_of()]


@pytest.fixture(scope="module")
def aside() -> list[LabelledMoment]:
    """The moments that tuned nothing."""
    return [*moments_of(ASIDE)]


def test_each_need_is_taught_by_many_authors(learnt: list[LabelledMoment]) -> None:
    """At least a hundred moments of each, by ten authors or more, and many that need nothing."""
    seen = Counter(need for moment in learnt for need in moment.needs)
    authors = {need: {one.author for one in learnt if need in one.needs} for need in NEEDS}

    assert min(seen[need] for need in NEEDS) >= 100
    assert min(map(len, authors.values())) >= 10
    assert seen[Need.NONE] >= 1_000


def test_no_moment_is_taught_twice_or_put_aside_as_well(
    learnt: list[LabelledMoment], aside: list[LabelledMoment]
) -> None:
    """A turn of the customer with the same turn before it stands once."""
    told = Counter((moment.agent, moment.customer) for moment in [*learnt, *aside])

    assert [turns for turns, count in told.items() if count > 1] == []


def test_an_unseen_author_is_heard(aside: list[LabelledMoment]) -> None:
    """The likeliest need is a label nearly always, more so where it is clear."""
    heard = [(heard_need(one.agent, one.customer), one.needs) for one in aside]
    right = [need.need in labels for need, labels in heard]
    clear = [need.need in labels for need, labels in heard if need.is_clear]

    assert sum(right) >= LEAST_RIGHT * len(right)
    assert sum(clear) >= LEAST_RIGHT_IF_CLEAR * len(clear)
    assert len(clear) >= 0.9 * len(heard)


def test_moments_teach_what_they_are_labelled(learnt: list[LabelledMoment]) -> None:
    """A tenth of the moments makes weights that hear nearly all of it as it is labelled."""
    some = learnt[::10]
    weights = fitted(some)

    right = [weights.heard(one.agent, one.customer).need in one.needs for one in some]

    assert sum(right) >= 0.99 * len(right)
