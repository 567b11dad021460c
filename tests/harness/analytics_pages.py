"""The pages of the analytics app with something on each of them: for axe and for pictures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import insert

from callrisk.domain.customer import JST
from callrisk.store.database import open_database
from callrisk.store.facts.fact_tables import call_facts
from callrisk.wire.client import LiveApi
from callrisk.wire.stats.customer_segments import SegmentRuleBody
from harness import ROOT
from harness.fact_rows import fact_row
from harness.key_rings import KEYS
from harness.live_server import LiveServer
from harness.made_export import calls, written
from harness.ports import free_port
from harness.small_world import World
from harness.streamlit_app import StreamlitApp

PATIENCE_MS = 120_000
CUSTOMER = "1007"
# Each page, or view of one: its name, its address, and what is there once it is drawn.
PAGES = {
    "today": ("?", "[data-testid=stMetric]"),
    "call-list": ("call_list?who=all&budget=12", "[data-testid=stDataFrame]"),
    "calls": ("calls?", "[data-testid=stDataFrame]"),
    "one-call": ("calls?call=past-2", ".turn"),
    "customers": ("customers?", "[data-testid=stVegaLiteChart] :is(svg, canvas)"),
    "one-customer": (
        f"customers?customer={CUSTOMER}",
        "[data-testid=stVegaLiteChart] :is(svg, canvas)",
    ),
    "segments": ("customers?view=segments", "[data-testid=stDataFrame]"),
    "data": ("data?file=通話データ_前月.csv", "[data-testid=stDataFrame]"),
    "data-outcomes": ("data?file=通話データ_前月.csv&tab=labels", "[data-testid=stDataFrame]"),
    "data-changed": ("data?file=通話データ_前月.csv&tab=drift", "[data-testid=stDataFrame]"),
    "data-declare": ("data?file=通話データ_前月.csv&tab=declare", "[data-testid=stCode]"),
}
_SAID = (
    ("AGENT", "お支払いの件でご連絡しました。"),
    ("CUSTOMER", "すみません、今月は支払いが厳しいです。"),
    ("AGENT", "いつ頃でしたらお支払いいただけますか。"),
    ("CUSTOMER", "来月の10日には必ず払います。"),
)


@dataclass(frozen=True)
class AnalyticsPages:
    """The analytics app at an address."""

    address: str

    def opened(
        self, browser: Browser, name: str, language: str, size: tuple[int, int],
        scheme: str = "light",
    ) -> Page:  # fmt: skip
        """A page once it is drawn whole."""
        asked, there = PAGES[name]
        page = browser.new_page(
            viewport=ViewportSize(width=size[0], height=size[1]),
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{self.address}/{asked}&lang={language}")
        expect(page.locator("h1")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator(there).first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0, timeout=PATIENCE_MS)
        page.wait_for_function("!document.querySelector('[data-test-script-state=running]')")
        # Pictures and tables fade in.
        page.wait_for_timeout(1_200)
        return page


@contextmanager
def analytics_pages(world: World, folder: Path) -> Iterator[AnalyticsPages]:
    """The app over a live server of its own, with calls in progress and calls that are over."""
    root = folder / "callrisk"
    shutil.copytree(world.settings.root, root)
    for name in ("realtime_api_server.py", "streamlit_dashboard.py"):
        shutil.copy(ROOT / name, root)
    (root / "src").mkdir(exist_ok=True)
    shutil.copy(ROOT / "src" / "main.py", root / "src")
    shutil.copytree(ROOT / ".streamlit", root / ".streamlit")
    _tables(root / "data" / "raw")
    live = LiveServer(root, free_port())
    live.start()
    try:
        _calls(live)
        _past(root)
        _segments(live)
        with StreamlitApp(root, "streamlit_dashboard.py", live.port) as address:
            yield AnalyticsPages(address)
    finally:
        live.stop()


def _calls(live: LiveServer) -> None:
    """Three calls that are over and four that go on."""
    for n in range(7):
        call_id = f"past-{n}" if n < 3 else f"now-{n}"
        ids = {"call_id": call_id, "customer_id": str(1005 + n), "agent_id": f"agent-{1 + n % 3}"}
        live.post("start_call", ids)
        turns = [
            {
                "segment_id": f"s{at}", "role": role, "text": text, "begin_ms": 15_000 * at,
                "end_ms": 15_000 * at + 12_000, "sentiment": "NEUTRAL",
            }
            for at, (role, text) in enumerate(_SAID[: 2 + n % 3])
        ]  # fmt: skip
        live.post(f"calls/{call_id}/segments", {"segments": turns})
        live.post("score_customer", {"call_id": call_id})
        if n == 3:
            reason = {"agent_id": ids["agent_id"], "reason": "分割のご希望です"}
            live.post(f"calls/{call_id}/escalate", reason)
        if n < 3:
            note = {"agent_id": ids["agent_id"], "text": "翌月のお支払いを希望"}
            live.post(f"calls/{call_id}/notes", note)
            live.post("end_call", {"call_id": call_id})
    live.wait_until(lambda: len(live.get("calls/search")["calls"]) >= 3)


def _past(root: Path) -> None:
    """Calls of the last months: of one customer, and of many on this weekday."""
    now = datetime.now(UTC)
    engine = open_database(f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}", KEYS)
    rows = [_row(n, now - timedelta(days=9 * (9 - n), hours=2)) for n in range(9)]
    rows += [
        _usual(f"usual-{week}-{n}", now - timedelta(days=7 * week, minutes=7 * n + 1), n)
        for week in range(1, 9) for n in range(12)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(call_facts), rows)
    engine.dispose()


def _row(n: int, began: datetime) -> dict[str, Any]:
    final = (34, 41, 55, 72, 78, 69, 47, 52, 38)[n]
    promised = {2: 12, 4: 9, 7: 20}.get(n)
    return fact_row(
        f"history-{n}", began.astimezone(JST).date(), f"agent-{1 + n % 3}", customer_id=CUSTOMER,
        started_at=began, ended_at=began + timedelta(minutes=4), duration_s=180.0 + 31 * n,
        first_score=50, final_score=final, highest_score=max(final, 50) + 5,
        final_category="high" if final >= 70 else "medium" if final >= 40 else "low",
        course=[[0, 50], [60, max(final, 50) + 5], [180, final]], notes=n % 3, escalated=n == 4,
        said={3: {"dispute": 1}, 4: {"hardship": 2}}.get(n, {"promise": 1} if promised else {}),
        outcome="promised" if promised else "paid" if n == 5 else "not_reached",
        promised_on=None if promised is None else (began + timedelta(days=promised)).date(),
        promised_yen=34_300 if promised else None,
    )  # fmt: skip


def _usual(call_id: str, began: datetime, n: int) -> dict[str, Any]:
    return fact_row(
        call_id, began.astimezone(JST).date(), f"agent-{1 + n % 3}", customer_id=str(1020 + n),
        started_at=began, ended_at=began + timedelta(minutes=3), first_score=40 + 4 * n,
        final_category="high" if n > 8 else "low", escalated=n == 1,
    )  # fmt: skip


def _segments(live: LiveServer) -> None:
    api = LiveApi(live.url)
    amount = SegmentRuleBody(column="contract_amount", low=40_000)
    api.save_customer_segment("月額4万円以上", [amount], shared=True)
    high = SegmentRuleBody(column="score", low=70)
    api.save_customer_segment("高額でスコアが高い", [amount, high], shared=False)


def _tables(raw: Path) -> None:
    """Two exports to compare, with columns that nobody declared and cells that are refused."""
    for name, seed, more in (("通話データ_前月.csv", 0, 0), ("通話データ_前々月.csv", 1, 6_000)):
        rows = [
            row | {
                "家賃": "高い" if n == 5 else 52_000 + more + 500 * (n % 23), "区": "港中西"[n % 3],
                "性別": "男女"[n % 2], "備考": f"{n}回目のご連絡について記録",
            }
            for n, row in enumerate(calls(160, seed))
        ]  # fmt: skip
        written(raw / name, [*rows, *rows[:3]])
