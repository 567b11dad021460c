"""Machines for which there are no libraries are told so, not sent to look at their network."""

import platform
import sys
import sysconfig
from pathlib import Path

import pytest

from launcher import libraries, python_choice
from launcher.telling import UserError

INTEL, WINDOWS_ARM, ALPINE = "Intel Mac", "Windows on ARM", "Alpine Linux"


def be(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, tag: str = "",
    soabi: str = "cpython-312", glibc: str = "2.36",
) -> None:  # fmt: skip
    """Let this machine look like another one."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(platform, "mac_ver", lambda: (tag, ("", "", ""), machine))
    monkeypatch.setattr(sysconfig, "get_platform", lambda: tag)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: soabi)
    monkeypatch.setattr(python_choice, "_glibc", lambda: glibc)


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        (("darwin", "x86_64", "15.1", "", ""), INTEL),
        (("darwin", "arm64", "11.7", "", ""), "macOS 11.7"),
        (("win32", "ARM64", "win-arm64", "", ""), WINDOWS_ARM),
        (("linux", "x86_64", "linux-x86_64", "cpython-312-x86_64-linux-musl", ""), ALPINE),
        (("linux", "armv7l", "linux-armv7l", "cpython-312", "2.36"), "Linux (armv7l)"),
        (("linux", "x86_64", "linux-x86_64", "cpython-312", "2.17"), "Linux (glibc 2.17)"),
    ],
)
def test_a_machine_without_libraries_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: tuple[str, ...], named: str
) -> None:
    """Before anything is made or asked of the network, in one line in each language."""
    (tmp_path / "requirements.lock").touch()
    be(monkeypatch, *machine)

    with pytest.raises(UserError) as error:
        libraries.set_up(tmp_path, "product")

    japanese, english = error.value.args
    assert japanese.startswith(named)
    assert f"does not run on {named}" in english
    assert "network" not in english
    assert "\n" not in japanese + english
    assert [path.name for path in tmp_path.iterdir()] == ["requirements.lock"]


@pytest.mark.parametrize(
    ("system", "machine", "tag", "glibc"),
    [
        ("darwin", "arm64", "12.0", ""),
        ("win32", "AMD64", "win-amd64", ""),
        ("win32", "ARM64", "win-amd64", ""),
        ("linux", "x86_64", "linux-x86_64", "2.28"),
        ("linux", "aarch64", "linux-aarch64", "2.36"),
    ],
)
def test_machines_with_libraries_pass(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, tag: str, glibc: str
) -> None:
    """Also a Windows on ARM whose Python is the one for x86-64."""
    be(monkeypatch, system, machine, tag, glibc=glibc)

    python_choice.check_machine()


def test_the_python_for_arm_does_not_work_on_windows() -> None:
    """So that another one is looked for, which is what the message recommends."""
    code = "import sysconfig; sysconfig.get_platform = lambda: 'win-arm64'; exec(sys.argv[-1])"
    assert python_choice.works([sys.executable])
    assert not python_choice.works([sys.executable, "-c", f"import sys; {code}"])
