"""Model versions on the command line: list, promote, roll back; one clear line for a mistake."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from callrisk.artifacts import champion, history
from callrisk.bootstrap.pipeline_command import print_run
from callrisk.domain.wording import Text
from callrisk.pipeline.phases import Run
from harness.small_versions import (
    EVALUATION,
    NEW,
    NEWER,
    OLD,
    WORSE,
    make_champion,
    make_version,
    tamper,
)
from harness.small_world import new_root

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with three versions, the oldest of which serves."""
    root = new_root(tmp_path / "設置 場所")
    for version in (OLD, NEW):
        make_version(root / "models", version)
    make_version(root / "models", NEWER, WORSE)
    make_champion(root / "models", OLD)
    return root


@pytest.fixture
def command(main_py: ModuleType, home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command in this process: its exit status, what it says, and what it complains of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status: int = main_py.main(list(arguments), home)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def serving(home: Path) -> str | None:
    """Which version serves."""
    current = champion(home / "models")
    return None if current is None else current.version


def test_list_shows_every_version_newest_first(command: Command, home: Path) -> None:
    """Verdict, AUC, Brier skill, the champion's mark; a spoilt one says what is wrong with it."""
    make_version(home / "models", "20260104-000000-a", demo=True)
    tamper(home / "models" / NEW)

    status, said, _ = command("--list")

    lines = said.splitlines()
    assert status == 0
    assert [line.split()[0 if line[0] != "*" else 1] for line in lines[:4]] == [
        "20260104-000000-a", NEWER, NEW, OLD,
    ]  # fmt: skip
    assert lines[0].endswith("DEMO")
    assert "cannot serve" in lines[2]
    assert "changed after training" in lines[2]
    assert lines[3].startswith("*")
    for part in ("demonstrated", "AUC 0.720 [0.620, 0.810]", "Brier skill +0.080"):
        assert part in lines[3]


def test_list_works_without_versions_and_with_a_damaged_record(
    command: Command, home: Path, tmp_path: Path
) -> None:
    """It is there to find out what is wrong."""
    (home / "models" / "champion.json").write_text("{", encoding="utf-8")

    status, said, _ = command("--list")
    nowhere = command("--list", "--models", str(tmp_path / "nowhere"))

    assert status == 0
    assert "damaged" in said
    assert NEW in said
    assert nowhere[0] == 0
    assert "no model version yet" in nowhere[1]


def test_promote_and_rollback(command: Command, home: Path) -> None:
    """A person lets a version serve, and takes it back."""
    promoted = command("--promote", NEW, "--by", "佐藤")
    assert (promoted[0], serving(home)) == (0, NEW)
    listed = command("--list")[1]
    back = command("--rollback", "--by", "鈴木")

    assert "by 佐藤" in promoted[1]
    assert f"* {NEW} serves since" in listed
    assert (back[0], serving(home)) == (0, OLD)
    assert [line.by for line in history(home / "models")] == ["鈴木", "佐藤"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--promote", NEW), "a person's name is needed"),
        (("--promote", NEW, "--by", " "), "a person's name is needed"),
        (("--promote", "", "--by", "佐藤"), "not the name of a model version"),
        (("--promote", "../models", "--by", "佐藤"), "not the name of a model version"),
        (("--promote", "20200101-000000-a", "--by", "佐藤"), "no such model version"),
        (("--promote", NEWER, "--by", "佐藤"), "lies below +0.020"),
        (("--rollback", "--by", "佐藤"), "no earlier version"),
        (("--rollback",), "a person's name is needed"),
        (("--promote-as", " "), "a person's name is needed"),
        (("--export-scorecard", "--output", "config.py/x.csv"), "ファイルを使えません"),
    ],
)
def test_a_mistake_gets_one_line(
    command: Command, home: Path, arguments: tuple[str, ...], expected: str
) -> None:
    """Exit status 1, what is wrong, and nothing changed; a name is asked for before training."""
    (home / "data" / "raw").mkdir(parents=True)
    (home / "data" / "raw" / "calls.csv").write_text("", encoding="utf-8")
    before = (home / "models" / "champion.json").read_bytes()

    status, _, complaint = command(*arguments)

    assert status == 1
    assert len(complaint.strip().splitlines()) == 1
    assert complaint.startswith("error: ")
    assert expected in complaint
    assert (home / "models" / "champion.json").read_bytes() == before


def test_production_refuses_what_its_server_refuses(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line that names all that is missing, before any table is read."""
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("FLASK_SECRET_KEY", "")
    for arguments in (("--list",), ("--data", "calls.csv"), ("--score", "calls.csv")):
        status, said, complaint = command(*arguments)

        assert (status, said) == (1, "")
        assert len(complaint.strip().splitlines()) == 1
        assert "本番を始められません" in complaint
        assert "FLASK_SECRET_KEY" in complaint


@pytest.mark.parametrize("kind", ["bar", "json"])
def test_a_training_says_why_its_model_does_not_serve(
    capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """To people in a line each, to programs in both languages."""
    why = Text("理由", "a reason")
    finished = Run(Path("output/x"), Path("models/x"), EVALUATION, (), (why,))

    print_run(finished, kind)

    said = capsys.readouterr().out
    assert not finished.serves
    if kind == "json":
        assert json.loads(said)["why_not_serving"] == [{"ja": "理由", "en": "a reason"}]
    else:
        assert "(the champion stays)\n  - a reason" in said
