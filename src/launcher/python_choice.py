"""The Python that run.py goes on with, and machines for which there are no libraries."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

from launcher.telling import UserError

RUN_PY = Path(__file__).resolve().parents[2] / "run.py"
SUPPORTED = ((3, 13), (3, 12), (3, 11))
# The oldest systems for which all libraries of requirements.lock have a wheel.
OLDEST_MACOS, OLDEST_GLIBC = (12,), (2, 28)


def works(python: list[str]) -> bool:
    """Return True if this command starts a Python for which every library has a wheel."""
    wanted = f"sys.version_info[:2] in {SUPPORTED} and sys.maxsize > 2**32"
    # On Windows for ARM the Python for x86-64 will do, where there is one.
    wanted += " and sysconfig.get_platform() != 'win-arm64'"
    question = [*python, "-c", f"import sys, sysconfig; sys.exit(not ({wanted}))"]
    with contextlib.suppress(OSError):
        return subprocess.run(question, capture_output=True, check=False).returncode == 0
    return False


def hand_over(arguments: list[str]) -> int:
    """Run this file under a supported Python and return its exit status, or raise UserError."""
    names = ["{}.{}".format(*version) for version in SUPPORTED]
    commands = [["py", f"-{name}"] if os.name == "nt" else [f"python{name}"] for name in names]
    python = next(filter(works, commands), None)
    if python is None:
        check_machine()
        this = "{}.{}".format(*sys.version_info[:2])
        raise UserError(
            f"64ビット版の Python 3.11～3.13 が必要です（これは {this}）。python.org にあります。",
            f"Needs a 64-bit Python 3.11 to 3.13 (this is {this}). Get one from python.org.",
        )
    command = [*python, str(RUN_PY), *arguments]
    if os.name != "nt":
        os.execvp(command[0], command)
    signal.signal(signal.SIGINT, lambda *_: None)  # the other Python answers Ctrl-C
    return subprocess.call(command)


def check_machine() -> None:
    """Raise UserError where libraries of the lock have no wheel, so that no network helps."""
    this, todo = "", ("", "")
    if sys.platform == "darwin":
        this, todo = _macos(platform.machine(), platform.mac_ver()[0])
    elif sysconfig.get_platform() == "win-arm64":
        this, todo = "Windows on ARM (ARM64 Python)", WINDOWS_ARM
    elif sys.platform == "linux":
        soabi = str(sysconfig.get_config_var("SOABI"))
        this, todo = _linux(platform.machine(), soabi, _glibc())
    if this:
        raise UserError(
            f"{this} では動きません。必要なライブラリが配布されていません。{todo[0]}",
            f"callrisk does not run on {this}: some libraries do not exist for it. {todo[1]}",
        )


WINDOWS_ARM = (
    "python.org の「Windows installer (64-bit)」（ARM64 でないもの）を入れると動きます。",
    'It runs with the Python of python.org called "Windows installer (64-bit)", not ARM64.',
)
ANOTHER_MAC = (
    "Apple シリコンの Mac（macOS 12 以降）、Windows、Linux をお使いください。",
    "Use a Mac with Apple silicon and macOS 12 or later, Windows, or Linux.",
)
ROSETTA = (
    "Apple シリコンの Mac なら、Rosetta を使わず arm64 版の Python で起動してください。",
    "If this Mac has Apple silicon, start it with a Python for arm64, without Rosetta.",
)
ANOTHER_LINUX = (
    "x86-64 か ARM64 の、glibc 2.28 以降の Linux（Debian 10・Ubuntu 20.04・RHEL 8 以降など）"
    "をお使いください。",
    "Use Linux on x86-64 or ARM64 with glibc 2.28 or later (Debian 10, Ubuntu 20.04, RHEL 8).",
)


def _macos(machine: str, version: str) -> tuple[str, tuple[str, str]]:
    """Return the name of a Mac that will not do, and what to do; blanks for one that will."""
    if machine != "arm64":
        return "Intel Mac", (f"{ANOTHER_MAC[0]}{ROSETTA[0]}", f"{ANOTHER_MAC[1]} {ROSETTA[1]}")
    is_old = _numbers(version) < OLDEST_MACOS
    return (f"macOS {version}", ANOTHER_MAC) if is_old else ("", ("", ""))


def _linux(machine: str, soabi: str, glibc: str) -> tuple[str, tuple[str, str]]:
    """Return the name of a Linux that will not do, and what to do; blanks for one that will."""
    if "musl" in soabi:
        return "Alpine Linux (musl)", ANOTHER_LINUX
    if machine not in ("x86_64", "aarch64"):
        return f"Linux ({machine})", ANOTHER_LINUX
    is_old = bool(glibc) and _numbers(glibc) < OLDEST_GLIBC
    return (f"Linux (glibc {glibc})", ANOTHER_LINUX) if is_old else ("", ("", ""))


def _glibc() -> str:
    with contextlib.suppress(AttributeError, ValueError, OSError):
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").rpartition(" ")[2]
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
