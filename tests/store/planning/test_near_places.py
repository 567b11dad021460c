"""The turns near others: whether they are all of their call, or some are cut off on a side."""

from dataclasses import replace

import pytest

from callrisk.domain.call_record import StoredTurn
from callrisk.domain.segment import Segment
from callrisk.store.planning.near_turns import Near, Place
from harness.live_bench import turn


def near(place: Place, *turns: Segment) -> Near:
    """These turns as the stored ones near a place."""
    return Near(place, {one.segment_id: StoredTurn(one, ()) for one in turns})


def untimed(number: int) -> Segment:
    """A turn without times."""
    return replace(turn(number), begin_ms=None, end_ms=None)


TURNS = [turn(number) for number in range(9)]


@pytest.mark.parametrize(
    ("first", "last", "before", "after"),
    [(0, 9, True, True), (2, 9, True, True), (3, 9, False, True), (2, 7, True, True),
     (2, 6, True, False), (3, 6, False, False)],
)  # fmt: skip
def test_a_side_with_as_many_turns_as_were_asked_for_may_be_cut(
    first: int, last: int, before: bool, after: bool
) -> None:
    """One fewer are all that there are; the turns of the place itself do not count."""
    place = Place.of("c1", TURNS[4:5], most=2)
    found = near(place, *TURNS[first:last])

    assert (found.is_cut_before, found.is_cut_after) == (before, after)
    assert found.is_whole == (not before and not after)


def test_without_times_the_numbers_count() -> None:
    """And a turn at the very number or time of the place lies on neither side."""
    place = Place.of("c1", [untimed(4), untimed(5)], most=2)
    turns = [untimed(number) for number in range(2, 8)]

    assert (place.begin_ms_first, place.begin_ms_last, place.is_by_number) == (None, None, True)
    assert near(place, *turns).is_cut_before
    assert near(place, *turns).is_cut_after
    assert near(place, *turns[1:-1]).is_whole


def test_the_place_of_turns_is_from_the_first_to_the_last() -> None:
    """In whatever order they are given; one without times makes it a place by number, too."""
    place = Place.of("c1", [TURNS[6], untimed(3), TURNS[4]])

    assert (int(place.sequence_first), int(place.sequence_last)) == (3, 6)
    assert (place.begin_ms_first, place.begin_ms_last, place.is_by_number) == (20_000, 30_000, True)
    assert not Place.of("c1", TURNS[:1]).is_by_number


def test_turns_with_and_without_times_have_no_known_order() -> None:
    """Neither where a stored turn lacks them, nor where one of the place does."""
    timed, mixed = Place.of("c1", TURNS[4:5]), Place.of("c1", [TURNS[4], untimed(5)])

    assert near(timed, *TURNS).is_in_order
    assert not near(timed, *TURNS[:3], untimed(3)).is_in_order
    assert not near(mixed, *TURNS).is_in_order
    assert not near(mixed, *TURNS).is_whole


@pytest.mark.parametrize(("count", "expected"), [(499, True), (500, False)])
def test_too_many_turns_may_have_others_between(count: int, expected: bool) -> None:
    """As many as are read at most may be some of more."""
    place = Place.of("c1", TURNS[4:5], most=500)

    assert near(place, *(turn(number) for number in range(count))).is_in_order is expected
