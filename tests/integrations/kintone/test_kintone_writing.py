"""What is written into Kintone, and what is never written twice."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from callrisk.integrations.kintone.client import KintoneClient, Written
from callrisk.integrations.kintone.errors import KintoneError
from harness.kintone.scripted_server import (
    Answer,
    Asked,
    Handler,
    ScriptedServer,
    cut_short,
    raw,
    refused,
    slammed,
    told,
)


def takes(handler: Handler, asked: Asked) -> None:
    """Every row is taken, and numbered by its place."""
    rows = asked.content["records"]
    if asked.method == "POST":
        numbers = [str(one) for one in range(1, len(rows) + 1)]
        told({"ids": numbers, "revisions": ["1"] * len(rows)})(handler, asked)
        return
    taken = [
        {"id": str(one), "revision": "2", "operation": "UPDATE"} for one in range(1, len(rows) + 1)
    ]
    told({"records": taken})(handler, asked)


def test_added_rows_come_back_with_their_numbers(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """A hundred at a time; values in Kintone's words."""
    kintone.otherwise = takes
    jst = timezone(timedelta(hours=9))
    row = {"名": "山田", "額": Decimal("1.50"), "日": date(2026, 1, 2), "無": None, "数": 7,
           "時": datetime(2026, 1, 2, 12, 4, tzinfo=jst), "印": ["A"],
           "人": [{"code": "sato"}]}  # fmt: skip
    written = client.add(1, [row] * 201)

    assert [len(one.content["records"]) for one in kintone.asked] == [100, 100, 1]
    assert written[0] == Written(1, 1, "INSERT")
    assert len(written) == 201
    sent = kintone.asked[0].content["records"][0]
    assert {code: cell["value"] for code, cell in sent.items()} == {
        "名": "山田", "額": "1.50", "日": "2026-01-02", "無": "", "数": "7",
        "時": "2026-01-02T03:04:00Z", "印": ["A"], "人": [{"code": "sato"}],
    }  # fmt: skip
    assert kintone.asked[0].headers["Content-Type"] == "application/json"


def test_an_upsert_names_its_key_beside_the_fields(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """The key is never among the fields, which Kintone would refuse."""
    kintone.script = [takes]
    written = client.upsert(1, "call_id", [{"call_id": "c-1", "score": 70}])

    assert written == [Written(1, 2, "UPDATE")]
    [asked] = kintone.asked
    assert asked.method == "PUT"
    assert asked.content == {
        "app": 1, "upsert": True,
        "records": [{"updateKey": {"field": "call_id", "value": "c-1"},
                     "record": {"score": {"value": "70"}}}],
    }  # fmt: skip


def test_two_rows_of_one_key_travel_one_after_the_other(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """In their order, so that the later one wins."""
    kintone.otherwise = takes
    client.upsert(1, "k", [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "a", "v": 3}])

    sent = [
        [one["record"]["v"]["value"] for one in asked.content["records"]] for asked in kintone.asked
    ]
    assert sent == [["1", "2"], ["3"]]


@pytest.mark.parametrize(
    "row",
    [{"k": ""}, {"v": 1}, {"k": "x" * 65}, {"k": "a", "$id": 5}, {"k": "a", "v": 1.5},
     {"k": "a", "": 1}, {"k": "a", "v": True}, {"k": "a", "v": "\ud800"},
     {"k": "a", "v": Decimal("NaN")}, {"k": "a", "v": datetime(2026, 1, 2)}],  # noqa: DTZ001 - naive is the point
)  # fmt: skip
def test_a_row_that_cannot_be_written_stops_all_before_the_first(
    kintone: ScriptedServer, client: KintoneClient, row: dict[str, Any]
) -> None:
    """Nothing is sent, not even the rows before it."""
    with pytest.raises(ValueError):
        client.upsert(1, "k", [*({"k": f"k{one}"} for one in range(100)), row])

    assert kintone.asked == []


def test_nothing_to_write_is_no_request(kintone: ScriptedServer, client: KintoneClient) -> None:
    """An empty list costs nothing of the day's budget."""
    assert client.add(1, []) == client.upsert(1, "k", []) == []
    assert kintone.asked == []


UNKNOWN: dict[str, Answer] = {
    "no answer": slammed,
    "half an answer": cut_short({"ids": ["1"], "revisions": ["1"]}),
    "502": raw(b"<html>bad gateway</html>", 502),
    "503": raw(b"maintenance", 503),
    "520": raw(b"", 520),
    "garbled": raw(b"<html>sign in</html>"),
    "other rows": told({"ids": [], "revisions": [], "records": []}),
    "locked": refused(400, "GAIA_DA02"),
}


@pytest.mark.parametrize("trouble", UNKNOWN)
def test_an_added_row_is_not_sent_again_into_the_unknown(
    kintone: ScriptedServer, client: KintoneClient, trouble: str
) -> None:
    """It might be there twice; the error is not for good, as nobody knows."""
    kintone.script = [UNKNOWN[trouble]]
    kintone.otherwise = takes
    with pytest.raises(KintoneError) as raised:
        client.add(1, [{"a": "secretValue"}])

    assert not raised.value.permanent
    assert len(kintone.asked) == 1
    assert "secretValue" not in str(raised.value)


@pytest.mark.parametrize("trouble", UNKNOWN)
def test_an_upsert_is_sent_until_it_is_known(
    kintone: ScriptedServer, client: KintoneClient, trouble: str
) -> None:
    """Doing it twice is the same as once."""
    kintone.script = [UNKNOWN[trouble]] * 4
    kintone.otherwise = takes

    assert len(client.upsert(1, "k", [{"k": "a"}])) == 1
    assert len(kintone.asked) == 5


def test_an_added_row_that_was_turned_away_is_sent_again(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """Too many at once means that nothing was done."""
    kintone.script = [refused(429, "GAIA_TO04"), takes]

    assert client.add(1, [{"a": "x"}]) == [Written(1, 1, "INSERT")]


@pytest.mark.parametrize(
    "write",
    [lambda client, rows: client.add(1, rows), lambda client, rows: client.upsert(1, "k", rows)],
)
def test_an_error_half_way_names_what_is_written(
    kintone: ScriptedServer, client: KintoneClient, write: Callable[[KintoneClient, Any], object]
) -> None:
    """The hundred rows of the first request stand, those of the second do not."""
    errors = {"records[7].額.value": {"messages": ["数字でなければなりません。"]}}
    kintone.script = [takes, refused(400, "CB_VA01", errors=errors)]
    with pytest.raises(KintoneError, match=r"records\[7\].額.value") as raised:
        write(client, [{"k": f"k{one}"} for one in range(150)])

    assert raised.value.permanent
    assert raised.value.errors == {"records[7].額.value": ["数字でなければなりません。"]}
    assert [one.record_id for one in raised.value.written] == list(range(1, 101))


def test_an_upsert_that_lost_a_race_is_tried_once_more(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """Two added one key at one moment; the loser finds the winner's record, or gives up."""
    taken = {"records[0].k.value": {"messages": ["値がほかのレコードと重複しています。"]}}
    lost = refused(400, "CB_VA01", errors=taken)
    kintone.script = [lost, takes, lost, lost]

    assert len(client.upsert(1, "k", [{"k": "a"}])) == 1
    with pytest.raises(KintoneError):
        client.upsert(1, "k", [{"k": "a"}])
    assert kintone.script == []
