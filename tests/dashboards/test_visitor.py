"""The scripts of the apps as a person runs them: whose agent ids, whose requests, whose page."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.access.app_access import AppAccess
from callrisk.dashboards.access.session_watch import SessionWatch
from callrisk.dashboards.texts import catalogue
from callrisk.domain.access.policy_table import Operation, Role
from callrisk.people.signing_keys import visitor_keys
from callrisk.store.database import open_database
from callrisk.store.people.audit_log import AuditLog, Sought
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.people import SECURE_COOKIE
from callrisk.wire.visitor_address import VisitorSeal
from harness import ROOT
from harness.key_rings import KEYS, RING
from harness.ports import free_port
from harness.production import Production, begun, new_production

PATIENCE_S = 120
ROLES = {"hanako": Role.AGENT, "manager": Role.MANAGER}
ICON = ROOT / "static" / "favicon.svg"
# Ids under which an agent may begin a call by hand.
HANDMADE = "tablet-6f1c1f0e-0c5d-4a52-9c55-2d3a3b1f7a10"
OTHER = "tablet-6f1c1f0e-0c5d-4a52-9c55-2d3a3b1f7a11"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The live server in production, with an agent who has two ids."""
    made = new_production(
        tmp_path_factory.mktemp("visitor") / "callrisk", ROLES, {"hanako": {"agent-7"}}
    )
    with made.running("server"):
        yield made


@pytest.fixture
def access(office: Production) -> AppAccess:
    """What the tablet demands."""
    return AppAccess(
        office.address("server"), True, Operation.WORK_ON_CALLS, SECURE_COOKIE, "/tablet",
        proxies=1, seal=VisitorSeal(visitor_keys(lambda: RING, "")),
    )  # fmt: skip


def tablet(access: AppAccess, token: str, reads: str = "") -> AppTest:
    """The tablet in a browser with this cookie, or a script of an app that reads a call."""

    def script(access, token, icon, reads):  # type: ignore[no-untyped-def]
        from types import SimpleNamespace  # noqa: PLC0415 - becomes a script of its own
        from unittest.mock import patch  # noqa: PLC0415

        from streamlit.runtime.context import StreamlitHeaders  # noqa: PLC0415

        from callrisk.dashboards import mobile  # noqa: PLC0415
        from callrisk.dashboards.access.visitor import visitor_of  # noqa: PLC0415

        headers = StreamlitHeaders(
            [("Host", "callrisk.example"), ("X-Forwarded-For", "10.0.0.1, 192.0.2.7")]
        )
        browser = SimpleNamespace(cookies={access.cookie: token}, headers=headers)
        # Streamlit's test of an app has no browser, and so no cookies.
        with patch("callrisk.dashboards.access.visitor.st.context", browser):
            if reads:
                visitor_of(access).api.call(reads)
            else:
                mobile.show(access, icon)

    app = AppTest.from_function(
        script, default_timeout=PATIENCE_S, args=(access, token, ICON, reads)
    )
    return app.run()


def test_who_logged_in_is_not_asked_for_an_agent(office: Production, access: AppAccess) -> None:
    """The held page is of the same origin and has the person's own session."""
    app = tablet(access, begun(office, "hanako")[1])

    assert not app.exception
    assert list(app.text_input) == []
    (shell,) = app.get("bidi_component")
    assert json.loads(shell.proto.json)["page"] == "/touch"


def test_a_person_is_not_told_how_to_start_a_server(access: AppAccess) -> None:
    """While it is away the page says in plain words that it goes on by itself."""
    away = replace(access, api=f"http://127.0.0.1:{free_port()}")
    app = tablet(away, "x" * 43)

    assert [one.value for one in app.warning] == [catalogue("ja")["live.reconnecting"]]
    assert list(app.code) == []


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_a_script_without_a_session_shows_nothing(access: AppAccess, token: str) -> None:
    """Even if the middleware let it through."""
    app = tablet(access, token)

    assert len(app.error) == 1
    assert list(app.button) == []
    assert list(app.text_input) == []


def test_what_another_person_did_is_forgotten(office: Production, access: AppAccess) -> None:
    """Streamlit goes on with a page whose socket comes again."""
    app = tablet(access, begun(office, "hanako")[1])
    app.session_state["call_c-1"] = "words"
    app.run()
    assert "call_c-1" in app.session_state
    app.session_state["subject"] = "person 999"
    app.run()
    assert "call_c-1" not in app.session_state


def test_requests_are_those_of_the_person(office: Production, access: AppAccess) -> None:
    """Writes, too, which prove the page."""
    token = begun(office, "hanako")[1]
    known = LiveApi(access.api, person=access.person(token)).session()
    api = LiveApi(access.api, person=access.person(token, known.csrf_token or ""))

    assert known.name == "見本 hanako"
    api.start_call(HANDMADE, "1001", "agent-7")
    with pytest.raises(LiveApiError) as refused:
        api.start_call("c-other", "1001", "agent-9")
    assert refused.value.status == 403
    with pytest.raises(LiveApiError) as unproven:
        LiveApi(access.api, person=access.person(token)).start_call("c-2", "1001", "agent-7")
    assert unproven.value.status == 403


def test_use_is_told_once_a_minute_for_each_session() -> None:
    """However often the scripts run."""
    now = [0.0]
    watch = SessionWatch(pytest.fail, clock=lambda: now[0])
    assert [watch.is_due_use(token) for token in ("a", "a", "b")] == [True, False, True]
    now[0] = 59.0
    assert not watch.is_due_use("a")
    now[0] = 60.0
    assert watch.is_due_use("a")


def test_the_audit_names_where_the_person_is(office: Production, access: AppAccess) -> None:
    """Not the machine of the app, from which the request comes."""
    token = begun(office, "hanako")[1]
    log = AuditLog(open_database(office.database, KEYS), "test")
    api = LiveApi(access.api, person=access.person(token))
    csrf = api.session().csrf_token or ""
    api = LiveApi(access.api, person=access.person(token, csrf))
    api.start_call(OTHER, "1001", "agent-7")
    api.end_call(OTHER)
    tablet(access, token, reads=OTHER)
    seen = [one.record.deed for one in log.newest(Sought(), 1_000)]

    assert {deed.address for deed in seen if deed.action in ("end_call", "start_call")} == {
        "127.0.0.1"
    }
    assert {deed.address for deed in seen if deed.action == "see_call"} == {"192.0.2.7"}
