"""Model versions on the disk: whole, vouched for, listed, and never leading elsewhere."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callrisk.artifacts import (
    ArtifactError,
    champion,
    load_version,
    promote,
    save_version,
    version_figures,
    version_names,
)
from callrisk.artifacts.files import append_line, write_file, write_folder
from harness.small_versions import (
    EVALUATION,
    NEW,
    NEWER,
    OLD,
    make_champion,
    make_version,
    small_model,
    some_rows,
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
    found = version_figures(models, NEW)

    assert (found.verdict, found.brier_skill) == (EVALUATION.verdict, EVALUATION.brier_skill)
    assert not found.demo


def test_a_version_without_an_evaluation_cannot_be_judged(models: Path) -> None:
    """It loads, and the gate says what is missing."""
    version = "20260109-000000-bbbbbb"
    save_version(models, small_model(version), some_rows(), {})

    assert load_version(models, version).version == version
    with pytest.raises(ArtifactError, match="no evaluation"):
        promote(models, version, "佐藤", NOW)


# Files


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What cannot be encoded leaves the old text and no draft behind."""
    path = tmp_path / "a.json"
    write_file(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_file(path, "new \udc80")
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """As on a disk that is full: what was written so far makes room again."""
    with pytest.raises(UnicodeEncodeError):
        write_folder(tmp_path / "run", {"a.csv": "1", "b.csv": "\udc80"})
    assert list(tmp_path.iterdir()) == []


def test_lines_are_only_ever_added(tmp_path: Path) -> None:
    """Each call is a line of its own."""
    path = tmp_path / "log"
    for line in ("一", "二"):
        append_line(path, line)

    assert path.read_text(encoding="utf-8") == "一\n二\n"
