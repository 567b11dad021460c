"""Notifications: single records are told to whoever listens, once and not too often."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, Queue

import pytest

from harness.kintone.kintone_apps import CUSTOMER_FIELDS
from harness.kintone.kintone_wire import TOKENS
from kintone_stand_in import App
from kintone_stand_in.webhook_sender import Webhooks


@pytest.fixture
def heard():
    """A listener: its address, and what it was told."""
    told = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.put((self.path, self.headers["Content-Type"], body))
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", told
        server.shutdown()
        thread.join()


def test_single_records_are_notified(wire, stand_in, customers, heard):
    """Added and updated over the wire or by a person, each is told once, failure or not."""
    url, told = heard
    stand_in.webhook_url = f"{url}/hook?key=1"
    wire.post("record.json", app=1, record={"レコード番号": {"value": "1001"}})
    customers.update(1, {"氏名": "見本"})

    path, kind, first = told.get(timeout=5)
    _, _, second = told.get(timeout=5)
    assert (path, kind) == ("/hook?key=1", "application/json")
    assert (first["type"], second["type"]) == ("ADD_RECORD", "UPDATE_RECORD")
    assert first["app"] == {"id": "1", "name": "顧客 DEMO"}
    assert first["record"]["$id"]["value"] == "1"
    assert (second["record"]["氏名"]["value"], second["record"]["$revision"]["value"]) == (
        "見本",
        "2",
    )
    assert first["recordTitle"] == "1001"
    assert first["url"] == f"{stand_in.url}/k/1/show#record=1"
    assert first["id"] != second["id"]


def test_many_records_are_not_notified(wire, stand_in, heard):
    """Requests for several records, upserts among them, tell nobody."""
    url, told = heard
    stand_in.webhook_url = url
    item = {"updateKey": {"field": "event_key", "value": "k"}}
    wire.post("records.json", app=1, records=[{}])
    wire.put("records.json", app=1, records=[{"id": 1}])
    wire.put("records.json", app=2, upsert=True, records=[item])
    stand_in.stop()

    with pytest.raises(Empty):
        told.get_nowait()


def test_nobody_listens(wire, stand_in, customers):
    """A notification that cannot be delivered is lost, and the record is there."""
    stand_in.webhook_url = "http://127.0.0.1:9/"
    assert wire.post("record.json", app=1).status_code == 200
    stand_in.stop()

    assert len(customers) == 1


def test_more_than_sixty_in_a_minute_are_dropped(heard):
    """The rest of the minute is silent, then they go on."""
    url, told = heard
    now = [0.0]
    webhooks = Webhooks(clock=lambda: now[0])
    webhooks.url = url
    app = App(1, "顧客 DEMO", CUSTOMER_FIELDS, TOKENS[1])
    record = app.get(app.add({}))
    for _ in range(70):
        webhooks.notify(app, "ADD_RECORD", record, "http://127.0.0.1")
    now[0] = 60.0
    webhooks.notify(app, "ADD_RECORD", record, "http://127.0.0.1")
    webhooks.stop()

    assert told.qsize() == 61
