"""run.py before anything runs: which Python, what it installs and writes, whose the ports are."""

import argparse
import ast
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness import ROOT
from harness.ports import free_port
from launcher import env_file, libraries, ports, python_choice
from launcher.telling import UserError

RUN_PY = ROOT / "run.py"
PARTS = (RUN_PY, *(ROOT / "src" / "launcher").glob("*.py"))
ENV_EXAMPLE = RUN_PY.with_name(".env.example")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder like a fresh clone, with a name that trips careless programs."""
    root = tmp_path / "顧客 リスク"
    (root / "tests").mkdir(parents=True)
    (root / "src" / "callrisk").mkdir(parents=True)
    (root / "src" / "callrisk" / "__init__.py").touch()
    for lock in ("requirements.lock", "tests/requirements.lock"):
        (root / lock).write_text("", encoding="utf-8")
    shutil.copy(ENV_EXAMPLE, root)
    return root


# what an old Python sees


def test_python_3_8_can_read_it() -> None:
    """Nothing in run.py and its parts is grammar younger than Python 3.8."""
    for path in PARTS:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_it_needs_nothing_but_the_standard_library() -> None:
    """Every module that run.py and its parts import comes with Python, or is a part."""
    nodes = [node for path in PARTS for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    names = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}

    assert len(PARTS) > 5
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"launcher"}


def test_unsupported_python_is_told_what_to_install(
    run_py: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no supported Python is found, the message names the versions in both languages."""
    monkeypatch.setattr(run_py, "works", lambda _: False)
    monkeypatch.setattr(python_choice, "works", lambda _: False)

    assert run_py.main([]) == 1
    told = capsys.readouterr().out
    assert "Python 3.11～3.13 が必要です" in told
    assert "Needs a 64-bit Python 3.11 to 3.13" in told


def test_only_a_supported_python_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command counts when it starts a Python of a supported version."""
    this = [sys.executable]

    assert python_choice.works(this)
    assert not python_choice.works(["no-such-python"])
    monkeypatch.setattr(python_choice, "SUPPORTED", ((3, 7),))
    assert not python_choice.works(this)


# .venv


@pytest.mark.slow
def test_environment_follows_the_locks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made once, made anew when the product's lock changes, and holds nothing older."""
    installed: list[str] = []

    def install(root: Path, part: str, really: Any = libraries.install) -> None:
        installed.append(part)
        really(root, part)

    monkeypatch.setattr(libraries, "install", install)
    libraries.set_up(root, "product", "tests")
    libraries.set_up(root, "product", "tests")
    assert installed == ["product", "tests"]

    leftover = root / ".venv" / "leftover"
    leftover.touch()
    (root / "requirements.lock").write_text("# another\n", encoding="utf-8")
    libraries.set_up(root, "product")
    assert installed == ["product", "tests", "product"]
    assert not leftover.exists()

    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    assert not libraries.is_installed(root, "product")


def test_package_is_found_in_a_folder_with_japanese_letters(root: Path) -> None:
    """The new environment imports callrisk from the folder beside it, wherever that lies."""
    libraries.make_venv(root)

    code = "import callrisk; print(ascii(callrisk.__file__))"
    command = [libraries.venv_python(root), "-E", "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root.parent)
    assert ast.literal_eval(found.stdout) == str(root / "src" / "callrisk" / "__init__.py")


def test_failed_install_leaves_no_environment(root: Path) -> None:
    """A lock that cannot be installed ends in one clear message and no half-made .venv."""
    (root / "requirements.lock").write_text("callrisk-is-not-there==1.0\n", encoding="utf-8")

    with pytest.raises(UserError, match="could not be installed"):
        libraries.set_up(root, "product")
    assert not (root / ".venv").exists()


def test_python_without_venv_is_told_which_package_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's Python without ensurepip gets the apt command."""
    monkeypatch.setattr(libraries.subprocess, "call", lambda *_, **__: 1)

    with pytest.raises(UserError) as error:
        libraries.set_up(root, "product")
    assert f"apt install python3.{sys.version_info[1]}-venv" in error.value.args[1]


def test_file_in_use_is_no_traceback(
    run_py: ModuleType,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What the operating system refuses is told in a line, with the file it is about."""

    def refuse(*_: str) -> None:
        raise PermissionError(13, "in use", "some.dll")

    monkeypatch.setattr(run_py, "ROOT", root)
    monkeypatch.setattr(run_py, "set_up", refuse)

    assert run_py.main(["test"]) == 1
    assert "some.dll" in capsys.readouterr().out


# .env


def test_env_gets_a_fresh_secret(root: Path) -> None:
    """Two machines never share a secret, and nothing else of the example changes."""
    env_file.write_env(root)
    first = (root / ".env").read_text(encoding="utf-8")
    (root / ".env").unlink()
    env_file.write_env(root)
    second = (root / ".env").read_text(encoding="utf-8")

    lines = [*first.splitlines(), *second.splitlines()]
    secrets = {line for line in lines if line.startswith("FLASK_SECRET_KEY=")}
    assert len(secrets) == 2
    assert all(len(secret) > len("FLASK_SECRET_KEY=") + 32 for secret in secrets)
    example = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert set(example) - set(first.splitlines()) == {"FLASK_SECRET_KEY="}


def test_existing_env_is_never_touched(root: Path) -> None:
    """What a user wrote into .env stays."""
    (root / ".env").write_text("FLASK_SECRET_KEY=\n", encoding="utf-8")

    env_file.write_env(root)

    assert (root / ".env").read_text(encoding="utf-8") == "FLASK_SECRET_KEY=\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_env_is_readable_by_its_owner_only(root: Path) -> None:
    """The file with the secret is closed to others from its first moment."""
    env_file.write_env(root)

    assert (root / ".env").stat().st_mode & 0o777 == 0o600


# portfolios


def test_the_portfolio_is_that_of_the_settings(
    run_py: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named in the environment, else in .env; config.py itself has no name."""
    monkeypatch.setenv("CALLRISK_CONFIG", "")
    assert run_py.portfolio_of(root) == ""
    (root / ".env").write_text('A=1\nCALLRISK_CONFIG="rental.py"  # two\n', encoding="utf-8")
    assert run_py.portfolio_of(root) == "rental"
    monkeypatch.setenv("CALLRISK_CONFIG", "loans.py")
    assert run_py.portfolio_of(root) == "loans"
    monkeypatch.setenv("CALLRISK_CONFIG", "config.py")
    assert run_py.portfolio_of(root) == ""


def test_another_portfolio_gets_no_sample_data(
    run_py: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its columns are its own: without a table of its own it starts without a model."""

    def due() -> list[bool]:
        return [is_due() for _, _, is_due in run_py.steps_of(root)[1:]]

    monkeypatch.setenv("CALLRISK_CONFIG", "rental.py")
    assert due() == [False, False]
    raw = root / "data" / "raw" / "rental"
    raw.mkdir(parents=True)
    (raw / "call.csv").touch()
    assert due() == [False, True]
    monkeypatch.setenv("CALLRISK_CONFIG", "")
    assert due() == [True, True]


def test_two_portfolios_run_in_one_folder(run_py: ModuleType, root: Path) -> None:
    """Each once."""
    with (
        run_py.only_start(root, "one"), run_py.only_start(root, "two", "rental"),
        pytest.raises(run_py.UserError), run_py.only_start(root, "three", "rental"),
    ):  # fmt: skip
        pytest.fail("two starts of one portfolio")


def test_the_config_option_reaches_the_programs(
    run_py: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their environment; a file that is not there is refused before anything starts."""
    monkeypatch.setattr(run_py, "ROOT", root)
    monkeypatch.setenv("CALLRISK_CONFIG", "")
    (root / "rental.py").write_text("", encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        run_py.main(["--config", "rentals.py"])
    run_py.parse_with_ports(argparse.ArgumentParser(), ["--config", "rental.py"])
    services = run_py.services_of(root, [1, 2, 3])

    assert {one.environment["CALLRISK_CONFIG"] for one in services} == {"rental.py"}


# ports


def test_free_ports_pass(free_port: int) -> None:
    """A port nobody listens on is no trouble."""
    ports.check_ports([free_port])


def test_port_left_a_moment_ago_is_free() -> None:
    """Connections that are still closing do not keep a second start from its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()

    ports.check_ports([port])


def test_taken_port_names_its_holder(free_port: int) -> None:
    """The message says which program has the port, and how to choose others."""
    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(UserError) as error:
        ports.check_ports([free_port])

    english = error.value.args[1]
    assert f"{free_port}: " in english
    assert str(os.getpid()) in english
    assert "--ports" in english


def test_holder_is_found_in_any_language_of_windows() -> None:
    """The column that is translated is not the one that is read."""
    netstat = """
      Proto  Lokale Adresse         Remoteadresse          Status           PID
      TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN          1044
      TCP    127.0.0.1:5000         0.0.0.0:0              ABHÖREN          4711
      TCP    127.0.0.1:50000        0.0.0.0:0              ABHÖREN          9
      TCP    127.0.0.1:5000         127.0.0.1:62001        HERGESTELLT      12
    """

    assert ports.pid_in_netstat(5000, netstat) == "4711"


IMPOSSIBLE = [["0", "1", "2"], ["a", "1", "2"], ["1", "2", "70000"], ["1", "2", "1"], ["1"]]


@pytest.mark.parametrize("ports", IMPOSSIBLE)
def test_impossible_ports_are_refused(run_py: ModuleType, ports: list[str]) -> None:
    """Three different numbers between 1 and 65535, or the usual word about how to call it."""
    with pytest.raises(SystemExit, match="2"):
        run_py.main(["--ports", *ports])


# the doctor


def test_doctor_installs_nothing(
    run_py: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Without its libraries it says how they are installed, and leaves the folder as it is."""
    monkeypatch.setattr(run_py, "ROOT", root)
    before = sorted(root.rglob("*"))

    assert run_py.main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "部品がまだ入っていないか" in told
    assert "To install: python run.py" in told
    assert sorted(root.rglob("*")) == before


def test_doctor_runs_in_the_environment(
    run_py: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """It is told the ports and who holds them, and its exit status is passed on."""
    monkeypatch.setattr(run_py, "ROOT", root)
    monkeypatch.setattr(run_py, "is_installed", lambda *_: True)
    monkeypatch.setattr(run_py, "venv_python", lambda _: sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ports = [other.getsockname()[1], free_port(), free_port()]
        status = run_py.main(["doctor", "--json", "--ports", *map(str, ports)])
    points = {one["name"]: one for one in json.loads(capfd.readouterr().out)["points"]}

    assert status == 1
    assert f"pid {os.getpid()}" in points[f"port {ports[0]}"]["en"] or os.name == "nt"
    assert points[f"port {ports[1]}"]["state"] == "ok"
    # There is no config.py.
    assert points["settings"]["state"] == "wrong"
    assert points["others"]["en"] == "not asked: mend settings first"
