"""What screens are told while Kintone refuses or is away, and how soon it is green again."""

import time
from collections.abc import Callable

import pytest

from callrisk.settings import Settings
from harness.kintone.crm_bench import CUSTOMERS, RESULTS, TOKENS, Desk, start_server
from kintone_stand_in import Field, StandIn


def check(desk: Desk) -> dict:  # type: ignore[type-arg]
    """The check of Kintone in the health answer."""
    found: dict = desk.client.get("/api/health").get_json()["checks"]["kintone"]  # type: ignore[type-arg]
    return found


def revoke(kintone: StandIn) -> None:
    """Take the token of the customers away."""
    kintone.apps[CUSTOMERS].tokens.clear()


def forbid(kintone: StandIn) -> None:
    """Take its permission away."""
    kintone.apps[CUSTOMERS].tokens[TOKENS[CUSTOMERS]] = frozenset()


def crowd(kintone: StandIn) -> None:
    """Answer 429 for ever."""
    kintone.faults.set("too_many_requests", app=CUSTOMERS)


def shut(kintone: StandIn) -> None:
    """Let a page answer that stands before Kintone."""
    kintone.faults.set("html", status=403, app=CUSTOMERS)


@pytest.mark.parametrize(
    ("trouble", "ja", "en"),
    [
        (revoke, "API トークンが無効です", "the API token is not valid"),
        (forbid, "別のアプリのトークン", "has the permission"),
        (crowd, "同時リクエスト", "too many requests"),
        (shut, "IP アドレス制限", "IP address restriction"),
    ],
)
def test_each_trouble_is_named_on_screens_and_gone_when_it_is_asked_again(
    desk: Desk, trouble: Callable[[StandIn], None], ja: str, en: str
) -> None:
    """In both languages; nobody waits for the next try who says that it is mended."""
    trouble(desk.kintone)
    desk.post("start_call", call_id="c-1", customer_id="1001", agent_id="a")
    desk.until(lambda: ja in check(desk).get("message", ""))
    assert en in check(desk)["message_en"]
    assert "通話とスコアは続けています" in check(desk)["message"]
    desk.kintone.faults.clear()
    app = desk.kintone.apps[CUSTOMERS]
    app.tokens[TOKENS[CUSTOMERS]] = app.permissions
    answer = desk.client.post("/api/crm/try_again", json={})
    assert answer.status_code == 200
    desk.until(lambda: check(desk)["ok"], 20)
    desk.until(lambda: desk.call("c-1")["customer_data"] is not None)


def test_asked_again_it_is_green_within_seconds(untabled: Settings, kintone: StandIn) -> None:
    """Also with the waits of the product, after a refusal of some minutes."""
    revoke(kintone)
    server = start_server(untabled, kintone, "again", is_hurried=False)
    desk = Desk(server, kintone, server.app.test_client())
    try:
        desk.post("start_call", call_id="c-1", customer_id="1001", agent_id="a")
        desk.until(lambda: not check(desk)["ok"])
        server.state.crm.joining._failures = 7  # as after minutes
        time.sleep(6)
        app = kintone.apps[CUSTOMERS]
        app.tokens[TOKENS[CUSTOMERS]] = app.permissions
        desk.client.post("/api/crm/try_again", json={})
        desk.until(lambda: check(desk)["ok"], 8)
    finally:
        server.stop()
        server.state.store.engine.dispose()


def test_what_keeps_results_back_is_said_before_the_first_call_ends(desk: Desk) -> None:
    """A field of others that must be filled, an option that is gone, a right that is missing."""
    desk.kintone.apps[RESULTS].form.fields["支店"] = Field("SINGLE_LINE_TEXT", required=True)
    desk.client.post("/api/crm/try_again", json={})
    desk.until(lambda: "支店" in check(desk).get("message", ""))
    assert "支店" in check(desk)["message_en"]
    del desk.kintone.apps[RESULTS].form.fields["支店"]
    desk.client.post("/api/crm/try_again", json={})
    desk.until(lambda: check(desk)["ok"])


def test_a_server_without_a_crm_has_nothing_to_ask_again(untabled: Settings) -> None:
    """It says so."""
    from callrisk.bootstrap.server import create_app  # noqa: PLC0415

    env = untabled.env.model_copy(
        update={"database_url": f"sqlite:///{untabled.root / 'none.db'}", "replay_calls": 0}
    )
    server = create_app(untabled.model_copy(update={"env": env}))
    assert server.app.test_client().post("/api/crm/try_again", json={}).status_code == 404
    server.state.store.engine.dispose()
