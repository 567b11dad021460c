"""Who is let in, by which path, and in which shape a request may come."""

import json

import pytest

from harness.kintone.kintone_apps import CUSTOMER_FIELDS, RESULT_FIELDS
from harness.kintone.kintone_wire import TOKENS, Wire, told, wrong
from kintone_stand_in import App, StandIn

JSON = {"Content-Type": "application/json"}


def asked(wire, token, app=1):
    return wire.send("GET", "records.json", token=token, params={"app": app})


def test_request_without_token(wire):
    """Nobody comes in without saying who it is."""
    assert told(asked(wire, "")) == (401, "CB_AU01")


@pytest.mark.parametrize("token", ["garbage", "customers,garbage", "customers,"])
def test_unknown_token(wire, token):
    """One token that is none spoils the others."""
    assert told(asked(wire, token)) == (400, "GAIA_IA02")


@pytest.mark.parametrize("app", [2, 99])
def test_token_of_another_app(wire, app):
    """A token opens its own app, whether the other one exists or not."""
    assert told(asked(wire, "customers", app)) == (403, "GAIA_NO01")


def test_tokens_of_several_apps(wire):
    """Joined by a comma they open each their own app."""
    assert asked(wire, "results, customers").status_code == 200


def test_two_tokens_of_one_app(wire, customers):
    """One app takes one token."""
    customers.tokens["second"] = frozenset({"view"})

    assert told(asked(wire, "customers,second")) == (400, "GAIA_DA03")


def test_more_than_nine_tokens(wire):
    """Nine is the most."""
    assert asked(wire, ",".join(["customers"] * 10)).status_code == 400


@pytest.mark.parametrize(
    ("allowed", "method", "path"),
    [
        ("view", "GET", "record.json"),
        ("view", "GET", "records.json"),
        ("add", "POST", "records.json"),
    ],
)
def test_each_endpoint_needs_its_permission(wire, customers, allowed, method, path):
    """The two other permissions do not help."""
    customers.add({})
    customers.tokens |= {"it": frozenset({allowed})}
    customers.tokens |= {"others": frozenset({"view", "add", "edit"} - {allowed})}
    body = {"app": 1, "records": []} if path == "records.json" else {"app": 1}
    body |= {"id": 1} if path == "record.json" else {}

    assert wire.send(method, path, token="it", json=body).status_code == 200  # noqa: S106
    refused = wire.send(method, path, token="others", json=body)  # noqa: S106
    assert told(refused) == (403, "GAIA_NO01")


def test_success_tells_how_many_requests_run(wire):
    """The limit of requests at once and their number stand in the headers."""
    headers = asked(wire, None).headers

    assert headers["X-ConcurrencyLimit-Limit"] == "100"
    assert headers["X-ConcurrencyLimit-Running"] == "1"


def test_get_may_have_a_body(wire, customers):
    """GET with JSON, and POST that says it stands for GET, read the same."""
    customers.add({"レコード番号": "1001"})
    body = {"app": 1, "query": 'レコード番号 = "1001"', "fields": ["$id"]}
    override = {"X-HTTP-Method-Override": "GET"}

    by_get = wire.send("GET", "records.json", json=body)
    by_post = wire.send("POST", "records.json", json=body, headers=override)
    assert by_get.json() == by_post.json()
    assert [it["$id"]["value"] for it in by_get.json()["records"]] == ["1"]


def test_override_stands_for_put(wire):
    """Any method may be meant."""
    override = {"X-HTTP-Method-Override": "PUT"}
    body = {"app": 1, "upsert": True, "records": []}

    answer = wire.send("POST", "records.json", json=body, headers=override)
    assert answer.json() == {"records": []}


def test_get_with_json_type_and_no_body(wire):
    """Content-Type belongs to a body."""
    answer = wire.send("GET", "records.json", params={"app": 1}, headers=JSON)

    assert told(answer) == (400, "CB_IL02")


@pytest.mark.parametrize(
    "body", ["{", "[]", '"a"', "", '{"app": NaN}', "[" * 100_000, b"\xff\xfe", '{"app": "\\uD8'],
)  # fmt: skip
def test_bad_json(wire, body):
    """What is no JSON object is refused."""
    answer = wire.send("POST", "records.json", data=body, headers=JSON)

    assert told(answer) == (400, "CB_IJ01")


def test_body_of_another_type(wire):
    """A form is not JSON."""
    assert told(wire.send("POST", "records.json", data={"app": 1})) == (400, "CB_IL02")


@pytest.mark.parametrize("app", [None, "", "x", "１", 0, -1, True, 1.5, "9" * 30])
def test_app_must_be_a_number(wire, app):
    """As a number or as a string of digits."""
    answer = wire.send("GET", "records.json", data=json.dumps({"app": app}), headers=JSON)

    assert list(wrong(answer)) == ["app"]


def test_lone_surrogate_does_no_harm(wire, customers):
    """JSON may smuggle half a character in; it is answered like any other text."""
    data = '{"app": 1, "records": [{"氏名": {"value": "\\ud800"}}]}'.encode()
    assert wire.send("POST", "records.json", data=data, headers=JSON).status_code == 200

    assert wire.get("record.json", app=1, id=1).json()["record"]["氏名"]["value"] == "?"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "nothing.json"),
        ("POST", "records/cursor.json"),
        ("POST", "bulkRequest.json"),
        ("DELETE", "records.json"),
        ("PUT", "app.json"),
        ("POST", "record.json"),
        ("GET", "../../elsewhere"),
    ],
)
def test_what_does_not_exist_is_404(wire, method, path):
    """Endpoints that the stand-in lacks are answered by a page."""
    answer = wire.send(method, path, json={"app": 1})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_url_of_more_than_8_kilobytes(wire):
    """A long query is refused by a page, and answered when it comes in a body."""
    query = " or ".join(f"$id = {number}" for number in range(1000))

    answer = wire.get("records.json", app=1, query=query)
    assert answer.status_code == 414
    assert answer.headers["Content-Type"].startswith("text/html")
    assert wire.send("GET", "records.json", json={"app": 1, "query": query}).status_code == 200


def test_form_tells_its_fields(wire):
    """Types, options, limits and which field forbids duplicates."""
    form = wire.get("app/form/fields.json", app=1).json()

    assert form["revision"] == "1"
    fields = form["properties"]
    assert fields["レコード番号"]["unique"] is True
    assert fields["レコード番号"]["label"] == "番号"
    assert fields["支払方法"]["options"]["銀行振込"] == {"label": "銀行振込", "index": "1"}
    assert fields["契約金額"]["maxValue"] == "1000000"
    assert fields["Record_number"]["type"] == "RECORD_NUMBER"
    assert fields["ステータス"] == {
        "type": "STATUS", "code": "ステータス", "label": "ステータス", "enabled": False
    }  # fmt: skip


def test_app_tells_its_name(wire):
    """Its number is a string."""
    told_app = wire.get("app.json", id=2).json()

    assert (told_app["appId"], told_app["name"]) == ("2", "結果 DEMO")


def test_guest_space_has_paths_of_its_own():
    """An app in a guest space is found there and nowhere else."""
    apps = [App(1, "客", CUSTOMER_FIELDS, TOKENS[1]), App(2, "果", RESULT_FIELDS, TOKENS[2])]
    with StandIn(apps, guest_space=7) as stand_in:
        wire = Wire(stand_in.url)
        assert told(asked(wire, None)) == (400, "GAIA_IL23")
        wire.base = f"{stand_in.url}/k/guest/8/v1/"
        assert told(asked(wire, None)) == (403, "CB_NO02")
        wire.base = f"{stand_in.url}/k/guest/7/v1/"
        assert asked(wire, None).json() == {"records": [], "totalCount": None}


def test_app_outside_of_guest_spaces(wire, stand_in):
    """The path of a guest space does not lead to it."""
    wire.base = f"{stand_in.url}/k/guest/7/v1/"

    assert told(asked(wire, None)) == (403, "CB_NO02")
