"""Model versions on the disk: whole, vouched for, promoted by somebody, and one step back."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_versions import (
    BLOCKED,
    EVALUATION,
    NEW,
    NEWER,
    OLD,
    UNPROVEN,
    WORSE,
    make_champion,
    make_version,
    small_model,
    some_rows,
    tamper,
)

from callrisk.artifacts import (
    Action,
    ArtifactError,
    PromotionRefusedError,
    champion,
    finish_training,
    gate,
    history,
    load_version,
    promote,
    rollback,
    save_version,
    standing,
    version_names,
    why_no_rollback,
)
from callrisk.artifacts.files import append_line, write_file

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Three versions of real data, the oldest of which serves."""
    models = tmp_path / "モデル 置場"
    for version in (OLD, NEW, NEWER):
        make_version(models, version)
    make_champion(models, OLD)
    return models


def state(models: Path) -> dict[str, bytes]:
    """Everything that lies directly in the folder of models."""
    return {path.name: path.read_bytes() for path in models.iterdir() if path.is_file()}


def seal(folder: Path) -> None:
    """Write the manifest anew, as somebody would who knows how it is made."""
    paths = [path for path in sorted(folder.iterdir()) if path.name != "manifest.json"]
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    (folder / "manifest.json").write_text(json.dumps(hashes), encoding="utf-8")


# A version on the disk


def test_a_version_holds_nothing_that_could_be_executed(models: Path) -> None:
    """Boosters in UBJ, the rest JSON, each with its hash in the manifest."""
    folder = models / NEW
    hashes = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert {path.suffix for path in folder.iterdir()} == {".ubj", ".json"}
    assert set(hashes) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert load_version(models, NEW).version == NEW


def _pickle(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    seal(folder)


def _other_scores(folder: Path) -> None:
    path = folder / "self_test.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["probability"][3] += 0.01
    path.write_text(json.dumps(told), encoding="utf-8")
    seal(folder)


def _other_format(folder: Path) -> None:
    (folder / "model.json").write_text('{"format": 99}', encoding="utf-8")
    seal(folder)


def _broken_booster(folder: Path) -> None:
    next(folder.glob("*.ubj")).write_bytes(b"{L\x00\x00")
    seal(folder)


def _write(name: str, text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return write


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a changed byte": (tamper, "changed after training"),
    "a file too many": (_write("more.json", "{}"), "do not match the manifest: more.json"),
    "a file too few": (
        lambda folder: (folder / "self_test.json").unlink(),
        "do not match the manifest: self_test.json",
    ),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "no manifest.json"),
    "a damaged manifest": (_write("manifest.json", "{"), "damaged"),
    "a manifest that is a number": (_write("manifest.json", "7"), "damaged"),
    "a pickle": (_pickle, "not made by callrisk: model.pkl"),
    "scores of another machine": (_other_scores, "does not reproduce"),
    "an unknown format": (_other_format, "not a model that this program can read"),
    "a broken booster": (_broken_booster, "not a model that this program can read"),
    "a folder inside": (lambda folder: (folder / "more").mkdir(), "do not match the manifest"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_version_is_refused_and_what_serves_is_untouched(case: str, models: Path) -> None:
    """Whatever is wrong with a version, loading and promoting it say so and change nothing."""
    spoil, expected = SPOILT[case]
    spoil(models / NEW)
    before = state(models)

    with pytest.raises(ArtifactError, match=expected) as refused:
        load_version(models, NEW)
    with pytest.raises(ArtifactError, match=expected):
        promote(models, NEW, "佐藤", NOW)
    assert refused.value.text.ja != refused.value.text.en
    assert len(str(refused.value).splitlines()) == 1
    assert state(models) == before


def test_a_version_under_another_name_is_refused(models: Path) -> None:
    """A copied folder is not another version."""
    (models / NEW).rename(models / "20260109-000000-aaaaaa")

    with pytest.raises(ArtifactError, match=f"holds the model {NEW}"):
        load_version(models, "20260109-000000-aaaaaa")


@pytest.mark.parametrize("name", ["../x", "..", "", "/etc", "a/b", "a\\b", ".hidden", "C:x", "a\n"])
def test_no_name_leads_out_of_the_folder_of_models(models: Path, name: str) -> None:
    """Neither what a person names nor what champion.json says."""
    with pytest.raises(ArtifactError, match="not the name of a model version"):
        promote(models, name, "佐藤", NOW)
    (models / "champion.json").write_text(json.dumps({"version": name}), encoding="utf-8")
    with pytest.raises(ArtifactError, match="damaged"):
        champion(models)


def test_versions_are_listed_newest_first(models: Path) -> None:
    """Drafts and files are no versions; a folder that is not there has none."""
    (models / f".{NEW}.draft").mkdir()

    assert version_names(models) == [NEWER, NEW, OLD]
    assert version_names(models / "nowhere") == []


def test_a_version_tells_its_standing(models: Path) -> None:
    """What the gate asks stands in the evaluation that lies with the version."""
    found = standing(models, NEW)

    assert (found.verdict, found.brier_skill) == (EVALUATION.verdict, EVALUATION.brier_skill)
    assert not found.demo


def test_a_version_without_an_evaluation_cannot_be_judged(models: Path) -> None:
    """It loads, and the gate says what is missing."""
    version = "20260109-000000-bbbbbb"
    save_version(models, small_model(version), some_rows(), {})

    assert load_version(models, version).version == version
    with pytest.raises(ArtifactError, match="no evaluation"):
        promote(models, version, "佐藤", NOW)


# Promotion


def test_a_promotion_remembers_who_when_and_what_was_before(models: Path) -> None:
    """The champion names all of it, and the record has a line."""
    new = promote(models, NEW, "  佐藤   花子 ", NOW)

    assert new == champion(models)
    assert (new.version, new.previous, new.by, new.at) == (NEW, OLD, "佐藤 花子", NOW)
    [line] = history(models)
    assert (line.version, line.previous, line.by) == (NEW, OLD, "佐藤 花子")
    assert (line.action, line.at) == (Action.PROMOTED, NOW)
    assert {path.name for path in models.iterdir() if path.name.startswith(".")} == set()


@pytest.mark.parametrize("name", ["", "  ", "\n", "callrisk: first model", "x" * 101, "a\x00b"])
def test_a_promotion_needs_a_persons_name(models: Path, name: str) -> None:
    """No name, one of our own, or none that can be read: refused in one line, nothing changed."""
    before = state(models)

    with pytest.raises(ArtifactError, match="person's name"):
        promote(models, NEW, name, NOW)
    with pytest.raises(ArtifactError, match="person's name"):
        rollback(models, name, NOW)
    assert state(models) == before


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


# Files


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


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What cannot be encoded leaves the old text and no draft behind."""
    path = tmp_path / "a.json"
    write_file(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_file(path, "new \udc80")
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_lines_are_only_ever_added(tmp_path: Path) -> None:
    """Each call is a line of its own."""
    path = tmp_path / "log"
    for line in ("一", "二"):
        append_line(path, line)

    assert path.read_text(encoding="utf-8") == "一\n二\n"
