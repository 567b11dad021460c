"""One live server for all tests of the page, first without and then with a model."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from harness.live_server import LiveServer, SmallSample, small_sample_in
from harness.ports import free_port
from harness.spoken_calls import call_ids, say

DESK = ViewportSize(width=1440, height=900)


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory: pytest.TempPathFactory) -> SmallSample:
    """Sample data with a model of it that is not saved yet."""
    return small_sample_in(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def untrained_server(
    small_sample: SmallSample, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A live server without a model, in a folder with a space and Japanese characters."""
    root = small_sample.copy_to(tmp_path_factory.mktemp("ライブ 画面"))
    live = LiveServer(root, free_port())
    live.start()
    yield live
    live.stop()


@pytest.fixture(scope="module")
def server(untrained_server: LiveServer, small_sample: SmallSample) -> LiveServer:
    """The same server from when it has a demonstrated model."""
    small_sample.serve(untrained_server.root, "20260101-000000-000001", "demonstrated")
    untrained_server.wait_until(lambda: untrained_server.served_version() is not None)
    return untrained_server


@pytest.fixture
def open_page(browser: Browser, server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens the live page in a browser of its own; a fault in its scripts fails the test."""
    contexts, faults = [], []

    def opened(at: str = "", size: ViewportSize = DESK, locale: str = "ja-JP") -> Page:
        context = browser.new_context(viewport=size, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(at or server.url)
        expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def call(server: LiveServer) -> Iterator[str]:
    """A call in progress that another system started, with some turns."""
    call_id = next(call_ids)
    server.post("start_call", {"call_id": call_id, "customer_id": "1001", "agent_id": "agent-07"})
    say(server, call_id, "first", "お支払いは毎月27日でよろしいでしょうか。")
    yield call_id
    server.post("end_call", {"call_id": call_id})
