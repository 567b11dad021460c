"""The customers table at the start of a server without a CRM: real records in production alone."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from callrisk.bootstrap.customer_tables.customers_table import known_customers
from callrisk.crm.records import Customers
from callrisk.data_folder import customer_table
from callrisk.settings import Settings
from callrisk.store.database import close_database, open_database
from callrisk.store.queries import Queries
from harness.key_rings import KEYS
from harness.small_world import World


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Settings:
    """An installation with the sample alone."""
    shutil.copytree(world.settings.raw_dir, tmp_path / "data" / "raw")
    return world.settings.model_copy(update={"root": tmp_path})


def known(settings: Settings, app_env: str) -> Customers:
    """The records that a server without a CRM knows at its start."""
    changed: dict[str, Any] = {"app_env": app_env}
    engine = open_database(f"sqlite:///{settings.root / 'x.db'}", KEYS)
    close_database(engine)
    env = settings.env.model_copy(update=changed)
    return known_customers(settings.model_copy(update={"env": env}), Queries(engine), None)


def test_production_serves_a_real_table_and_no_generated_one(settings: Settings) -> None:
    """Whatever kind the call export is; a record is as old as its file."""
    sample = customer_table(settings.raw_dir)
    assert sample is not None
    assert "DEMO" in sample.name
    assert known(settings, "development").find("c", "1001") is not None
    assert known(settings, "production").find("c", "1001") is None
    real = settings.raw_dir / "顧客台帳.csv"
    shutil.copy(sample, real)

    customer = known(settings, "production").find("c", "1001")
    assert customer is not None
    assert customer.as_of is not None
    assert customer.as_of.timestamp() == pytest.approx(real.stat().st_mtime)
