"""records.json: many records are read, added, updated and upserted, all or none."""

import time

import pytest

from harness.kintone.kintone_wire import told, wrapped, wrong


def numbered(count, field="レコード番号"):
    return [{field: {"value": str(number)}} for number in range(count)]


def upsert(wire, *keys, by=None, **record):
    items = [
        {"updateKey": {"field": "event_key", "value": key}, "record": wrapped(record)}
        for key in keys
    ]
    body = {"app": 2, "upsert": True, "records": items}
    return wire.send("PUT", "records.json", token=by, json=body)


@pytest.fixture
def many(customers):
    """120 customers in app 1."""
    for number in range(120):
        customers.add({"レコード番号": str(1000 + number), "契約金額": number % 7})
    return customers


def test_without_wishes_the_last_hundred_come_first(wire, many):
    """The default is 100 records, the newest first, and no count."""
    told_records = wire.get("records.json", app=1).json()

    assert [int(it["$id"]["value"]) for it in told_records["records"]] == list(range(120, 20, -1))
    assert told_records["totalCount"] is None


def test_only_wanted_fields_come(wire, many):
    """Fields are named by index in a URL; one that does not exist is absent."""
    wanted = {"fields[1]": "$id", "fields[0]": "レコード番号", "fields[2]": "ない"}

    [record] = wire.get("records.json", app=1, query="limit 1", **wanted).json()["records"]
    assert record == {
        "レコード番号": {"type": "SINGLE_LINE_TEXT", "value": "1119"},
        "$id": {"type": "__ID__", "value": "120"},
    }


def test_index_in_a_url_ends_at_99(wire):
    """More fields than that need a body."""
    assert "fields[100]" in wrong(wire.get("records.json", app=1, **{"fields[100]": "氏名"}))


def test_more_than_a_thousand_fields_are_refused(wire):
    """A body may name 1,000."""
    body = {"app": 1, "fields": ["氏名"] * 1001}

    assert "fields" in wrong(wire.send("GET", "records.json", json=body))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit 501", "GAIA_QU01"),
        ("limit 99999999999999999999", "GAIA_QU01"),
        ("limit -1", "CB_VA01"),
        ("offset 1", "CB_VA01"),
        ("limit 1.5", "CB_VA01"),
    ],
)
def test_limits_of_a_page(wire, query, code):
    """500 records are the longest page."""
    assert wire.query_code(query) == (400, code)


def test_longest_page_is_allowed(wire, many):
    """The limits themselves are fine."""
    assert len(wire.found("limit 500")) == 120
    assert wire.found("limit 0") == []


def test_hundred_records_are_added_at_once(wire, customers):
    """Ids and revisions come in the order of the records."""
    answer = wire.post("records.json", app=1, records=numbered(100)).json()

    assert answer == {"ids": [str(it) for it in range(1, 101)], "revisions": ["1"] * 100}
    assert customers.record(100)["レコード番号"] == "99"


def test_no_records_are_added_at_once(wire):
    """An empty list is fine."""
    assert wire.post("records.json", app=1, records=[]).json() == {"ids": [], "revisions": []}


def test_more_than_hundred_items_are_refused(wire, customers):
    """The message tells what was too much."""
    added = wire.post("records.json", app=1, records=numbered(101))
    updated = wire.put("records.json", app=1, upsert=True, records=[{}] * 101)

    assert wrong(added) == {"records": {"messages": ["一度に100件までのレコードを追加できます。"]}}
    assert wrong(updated) == {
        "records": {"messages": ["一度に100件までのレコードを更新できます。"]}
    }
    assert len(customers) == 0


def test_one_bad_record_keeps_all_out(wire, customers):
    """Each wrong place is told with the index of its record."""
    records = [
        {"氏名": {"value": "良"}},
        {"支払方法": {"value": "現金"}},
        {"契約金額": {"value": "x"}},
    ]
    answer = wire.post("records.json", app=1, records=records)

    assert set(wrong(answer)) == {"records[1].支払方法.value", "records[2][契約金額].value"}
    assert len(customers) == 0


def test_duplicates_within_one_request(wire, customers):
    """Two new records may not share a unique value either."""
    answer = wire.post("records.json", app=1, records=numbered(1) + numbered(1))

    assert list(wrong(answer)) == ["records[1].レコード番号.value"]


def test_upsert_inserts_then_updates(wire, results):
    """The same request twice makes one record, and says each time what it did."""
    first, second = upsert(wire, "c1", risk_score=70), upsert(wire, "c1", risk_score=71)

    assert first.json() == {"records": [{"id": "1", "revision": "1", "operation": "INSERT"}]}
    assert second.json() == {"records": [{"id": "1", "revision": "2", "operation": "UPDATE"}]}
    assert (results.record(1)["event_key"], results.record(1)["risk_score"]) == ("c1", "71")


def test_update_without_upsert_inserts_nothing(wire, results):
    """Without it the stand-in, which only upserts, refuses."""
    item = {"updateKey": {"field": "event_key", "value": "c1"}}

    assert told(wire.put("records.json", app=2, records=[item])) == (400, "CB_IL02")
    assert len(results) == 0


def test_upsert_is_all_or_none(wire, results):
    """One wrong value, and no record is added."""
    assert "records[0][risk_score].value" in wrong(upsert(wire, "c1", "c2", risk_score="high"))
    assert len(results) == 0


def test_values_may_change_places_in_one_request(customers):
    """What counts is whether a value stands twice at the end."""
    for number in ("1001", "1002"):
        customers.add({"レコード番号": number})
    with customers.lock:
        changes = customers.changes()
        changes.update(1, {"レコード番号": "1002"})
        changes.update(2, {"レコード番号": "1001"})
        changes.commit()

    assert [it["レコード番号"] for it in customers.records()] == ["1002", "1001"]


def test_upsert_needs_permission_to_add_and_edit(wire, results):
    """Neither alone is enough."""
    results.tokens |= {"adds": frozenset({"view", "add"}), "edits": frozenset({"view", "edit"})}

    assert told(upsert(wire, "c1", by="adds")) == (403, "GAIA_NO01")
    assert told(upsert(wire, "c1", by="edits")) == (403, "GAIA_NO01")


def test_key_of_an_item_is_checked_by_its_place(wire):
    """Errors of a key say which item."""
    too_long = [{"updateKey": {"field": "event_key", "value": "k" * 65}}]

    answer = wire.put("records.json", app=2, upsert=True, records=too_long)
    assert list(wrong(answer)) == ["records[0].updateKey.value"]


def test_reading_on_from_a_number_looks_at_no_more_than_a_page(wire, customers):
    """Thirty thousand customers are read in pages of 500 in a few seconds."""
    template = {"氏名": "見本", "支払方法": "口座振替"}
    with customers.lock:
        changes = customers.changes()
        for _ in range(30_000):
            changes.add(template)
        changes.commit()

    begun = time.process_time()  # ours alone, whatever else runs on the machine
    for last in (0, 15_000, 29_500):
        query = f'(支払方法 in ("口座振替")) and $id > {last} order by $id asc limit 500'
        body = {"app": 1, "query": query, "fields": ["$id"]}
        found = wire.send("GET", "records.json", json=body).json()["records"]
        assert [int(it["$id"]["value"]) for it in found] == list(range(last + 1, last + 501))
    assert time.process_time() - begun < 1.0
