"""The collection of tests where nothing is compiled yet: one process first, then the others.

All begin at once and import the same in the same order. On a fresh machine each would compile every
library and every test beside the others, for longer than all imports take afterwards.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness import ROOT

_FIRST = "gw0"
_PATIENCE_S = 300
# The tests that are collected last.
_LAST = ROOT / "tests" / "wire" / "__pycache__"


def is_compiled() -> bool:
    """Return True if an earlier run compiled all that tests import, as far as one file tells."""
    return any(_LAST.glob("*-pytest-*.pyc"))


@contextmanager
def first_alone(config: pytest.Config) -> Iterator[None]:
    """Wait in all processes but the first until that one has collected, if it is to compile."""
    given = getattr(config, "workerinput", {})
    if not given.get("compiles"):
        yield
        return
    done = Path(config.option.basetemp).parent / "compiled"
    if given["workerid"] == _FIRST:
        try:
            yield
        finally:
            done.touch()
        return
    until = time.monotonic() + _PATIENCE_S
    while not done.exists() and time.monotonic() < until:
        time.sleep(0.1)
    yield
