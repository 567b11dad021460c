"""Which version serves: promoted by somebody through the gate, one step back, and recorded."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callrisk.artifacts import (
    Action,
    ArtifactError,
    PromotionRefusedError,
    champion,
    finish_training,
    gate,
    history,
    promote,
    rollback,
    why_no_rollback,
)
from harness.small_versions import (
    BLOCKED,
    NEW,
    NEWER,
    OLD,
    UNPROVEN,
    WORSE,
    make_champion,
    make_version,
    tamper,
)

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Three versions of real data, the oldest of which serves."""
    models = tmp_path / "モデル 置場"
    for version in (OLD, NEW, NEWER):
        make_version(models, version)
    make_champion(models, OLD)
    return models


NO_NAMES = ["", "  ", "\n", "callrisk: first model", "CallRisk", "callriſk",
            "x" * 101, "a\x00b"]  # fmt: skip


def state(models: Path) -> dict[str, bytes]:
    """Everything that lies directly in the folder of models."""
    return {path.name: path.read_bytes() for path in models.iterdir() if path.is_file()}


def test_a_promotion_remembers_who_when_and_what_was_before(models: Path) -> None:
    """The champion names all of it, and the record has a line."""
    new = promote(models, NEW, "  佐藤   花子 ", NOW)

    assert new == champion(models)
    assert (new.version, new.previous, new.by, new.at) == (NEW, OLD, "佐藤 花子", NOW)
    [line] = history(models)
    assert (line.version, line.previous, line.by) == (NEW, OLD, "佐藤 花子")
    assert (line.action, line.at) == (Action.PROMOTED, NOW)
    assert {path.name for path in models.iterdir() if path.name.startswith(".")} == set()


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_promotion_needs_a_persons_name(models: Path, name: str) -> None:
    """No name, one of our own, or none that can be read: refused in one line, nothing changed."""
    before = state(models)

    with pytest.raises(ArtifactError, match="person's name"):
        promote(models, NEW, name, NOW)
    with pytest.raises(ArtifactError, match="person's name"):
        rollback(models, name, NOW)
    assert state(models) == before


def test_a_name_may_have_a_hundred_characters(models: Path) -> None:
    """And is kept whole."""
    assert promote(models, NEW, "名" * 100, NOW).by == "名" * 100


def test_the_gate_refuses_with_its_reasons(models: Path) -> None:
    """Every reason is told, in both languages, and nothing changes."""
    for version, evaluation in (("20260105-000000-a", WORSE), ("20260106-000000-a", BLOCKED)):
        make_version(models, version, evaluation)
        before = state(models)

        with pytest.raises(PromotionRefusedError) as refused:
            promote(models, version, "佐藤", NOW)
        assert list(refused.value.reasons) == gate(models, version) != []
        assert all(reason.ja in refused.value.text.ja for reason in refused.value.reasons)
        assert state(models) == before


def test_what_serves_is_not_promoted_again(models: Path) -> None:
    """Else the way back would be lost."""
    with pytest.raises(ArtifactError, match="serves already"):
        promote(models, OLD, "佐藤", NOW)


def test_a_damaged_record_of_the_champion_is_mended_by_a_promotion(models: Path) -> None:
    """Nothing is guessed of what was before; the next promotion says again what serves."""
    path = models / "champion.json"
    path.write_text('{"version": "2026', encoding="utf-8")

    with pytest.raises(ArtifactError, match=r"champion\.json: damaged"):
        champion(models)
    with pytest.raises(ArtifactError, match="damaged"):
        rollback(models, "佐藤", NOW)
    assert promote(models, NEW, "佐藤", NOW).previous is None
    assert [line.action for line in history(models)] == [Action.PROMOTED]


# One step back


def test_a_rollback_goes_one_step_and_no_further(models: Path) -> None:
    """Back to what served before; from there only another promotion leads on."""
    promote(models, NEW, "佐藤", NOW)
    promote(models, NEWER, "鈴木", NOW + timedelta(days=1))

    back = rollback(models, "田中", NOW + timedelta(days=2))

    assert (back.version, back.previous, back.by) == (NEW, None, "田中")
    assert champion(models) == back
    with pytest.raises(ArtifactError, match="no earlier version"):
        rollback(models, "田中", NOW)
    assert promote(models, NEWER, "鈴木", NOW + timedelta(days=3)).previous == NEW
    told = [(line.action, line.version, line.previous) for line in history(models)]
    assert told == [
        (Action.PROMOTED, NEWER, NEW),
        (Action.ROLLED_BACK, NEW, NEWER),
        (Action.PROMOTED, NEWER, NEW),
        (Action.PROMOTED, NEW, OLD),
    ]


def test_a_rollback_to_a_spoilt_version_is_refused(models: Path) -> None:
    """The version that serves goes on."""
    promote(models, NEW, "佐藤", NOW)
    tamper(models / OLD)
    before = state(models)

    with pytest.raises(ArtifactError, match="changed after training"):
        rollback(models, "佐藤", NOW)
    assert state(models) == before


def test_a_rollback_never_leads_from_real_data_to_fiction(tmp_path: Path) -> None:
    """A DEMO model that served first is no way back."""
    make_version(tmp_path, OLD, demo=True)
    finish_training(tmp_path, OLD, None, NOW)
    make_version(tmp_path, NEW, UNPROVEN)
    finish_training(tmp_path, NEW, None, NOW)

    reason = why_no_rollback(tmp_path)
    assert reason is not None
    assert "DEMO" in reason.en
    with pytest.raises(ArtifactError, match="DEMO"):
        rollback(tmp_path, "佐藤", NOW)


def test_an_unproven_first_model_can_be_gone_back_to(models: Path) -> None:
    """The way back asks no gate: the version served before."""
    make_version(models, "20260104-000000-a", UNPROVEN)
    make_champion(models, "20260104-000000-a")
    promote(models, NEW, "佐藤", NOW)

    assert rollback(models, "佐藤", NOW).version == "20260104-000000-a"


# After a training


def test_the_first_model_serves_at_once(tmp_path: Path) -> None:
    """Unproven if need be, and the record says that no person decided."""
    make_version(tmp_path, OLD, UNPROVEN)

    assert finish_training(tmp_path, OLD, None, NOW) == []
    [line] = history(tmp_path)
    assert (line.action, line.by) == (Action.FIRST, "callrisk: first model")


@pytest.mark.parametrize(
    ("old_demo", "new_demo", "person", "serves"),
    [
        (True, False, None, True),
        (True, True, None, True),
        (False, True, None, False),
        (False, True, "佐藤", False),
        (False, False, None, False),
        (False, False, "佐藤", True),
    ],
)
def test_who_may_follow_whom_after_a_training(
    tmp_path: Path, old_demo: bool, new_demo: bool, person: str | None, serves: bool
) -> None:
    """Fiction gives way to anything, real data to a named person, and never to fiction."""
    make_version(tmp_path, OLD, demo=old_demo)
    make_champion(tmp_path, OLD)
    make_version(tmp_path, NEW, demo=new_demo)

    reasons = finish_training(tmp_path, NEW, person, NOW)

    current = champion(tmp_path)
    assert current is not None
    assert (reasons == []) == serves == (current.version == NEW)
    if serves:
        assert current.by == (person or "callrisk: replaces a DEMO model")


def test_a_name_does_not_open_the_gate(models: Path) -> None:
    """--promote-as promotes what passes, and nothing else."""
    make_version(models, "20260105-000000-a", WORSE)

    [reason] = finish_training(models, "20260105-000000-a", "佐藤", NOW)

    assert "lies below" in reason.en
    current = champion(models)
    assert current is not None
    assert current.version == OLD


@pytest.mark.parametrize("demo", [True, False])
def test_after_a_champion_that_cannot_be_read_nothing_is_decided_alone(
    tmp_path: Path, demo: bool
) -> None:
    """It may be one of real data: a training ends well, and its model stays a challenger."""
    make_champion(tmp_path, OLD)
    make_version(tmp_path, NEW, demo=demo)

    assert finish_training(tmp_path, NEW, None, NOW) != []


# The record


def test_the_record_survives_a_line_that_was_cut_off(models: Path) -> None:
    """What a power cut left behind is skipped; what came before and comes after is told."""
    promote(models, NEW, "佐藤", NOW)
    with (models / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-02-03T0')
    promote(models, NEWER, "鈴木", NOW)

    assert [line.by for line in history(models)] == ["鈴木", "佐藤"]


def test_a_change_whose_line_is_missing_is_still_told(models: Path) -> None:
    """When the power goes between the change and its line, the champion knows it all."""
    promote(models, NEW, "佐藤", NOW)
    whole = history(models)
    (models / "history.jsonl").unlink()

    assert history(models) == whole
