"""A Kintone that stands in, and a server that asks it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from callrisk.settings import Settings
    from harness.kintone.crm_bench import Desk
    from harness.small_world import World
    from kintone_stand_in import StandIn


@pytest.fixture
def kintone() -> "Iterator[StandIn]":
    """A stand-in of its own."""
    from harness.kintone.crm_bench import stand_in  # noqa: PLC0415 - large

    with stand_in() as started:
        yield started


@pytest.fixture(scope="module")
def untabled(world: "World", tmp_path_factory: pytest.TempPathFactory) -> "Settings":
    """The small world without its customers table: records come from Kintone alone."""
    root = tmp_path_factory.mktemp("CRM 顧客")
    (root / "data" / "raw").mkdir(parents=True)
    (root / "models").symlink_to(world.settings.models_dir)
    return world.settings.model_copy(update={"root": root})


@pytest.fixture
def desk(untabled: "Settings", kintone: "StandIn", tmp_path: Path) -> "Iterator[Desk]":
    """A server that runs."""
    from harness.kintone.crm_bench import Desk, start_server  # noqa: PLC0415 - large

    server = start_server(untabled, kintone, tmp_path.name)
    yield Desk(server, kintone, server.app.test_client())
    server.stop()
    server.state.store.engine.dispose()
