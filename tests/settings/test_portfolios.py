"""Two portfolios in one folder: each program serves one, with the model and settings of that."""

import shutil
from pathlib import Path

import pytest

from callrisk.artifacts import version_names
from callrisk.bootstrap.pipeline_command import log_file
from callrisk.bootstrap.server import create_app
from callrisk.dashboards.runs import Places, versions_of
from callrisk.settings import Settings, SettingsError, load, load_to_serve
from harness.small_world import World, new_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation with a second config file, in which High begins at 80."""
    root = new_root(tmp_path / "house")
    text = (root / "config.py").read_text(encoding="utf-8")
    changed = text.replace('"high_risk": 70', '"high_risk": 80')
    assert changed != text
    (root / "rental.py").write_text(changed, encoding="utf-8")
    return root


def folders_of(settings: Settings) -> set[Path]:
    """The folders in which a portfolio keeps what is its own."""
    return {settings.raw_dir, settings.processed_dir, settings.models_dir, settings.output_dir}


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_every_program_takes_the_config_file_that_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """In the environment of one program, or for the whole folder; a calls database of its own."""
    plain = load_to_serve(root)
    if place == ".env":
        (root / ".env").write_text("CALLRISK_CONFIG=rental.py\n", encoding="utf-8")
    else:
        monkeypatch.setenv("CALLRISK_CONFIG", "rental.py")
    rental = load_to_serve(root)

    assert (plain.thresholds.high_risk, rental.thresholds.high_risk) == (70, 80)
    assert (plain.portfolio, rental.portfolio) == ("", "rental")
    assert {folder.name for folder in folders_of(rental)} == {"rental"}
    assert {folder.parent for folder in folders_of(rental)} == folders_of(plain)
    assert rental.database_url != plain.database_url


def test_the_option_of_a_training_goes_before_the_environment(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And config.py, named in either, is no other portfolio."""
    monkeypatch.setenv("CALLRISK_CONFIG", "rental.py")
    assert load(root, root / "config.py").portfolio == ""
    monkeypatch.setenv("CALLRISK_CONFIG", "config.py")
    assert load(root, root / "rental.py").portfolio == "rental"
    assert load(root).portfolio == ""


def test_each_portfolio_has_a_log_of_its_trainings(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two trainings at once could not turn one file over; in doubt it is that without a name."""
    log = "pipeline_execution.log"
    assert log_file([], root) == root / "output" / log
    assert log_file(["--config", str(root / "rental.py")], root) == root / "output/rental" / log
    monkeypatch.setenv("CALLRISK_CONFIG", "rental.py")
    assert log_file(["--list"], root) == load(root).output_dir / log
    assert log_file(["--config", str(root / "config.py")], root) == root / "output" / log
    (root / ".env").write_text("API_PORT=no number\n", encoding="utf-8")
    assert log_file([], root) == root / "output" / log


def test_a_portfolio_may_have_secrets_of_its_own(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its file names goes before .env, and the environment before both."""
    (root / ".env").write_text("REPLAY_CALLS=1\nREPLAY_SPEED=2\nAPI_PORT=5000\n", encoding="utf-8")
    (root / "rental.env").write_text("REPLAY_CALLS=4\nAPI_PORT=5001\n", encoding="utf-8")
    monkeypatch.setenv("API_PORT", "5002")
    rental, plain = load(root, root / "rental.py").env, load(root).env

    assert (plain.replay_calls, plain.replay_speed, plain.api_port) == (1, 2.0, 5002)
    assert (rental.replay_calls, rental.replay_speed, rental.api_port) == (4, 2.0, 5002)
    (root / "rental.env").write_text("REPLAY_CALLS=many\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"rental\.env: replay_calls"):
        load(root, root / "rental.py")


def test_a_config_file_that_is_not_there_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is served by the settings of another portfolio instead."""
    monkeypatch.setenv("CALLRISK_CONFIG", "rentals.py")
    with pytest.raises(SettingsError, match=r"rentals\.py: cannot be read"):
        load_to_serve(root)


def test_a_server_serves_the_model_and_the_settings_of_one_portfolio(
    root: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own champion; the list of versions takes no portfolio for a damaged version."""
    shutil.copytree(world.settings.models_dir, root / "models" / "rental")
    states = []
    for named in ("", "rental.py"):
        monkeypatch.setenv("CALLRISK_CONFIG", named)
        server = create_app(load_to_serve(root))
        states.append(server.state.champion.refresh())
        server.state.store.engine.dispose()
    plain = load(root, root / "config.py")
    places = Places(plain.raw_dir, plain.output_dir, plain.models_dir, root, root, "")

    assert states == [False, True]
    assert versions_of(places).unreadable == ()
    assert version_names(plain.models_dir) == []
