"""A stand-in with two small apps, and whoever asks it over the wire."""

import threading

import pytest

from harness.kintone.kintone_apps import CUSTOMER_FIELDS, RESULT_FIELDS, Clock
from harness.kintone.kintone_wire import TOKENS, Wire
from kintone_stand_in import App, StandIn


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def customers(clock):
    return App(1, "顧客 DEMO", CUSTOMER_FIELDS, TOKENS[1], now=clock)


@pytest.fixture
def results(clock):
    return App(2, "結果 DEMO", RESULT_FIELDS, TOKENS[2], now=clock)


@pytest.fixture
def stand_in(customers, results):
    """Started, and stopped at the end with no thread left."""
    before = threading.active_count()
    with StandIn([customers, results]) as started:
        yield started
    assert threading.active_count() <= before + 1


@pytest.fixture
def wire(stand_in):
    return Wire(stand_in.url)
