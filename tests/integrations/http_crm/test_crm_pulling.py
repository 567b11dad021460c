"""All records of a CRM as a table: by cursor, address or offset, whole, from where it was."""

import csv
from pathlib import Path
from typing import Any

import pytest

from callrisk.crm.pulling import pull
from callrisk.integrations.http_crm.crm_errors import HttpCrmError
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.settings import Settings
from harness.http_crm.crm_settings import (
    customers_of,
    of_hubspot,
    of_salesforce,
    pulled_of,
)
from harness.http_crm.hubspot import HubSpot
from harness.http_crm.json_server import Asked, JsonServer, Told
from harness.http_crm.salesforce import CONTACT_FIELDS, Salesforce, contact

RECORDS = 4_321


@pytest.fixture
def many_contacts(salesforce: Salesforce) -> Salesforce:
    """A Salesforce of some thousand contacts, in pages of 500."""
    salesforce.contacts = [
        contact(str(1001 + number), Name=f"仮名 {number}", LatePayments__c=number % 4)
        for number in range(RECORDS)
    ]
    salesforce.batch = 500
    return salesforce


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_pulled_table_reads_as_the_live_records(
    many_contacts: Salesforce, plain_settings: Settings, tmp_path: Path
) -> None:
    """Page by page at the addresses that the CRM tells, each record once."""
    settings, path = of_salesforce(plain_settings, many_contacts), tmp_path / "顧客_CRM.csv"
    told: list[int] = []
    assert pull(pulled_of(settings), path, settings.http_crm_codes, told.append) == RECORDS
    assert (told[0], told[-1], len(told)) == (500, RECORDS, 9)
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    table = read_customers(path, columns)
    assert len(table) == RECORDS
    live = customers_of(settings).by_id("1003", 3.0)[0].customer
    assert table["1003"].values == live.values
    assert table["1003"].name == live.name
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name]


def test_hubspot_is_read_by_its_cursor(
    hubspot: HubSpot, plain_settings: Settings, tmp_path: Path
) -> None:
    """A page has at most 100, and the cursor of the last one is none."""
    blank = dict.fromkeys(hubspot.properties)
    hubspot.contacts = {str(number): blank | {"customer_no": f"{number}"} for number in range(250)}
    settings, path = of_hubspot(plain_settings, hubspot), tmp_path / "顧客_CRM.csv"
    assert pull(pulled_of(settings), path, settings.http_crm_codes) == 250
    assert [row["レコード番号"] for row in rows_of(path)] == [f"{one}" for one in range(250)]
    assert len(hubspot.asked) == 3


def test_an_interrupted_pull_goes_on_where_it_stopped(
    many_contacts: Salesforce, plain_settings: Settings, tmp_path: Path
) -> None:
    """Nothing twice, nothing missing; the old table serves until the new one is whole."""
    settings, path = of_salesforce(plain_settings, many_contacts), tmp_path / "顧客_CRM.csv"
    path.write_text("old", encoding="utf-8")
    many_contacts.faults = [*many_contacts.faults]

    def stopped(rows: int) -> None:
        if rows >= 2000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(pulled_of(settings), path, settings.http_crm_codes, stopped)
    assert path.read_text(encoding="utf-8") == "old"
    many_contacts.asked.clear()
    assert pull(pulled_of(settings), path, settings.http_crm_codes) == RECORDS
    assert sum("/query/" in asked.path for asked in many_contacts.asked) == 5
    ids = [row["レコード番号"] for row in rows_of(path)]
    assert len(ids) == len(set(ids)) == RECORDS


def test_a_place_that_the_crm_forgot_is_no_dead_end(
    many_contacts: Salesforce, plain_settings: Settings, tmp_path: Path
) -> None:
    """Locators of queries end after some days: then all is read anew."""
    settings, path = of_salesforce(plain_settings, many_contacts), tmp_path / "顧客_CRM.csv"

    def stopped(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(pulled_of(settings), path, settings.http_crm_codes, stopped)
    many_contacts._found.clear()
    assert pull(pulled_of(settings), path, settings.http_crm_codes) == RECORDS
    assert len({row["レコード番号"] for row in rows_of(path)}) == RECORDS


def test_a_pull_that_died_behind_its_last_page_reads_nothing_twice(
    many_contacts: Salesforce, plain_settings: Settings, tmp_path: Path
) -> None:
    """Between the last page and the new name of the file."""
    settings, path = of_salesforce(plain_settings, many_contacts), tmp_path / "顧客_CRM.csv"

    def stopped(rows: int) -> None:
        if rows == RECORDS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(pulled_of(settings), path, settings.http_crm_codes, stopped)
    assert pull(pulled_of(settings), path, settings.http_crm_codes) == RECORDS
    assert len(rows_of(path)) == RECORDS


def test_a_crm_that_goes_away_leaves_the_old_table(
    many_contacts: Salesforce, plain_settings: Settings, tmp_path: Path
) -> None:
    """One error, and the next pull begins where this one ended."""
    settings, path = of_salesforce(plain_settings, many_contacts), tmp_path / "顧客_CRM.csv"

    def away(rows: int) -> None:
        if rows == 1000:
            many_contacts.faults = [Told(403, [{"errorCode": "INSUFFICIENT_ACCESS"}])] * 3

    with pytest.raises(HttpCrmError, match="INSUFFICIENT_ACCESS"):
        pull(pulled_of(settings), path, settings.http_crm_codes, away)
    assert not path.exists()
    many_contacts.faults = []
    assert pull(pulled_of(settings), path, settings.http_crm_codes) == RECORDS
    assert len({row["レコード番号"] for row in rows_of(path)}) == RECORDS


def test_a_field_that_goes_while_pages_are_read_stops_the_pull(
    hubspot: HubSpot, plain_settings: Settings, tmp_path: Path
) -> None:
    """Half a column would teach the model that nobody has it."""
    blank = dict.fromkeys(hubspot.properties)
    hubspot.contacts = {str(number): blank | {"customer_no": f"{number}"} for number in range(250)}
    settings, path = of_hubspot(plain_settings, hubspot), tmp_path / "顧客_CRM.csv"

    def gone(rows: int) -> None:
        hubspot.properties.discard("contract_months")

    with pytest.raises(HttpCrmError, match="contract_months"):
        pull(pulled_of(settings), path, settings.http_crm_codes, gone)
    assert not path.exists()


class Rows(JsonServer):
    """A list at the root of the answer, by offset; never more than 40, whatever is asked for."""

    takes_offset = True

    def answer(self, asked: Asked) -> Told:
        """Return a page."""
        begin = int(asked.query["skip"]) if self.takes_offset else 0
        rows = [{"id": n, "no": f"N{n}"} for n in range(begin, min(begin + 40, 90))]
        return Told(200, rows)


def by_offset(settings: Settings, server: Rows, **changes: Any) -> Settings:
    """Return settings of an interface that counts its pages."""
    every = {"path": "/rows", "query": {"skip": "{offset}", "top": "{limit}"}} | changes
    columns = settings.customer_columns.model_copy(
        update={"customer_id": "番号", "name": "", "phone": ""}
    )
    named = of_hubspot(settings, server, all=every, records="", fields={"番号": "no"})
    return named.model_copy(update={"customer_columns": columns, "customer_fields": ()})


def test_pages_are_counted_until_one_is_empty(plain_settings: Settings, tmp_path: Path) -> None:
    """A page that is shorter than was asked for is not the last."""
    with Rows() as server:
        settings, path = by_offset(plain_settings, server), tmp_path / "顧客_CRM.csv"
        assert pull(pulled_of(settings), path, settings.http_crm_codes) == 90
        assert [asked.query["skip"] for asked in server.asked] == ["0", "40", "80", "90"]
        assert server.asked[0].query["top"] == "200"
    assert [row["番号"] for row in rows_of(path)] == [f"N{n}" for n in range(90)]


def test_a_crm_that_takes_no_offset_is_found_out(plain_settings: Settings, tmp_path: Path) -> None:
    """The same page for ever would never end."""
    with Rows() as server:
        server.takes_offset = False
        settings = by_offset(plain_settings, server)
        with pytest.raises(HttpCrmError, match="the one before"):
            pull(pulled_of(settings), tmp_path / "顧客_CRM.csv", settings.http_crm_codes)


def test_a_next_page_on_another_host_is_not_read(
    many_contacts: Salesforce, plain_settings: Settings, tmp_path: Path
) -> None:
    """It would get the token."""
    settings = of_salesforce(plain_settings, many_contacts)
    customers_of(settings).probe(3.0)
    row = dict.fromkeys(CONTACT_FIELDS, "1")
    page = {"records": [row], "nextRecordsUrl": "https://elsewhere.example/next"}
    records = pulled_of(settings)
    list(records.codes())
    many_contacts.faults = [
        Told(200, {"access_token": "t"}), Told(200, page),
    ]  # fmt: skip
    with pytest.raises(HttpCrmError, match="another host"):
        pull(records, tmp_path / "顧客_CRM.csv", settings.http_crm_codes)
