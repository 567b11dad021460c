"""A stand-in Kintone with a few customers, and a server that asks it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr

from callrisk.background.retry import RETRIES
from callrisk.bootstrap.kintone import kintone_access
from callrisk.bootstrap.server import create_app
from callrisk.crm.directory import DEFAULT_PACE
from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from callrisk.integrations.kintone.customers.customer_mapping import FieldMap
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.settings import Settings
from callrisk.web.app import Server
from harness.hurried import HURRIED, HURRIED_PACE
from kintone_stand_in import App, Field, StandIn
from kintone_stand_in.demo_company import RESULT_FIELDS

CUSTOMERS, RESULTS = 1, 2
TOKENS = {CUSTOMERS: "token-of-customers", RESULTS: "token-of-results"}
WEBHOOK = "a-token-that-nobody-can-guess-0123456789"
PAYMENTS = ("口座振替", "クレジットカード", "コンビニ払い", "銀行振込")
FORM = {
    "レコード番号": Field("SINGLE_LINE_TEXT", unique=True),
    "氏名": Field("SINGLE_LINE_TEXT"),
    "電話番号": Field("SINGLE_LINE_TEXT"),
    "契約金額": Field("NUMBER"),
    "支払方法": Field("DROP_DOWN", options=PAYMENTS),
    "過去の延滞回数": Field("NUMBER"),
    "契約期間": Field("NUMBER"),
    "勤続年数": Field("NUMBER"),
}  # fmt: skip
TARO = {
    "レコード番号": "1001", "氏名": "仮名 太郎", "電話番号": "050-0000-1001", "契約金額": "67800",
    "支払方法": "銀行振込", "過去の延滞回数": "3", "契約期間": "36",
}  # fmt: skip
HANAKO = {
    "レコード番号": "1002",
    "氏名": "見本 花子",
    "電話番号": "05000001002",
    "過去の延滞回数": "0",
}
HOSTILE = (
    'x" or レコード番号 != "', '1001" or "1"="1', "1001\\", '1001\\"',
    '\\" or $id > 0 or レコード番号 = \\"',
    "10\n01", "1001\r\n1002", "10\t01", "1001\x00", "1001\u202e", ") or (レコード番号 != ",
    "%", "*", "1001 or 1002", "レコード番号", "", " ", "'", "1001' --", "${id}", "\ud800",
    "100１ ２",
    "1001\u3000or\u30001002", 'in ("1001")', "limit 500", "order by $id", "1001;1002", "null",
)  # fmt: skip


def stand_in(unique: bool = True) -> StandIn:
    """Two customers and an empty app for results."""
    form = FORM | {"レコード番号": Field("SINGLE_LINE_TEXT", unique=unique)}
    view = frozenset({"view"})
    customers = App(CUSTOMERS, "顧客 DEMO", form, TOKENS[CUSTOMERS], permissions=view)
    customers.add(TARO)
    customers.add(HANAKO)
    return StandIn([customers, App(RESULTS, "結果 DEMO", RESULT_FIELDS, TOKENS[RESULTS])])


def many(records: int) -> StandIn:
    """A stand-in with more customers than two pages."""
    app = App(CUSTOMERS, "顧客", FORM, "token-of-customers")
    for number in range(records):
        app.add({
            "レコード番号": str(1001 + number), "氏名": f"仮名 {number}",
            "契約金額": str(1000 + number),
            "過去の延滞回数": str(number % 4), "支払方法": "銀行振込" if number % 2 else None,
        })  # fmt: skip
    return StandIn([app])


def client_of(kintone: StandIn) -> KintoneClient:
    """The client of the product, at the stand-in."""
    return KintoneClient(KintoneSettings(base_url=kintone.url, tokens=TOKENS))


def desk_of(kintone: StandIn, settings: Settings) -> CustomersApp:
    """Where customers are asked for."""
    return CustomersApp(client_of(kintone), CUSTOMERS, FieldMap(**settings.kintone_columns))


@dataclass
class Desk:
    """A server with its threads running, the Kintone that it asks, and a client of it."""

    server: Server
    kintone: StandIn
    client: FlaskClient

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """A request that succeeds."""
        answer = self.client.post(f"/api/{path}", json=body)
        assert answer.status_code < 300, answer.get_json()
        found: dict[str, Any] = answer.get_json() or {}
        return found

    def call(self, call_id: str) -> dict[str, Any]:
        """A call as screens read it."""
        found: dict[str, Any] = self.client.get(f"/api/calls/{call_id}").get_json()
        return found

    def until(self, holds: Callable[[], bool], seconds: float = 15) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not come true"
            time.sleep(0.05)


def start_server(
    settings: Settings, kintone: StandIn, name: str, tokens: Mapping[int, str] = TOKENS,
    *, is_demo: bool = True, is_hurried: bool = True,
) -> Server:  # fmt: skip
    """A server of its own database that asks this Kintone."""
    url = f"sqlite:///{settings.root / name}.db"
    env = settings.env.model_copy(
        update={
            "database_url": url,
            "replay_calls": 0,
            "kintone_webhook_token": SecretStr(WEBHOOK),
        }
    )
    own = settings.model_copy(update={"env": env})
    connection = KintoneSettings(base_url=kintone.url, tokens=tokens)
    retries, pace = (HURRIED, HURRIED_PACE) if is_hurried else (RETRIES, DEFAULT_PACE)
    access = kintone_access(own, connection, CUSTOMERS, RESULTS, demo=is_demo, retries=retries)
    server = create_app(own, replace(access, pace=pace), retries)
    server.start()
    return server
