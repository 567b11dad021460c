"""The name of a record that was joined: hidden in what was said before, and in what follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactDetails, Event
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.domain.time import utc_now
from callrisk.integrations.spreadsheet.customer_table import ExcludedColumns, read_customer_table
from callrisk.pipeline.file_formats import customer_format
from callrisk.settings import Settings
from callrisk.store.drafts import Drafts
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from harness.kintone.crm_bench import CUSTOMERS, FORM, RESULTS, TOKENS, Desk, start_server
from kintone_stand_in import App, Field, StandIn
from kintone_stand_in.demo_company import RESULT_FIELDS

# Neither a rule nor the tagger knows these for a name.
SAID, HIDDEN = "百武のとこに請求書が来て", "■■のとこに請求書が来て"
WORRIED, WORRIED_HIDDEN = (
    f"来月から{name}が払うので、払えるか不安です" for name in ("ももたけ", "■■■■")
)
CARD_NUMBER, PHONE = "7001", "+815000007001"
RECORD = {
    "レコード番号": CARD_NUMBER, "氏名": "百武　三千代", "電話番号": "050-0000-7001",
    "ふりがな": "モモタケ ミチヨ", "住所": "東京都港区芝浜3-1-2\nグランメゾン芝浜405",
}  # fmt: skip


@pytest.fixture
def kintone() -> Iterator[StandIn]:
    """A stand-in with a customer of a rare name, whose kana and address it keeps, too."""
    form = FORM | {"ふりがな": Field("SINGLE_LINE_TEXT"), "住所": Field("MULTI_LINE_TEXT")}
    view = frozenset({"view"})
    app = App(CUSTOMERS, "顧客 DEMO", form, TOKENS[CUSTOMERS], permissions=view)
    app.add(RECORD)
    results = App(RESULTS, "結果 DEMO", RESULT_FIELDS, TOKENS[RESULTS])
    with StandIn([app, results]) as started:
        yield started


@pytest.fixture
def settings(untabled: Settings) -> Settings:
    """Settings that name the columns of kana and address."""
    columns = untabled.customer_columns.model_copy(update={"kana": "ふりがな", "address": "住所"})
    return untabled.model_copy(update={"customer_columns": columns})


@pytest.fixture
def desk(settings: Settings, kintone: StandIn, tmp_path: Path) -> Iterator[Desk]:
    """A server that runs."""
    server = start_server(settings, kintone, tmp_path.name)
    yield Desk(server, kintone, server.app.test_client())
    server.stop()
    server.state.store.engine.dispose()


def begin(desk: Desk, call_id: str, customer_id: str | None = None) -> None:
    """Start a call over REST."""
    desk.post("start_call", call_id=call_id, customer_id=customer_id, agent_id="agent-1")


def say(desk: Desk, call_id: str, number: int, text: str = SAID, *, is_over: bool = True) -> None:
    """A turn over REST."""
    turn = {
        "segment_id": f"s{number}", "role": "CUSTOMER", "text": text, "begin_ms": 6_000 * number,
        "end_ms": 6_000 * number + 5_000, "provisional": not is_over,
    }  # fmt: skip
    desk.post(f"calls/{call_id}/segments", segments=[turn])


def take(desk: Desk, event: Event) -> None:
    """Store a turn of the telephony as another process does, which knows no records."""
    Contacts(desk.server.state.store.engine, packaged()).take(Delivery([event], utc_now()))


def join(desk: Desk, call_id: str) -> None:
    """The record comes: the telephony tells who calls."""
    take(desk, ContactDetails(call_id, utc_now(), phone=PHONE))
    desk.until(lambda: desk.call(call_id)["customer_data"] is not None)


def stored(desk: Desk, call_id: str) -> list[str]:
    """The texts of a call as they are in the database."""
    return [one.turn.text for one in Queries(desk.server.state.store.engine).turns(call_id)]


def test_what_was_said_before_the_record_came_is_hidden(desk: Desk) -> None:
    """In the database, in REST and in the log of events; of another call nothing is."""
    begin(desk, "c-1")
    begin(desk, "c-2")
    for call_id in ("c-1", "c-2"):
        say(desk, call_id, 0)
        say(desk, call_id, 1, WORRIED)
    assert stored(desk, "c-1") == [SAID, WORRIED]

    join(desk, "c-1")
    desk.until(lambda: stored(desk, "c-1") == [HIDDEN, WORRIED_HIDDEN])

    texts = [turn["text"] for turn in desk.call("c-1")["segments"]]
    assert texts == stored(desk, "c-1")
    told = desk.client.get("/api/events?after=0").get_json()["events"]
    told_of = {
        call_id: {
            event["payload"]["text"]
            for event in told
            if (event["type"], event["payload"]["call_id"]) == ("transcript_segment", call_id)
        }
        for call_id in ("c-1", "c-2")
    }
    assert told_of == {"c-1": set(texts), "c-2": set(stored(desk, "c-2"))}
    assert stored(desk, "c-2") == [SAID, WORRIED]
    words = [one["phrase"] for turn in desk.call("c-1")["segments"] for one in turn["statements"]]
    assert words
    assert all(phrase in "".join(texts) for phrase in words)


def test_kana_and_address_of_the_record_are_hidden(desk: Desk) -> None:
    """As CUSTOMER_COLUMNS names them; the app's form fits."""
    begin(desk, "c-1", CARD_NUMBER)
    desk.until(lambda: desk.server.state.store.persons.of("c-1") is not None)

    say(desk, "c-1", 0, "ももたけに聞いて、グランメゾン芝浜にいます")
    assert stored(desk, "c-1") == ["■■■■に聞いて、■■■■■■■■にいます"]
    check = desk.client.get("/api/health").get_json()["checks"]["kintone"]
    assert check["ok"], check


def test_a_table_tells_kana_and_address(settings: Settings, tmp_path: Path) -> None:
    """The same columns as in the CRM; they are no further columns for the model."""
    table = tmp_path / "customers.csv"
    lines = [",".join(RECORD), ",".join(f'"{cell}"' for cell in RECORD.values())]
    table.write_text("\n".join(lines), encoding="utf-8")

    listed = read_customer_table(table, customer_format(settings), ExcludedColumns())
    customer = listed.records[CARD_NUMBER]
    assert (customer.kana, customer.address) == (RECORD["ふりがな"], RECORD["住所"])
    assert listed.further == ()


def test_what_is_said_after_it_is_stored_hidden(desk: Desk) -> None:
    """A turn over REST, one that is still spoken, and what the agent writes down."""
    begin(desk, "c-1", CARD_NUMBER)
    desk.until(lambda: desk.call("c-1")["customer_data"] is not None)
    desk.until(lambda: desk.server.state.store.persons.of("c-1") is not None)

    say(desk, "c-1", 0, is_over=False)
    drafts = Drafts(desk.server.state.store.engine).of("c-1")
    assert [draft.text for draft in drafts.values()] == [HIDDEN]
    say(desk, "c-1", 0)
    assert stored(desk, "c-1") == [HIDDEN]
    note = desk.post("calls/c-1/notes", agent_id="agent-1", text=SAID)
    assert note["text"] == HIDDEN


def test_a_turn_of_the_stream_is_hidden_before_it_is_pushed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that reads the stream knows no records."""
    begin(desk, "c-1", CARD_NUMBER)
    desk.until(lambda: desk.server.state.store.persons.of("c-1") is not None)
    pushed: list[str] = []
    pusher = desk.server.state.live._pusher
    push = pusher.push

    def listen(event, agent_id):  # type: ignore[no-untyped-def]
        pushed.append(str(event.payload.get("text", "")))
        push(event, agent_id)

    monkeypatch.setattr(pusher, "push", listen)
    turn = Segment("s1", 1, ParticipantRole.CUSTOMER, SAID, 1_000, 2_000)
    take(desk, AnalysisEvent("c-1", AnalysisKind.SEGMENTS, utc_now(), (turn,)))

    desk.until(lambda: HIDDEN in pushed)
    assert stored(desk, "c-1") == [HIDDEN]
    assert SAID not in pushed


def test_a_server_that_starts_hides_what_it_finds(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    """The record was not known yet when the server before it ended."""
    begin(desk, "c-1")
    say(desk, "c-1", 0)
    desk.server.stop()
    take(desk, ContactDetails("c-1", utc_now(), customer_id=CARD_NUMBER))

    other = start_server(settings, desk.kintone, tmp_path.name)
    again = Desk(other, desk.kintone, other.app.test_client())
    again.until(lambda: stored(again, "c-1") == [HIDDEN])
    other.stop()
