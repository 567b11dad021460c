"""Every state of the live page and the pages around it, made on real servers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect
from pydantic import SecretStr

from callrisk.bootstrap.server import create_app
from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactDetails, ContactEvent
from callrisk.domain.event_types import Source
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.people.password_rules import hashed
from callrisk.settings import load
from callrisk.store.calls import NewCall
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.database import open_database
from callrisk.web.app import Server
from harness.key_rings import KEYS
from harness.live_server import LiveServer, SmallSample
from harness.ports import free_port
from harness.search_states import search_states
from harness.seen_tour import SEEN_TOUR
from harness.serving import serving
from harness.small_world import new_root
from harness.waiting import wait_until

PATIENCE_MS = 30_000
PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests
TEAM = "東京"

Turn = tuple[str, str]
AGENT, CUSTOMER = "AGENT", "CUSTOMER"
OPENING: tuple[Turn, ...] = (
    (
        AGENT,
        "お電話ありがとうございます。ご契約の件でお電話いたしました。いまお時間はよろしいでしょうか。",
    ),
    (CUSTOMER, "はい、少しなら大丈夫です。"),
    (AGENT, "恐れ入りますが、ご本人様確認のため、お名前とご生年月日をお伺いできますでしょうか。"),
    (CUSTOMER, "はい、見本です。昭和六十年の四月一日生まれです。"),
    (AGENT, "ありがとうございます。今月分のお支払いについて、ご案内いたします。"),
)
TALKS: dict[str, tuple[Turn, ...]] = {
    "high": (
        *OPENING,
        (CUSTOMER, "すみません、先月から仕事が減ってしまって、収入がかなり減りました。"),
        (AGENT, "さようでございましたか。"),
        (CUSTOMER, "正直に言うと、今月は払えないです。お金に余裕がありません。"),
        (AGENT, "ご事情をお聞かせいただき、ありがとうございます。"),
        (CUSTOMER, "ほかの借入もあって、支払いを少し待ってほしいんです。"),
        (AGENT, "分割のお支払いもご相談いただけます。"),
        (CUSTOMER, "いや、もう払うつもりはありません。請求もおかしいと思っています。"),
    ),
    "medium": (
        *OPENING,
        (CUSTOMER, "うーん、今月はちょっと厳しいかもしれません。"),
        (AGENT, "ご都合のよいお日にちはございますか。"),
        (CUSTOMER, "給料日のあとなら払えると思います。"),
        (AGENT, "かしこまりました。二十五日のお引き落としではいかがでしょうか。"),
        (CUSTOMER, "たぶん大丈夫です。"),
    ),
    "low": (
        *OPENING,
        (CUSTOMER, "大丈夫です。毎月きちんと払っています。今月も必ず払います。"),
        (AGENT, "ありがとうございます。ほかにご不明な点はございますか。"),
        (CUSTOMER, "いいえ、よく分かりました。余裕もありますので安心してください。"),
        (AGENT, "それでは、二十七日にお引き落としいたします。"),
        (CUSTOMER, "はい、お願いします。"),
    ),
}


@dataclass(frozen=True)
class Look:
    """The way a page is shown; the theme is light, dark, or forced by the system's colours."""

    size: ViewportSize
    theme: str = "light"
    locale: str = "ja-JP"


@dataclass(frozen=True)
class State:
    """One state: its name, its address, and what is done at the page until it is there."""

    name: str
    address: str
    act: Callable[[Page], None]

    @contextmanager
    def shown(self, browser: Browser, look: Look) -> Iterator[Page]:
        """Open the state in a browser of its own."""
        context = browser.new_context(
            viewport=look.size, locale=look.locale, reduced_motion="reduce",
            color_scheme="dark" if look.theme == "dark" else "light",
            forced_colors="active" if look.theme == "forced" else "none",
        )  # fmt: skip
        context.add_init_script(f"localStorage.setItem('callrisk.theme', '{_stored(look.theme)}')")
        context.add_init_script(SEEN_TOUR)
        page = context.new_page()
        page.goto(self.address)
        self.act(page)
        yield page
        context.close()


def _stored(theme: str) -> str:
    return "system" if theme == "forced" else theme


def connected(page: Page) -> None:
    """Wait until the page has the calls."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    expect(page.locator("#desk[data-loading]")).to_have_count(0, timeout=PATIENCE_MS)


@dataclass
class Stage:
    """A live server of which the states are shown, and one that demands a login."""

    live: LiveServer
    sample: SmallSample
    folder: Path

    def states(self) -> Iterator[State]:
        """Bring the servers into one state after the other; the next one undoes the last."""
        yield State("no-call", self.live.url, connected)
        self.talk("n-1", "1001", TALKS["medium"])
        yield self.of_call("no-model", "n-1")
        self.live.post("end_call", {"call_id": "n-1"})
        self._serve("20260101-000000-000001", "demonstrated")
        yield from self._calls()
        yield from self._dialogs()
        yield from self._troubles()
        self._serve("20260101-000000-000002", "unproven")
        self.talk("u-1", "1003", TALKS["medium"])
        yield self.of_call("unproven", "u-1")
        with office(self.folder) as (server, address):
            yield from _pages_with_login(server, address)

    def of_call(self, name: str, call_id: str, act: Callable[[Page], None] | None = None) -> State:
        """A state of one call, after what is done there."""

        def done(page: Page) -> None:
            connected(page)
            expect(page.get_by_test_id("call-title")).not_to_be_empty()
            if act is not None:
                act(page)

        return State(name, f"{self.live.url}#call={call_id}", done)

    def talk(self, call_id: str, customer: str | None, turns: tuple[Turn, ...]) -> str | None:
        """Let two people talk in a new call; return the category of its score."""
        ids = {"call_id": call_id, "customer_id": customer, "agent_id": "agent-07"}
        self.live.post("start_call", ids)
        segments = [
            {
                "segment_id": f"s{place}", "role": role, "text": text, "sentiment": None,
                "begin_ms": place * 9_000, "end_ms": place * 9_000 + 7_500,
            }
            for place, (role, text) in enumerate(turns)
        ]  # fmt: skip
        for segment in segments:
            self.live.post(f"calls/{call_id}/segments", {"segments": [segment]})
        wait_until(lambda: self._is_settled(call_id, len(turns)))
        assessment = self.live.get(f"calls/{call_id}")["assessment"]
        return None if assessment is None else str(assessment["risk_category"])

    def _is_settled(self, call_id: str, turns: int) -> bool:
        call = self.live.get(f"calls/{call_id}")
        if self.live.served_version() is None:
            return len(call["segments"]) == turns
        assessment = call["assessment"]
        return assessment is not None and assessment["quality"]["turns"] == turns

    def call_of(self, category: str) -> str:
        """Return a call in progress of this category, of the first customer whose call is so."""
        for number in range(1001, 1041):
            call_id = f"{category}-{number}"
            if self.talk(call_id, str(number), TALKS[category]) == category:
                return call_id
            self.live.post("end_call", {"call_id": call_id})
        raise AssertionError(f"no call becomes {category}")

    def _serve(self, version: str, skill: str) -> None:
        self.sample.serve(self.live.root, version, skill)
        self.live.wait_until(lambda: self.live.served_version() == version)

    def _calls(self) -> Iterator[State]:
        self.talk("listening-1", "1002", OPENING[:2])
        yield self.of_call("listening", "listening-1")
        for category in ("low", "medium", "high"):
            yield self.of_call(category, self.call_of(category))
        (high, *_) = [call for call in self._active() if call.startswith("high")]
        note = {"agent_id": "agent-07", "text": "分割の相談。折り返しは25日の夕方。"}
        self.live.post(f"calls/{high}/notes", note)
        help_wanted = {"agent_id": "agent-07", "reason": "請求に異議"}
        asked = self.live.post(f"calls/{high}/escalate", help_wanted)["note_id"]
        yield self.of_call("why-moved", high, _choose_moment)
        yield self.of_call("mark", high, _press_a_mark)
        yield self.of_call("dialog-correct", high, _correct)
        self._ask_for_correction(high)
        yield self.of_call("corrections", high, _open_corrections)
        self.talk("unknown-1", None, TALKS["medium"])
        yield self.of_call("no-record", "unknown-1")
        yield self.of_call("silent", high, _hearing("silent"))
        answer = {
            "agent_id": "leader-1",
            "note_id": asked,
            "text": "請求の明細を後ほどお送りします。",
        }
        self.live.post(f"calls/{high}/escalations/answer", answer)
        yield self.of_call("answered", high, _answered)
        self.talk("over-1", "1004", TALKS["medium"])
        self.live.post("end_call", {"call_id": "over-1"})
        yield self.of_call("ended", "over-1", _summed_up)
        yield from search_states(self, State)
        yield State("wallboard", f"{self.live.url}wallboard", _wall_stands)

    def _ask_for_correction(self, call_id: str) -> None:
        segments = self.live.get(f"calls/{call_id}")["segments"]
        statement = next(one for turn in segments for one in turn["statements"])
        place = {name: statement[name] for name in ("segment_id", "begin", "end", "intent")}
        words = {"agent_id": "agent-07", "meant": "none", "text": "ご家族のお仕事の話でした。"}
        self.live.post(f"calls/{call_id}/corrections", place | words)

    def _active(self) -> list[str]:
        return [call["call_id"] for call in self.live.get("calls?status=active")["calls"]]

    def _dialogs(self) -> Iterator[State]:
        call_id = self.call_of("medium")
        for name, button in (
            ("dialog-start", "start-call"),
            ("dialog-escalate", "escalate"),
            ("dialog-assign", "assign"),
        ):
            yield self.of_call(name, call_id, _press(button))
        yield self.of_call("dialog-keys", call_id, lambda page: page.keyboard.press("?"))
        yield self.of_call("tour", call_id, _show_around)

    def _troubles(self) -> Iterator[State]:
        self._telephony_call("late-1")
        self._lag(40_000)
        yield self.of_call("late", "late-1", _hearing("late"))
        self._lag(None)
        failed = AnalysisEvent("late-1", AnalysisKind.FAILED, datetime.now(UTC))
        self.live.take(failed)
        yield self.of_call("analysis-lost", "late-1", _hearing("lost"))
        call_id = self._active()[0]
        yield self.of_call("server-lost", call_id, _lose_the_server)

    def _telephony_call(self, call_id: str) -> None:
        now = datetime.now(UTC)
        self.live.take(ContactEvent(call_id, "CONNECTED_TO_AGENT", now, creates=True))
        details = ContactDetails(call_id, now, agent_id="agent-07", customer_id="1005")
        turns = tuple(
            Segment(
                f"t{place}",
                place,
                ParticipantRole(role),
                text,
                9_000 * place,
                9_000 * place + 7_500,
            )
            for place, (role, text) in enumerate(TALKS["medium"])
        )
        self.live.take(details, AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, turns))

    def _lag(self, behind_ms: int | None) -> None:
        database = self.live.root / "data" / "processed" / "callrisk.db"
        engine = open_database(f"sqlite:///{database}", KEYS)
        reports, now = SourceReports(engine), datetime.now(UTC)
        if behind_ms is None:
            reports.forget("stream")
        else:
            reports.report(SourceState("stream", now, behind_ms, None, {}))
        engine.dispose()


def _wall_stands(page: Page) -> None:
    connected(page)
    expect(page.get_by_test_id("call-item").first).to_be_visible()


def _summed_up(page: Page) -> None:
    expect(page.locator("#summary:not([hidden])")).to_be_attached()


def _answered(page: Page) -> None:
    expect(page.locator("#help[data-help=answered]")).to_be_attached()


def _lose_the_server(page: Page) -> None:
    page.context.set_offline(True)
    _hearing("offline")(page)
    expect(page.get_by_test_id("hearing")).to_contain_text("2")  # seconds


def _hearing(kind: str) -> Callable[[Page], None]:
    def wait(page: Page) -> None:
        hearing = page.get_by_test_id("hearing")
        expect(hearing).to_have_attribute("data-hearing", kind, timeout=PATIENCE_MS)

    return wait


def _press(button: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        if page.get_by_test_id("tab-record").is_visible():
            page.get_by_test_id("tab-record").click()
        page.get_by_test_id(button).click()

    return press


def _choose_moment(page: Page) -> None:
    if page.get_by_test_id("tab-why").is_visible():
        page.get_by_test_id("tab-why").click()
    course = page.get_by_test_id("trend")
    course.press("Home")
    expect(page.get_by_test_id("moved-line").first).to_be_visible()


def _press_a_mark(page: Page) -> None:
    if page.get_by_test_id("tab-talk").is_visible():
        page.get_by_test_id("tab-talk").click()
    page.locator("#turns button.statement-name").last.click()
    expect(page.get_by_test_id("mark-card")).to_be_visible()


def _show_around(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_test_id("tour-again").click()
    page.get_by_test_id("tour-next").click()
    expect(page.get_by_test_id("tour-step")).to_contain_text("2")


def _correct(page: Page) -> None:
    _press_a_mark(page)
    page.get_by_test_id("mark-correct").click()
    expect(page.get_by_test_id("correct-dialog")).to_be_visible()


def _open_corrections(page: Page) -> None:
    if page.get_by_test_id("tab-record").is_visible():
        page.get_by_test_id("tab-record").click()
    page.get_by_test_id("corrections-open").click()
    expect(page.get_by_test_id("correction-item").first).to_be_visible()


@contextmanager
def office(folder: Path) -> Iterator[tuple[Server, str]]:
    """A server that demands a login, with an administrator and calls of a team."""
    port = free_port()
    settings = load(new_root(folder / "office"))
    changed: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'office.db'}", "api_port": port,
        "flask_secret_key": SecretStr("s" * 40), "replay_calls": 0,
    }  # fmt: skip
    env = settings.env.model_copy(update=changed)
    server = create_app(settings.model_copy(update={"env": env}))
    object.__setattr__(server.state.requesters, "demands_login", True)
    now, persons = datetime.now(UTC), server.state.accounts.persons
    for login, role in (("agent-1", Role.AGENT), ("admin-1", Role.ADMIN)):
        person = Person(0, login, f"見本 {login}", frozenset({role}), frozenset({TEAM}))
        added = persons.add(person, now)
        persons.set_password(added.person_id, hashed(PASSWORD), must_change=False)
    for number in range(1, 9):
        call = NewCall(f"w-{number}", str(1000 + number), "agent-1", Source.REST, False, now, None)
        server.state.intake.start(call)
    with serving(server, port) as address:
        yield server, address


def _pages_with_login(server: Server, address: str) -> Iterator[State]:
    yield State("login", f"{address}/login", lambda page: page.locator("form").first.wait_for())

    def log_in(page: Page) -> None:
        page.locator("[name=login]").fill("admin-1")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(f"{address}/admin")

    yield State("admin", f"{address}/login", log_in)
