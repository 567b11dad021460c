"""The command that pulls all customers of a CRM over HTTP into data/raw."""

from pathlib import Path

import pytest

from callrisk.bootstrap.customer_tables.pull_command import pull_customers
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.settings import SettingsError, load
from callrisk.store.database import open_database
from callrisk.store.sending.request_counts import RequestsMade
from harness import ROOT
from harness.http_crm.crm_settings import of_salesforce
from harness.http_crm.salesforce import Salesforce, contact


def test_all_customers_are_read_and_requests_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of this machine's CRM is DEMO, and a refused pull leaves it as it was."""
    contacts = [contact(str(1001 + n), Name=f"仮名 {n}") for n in range(30)]
    with Salesforce([*contacts, contact("1001")], batch=20) as crm:
        settings = of_salesforce(load(ROOT).model_copy(update={"root": tmp_path}), crm)
        settings.raw_dir.mkdir(parents=True)
        pull_customers(settings)
        table = settings.raw_dir / "顧客_CRM_DEMO.csv"
        written = table.read_bytes()
        assert len(written.decode("utf-8-sig").splitlines()) == 32
        told = capsys.readouterr().out
        assert "31 records of " in told
        assert "1 customer ids stand in several records (1001)" in told

        crm.fields.discard("Name")
        with pytest.raises(OutsideError, match="INVALID_FIELD"):
            pull_customers(settings)
        assert table.read_bytes() == written
    made = RequestsMade(open_database(settings.database_url)).on(utc_now().date())
    assert made == {0: len([one for one in crm.asked if "/query" in one.path])}


def test_without_a_request_for_all_nothing_is_pulled(tmp_path: Path) -> None:
    """One sentence says what to write."""
    with Salesforce([contact("1001")]) as crm:
        settings = of_salesforce(load(ROOT).model_copy(update={"root": tmp_path}), crm, all=None)
        with pytest.raises(SettingsError, match="a page of all records"):
            pull_customers(settings)
        assert crm.asked == []
