"""The moment of the end: the last turn, a request by either clock, and what was told of the end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callrisk.domain.call_end import CallLiveness, EndReason
from callrisk.domain.call_record import StoredCall
from callrisk.domain.event_types import Source
from callrisk.live.call_ending import end_of, requested_at, spoken_until, take_request
from callrisk.live.live_call import LiveCall
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness.key_rings import KEYS
from harness.live_bench import turn

BEGAN = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
UNTIL = BEGAN + timedelta(seconds=59)


def call(source: Source = Source.REST, **stored: object) -> LiveCall:
    """A call of which something was heard last at second 100 of the monotonic clock."""
    row = StoredCall("c1", None, "a", source, False, BEGAN, None, False, False, None)
    return LiveCall(replace(row, **stored), CallLiveness(100.0))  # type: ignore[arg-type]


@pytest.fixture
def queries(tmp_path: Path) -> Iterator[Queries]:
    """The queries of an empty database."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield Queries(engine)
    engine.dispose()


def test_a_call_is_spoken_until_the_end_of_its_last_turn(queries: Queries) -> None:
    """By the times of its turns; a call of which nothing was heard ended as it began."""
    silent, timed = call(), call()
    for number in (2, 0, 1):
        timed.state.add(turn(number))

    assert spoken_until(silent, queries) == BEGAN
    assert spoken_until(timed, queries) == BEGAN + timedelta(seconds=14)


@pytest.mark.parametrize(
    ("source", "after_s", "expected_s"),
    [
        (Source.REST, 0, 0),  # our own clock tells, from the end of the last turn on
        (Source.REST, 30, 30),
        (Source.REST, -1, 7),  # it was set back: the end is as long after as was waited
        (Source.DEMO, 30, 30),
        (Source.CONNECT, 30, 7),  # a clock of its own
        (Source.CONNECT, -30, 7),
    ],
)
def test_a_request_ends_a_call_by_the_clock_of_its_source(
    source: Source, after_s: int, expected_s: int
) -> None:
    """Seven seconds after something was heard."""
    now = UNTIL + timedelta(seconds=after_s)

    found = requested_at(call(source), UNTIL, now, 107.0)
    assert found == UNTIL + timedelta(seconds=expected_s)


def test_a_request_ends_no_call_before_its_last_turn() -> None:
    """Also where the monotonic clock is another machine's."""
    assert requested_at(call(Source.CONNECT), UNTIL, UNTIL, 99.0) == UNTIL


@pytest.mark.parametrize("reason", [None, *EndReason])
def test_only_a_request_that_was_stored_is_taken_over(reason: EndReason | None) -> None:
    """With its moment; another end is known by what the telephony tells."""
    found = call(over_reason=reason, ended_at=UNTIL)
    take_request(found)
    is_request = reason is EndReason.REQUESTED

    assert found.liveness.was_requested == found.liveness.is_over == is_request
    assert found.ended_at == (UNTIL if is_request else None)


def test_a_request_of_this_server_keeps_its_moment() -> None:
    """What is stored of it may be older."""
    found = call(over_reason=EndReason.REQUESTED, ended_at=BEGAN)
    found.liveness.request()
    found.ended_at = UNTIL
    take_request(found)

    assert found.ended_at == UNTIL


def test_a_moment_counts_only_if_somebody_asked_for_the_end() -> None:
    """Else the end of the last turn does, and what was told of the line before either."""
    found, cut = call(), call(disconnected_at=BEGAN + timedelta(seconds=90))
    for one in (found, cut):
        one.ended_at = UNTIL + timedelta(seconds=5)

    assert end_of(found, UNTIL) == UNTIL
    found.liveness.request()
    assert end_of(found, UNTIL) == UNTIL + timedelta(seconds=5)
    cut.liveness.request()
    assert end_of(cut, UNTIL) == BEGAN + timedelta(seconds=90)
