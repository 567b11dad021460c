"""Webhooks as administrators keep them: by REST and on their page, and nobody else."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from callrisk.domain.event_types import EventType
from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, WebhookState
from callrisk.live.webhooks.webhook_service import MOST_WEBHOOKS
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.people.audit_log import Sought
from callrisk.store.transaction import writing
from callrisk.store.webhooks.webhook_log import WebhookLog
from callrisk.store.webhooks.webhook_tables import webhooks
from callrisk.web.access.webhook_words import (
    EVENT_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    WEBHOOK_WORDS,
)
from harness.staffed import Staffed, staffed

URL = "https://hooks.example.com/callrisk?token=t1"
ADDED = {"name": "見本システム", "url": URL, "event_types": ["call.ended", "alert.raised"]}
ROUTE = "/api/admin/webhooks"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Staffed]:
    with staffed(tmp_path / "root") as made:
        yield made


@pytest.fixture
def admin(office: Staffed) -> FlaskClient:
    return office.client("admin")


def add(admin: FlaskClient, **changed: Any) -> dict[str, Any]:
    """Add a webhook; return the answer."""
    answer = admin.post(ROUTE, json=ADDED | changed)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_key_keeps_webhooks_with_a_scope_of_its_own(office: Staffed) -> None:
    """No other key does, and that one opens nothing else."""
    client = office.client(key="hooks")
    where = f"{ROUTE}/{add(client)['webhook_id']}"
    answers = [
        client.get(ROUTE), client.get(where), client.post(f"{where}/secret"),
        client.post(f"{where}/disable"), client.get(f"{where}/deliveries"), client.delete(where),
    ]  # fmt: skip
    (added,) = (
        one.record.deed
        for one in office.server.state.accounts.auditor.log.newest(Sought(), 1_000)
        if one.record.deed.action == "add_webhook"
    )

    assert [one.status_code for one in answers] == [200] * 6
    assert added.subject.startswith("key ")
    assert client.get("/admin/webhooks").status_code < 500
    for path in ("/api/calls", "/admin", "/admin/keys", "/audit", "/api/events?after=0"):
        assert client.get(path).status_code == 403, path
    for key in ("reader", "feeder", "none"):
        assert office.client(key=key).get(ROUTE).status_code == 403
        assert office.client(key=key).post(ROUTE, json=ADDED).status_code == 403


@pytest.fixture(params=["", "hooks"])
def keeper(request: pytest.FixtureRequest, office: Staffed) -> FlaskClient:
    """An administrator, and a system with the scope for webhooks."""
    return office.client(key=request.param) if request.param else office.client("admin")


def test_a_webhook_from_its_begin_to_its_end(keeper: FlaskClient) -> None:
    """Each step by REST."""
    admin = keeper
    made = add(admin)
    where = f"{ROUTE}/{made['webhook_id']}"
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made["secret"])
    assert (made["state"], made["event_types"]) == ("on", ["call.ended", "alert.raised"])

    replaced = admin.post(f"{where}/secret").get_json()
    assert replaced["secret"] != made["secret"]
    until = datetime.fromisoformat(replaced["old_secret_until"])
    assert timedelta(hours=23) < until - datetime.now(UTC) < timedelta(hours=25)

    test = admin.post(f"{where}/test")
    assert (test.status_code, test.get_json()["state"]) == (202, "waiting")
    (listed,) = admin.get(f"{where}/deliveries?limit=5").get_json()["deliveries"]
    assert listed == test.get_json()
    assert admin.get(where).get_json()["waiting"] == 1

    assert admin.post(f"{where}/disable").get_json()["state"] == "off"
    assert admin.post(f"{where}/enable").get_json()["state"] == "on"
    assert admin.delete(where).status_code == 200
    assert admin.get(where).status_code == 404
    assert admin.get(ROUTE).get_json() == {"webhooks": []}


def test_the_secret_is_told_once(office: Staffed, admin: FlaskClient) -> None:
    """By no other route, and by no file of the database."""
    secrets = [add(admin)["secret"]]
    where = f"{ROUTE}/{add(admin)['webhook_id']}"
    secrets.append(admin.post(f"{where}/secret").get_json()["secret"])
    pages = (ROUTE, where, f"{where}/deliveries", "/admin/webhooks", "/admin/webhooks/1")
    shown = "".join(admin.get(page).text for page in pages)
    folder = Path(str(office.server.state.store.engine.url.database)).parent
    stored = b"".join(path.read_bytes() for path in folder.glob("staffed.db*"))

    for secret in secrets:
        assert secret not in shown
        assert secret.encode() not in stored
        assert secret.removeprefix("whsec_").encode() not in stored


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/", "https://127.0.0.1/", "https://localhost/", "http://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://10.0.0.1/",
        "https://a@hooks.example.com/", "https://2130706433/", "javascript:alert(1)", "x",
    ],
)  # fmt: skip
def test_an_address_inside_is_refused(admin: FlaskClient, url: str) -> None:
    """By REST with a problem, on the page in the language of its reader."""
    assert admin.post(ROUTE, json=ADDED | {"url": url}).status_code == 403
    form = {"lang": "en", **ADDED, "url": url}
    answer = admin.post("/admin/webhooks", data=form)
    assert answer.status_code == 422
    assert "Only a public address" in answer.text
    assert admin.get(ROUTE).get_json() == {"webhooks": []}


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"name": "x" * 257},
        {"url": ""},
        {"url": 7},
        {"event_types": []},
        {"event_types": ["call.exploded"]},
        {"event_types": "call.ended"},
        {"further": 1},
    ],
)
def test_a_body_of_another_form_is_refused(admin: FlaskClient, changed: dict[str, Any]) -> None:
    """Before anything is stored."""
    assert admin.post(ROUTE, json=ADDED | changed).status_code == 422


def test_tests_are_not_subscribed_to(admin: FlaskClient) -> None:
    """They are asked for."""
    answer = admin.post(ROUTE, json=ADDED | {"event_types": ["webhook.test"]})
    assert answer.status_code == 403


def test_there_may_be_so_many(admin: FlaskClient) -> None:
    """Each may need a thread."""
    for _ in range(MOST_WEBHOOKS):
        add(admin)
    assert admin.post(ROUTE, json=ADDED).status_code == 409


@pytest.mark.parametrize("named", ["999", "0", "-1", "x", "9" * 40, "1e3"])
def test_a_webhook_that_is_not_there(admin: FlaskClient, named: str) -> None:
    """Is not found, whatever is asked of it."""
    add(admin)
    for method, rest in (
        ("GET", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/enable"),
        ("POST", "/disable"), ("POST", "/test"), ("GET", "/deliveries"), ("POST", "/send-again"),
    ):  # fmt: skip
        assert admin.open(f"{ROUTE}/{named}{rest}", method=method).status_code == 404


@pytest.mark.parametrize("login", ["agent-1", "supervisor", "manager", "auditor"])
def test_administrators_alone_keep_them(office: Staffed, admin: FlaskClient, login: str) -> None:
    """And no key of a system."""
    add(admin)
    for client in (office.client(login), office.client(key="reader")):
        assert client.get(ROUTE).status_code == 403
        assert client.get(f"{ROUTE}/1/deliveries").status_code == 403
        assert client.post(ROUTE, json=ADDED).status_code == 403
        assert client.post("/admin/webhooks/1/secret").status_code == 403
    assert len(admin.get(ROUTE).get_json()["webhooks"]) == 1


def test_a_cookie_alone_changes_nothing(office: Staffed, admin: FlaskClient) -> None:
    """The token of the session is needed, for a removal, too."""
    add(admin)
    del admin.environ_base["HTTP_X_CSRF_TOKEN"]
    assert admin.delete(f"{ROUTE}/1").status_code == 403
    assert admin.post("/admin/webhooks/1/remove").status_code == 403
    assert len(admin.get(ROUTE).get_json()["webhooks"]) == 1


@pytest.mark.parametrize(("language", "shown"), [("ja", "Webhook を追加"), ("en", "Add a webhook")])
def test_the_page_does_the_same(admin: FlaskClient, language: str, shown: str) -> None:
    """By plain forms, in both languages; the secret is shown once."""
    form = {"lang": language, "name": "<b>見本</b>", "url": URL}
    made = admin.post("/admin/webhooks", data=form | {"event_types": ["job.finished"]})
    assert made.status_code == 200
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", made.text)
    assert shown in made.text
    assert "<b>見本" not in made.text

    def post(action: str) -> str:
        where, form = f"/admin/webhooks/1/{action}", {"lang": language}
        answer = admin.post(where, data=form, follow_redirects=True)
        assert answer.status_code == 200, action
        return answer.text

    assert secret not in post("test")
    page = admin.get(f"/admin/webhooks/1?lang={language}").text
    assert "msg_" in page
    assert secret not in re.findall(r"whsec_[A-Za-z0-9+/=]+", post("secret"))
    off, on = STATE_WORDS[WebhookState.OFF], STATE_WORDS[WebhookState.ON]
    assert (off.ja if language == "ja" else off.en) in post("disable")
    assert (on.ja if language == "ja" else on.en) in post("enable")
    sent_again = WEBHOOK_WORDS["sent_again"]
    assert (sent_again.ja if language == "ja" else sent_again.en) in post("send-again")
    post("remove")
    assert admin.get("/admin/webhooks/1").status_code == 404


def test_a_form_that_lacks_something_is_shown_again(admin: FlaskClient) -> None:
    """With what was typed."""
    for form in ({"name": "", "url": URL, "event_types": "call.ended"}, {"name": "x", "url": URL}):
        answer = admin.post("/admin/webhooks", data=form)
        assert answer.status_code == 422
        assert 'value="https://hooks.example.com/callrisk?token=t1"' in answer.text


def hidden(page: str, form: str, name: str) -> str:
    """The value of a hidden field in the form that leads somewhere."""
    (value,) = re.findall(rf'action="{form}">.*?name="{name}" value="([^"]*)"', page)
    return str(value)


def test_a_page_that_is_loaded_anew_does_nothing(admin: FlaskClient) -> None:
    """A form that was sent adds no other webhook, replaces no other secret, sends no other test."""
    form = {"name": "x", "url": URL, "event_types": "call.ended", "newest": "0"}
    assert admin.post("/admin/webhooks", data=form).status_code == 200
    assert admin.post("/admin/webhooks", data=form).status_code == 422
    page, where = admin.get("/admin/webhooks").text, "/admin/webhooks/1/secret"
    assert hidden(page, "/admin/webhooks", "newest") == "1"
    form = {"old_secret_until": hidden(page, where, "old_secret_until")}
    first, again = admin.post(where, data=form), admin.post(where, data=form)
    assert (first.status_code, again.status_code) == (200, 422)
    assert "whsec_" in first.text
    assert "whsec_" not in again.text
    form = {"old_secret_until": hidden(again.text, where, "old_secret_until")}
    assert admin.post(where, data=form).status_code == 200
    test = admin.post("/admin/webhooks/1/test")
    assert (test.status_code, test.location.split("?")[0]) == (303, "/admin/webhooks/1")

    assert len(admin.get(ROUTE).get_json()["webhooks"]) == 1


def test_a_secret_is_not_replaced_without_end(admin: FlaskClient) -> None:
    """Those that still sign are kept."""
    where = f"{ROUTE}/{add(admin)['webhook_id']}/secret"
    statuses = [admin.post(where).status_code for _ in range(6)]
    assert statuses == [200] * 4 + [409] * 2


@pytest.mark.parametrize(
    ("hours", "asked", "sent"),
    [(1, "", 2), (30, "", 0), (30, "?catch_up=true", 2), (1, "?catch_up=false", 0)],
)
def test_switched_on_it_catches_up_or_not(
    office: Staffed, admin: FlaskClient, hours: float, asked: str, sent: int
) -> None:
    """On a day where nothing is said; what waits and what happened meanwhile alike."""
    where = f"{ROUTE}/{add(admin, event_types=['call.started'])['webhook_id']}"
    admin.post(f"{where}/test")
    assert admin.post(f"{where}/disable").get_json()["off_since"] is not None
    engine = office.server.state.store.engine
    with writing(engine) as connection:
        since = datetime.now(UTC) - timedelta(hours=hours)
        connection.execute(update(webhooks).values(off_since=since))
        append(connection, [NewEvent("c-new", EventType.CALL_STARTED, since)])
    answer = admin.post(f"{where}/enable{asked}").get_json()
    assert (answer["state"], answer["off_since"]) == ("on", None)
    WebhookLog(engine).step(datetime.now(UTC))

    assert admin.get(where).get_json()["waiting"] == sent
    if not sent:
        again = admin.post(f"{where}/send-again")
        assert (again.status_code, again.get_json()["waiting"]) == (202, 1)


def test_the_page_offers_both_ways_to_switch_on(admin: FlaskClient) -> None:
    """And says what each does."""
    where = f"{ROUTE}/{add(admin)['webhook_id']}"
    admin.post(f"{where}/test")
    admin.post(f"{where}/disable")
    page = admin.get("/admin/webhooks?lang=en").text
    for word in ("enable_now", "enable_now_about", "catch_up", "catch_up_about"):
        assert WEBHOOK_WORDS[word].en in page
    admin.post("/admin/webhooks/1/enable", data={"catch_up": "false"})
    assert WEBHOOK_WORDS["send_again"].en in admin.get("/admin/webhooks/1?lang=en").text
    admin.post("/admin/webhooks/1/send-again")
    assert admin.get(where).get_json()["waiting"] == 1
    assert WEBHOOK_WORDS["send_again"].en not in admin.get("/admin/webhooks/1?lang=en").text


def test_changes_are_noted_without_names_and_secrets(office: Staffed, admin: FlaskClient) -> None:
    """Who did what to which."""
    secret = add(admin)["secret"]
    admin.post(f"{ROUTE}/1/secret")
    admin.post("/admin/webhooks/1/disable")
    admin.delete(f"{ROUTE}/1")
    newest = office.server.state.accounts.auditor.log.newest(Sought(), 1_000)
    deeds = [one.record.deed for one in newest]

    assert [(one.action, one.object) for one in reversed(deeds)][-4:] == [
        ("add_webhook", "webhook 1"), ("replace_webhook_secret", "webhook 1"),
        ("switch_webhook_off", "webhook 1"), ("remove_webhook", "webhook 1"),
    ]  # fmt: skip
    facts = {
        "receiver": "https://hooks.example.com:443", "event_types": ["call.ended", "alert.raised"],
    }  # fmt: skip
    assert deeds[3].detail == facts | {"status": 201}
    assert deeds[0].detail == facts | {"status": 200}
    for planted in (secret, "見本システム", "token=t1", "/callrisk"):
        assert planted not in str(newest)


def test_the_page_notes_where_events_go(office: Staffed, admin: FlaskClient) -> None:
    """As the routes do, at the begin and at the end."""
    form = {"name": "x", "url": URL.replace(".com/", ".com:8443/"), "event_types": "job.finished"}
    admin.post("/admin/webhooks", data=form)
    admin.post("/admin/webhooks/1/remove")
    newest = office.server.state.accounts.auditor.log.newest(Sought(), 1_000)
    deeds = [one.record.deed for one in newest][:2]

    assert [one.object for one in deeds] == ["webhook 1"] * 2
    assert {one.detail["receiver"] for one in deeds} == {"https://hooks.example.com:8443"}
    assert "token=t1" not in str(newest)


def test_every_word_is_there() -> None:
    """Of each type, state and result."""
    assert set(EVENT_WORDS) > set(EVENTS_TO_CHOOSE)
    assert set(STATE_WORDS) == set(WebhookState)
    assert len(RESULT_WORDS) == 3
