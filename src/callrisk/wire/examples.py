"""An example of each request and answer, taken from a call of the sample."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


def example_of(operation: str, part: str) -> Any:
    """Return the example of a part ("request" or "answer") of an operation; None where it has none.

    KeyError when the operation has no entry at all.
    """
    return _examples()[operation].get(part)


@cache
def _examples() -> Any:
    text = (files("callrisk.wire") / "examples.json").read_text(encoding="utf-8")
    return json.loads(text)
