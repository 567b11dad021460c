"""Two installations of each kind, and the commands that are tried on them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.databases import fresh_database
from harness.kept_installation import SECRETS, NewPlace, Place, lay_out

OF_ENV = (*SECRETS, "DATABASE_URL", "API_PORT", "KINTONE_BASE_URL", "KINTONE_APP_ID",
          "CALLRISK_CONFIG", "APP_ENV")  # fmt: skip


@pytest.fixture
def new_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[NewPlace]:
    """Makes an installation with an empty database of a kind."""
    for name in OF_ENV:
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:

        def made(name: str, kind: str) -> Place:
            root = tmp_path / f"顧客 リスク {name}"
            file = f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}"
            url = (
                file
                if kind == "sqlite"
                else stack.enter_context(fresh_database("postgresql", False))
            )
            return Place(lay_out(root, url), url, capsys)

        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database."""
    return str(request.param)


@pytest.fixture
def place(new_place: NewPlace, kind: str) -> Place:
    """The installation that is backed up."""
    return new_place("A", kind)


@pytest.fixture
def other(new_place: NewPlace, kind: str) -> Place:
    """A second one, into which it is restored."""
    return new_place("B", kind)
