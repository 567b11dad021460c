"""A live server's parts on a database of their own, with the small world's model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callrisk.crm.records import Customers
from callrisk.data_folder import customer_table
from callrisk.domain.call_end import EndTimeouts
from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.customer import Customer
from callrisk.domain.language import packaged
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.store.calls import Store
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness.key_rings import KEYS
from harness.live_bench import Bench, Clock
from harness.small_world import World


@pytest.fixture(scope="session")
def records(world: World) -> dict[str, Customer]:
    """The sample's customers."""
    settings = world.settings
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    assert customer_table(settings.raw_dir) is not None
    return read_customers(customer_table(settings.raw_dir), columns)


@pytest.fixture
def bench(world: World, records: dict[str, Customer], tmp_path: Path) -> Iterator[Bench]:
    """A fresh database and what works on it; nothing runs by itself."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    store, queries, clock = Store(engine), Queries(engine), Clock()
    customers = Customers(records, world.settings.customer_fields, queries, demo=True)
    champion = ServedChampion(world.settings.models_dir, allow_demo=True)
    published: list[LoggedEvent] = []
    live = LiveCalls(
        store,
        champion,
        customers.find,
        lambda event, _agent: published.append(event),
        LivePolicy(
            clock, clock.monotonic, EndTimeouts(grace_s=60, idle_s=900), sends_category=True
        ),
    )
    intake = CallIntake(store, live, packaged(), clock)
    yield Bench(store, queries, live, intake, clock, published)
    engine.dispose()
