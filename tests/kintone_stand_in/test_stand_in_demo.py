"""The demo: the customers of a sample in one app, an empty app for results beside it."""

import csv

import pytest
import requests

from callrisk.sample.__main__ import main
from callrisk.sample.export.export_rows import CUSTOMER_COLUMNS
from callrisk.sample.output_files import CUSTOMERS_NAME
from kintone_stand_in import demo
from kintone_stand_in.demo_company import CUSTOMERS_TOKEN, RESULTS_TOKEN


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The customers table of a small sample."""
    out = tmp_path_factory.mktemp("見本")
    assert main(["--out", str(out), "--calls", "120", "--customers", "40", "--recorded", "1"]) == 0
    return out / CUSTOMERS_NAME


@pytest.fixture
def started(table):
    with demo(table) as stand_in:
        yield stand_in


def asked(stand_in, path, token, **rest):
    url = f"{stand_in.url}/k/v1/{path}"
    headers = {"X-Cybozu-API-Token": token}
    method = "PUT" if "json" in rest else "GET"
    return requests.request(method, url, headers=headers, timeout=10, **rest).json()


def test_every_row_is_a_record(started, table):
    """All columns are there, in types that fit, and say what the table says."""
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    parameters = {"app": 1, "query": "order by $id asc limit 500"}

    records = asked(started, "records.json", CUSTOMERS_TOKEN, params=parameters)["records"]
    assert len(records) == len(rows) == 40
    for record, row in zip(records, rows, strict=True):
        assert {code: record[code]["value"] or "" for code in CUSTOMER_COLUMNS} == row
    types = {code: records[0][code]["type"] for code in CUSTOMER_COLUMNS}
    assert types["レコード番号"] == types["氏名"] == types["電話番号"] == "SINGLE_LINE_TEXT"
    assert types["契約金額"] == types["過去の延滞回数"] == types["勤続年数"] == "NUMBER"
    assert types["支払方法"] == types["年収帯"] == types["プラン"] == "DROP_DOWN"


def test_results_are_upserted_beside_a_memo(started):
    """The results app is empty, takes every field by its key, and keeps what a person wrote."""
    record = {
        "call_id": "c", "customer_id": "1001", "agent_id": "demo-agent-01", "risk_score": "72",
        "risk_category": "High", "risk_label": "高リスク", "top_reasons": "・理由\n・理由",
        "model_version": "v1", "skill": "unproven", "scored_at": "2026-04-01T00:00:30Z",
    }  # fmt: skip
    item = {
        "updateKey": {"field": "event_key", "value": "c-end"},
        "record": {code: {"value": value} for code, value in record.items()},
    }
    body = {"app": 2, "upsert": True, "records": [item]}

    asked(started, "records.json", RESULTS_TOKEN, json=body)
    started.apps[2].update(1, {"memo": "折り返し済み"})
    told = asked(started, "records.json", RESULTS_TOKEN, json=body)["records"]
    assert told == [{"id": "1", "revision": "3", "operation": "UPDATE"}]
    held = started.apps[2].record(1)
    assert held.items() >= (record | {"scored_at": "2026-04-01T00:00:00Z"}).items()
    assert held["memo"] == "折り返し済み"


def test_demo_says_that_it_is_one(started):
    """Both names are marked."""
    names = [
        asked(started, "app.json", token, params={"id": number})["name"]
        for number, token in ((1, CUSTOMERS_TOKEN), (2, RESULTS_TOKEN))
    ]

    assert names == ["顧客 DEMO", "リスク判定結果 DEMO"]
