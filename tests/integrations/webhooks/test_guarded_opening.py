"""Connections to addresses that were judged: all of them, within the time that is left."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from types import SimpleNamespace
from typing import Any, cast

import pytest

from callrisk.background.request_watchdog import Watchdog
from callrisk.domain.webhooks.receiver_address import AllowedPlaces, UnfitAddressError
from callrisk.integrations.webhooks import guarded_connection
from callrisk.integrations.webhooks.guarded_connection import guarded_opening

ALLOWED = AllowedPlaces((ip_network("10.1.0.0/16"),))


def opened(
    monkeypatch: pytest.MonkeyPatch, addresses: Sequence[str], left_s: float = 2.5, taken: str = ""
) -> list[tuple[str, float]]:
    """To which addresses a connection was tried, of which one is taken, each within how long."""
    tried: list[tuple[str, float]] = []

    def connect(place: tuple[str, int], timeout: float) -> Any:
        tried.append((place[0], timeout))
        if place[0] != taken:
            raise ConnectionRefusedError(place[0])
        return place

    fake = SimpleNamespace(create_connection=connect, socket=socket.socket)
    monkeypatch.setattr(guarded_connection, "socket", fake)
    watchdog = cast("Watchdog", SimpleNamespace(left_s=left_s))
    found = [ip_address(one) for one in addresses]
    guarded_opening(ALLOWED, lambda _host, _port: found, watchdog)("name", 443)
    return tried


def test_the_first_that_answers_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address once, within what is left of the time."""
    tried = opened(monkeypatch, ["8.8.8.8", "8.8.8.8", "10.1.2.3", "1.1.1.1"], taken="10.1.2.3")

    assert tried == [("8.8.8.8", 2.5), ("10.1.2.3", 2.5)]


def test_four_addresses_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the last failure that is told."""
    with pytest.raises(ConnectionRefusedError, match=r"8\.8\.8\.4"):
        opened(monkeypatch, [f"8.8.8.{n}" for n in range(1, 7)], taken="8.8.8.5")


@pytest.mark.parametrize("addresses", [[], ["127.0.0.1"], ["8.8.8.8", "10.2.0.1"]])
def test_one_that_may_not_be_reached_ends_it(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does a name without an address."""
    with pytest.raises(UnfitAddressError):
        opened(monkeypatch, addresses, taken="8.8.8.8")


def test_without_time_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """And that is told."""
    with pytest.raises(TimeoutError, match="no time"):
        opened(monkeypatch, ["8.8.8.8"], left_s=0.0, taken="8.8.8.8")
