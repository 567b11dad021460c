"""What several test files share: a port, a browser, run.py as a module, a small trained world."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from playwright.sync_api import Browser, expect, sync_playwright

from harness import migrated
from harness.compiling import first_alone, is_compiled
from harness.ports import free_port
from harness.scripts import module_of
from harness.seen_tour import been_here

# Whoever only starts others, or runs tests of one rule, imports neither the pipeline nor a server:
# fixtures import what is large when they are asked for.
if TYPE_CHECKING:
    from harness.small_world import World

# The shell without windows does the same work with less than two thirds of the processor.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
pytest_plugins = ("harness.amazon.fixtures", "harness.kintone.fixtures")

# The first start reads some hundred megabytes, beside all that a fresh machine does then.
LAUNCHED_WITHIN_MS = 180_000
# Four tests share two cores: what a page shows at once elsewhere may take seconds beside them.
SHOWN_WITHIN_MS = 30_000
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process that collects whether the first is to compile for all."""
    node.workerinput["compiles"] = not is_compiled()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect, on a fresh machine one process before the others."""
    with first_alone(session.config):
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files: one makes the trained world, beside it run long ones, short ones come last."""
    with_world = {item.path for item in items if "world" in getattr(item, "fixturenames", ())}
    counted = Counter(item.path for item in items)
    maker = min(with_world, key=lambda path: (counted[path], path), default=None)
    long = {item.path for item in items if {"slow", "browser"} & _marks(item)}
    items.sort(
        key=lambda item: (
            item.path != maker,
            item.path not in long,
            item.path in with_world,  # the world is made by then
        )
    )


def _marks(item: pytest.Item) -> set[str]:
    return {mark.name for mark in item.iter_markers()}


@pytest.fixture(scope="session", autouse=True)
def _migrated_once() -> Iterator[None]:
    """Let the migrations of a fresh SQLite run once in this process, not in every test."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "upgrade", migrated.upgrade)
        yield


@pytest.fixture(name="free_port")
def _free_port() -> int:
    """A port of this machine that nobody listens on."""
    return free_port()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium or Chrome of this machine, or the one that CALLRISK_CHROMIUM names."""
    named = os.environ.get("CALLRISK_CHROMIUM", "")
    path = named or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not path:
        pytest.skip("no Chromium or Chrome on the PATH; name one in CALLRISK_CHROMIUM")
    return path


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless browser for one test file; each test opens pages of its own in it."""
    # Not for the whole session: while it is open, nobody else can run an asyncio loop.
    choice: dict[str, Any]
    if sys.platform == "win32" and "CALLRISK_CHROMIUM" not in os.environ:
        choice = {"channel": "msedge"}  # on every Windows
    else:
        choice = {"executable_path": request.getfixturevalue("chromium_path")}
    # Chromium refuses its sandbox to root, which is who tests are in a container.
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            args=[*QUIET, *as_root], timeout=LAUNCHED_WITHIN_MS, **choice
        )
        expect.set_options(timeout=SHOWN_WITHIN_MS)
        been_here(chromium)
        yield chromium
        expect.set_options(timeout=None)
        chromium.close()


@pytest.fixture
def run_py() -> ModuleType:
    """run.py as a module, fresh for each test."""
    return module_of("run.py")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator["World"]:
    """The default sample and what the pipeline makes of it; nobody changes it."""
    from callrisk.live import served_model  # noqa: PLC0415 - large
    from harness.loaded_models import loading_once  # noqa: PLC0415 - large
    from harness.small_world import small_world  # noqa: PLC0415 - large

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(served_model, "load_version", loading_once())
        yield small_world(tmp_path_factory.mktemp("顧客 リスク"))


@pytest.fixture(scope="session")
def main_py() -> ModuleType:
    """src/main.py as a module."""
    return module_of("src/main.py")
