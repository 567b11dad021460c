"""Which calls are a server's own: renewed in time, held safely, and given up."""

from datetime import UTC, datetime
from typing import cast

import pytest

from callrisk.live.servers.ownership import Everything, Leased, Nothing
from callrisk.store.leases import LEASE_S, PARTITIONS, Held, Leases, partition_of

AT = datetime(2025, 1, 1, tzinfo=UTC)


class FewLeases:
    """Leases that are granted as a test wishes."""

    def __init__(self, *granted: Held) -> None:
        self.granted, self.renewed, self.released = list(granted), 0, 0

    def renew(self, _now: datetime) -> Held:
        """The next that are granted; the last ones again and again."""
        self.renewed += 1
        return self.granted.pop(0) if len(self.granted) > 1 else self.granted[0]

    def release(self) -> None:
        """Given up."""
        self.released += 1


class Seconds:
    """A clock that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def leased(*granted: Held) -> tuple[Leased, FewLeases, Seconds]:
    """A server with these leases, and its clock."""
    leases, clock = FewLeases(*granted), Seconds()
    return Leased(cast("Leases", leases), lambda: AT, clock), leases, clock


def test_the_partitions_that_are_new_are_told() -> None:
    """A token that changed says that somebody else had it meanwhile."""
    server, leases, clock = leased(Held({1: 10, 2: 20}, 2), Held({1: 10, 2: 21, 3: 30}, 3))
    assert (server.held, server.servers, dict(server.fence())) == (0, 1, {})

    assert server.refresh() == {1, 2}
    assert (server.held, server.servers) == (2, 2)
    clock.now += 1.9
    assert (server.refresh(), leases.renewed) == (frozenset(), 1)
    clock.now += 0.2
    assert server.refresh() == {2, 3}
    assert (server.held, server.servers, dict(server.fence())) == (3, 3, {1: 10, 2: 21, 3: 30})


@pytest.mark.parametrize(("before_end_s", "owns"), [(5.5, True), (0.0, False)])
def test_a_lease_that_ends_soon_is_not_relied_on(before_end_s: float, owns: bool) -> None:
    """Nobody may assess a call that another may have taken."""
    mine, other = partition_of("c1"), (partition_of("c1") + 1) % PARTITIONS
    server, _, clock = leased(Held({mine: 1}, 2))
    server.refresh()
    clock.now += LEASE_S - before_end_s

    assert (server.owns("c1"), server.held) == (owns, int(owns))
    stranger, _, _ = leased(Held({other: 1}, 2))
    stranger.refresh()
    assert not stranger.owns("c1")


def test_what_is_lost_or_released_is_not_owned() -> None:
    """Until it is renewed, which is tried at once."""
    server, leases, _ = leased(Held({partition_of("c1"): 1}, 2))
    server.refresh()
    server.lose()
    lost = (server.owns("c1"), server.held, server.servers, leases.released)
    assert server.refresh() == {partition_of("c1")}
    server.release()

    assert lost == (False, 0, 2, 0)
    assert (server.owns("c1"), leases.released) == (False, 1)


def test_a_server_alone_owns_everything_and_one_that_shows_nothing() -> None:
    """Neither has anything to renew."""
    for ownership, owns in ((Everything(), True), (Nothing(), False)):
        assert (ownership.owns("c1"), ownership.servers) == (owns, 1)
        assert ownership.held == (PARTITIONS if owns else 0)
        assert ownership.refresh() == frozenset()
