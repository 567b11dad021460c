"""A post that is made to take long holds up nobody else, in both kinds of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.databases import KINDS, fresh_database
from harness.hostile_post import empty_server, full_of_digits, of_call, seconds_beside

# Of the time that the post takes. When its work was done in its transaction it was two thirds.
LONGEST_WAIT = 0.4
TURNS = 60


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database of each kind."""
    with fresh_database(request.param) as url:
        yield url


@pytest.mark.slow
@pytest.mark.parametrize("batch", [False, True], ids=["one call", "many calls"])
def test_turns_full_of_digits_hold_up_no_other_call(
    tmp_path: Path, free_port: int, database_url: str, batch: bool
) -> None:
    """While turns full of digits are masked and stored, each write of another call goes through."""
    hostile, path = full_of_digits(TURNS, "の1" * 325), "calls/hostile/segments"
    if batch:
        hostile, path = of_call("hostile", hostile), "segments"
    with empty_server(tmp_path, free_port, database_url) as address:
        took, waits = seconds_beside(address, hostile, path)

    assert max(waits) < LONGEST_WAIT * took
