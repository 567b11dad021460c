"""The states of the page that the tablet holds: a call, and each sheet over it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from playwright.sync_api import Page

from harness.page_states import State

# The sheets, and what opens each.
_SHEETS = {
    "touch": "", "touch-note": "bar-note", "touch-work": "bar-work", "touch-calls": "calls-open",
}  # fmt: skip


def with_touch(states: Iterator[State]) -> Iterator[State]:
    """Return the states, and after that of a call in the highest category those for fingers."""
    for state in states:
        yield state
        if state.name == "high":
            page = state.address.replace("#", "touch?agent=agent-07#", 1)
            for name, opener in _SHEETS.items():
                yield replace(state, name=name, address=page, act=partial(_opened, state, opener))


def _opened(state: State, opener: str, page: Page) -> None:
    state.act(page)
    if opener:
        page.get_by_test_id(opener).click()
