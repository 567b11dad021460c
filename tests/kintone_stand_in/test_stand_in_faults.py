"""What can go wrong on wish, as a client sees it, and what is counted meanwhile."""

import threading
import time

import pytest
import requests

from harness.kintone.kintone_wire import TOKENS, told


def read(wire, **more):
    return wire.get("records.json", app=1, **more)


def test_latency_delays_what_it_is_meant_for(wire, stand_in):
    """Other paths and methods are as quick as ever, and so is the next request."""
    stand_in.faults.set("latency", seconds=0.3, times=1, path="records.json", method="GET")

    assert wire.get("app.json", id=1).elapsed.total_seconds() < 0.25
    assert read(wire).elapsed.total_seconds() >= 0.3
    assert read(wire).elapsed.total_seconds() < 0.25


def test_stopping_ends_a_long_wait(wire, stand_in):
    """Nobody waits out a latency of a day when the stand-in stops; the client is cut off."""
    stand_in.faults.set("latency", seconds=86_400)
    failures = []
    waiting = threading.Thread(target=lambda: failures.append(failure_of(wire)))
    waiting.start()
    while not stand_in.requests:
        time.sleep(0.01)

    stand_in.stop()
    waiting.join(5)
    assert failures == [requests.ConnectionError]


def failure_of(wire):
    """The kind of exception that a request ends in."""
    try:
        return read(wire).status_code
    except requests.RequestException as failure:
        return type(failure)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("too_many_requests", 429, "GAIA_TO04"),
        ("locked", 400, "GAIA_DA02"),
    ],
)
def test_refusals_on_wish(wire, stand_in, kind, status, code):
    """For two requests, then all is well; no record was touched."""
    stand_in.faults.set(kind, times=2)

    assert [told(wire.add()) for _ in range(2)] == [(status, code)] * 2
    assert wire.add().json()["ids"] == ["1"]


@pytest.mark.parametrize(
    ("wishes", "status", "kind"),
    [
        ({"kind": "maintenance"}, 503, "text/plain"),
        ({"kind": "html"}, 502, "text/html"),
        ({"kind": "html", "status": 200}, 200, "text/html"),
    ],
)
def test_answers_that_are_no_json(wire, stand_in, wishes, status, kind):
    """They last until they are cleared."""
    stand_in.faults.set(**wishes)

    for answer in (read(wire), read(wire)):
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith(kind)
    stand_in.faults.clear()
    assert read(wire).json()["records"] == []


def test_half_a_body(wire, stand_in):
    """The length promises more than comes."""
    stand_in.faults.set("half_body", times=1)

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        read(wire)
    assert read(wire).status_code == 200


def test_dropped_before_anything(wire, stand_in, customers):
    """The connection ends without an answer, and nothing was written."""
    stand_in.faults.set("drop", times=1)

    with pytest.raises(requests.ConnectionError):
        wire.add()
    assert len(customers) == 0


def test_dropped_after_commit(wire, stand_in, customers):
    """The connection ends without an answer, but the record is there."""
    stand_in.faults.set("drop_after", times=1, method="POST")

    with pytest.raises(requests.ConnectionError):
        wire.add()
    assert len(customers) == 1
    assert read(wire).status_code == 200


def test_fault_for_one_app(wire, stand_in):
    """The other app is well."""
    stand_in.faults.set("locked", app=2)

    assert read(wire).status_code == 200
    assert told(wire.get("records.json", app=2)) == (400, "GAIA_DA02")


def test_latency_goes_with_another_fault(wire, stand_in):
    """First the wait, then the failure."""
    stand_in.faults.set("latency", seconds=0.1)
    stand_in.faults.set("maintenance")

    answer = read(wire)
    assert (answer.status_code, answer.elapsed.total_seconds() >= 0.1) == (503, True)


def test_renamed_field(wire, stand_in, customers):
    """Records keep their values under the new code; the old one is unknown from now on."""
    customers.add({"レコード番号": "1001"})
    stand_in.rename(1, "レコード番号", "顧客番号")

    assert wire.query_code('レコード番号 = "1001"') == (400, "GAIA_IQ11")
    assert wire.found('顧客番号 = "1001"') == [1]
    form = wire.get("app/form/fields.json", app=1).json()
    assert form["revision"] == "2"
    assert form["properties"]["顧客番号"]["unique"]
    with pytest.raises(ValueError, match="cannot rename"):
        stand_in.rename(1, "レコード番号", "x")
    with pytest.raises(ValueError, match="no app 9"):
        stand_in.rename(9, "氏名", "x")


def test_stopped_and_started_again(wire, stand_in, customers):
    """Connections are refused meanwhile, open ones too; port and records stay."""
    customers.add({})
    url = stand_in.url
    assert len(read(wire).json()["records"]) == 1
    stand_in.stop()
    stand_in.stop()

    assert failure_of(wire) is requests.ConnectionError
    stand_in.start()
    assert stand_in.url == url
    assert len(read(wire).json()["records"]) == 1


def test_more_than_a_hundred_requests_at_once(stand_in):
    """The 101st is refused while 100 run; then there is room again."""
    stand_in.faults.set("latency", seconds=4.0, times=100)
    statuses = []

    def ask():
        headers = {"X-Cybozu-API-Token": TOKENS[1]}
        url = f"{stand_in.url}/k/v1/records.json?app=1"
        statuses.append(requests.get(url, headers=headers, timeout=20).status_code)

    threads = [threading.Thread(target=ask) for _ in range(100)]
    for thread in threads:
        thread.start()
    while stand_in.count() < 100:
        time.sleep(0.01)
    ask()
    for thread in threads:
        thread.join()

    assert statuses == [429] + [200] * 100


def test_requests_are_counted(wire, stand_in):
    """By method as it was meant, path and app; those that fail count too."""
    read(wire)
    body = {"app": 2, "query": ""}
    wire.send("POST", "records.json", json=body, headers={"X-HTTP-Method-Override": "GET"})
    stand_in.faults.set("maintenance")
    wire.get("app.json", id=2)

    assert stand_in.requests == [
        ("GET", "/k/v1/records.json", 1),
        ("GET", "/k/v1/records.json", 2),
        ("GET", "/k/v1/app.json", 2),
    ]
    assert stand_in.count("records.json") == 2
    assert stand_in.count(app=2, method="GET") == 2
    stand_in.forget_requests()
    assert stand_in.count() == 0


def test_entrance_for_faults_over_http(wire, stand_in):
    """Faults are set and cleared without a token and apart from /k."""
    admin = f"{stand_in.url}/stand-in"
    wished = {"kind": "locked", "times": 1, "path": "records.json"}
    assert requests.post(f"{admin}/faults", json=wished, timeout=5).status_code == 200
    assert told(read(wire)) == (400, "GAIA_DA02")

    requests.post(f"{admin}/faults", json={"kind": "maintenance"}, timeout=5)
    assert read(wire).status_code == 503
    requests.delete(f"{admin}/faults", timeout=5)
    assert read(wire).status_code == 200


@pytest.mark.parametrize(
    "wishes",
    [
        {"kind": "no such"},
        {"times": 1},
        {"kind": "locked", "colour": "red"},
        {"kind": "html", "status": 418},
        ["locked"],
    ],
)
def test_what_is_no_fault_is_told(stand_in, wishes):
    """A wish that is misspelt is refused, so that no test waits for it in vain."""
    answer = requests.post(f"{stand_in.url}/stand-in/faults", json=wishes, timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_entrance_has_no_other_doors(stand_in):
    """Anything else under it does not exist."""
    assert requests.get(f"{stand_in.url}/stand-in/records", timeout=5).status_code == 404
    assert requests.get(f"{stand_in.url}/", timeout=5).status_code == 404
