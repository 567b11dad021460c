"""The services of systemd and Windows start what exists, with options that it takes."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree

import pytest

from callrisk.live.servers.role import Role
from harness import ROOT
from harness.commands import fault_of_command

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
TARGET = ROOT / "deploy" / "systemd" / "callrisk.target"
WINDOWS = sorted((ROOT / "deploy" / "windows").glob("*.xml"))
# Where the recipes say that the product lies.
HOME, WINDOWS_HOME = "/home/callrisk/callrisk", PureWindowsPath("C:/callrisk")
HARDENED = {
    "NoNewPrivileges": "true", "ProtectSystem": "strict", "ProtectHome": "tmpfs",
    "PrivateTmp": "true", "CapabilityBoundingSet": "", "SystemCallFilter": "@system-service",
    "UMask": "0077",
}  # fmt: skip


def options_of(unit: Path) -> dict[str, str]:
    """Return the options of a unit by their names."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def words_of(unit: Path) -> list[str]:
    """Return the command of a unit behind its Python."""
    python, *words = shlex.split(options_of(unit)["ExecStart"])
    assert python == f"{HOME}/.venv/bin/python"
    return words


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_what_exists(unit: Path) -> None:
    """Its script is there, and takes the options."""
    assert fault_of_command(words_of(unit)) is None
    assert options_of(unit)["WorkingDirectory"] == HOME


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_write_to_the_products_folders_alone(unit: Path) -> None:
    """Whatever a program is made to do, the system and other homes stay as they are."""
    options = options_of(unit)

    assert {name: options[name] for name in HARDENED} == HARDENED
    assert options["BindPaths"].split() == [f"{HOME}/{one}" for one in ("data", "models", "output")]
    assert options["Restart"] == "always"
    assert options["WantedBy"] == TARGET.name


def test_the_units_do_all_that_there_is() -> None:
    """Each role but the one that does everything, the reader, and both apps."""
    words = [" ".join(words_of(unit)) for unit in UNITS]
    roles = {found[1] for line in words if (found := re.search(r"--role (\w+)", line))}

    assert roles == {*Role} - {Role.ALL}
    for script in ("amazon_connect_integration.py", "streamlit_dashboard", "mobile_dashboard"):
        assert sum(script in line for line in words) == 1


def test_a_command_that_is_wrong_is_found() -> None:
    """Of a script, a role, a word or a module that does not exist."""
    for words in (
        ["no_such_server.py"],
        ["realtime_api_server.py", "--role", "everything"],
        ["amazon_connect_integration.py", "digest"],
        ["-m", "streamlit", "run", "no_such_dashboard.py"],
        ["-m", "callrisk.bootstrap.no_such_command"],
    ):
        assert fault_of_command(words) is not None, words


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """No option is unknown, and what is started can be started."""
    for unit in [*UNITS, TARGET]:
        text = unit.read_text(encoding="utf-8").replace(HOME, str(ROOT))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    # What other units of this machine lack is not ours.
    ours = [line for line in done.stderr.splitlines() if "callrisk" in line]

    assert ours == []


@pytest.mark.parametrize("recipe", WINDOWS, ids=lambda recipe: recipe.name)
def test_a_service_of_windows_starts_what_exists(recipe: Path) -> None:
    """By the Python of the product, in its folder, and again where it died."""
    service = ElementTree.parse(recipe).getroot()  # noqa: S314 - a file of ours
    text = {child.tag: child.text or "" for child in service}

    python = PureWindowsPath(text["executable"]).relative_to(WINDOWS_HOME)
    assert python.parts == (".venv", "Scripts", "python.exe")
    assert PureWindowsPath(text["workingdirectory"]) == WINDOWS_HOME
    assert fault_of_command(shlex.split(text["arguments"])) is None
    assert text["id"] == recipe.stem
    assert {child.get("action") for child in service.findall("onfailure")} == {"restart"}
