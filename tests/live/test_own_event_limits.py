"""What is kept of the events of this process: those that were not followed, and how many."""

from datetime import UTC, datetime

import pytest

from callrisk.domain.call_record import LoggedEvent, StoredTurn
from callrisk.domain.event_types import EventType
from callrisk.live.own_events import OwnEvents
from harness.live_bench import turn

AT = datetime(2025, 1, 1, tzinfo=UTC)
_MOST = 2_000


def event(seq: int, segment: int | None = None, call_id: str = "c1") -> LoggedEvent:
    """An event of the log, of a turn if one is named."""
    stored = None if segment is None else StoredTurn(turn(segment), ())
    return LoggedEvent(seq, call_id, EventType.NOTE_ADDED, AT, {}, turn=stored)


def kept(own: OwnEvents) -> list[int]:
    """The numbers of the events that are kept."""
    return sorted(own.known)


def test_what_was_followed_is_not_taken_in() -> None:
    """The last one that was followed neither; with nothing left there is nothing."""
    own = OwnEvents(5)
    own.put([event(4), event(5)])

    assert not own
    own.put([event(6), event(7), event(9)])
    assert own
    assert [one.seq for one in own.after(5)] == [6, 7]
    assert [one.seq for one in own.after(7)] == []
    own.followed(6)
    own.followed(7)
    assert (own.after(5), [one.seq for one in own.after(8)]) == ([], [9])
    own.followed(9)
    assert not own


@pytest.mark.parametrize(("more", "left"), [(0, _MOST), (1, 0)])
def test_two_thousand_wait_and_with_one_more_none(more: int, left: int) -> None:
    """Then they are read from the log."""
    own = OwnEvents(0)
    own.put([event(seq, seq) for seq in range(1, _MOST)])
    own.put([event(_MOST + n, 0) for n in range(1 + more)])

    assert len(own.known) == left


def test_of_two_events_of_a_turn_the_newer_is_kept() -> None:
    """In whatever order they come; those of other turns and calls stay."""
    first, second = OwnEvents(0), OwnEvents(0)
    first.put([event(1, 7), event(2, 8), event(3, 7), event(4, 7, "c2")])
    second.put([event(3, 7), event(1, 7), event(2, 8)])

    assert (kept(first), kept(second)) == ([2, 3, 4], [2, 3])
    first.put([event(4, 7, "c2")])
    assert kept(first) == [2, 3, 4]
    assert first.drop(3)
    assert not first.drop(3)
    assert kept(first) == [2, 4]


def test_an_event_takes_no_other_away() -> None:
    """Though that of the next number was there before it, and is of another turn."""
    own = OwnEvents(0)
    own.put([event(3, 7), event(2, 8)])

    assert kept(own) == [2, 3]


def test_a_turn_that_was_followed_may_come_again() -> None:
    """It is forgotten with its event, and only with that."""
    own = OwnEvents(0)
    own.put([event(1, 7), event(2, 8)])
    own.followed(1)
    own.put([event(3, 7)])
    assert kept(own) == [2, 3]
    own.followed(2)
    own.put([event(5, 7)])
    own.put([event(4, 7)])

    assert kept(own) == [5]
    assert [one.seq for one in own.after(4)] == [5]
