"""Another CRM than Kintone behind the same screens: no route, page or sentence names Kintone."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest
from werkzeug.serving import make_server

from callrisk.bootstrap.server import create_app
from callrisk.crm.directory import CrmAccess
from callrisk.dashboards.runs import Places
from callrisk.domain.contact_events import ContactDetails
from callrisk.domain.customer import Customer
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.settings import Settings
from callrisk.store.intake import Contacts, Delivery
from callrisk.web.app import Server
from harness import ROOT
from harness.hurried import HURRIED, HURRIED_PACE
from harness.ledger import Ledger
from harness.ports import free_port
from harness.waiting import wait_until

PATIENCE_S = 120
TOKEN = "the-token-of-the-ledger-0123456789abcdef"  # noqa: S105 - of a test
SHARED_PHONE = "050-0000-7777"
KINTONE = re.compile("kintone|キントーン", re.IGNORECASE)


@dataclass
class Office:
    """A server that asks a ledger, and the ledger."""

    server: Server
    ledger: Ledger
    url: str

    def get(self, path: str) -> Any:
        """Return an answer, which must not name Kintone."""
        return self._answer(requests.get(f"{self.url}/api/{path}", timeout=30))

    def post(self, path: str, **body: Any) -> Any:
        """Return an answer, which must not name Kintone."""
        return self._answer(requests.post(f"{self.url}/api/{path}", json=body, timeout=30))

    def begin(self, call_id: str, customer_id: str | None) -> Any:
        """Start a call."""
        return self.post("start_call", call_id=call_id, customer_id=customer_id, agent_id="agent-1")

    def state(self, call_id: str) -> str:
        """Return the state of the search for the customer of a call."""
        return str(self.get(f"calls/{call_id}")["customer_search"]["state"])

    def check(self) -> Any:
        """Return the check of the CRM."""
        health = self.get("health")
        return health["checks"][health["crm"]]

    def ring(self, call_id: str, phone: str) -> None:
        """Let the telephony tell the number of a caller."""
        contacts = Contacts(self.server.state.store.engine, packaged())
        contacts.take(Delivery([ContactDetails(call_id, utc_now(), phone=phone)], utc_now()))

    def _answer(self, answer: requests.Response) -> Any:
        answer.raise_for_status()
        assert not KINTONE.search(answer.text), answer.text
        return answer.json()


def customers() -> dict[str, Customer]:
    """Customers by the ids of their records; two share a telephone number and an id."""
    others = {f"D-{n}": Customer(f"300{n}", f"台帳 {n}郎") for n in range(8)}
    return others | {
        "C-00A7/x": Customer("1001", "台帳 太郎", "050-0000-1001", {"overdue_count": 3.0}),
        "C-00A8/x": Customer("1002", "台帳 花子", SHARED_PHONE),
        "C-00A9/*x*": Customer("1002", "台帳 次郎", SHARED_PHONE),
    }


@pytest.fixture(scope="module")
def office(untabled: Settings) -> Iterator[Office]:
    """A server of a ledger, listening."""
    ledger = Ledger(customers())
    access = CrmAccess(ledger, ledger, demo=True, webhook_token=TOKEN, pace=HURRIED_PACE)
    for folder in ("templates", "static"):
        (untabled.root / folder).symlink_to(ROOT / folder)
    url = f"sqlite:///{untabled.root / 'ledger.db'}"
    # The socket answers pages of its own port alone.
    port = free_port()
    changed = {"database_url": url, "replay_calls": 0, "api_port": port}
    env = untabled.env.model_copy(update=changed)
    server = create_app(untabled.model_copy(update={"env": env}), access, HURRIED)
    listening = make_server("127.0.0.1", port, server.app, threaded=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    server.start()
    yield Office(server, ledger, f"http://127.0.0.1:{port}")
    listening.shutdown()
    server.stop()
    server.state.store.engine.dispose()


@pytest.fixture
def outage(office: Office) -> Iterator[None]:
    """A ledger that answers nobody, as long as the test lasts."""
    office.ledger.away = True
    yield
    office.ledger.away = False
    wait_until(lambda: office.check()["ok"])


def test_a_call_begins_with_its_card_and_ends_with_its_result(office: Office) -> None:
    """The record is found by id, and the result is written back."""
    begun = office.begin("l-card", "1001")
    assert begun["customer_data"]["name"] == "台帳 太郎"
    assert begun["customer_search"]["state"] == "found"
    summary = office.post("end_call", call_id="l-card")["summary"]
    wait_until(lambda: "l-card" in office.ledger.results)
    assert office.ledger.results["l-card"].risk_score == summary["final_risk_score"]
    wait_until(lambda: office.check()["results_waiting"] == 0)


def test_a_record_is_chosen_by_its_text_id(office: Office) -> None:
    """Two records share id and number; the choice is kept by the id of the record."""
    office.begin("l-choice", None)
    office.ring("l-choice", SHARED_PHONE)
    wait_until(lambda: office.state("l-choice") == "several")
    search = office.get("calls/l-choice")["customer_search"]
    assert {one["record_id"] for one in search["candidates"]} == {"C-00A8/x", "C-00A9/*x*"}

    body = {"customer_id": "1002", "record_id": "C-00A9/*x*", "agent_id": "agent-1"}
    answer = office.post("calls/l-choice/customer", **body)
    assert answer["customer_data"]["name"] == "台帳 次郎"
    stored = office.server.state.queries.call("l-choice")
    assert stored is not None
    assert stored.record_id == "C-00A9/*x*"


def test_an_agent_corrects_the_customer(office: Office) -> None:
    """Another id, then nobody."""
    office.begin("l-corrected", "9999")
    assert office.state("l-corrected") == "not_found"
    answer = office.post("calls/l-corrected/customer", customer_id="1001", agent_id="agent-1")
    assert answer["customer_data"]["name"] == "台帳 太郎"
    answer = office.post("calls/l-corrected/customer", customer_id=None, agent_id="agent-1")
    assert answer["customer_search"]["state"] == "nobody"


def test_a_change_is_heard_of_by_the_ledgers_own_webhook(office: Office) -> None:
    """Its body is the ledger's, its address is the ledger's, and nobody else's is answered."""
    office.begin("l-changed", "1001")
    before = office.ledger.customers["C-00A7/x"]
    office.ledger.customers["C-00A7/x"] = replace(before, name="台帳 改名")
    hook = f"{office.url}/api/webhooks"
    body = {"ledger_line": "C-00A7/x"}
    assert requests.post(f"{hook}/kintone/{TOKEN}", json=body, timeout=9).status_code == 404
    assert requests.post(f"{hook}/ledger/wrong", json=body, timeout=9).status_code == 404
    assert requests.post(f"{hook}/ledger/{TOKEN}", json=body, timeout=9).status_code == 204

    def name() -> object:
        return office.get("calls/l-changed")["customer_data"]["name"]

    wait_until(lambda: name() == "台帳 改名")
    office.ledger.customers["C-00A7/x"] = before


def test_a_ledger_that_is_away_is_named_and_comes_back(office: Office) -> None:
    """The health check, the card and the waiting results say so, in its own name."""
    office.ledger.away = True
    office.begin("l-away", "3000")
    search = office.get("calls/l-away")["customer_search"]
    assert (search["state"], search["crm"], search["crm_en"]) == (
        "unreachable", "台帳くん", "Ledger One",
    )  # fmt: skip
    check = office.check()
    assert check["message"].startswith("台帳くん に ")
    assert check["message_en"].startswith("Ledger One not reachable since ")
    assert (check["name"], check["requests_today"]) == ("台帳くん", None)
    office.begin("l-waits", "3001")
    office.post("end_call", call_id="l-waits")
    wait_until(lambda: office.check()["results_waiting"] >= 1)

    office.ledger.away = False
    wait_until(lambda: office.state("l-away") == "found")
    wait_until(lambda: "l-waits" in office.ledger.results)
    wait_until(lambda: office.check()["ok"])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "away", "unread"),
    [("ja-JP", "台帳くん に", "3002"), ("en-US", "Ledger One not reachable since", "3003")],
)
def test_the_live_page_names_the_ledger(
    office: Office, browser: Browser, language: str, away: str, unread: str
) -> None:
    """Card, choice, outage and recovery on the page, without a word of Kintone."""
    call_id = f"l-page-{language}"
    office.begin(call_id, "1002")
    context = browser.new_context(locale=language)
    page = context.new_page()
    page.goto(f"{office.url}/#call={call_id}")
    candidates = page.get_by_test_id("customer-card").get_by_role("button")
    expect(candidates.filter(has_text="C-00A9/*x*")).to_be_visible(timeout=20_000)
    assert not KINTONE.search(page.content())
    candidates.filter(has_text="C-00A9/*x*").click()
    expect(page.get_by_test_id("customer-card")).to_contain_text(SHARED_PHONE[-4:])
    office.ledger.away = True
    try:
        office.begin(f"{call_id}-away", unread)
        page.goto(f"{office.url}/#call={call_id}-away")
        expect(page.get_by_test_id("customer-away")).to_contain_text(away, timeout=20_000)
        expect(page.locator("#banner")).to_contain_text(away, timeout=20_000)
        assert not KINTONE.search(page.content())
    finally:
        office.ledger.away = False
    expect(page.get_by_test_id("customer-away")).to_be_hidden(timeout=20_000)
    context.close()


@pytest.mark.usefixtures("outage")
@pytest.mark.parametrize(
    ("language", "away", "unread"),
    [("ja", "台帳くん に", "3006"), ("en", "Ledger One not reachable", "3007")],
)
def test_the_manager_reads_the_name_of_the_ledger(
    office: Office, tmp_path: Path, language: str, away: str, unread: str
) -> None:
    """The page of live calls tells the outage, and what waits to be written."""
    office.begin(f"l-manager-{language}", unread)
    places = Places(
        raw=tmp_path, output=tmp_path, models=tmp_path, pipeline=ROOT / "src" / "main.py",
        icon=ROOT / "static" / "favicon.svg", api=office.url,
    )  # fmt: skip

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import live  # noqa: PLC0415 - a script of its own

        live.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = language
    shown = words(app.run())
    assert away in shown
    assert ("台帳くん: 書き込み待ち" if language == "ja" else "results waiting") in shown


def words(app: AppTest) -> str:
    """Return everything that a page says, which must not name Kintone."""
    assert not app.exception
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    said = [element.value for kind in kinds for element in getattr(app, kind)]
    text = "\n".join([*said, *(one.label for one in app.button)])
    assert not KINTONE.search(text), text
    return text


def test_no_text_of_a_screen_names_kintone() -> None:
    """The catalogues, scripts and templates take the name from the server's answer."""
    catalogues = [*ROOT.glob("static/i18n/*.json"), *ROOT.glob("src/callrisk/dashboards/texts/*")]
    assert len(catalogues) == 4
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in catalogues)
    rooms = (
        "crm",
        "web",
        "live",
        "people",
        "domain",
        "background",
        "ingest",
        "store",
        "dashboards",
    )
    sources = [path for room in rooms for path in ROOT.glob(f"src/callrisk/{room}/**/*.py")]
    pages = [*ROOT.glob("static/js/**/*.js"), *ROOT.glob("templates/**/*.html")]
    naming = [
        path.name
        for path in (*catalogues, *pages, *sources)
        if KINTONE.search(path.read_text(encoding="utf-8"))
    ]
    assert naming == []


def test_a_number_for_a_record_is_still_taken(office: Office) -> None:
    """An older client that keeps numbers may send one."""
    office.ledger.customers |= {
        "7": Customer("1007", "番号 七", None), "8": Customer("1007", "番号 八", None)
    }  # fmt: skip
    office.begin("l-number", "1007")
    for number, name in ((8, "番号 八"), (7.0, "番号 七"), ("8", "番号 八")):
        answer = office.post(
            "calls/l-number/customer", customer_id="1007", record_id=number, agent_id="agent-1"
        )
        assert answer["customer_data"]["name"] == name
