"""A call with Salesforce and with HubSpot: card, score, result, outage, change, all by settings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from callrisk.bootstrap.crm import configured_access
from callrisk.bootstrap.server import create_app
from callrisk.crm.directory import CrmAccess
from callrisk.domain.contact_events import ContactDetails
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.settings import Settings
from callrisk.store.intake import Contacts, Delivery
from callrisk.web.app import Server
from harness.http_crm.crm_settings import of_hubspot, of_salesforce
from harness.http_crm.hubspot import HubSpot
from harness.http_crm.salesforce import Salesforce, contact
from harness.hurried import HURRIED, HURRIED_PACE
from harness.waiting import wait_until

WEBHOOK = "a-token-that-nobody-can-guess-0123456789"


@dataclass
class Office:
    """A server that asks a CRM, the CRM, and the names of what it keeps of a customer."""

    server: Server
    client: FlaskClient
    crm: Salesforce | HubSpot
    rename: Callable[[str], str]

    def post(self, path: str, **body: Any) -> Any:
        """Return the answer of a request that succeeds."""
        answer = self.client.post(f"/api/{path}", json=body)
        assert answer.status_code < 300, answer.get_json()
        return answer.get_json()

    def begin(self, call_id: str, customer_id: str | None) -> Any:
        """Start a call."""
        return self.post("start_call", call_id=call_id, customer_id=customer_id, agent_id="agent-1")

    def call(self, call_id: str) -> Any:
        """Return a call as screens read it."""
        return self.client.get(f"/api/calls/{call_id}").get_json()

    def state(self, call_id: str) -> str:
        """Return the state of the search for the customer of a call."""
        return str(self.call(call_id)["customer_search"]["state"])

    def check(self) -> Any:
        """Return the check of the CRM in the health answer."""
        return self.client.get("/api/health").get_json()["checks"]["http_crm"]


def salesforce() -> tuple[Salesforce, Callable[[str], str]]:
    """Two customers, and what renames the first; the id of the record comes back."""
    taro = contact("1001", Name="仮名 太郎", Phone="03-1234-5678", LatePayments__c=3)
    others = [contact(f"300{n}", Name=f"仮名 {n}郎") for n in range(5)]

    def rename(name: str) -> str:
        taro["Name"] = name
        return str(taro["Id"])

    return Salesforce([taro, *others]), rename


def hubspot() -> tuple[HubSpot, Callable[[str], str]]:
    """The same customers."""
    names = ("customer_no", "lastname", "phone", "mobilephone", "late_payments", "contract_amount",
             "payment_method", "contract_months", "years_employed")  # fmt: skip
    blank = dict[str, str | None].fromkeys(names)
    taro = blank | {"customer_no": "1001", "lastname": "仮名 太郎", "phone": "03-1234-5678",
                    "late_payments": "3"}  # fmt: skip
    others = {
        f"60{n}": blank | {"customer_no": f"300{n}", "lastname": f"仮名 {n}郎"} for n in range(5)
    }
    server = HubSpot({"501": taro, **others})

    def rename(name: str) -> str:
        server.contacts["501"]["lastname"] = name
        return "501"

    return server, rename


def access_of(settings: Settings) -> CrmAccess:
    """Return the access that the settings choose, with results written at once."""
    access = configured_access(settings, HURRIED)
    assert access is not None
    return replace(access, pace=HURRIED_PACE)


@pytest.fixture(params=["Salesforce", "HubSpot"])
def office(request: pytest.FixtureRequest, untabled: Settings, tmp_path: Path) -> Iterator[Office]:
    """A server with its threads running."""
    is_salesforce = request.param == "Salesforce"
    crm, rename = salesforce() if is_salesforce else hubspot()
    named = (of_salesforce if is_salesforce else of_hubspot)(
        untabled, crm, changed_record_id="record"
    )
    changed = {
        "database_url": f"sqlite:///{tmp_path / 'crm.db'}", "replay_calls": 0,
        "http_crm_webhook_token": SecretStr(WEBHOOK),
    }  # fmt: skip
    settings = named.model_copy(update={"env": named.env.model_copy(update=changed)})
    server = create_app(settings, access_of(settings), HURRIED)
    server.start()
    yield Office(server, server.app.test_client(), crm, rename)
    server.stop()
    server.state.store.engine.dispose()
    crm.stop()


def test_a_call_is_joined_and_its_result_written(office: Office) -> None:
    """By id at once, by telephone as soon as it is known; one result a call."""
    begun = office.begin("c-id", "1001")
    assert begun["customer_data"]["name"] == "仮名 太郎"
    assert begun["customer_search"]["state"] == "found"

    office.begin("c-phone", None)
    contacts = Contacts(office.server.state.store.engine, packaged())
    contacts.take(Delivery([ContactDetails("c-phone", utc_now(), phone="+81312345678")], utc_now()))
    wait_until(lambda: office.call("c-phone")["customer_id"] == "1001")
    assert office.state("c-phone") == "found"

    summary = office.post("end_call", call_id="c-id")["summary"]
    wait_until(lambda: "c-id" in office.crm.results)
    written = office.crm.results["c-id"]
    score = written["RiskScore__c" if "RiskScore__c" in written else "risk_score"]
    assert score == summary["final_risk_score"]
    wait_until(lambda: office.check()["results_waiting"] == 0)
    assert office.check()["requests_today"] >= 3


def test_an_outage_is_told_and_ends(office: Office) -> None:
    """Calls go on without a record; card and results come when the CRM is back."""
    name = office.check()["name"]
    office.crm.stop()
    office.begin("c-away", "3001")
    assert office.state("c-away") == "unreachable"
    assert office.check()["message"].startswith(f"{name} に ")
    office.post("end_call", call_id="c-away")
    office.begin("c-later", "3002")
    office.crm.start()
    wait_until(lambda: office.state("c-later") == "found")
    wait_until(lambda: "c-away" in office.crm.results)
    wait_until(lambda: office.check()["ok"])


def test_a_changed_record_is_read_again(office: Office) -> None:
    """By the webhook of this CRM, whose address and token are its own."""
    office.begin("c-changed", "1001")
    record_id = office.rename("仮名 改名")
    hook, body = f"/api/webhooks/http_crm/{WEBHOOK}", {"record": record_id}
    assert office.client.post("/api/webhooks/http_crm/wrong", json=body).status_code == 404
    assert office.client.post(hook, json=body).status_code == 204
    wait_until(lambda: office.call("c-changed")["customer_data"]["name"] == "仮名 改名")
