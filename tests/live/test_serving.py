"""Which model answers: swapped while the server runs, and never for one that cannot be served."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from callrisk.artifacts import promote, rollback, save_version
from callrisk.live.served_model import ServedChampion
from harness.small_versions import (
    NEW,
    NEWER,
    OLD,
    make_champion,
    make_version,
    small_model,
    some_rows,
    tamper,
)

NOW = datetime(2026, 2, 3, tzinfo=UTC)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two versions of real data, the older of which serves."""
    for version in (OLD, NEW):
        make_version(tmp_path, version)
    make_champion(tmp_path, OLD)
    return tmp_path


@pytest.fixture
def serving(models: Path) -> ServedChampion:
    """A server's view of them that has looked once."""
    serving = ServedChampion(models, allow_demo=False)
    assert serving.refresh()
    return serving


def version(serving: ServedChampion) -> str | None:
    """Which version answers."""
    return None if serving.current is None else serving.current.model.version


def test_a_promotion_and_a_rollback_reach_a_running_server(
    serving: ServedChampion, models: Path
) -> None:
    """Each is noticed at the next look, once, and nothing is there to complain of."""
    assert not serving.refresh()
    promote(models, NEW, "佐藤", NOW)
    assert (serving.refresh(), version(serving), serving.refresh()) == (True, NEW, False)
    rollback(models, "佐藤", NOW)

    assert (serving.refresh(), version(serving)) == (True, OLD)
    assert (serving.problem, serving.notice) == (None, None)


def _tampered(models: Path) -> None:
    tamper(models / NEW)
    make_champion(models, NEW)


def _foreign(models: Path) -> None:
    model = small_model(NEWER, features=("one", "of", "another"))
    save_version(models, model, some_rows(), {})
    make_champion(models, NEWER)


def _demo(models: Path) -> None:
    make_version(models, NEWER, demo=True)
    make_champion(models, NEWER)


def _outside(models: Path) -> None:
    make_champion(models, "../x")


def _not_there(models: Path) -> None:
    make_champion(models, NEWER)


def _damaged(models: Path) -> None:
    (models / "champion.json").write_bytes(b"\xff{")


def _gone(models: Path) -> None:
    (models / "champion.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_tampered, "changed after training"),
        (_foreign, "does not know: one, of, another"),
        (_demo, "DEMO"),
        (_outside, "damaged"),
        (_not_there, "no such model version"),
        (_damaged, "damaged"),
        (_gone, "no model in"),
    ],
)
def test_the_old_one_keeps_serving_and_people_are_told(
    serving: ServedChampion, models: Path, spoil: object, expected: str
) -> None:
    """Whatever is wrong with the new champion; and as soon as it is mended all is well again."""
    assert callable(spoil)
    spoil(models)

    assert not serving.refresh()
    assert version(serving) == OLD
    assert expected in (serving.problem or "")
    notice = serving.notice
    assert notice is not None
    assert f"{OLD} で採点を続けています" in notice.ja
    assert f"{OLD} goes on scoring" in notice.en
    make_champion(models, OLD)
    assert not serving.refresh()
    assert (version(serving), serving.problem, serving.notice) == (OLD, None, None)


def test_a_refused_version_is_tried_again_once_its_files_change(
    serving: ServedChampion, models: Path
) -> None:
    """Hashing and loading take long, so nothing is tried twice; a restored file is noticed."""
    path = next((models / NEW).glob("*.ubj"))
    whole = path.read_bytes()
    _tampered(models)
    assert not serving.refresh()
    refused = serving.problem
    assert not serving.refresh()
    assert serving.problem == refused
    path.write_bytes(whole)

    assert serving.refresh()
    assert (version(serving), serving.notice) == (NEW, None)


def test_without_an_old_one_people_are_told_why_there_are_no_scores(models: Path) -> None:
    """A server that starts with a tampered champion has no model, and says what is wrong."""
    _tampered(models)
    serving = ServedChampion(models, allow_demo=True)

    assert not serving.refresh()
    assert serving.current is None
    assert serving.notice is not None
    assert "書き換えられている" in serving.notice.ja


def test_that_nothing_was_trained_yet_is_no_trouble(tmp_path: Path) -> None:
    """Screens say that by themselves, with the command that trains."""
    serving = ServedChampion(tmp_path, allow_demo=True)

    assert not serving.refresh()
    assert "python src/main.py" in (serving.problem or "")
    assert serving.notice is None
