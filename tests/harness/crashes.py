"""The named crash points within this process: an exception that nothing in the product catches."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from callrisk.background.crash_points import arm


class DiedError(BaseException):
    """What stands for the end of the process."""


@contextmanager
def dying_at(point: str, passes: int = 1) -> Iterator[None]:
    """Let the block end at the n-th pass of a crash point; it fails when it ends otherwise."""
    arm(f"{point}:{passes}", die=_die)
    with pytest.raises(DiedError):
        yield


def _die() -> None:
    raise DiedError
