"""The folder .venv: made, brought up to date with the locks, and repaired."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from launcher.python_choice import check_machine
from launcher.telling import UserError, say

LOCKS = {"product": "requirements.lock", "tests": "tests/requirements.lock"}


def venv_python(root: Path) -> str:
    """Return the path of the Python in .venv, which needs no activation."""
    return str(root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def packages_of(root: Path) -> Path:
    """Return the folder of the libraries in .venv."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(root / ".venv")}))


def fingerprint(lock: Path) -> str:
    """Return a hash of the lock and the version of Python."""
    version = "{}.{}".format(*sys.version_info[:2])
    return hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()


def stamp_of(root: Path, part: str) -> Path:
    """Return the file that holds the fingerprint of this part's lock, then what it installed."""
    return root / ".venv" / f"installed-{part}"


def is_installed(root: Path, part: str) -> bool:
    """Return True if .venv holds the libraries of this part's lock, whole."""
    return is_of_the_lock(root, part) and has_python(root) and not damaged(root, part)


def is_of_the_lock(root: Path, part: str) -> bool:
    """Return True if .venv was made from this part's lock, as it is now."""
    lock, *libraries = _stamped(root, part) or [""]
    return lock == fingerprint(root / LOCKS[part]) and bool(libraries)


def damaged(root: Path, part: str) -> list[str]:
    """Return the libraries of this part, as they were installed, of which a file is not whole."""
    packages = packages_of(root)
    return [name for name in _stamped(root, part)[1:] if not _is_whole(packages, name)]


def _stamped(root: Path, part: str) -> list[str]:
    stamp = stamp_of(root, part)
    return stamp.read_text(encoding="utf-8").splitlines() if stamp.exists() else []


def _is_whole(packages: Path, name: str) -> bool:
    """Return True if all files of a library are there, as long as its RECORD says."""
    try:
        with (packages / name / "RECORD").open(encoding="utf-8", newline="") as file:
            # What Python compiled may be cleared away, and comes back by itself.
            listed = [(row[0], row[2]) for row in csv.reader(file) if not row[0].endswith(".pyc")]
        return all(
            size in ("", str(os.stat(packages / path).st_size))  # noqa: PTH116 - twice as fast
            for path, size in listed
        )
    except (OSError, IndexError):
        return False


def set_up(root: Path, *parts: str) -> None:
    """Bring .venv up to date with the locks of these parts; "product" must come first."""
    for part in parts:
        broken = damaged(root, part)
        if is_of_the_lock(root, part) and has_python(root) and not _is_pip(broken):
            if broken:
                repair(root, part, broken)
            continue
        check_machine()
        try:
            if part == "product":
                make_venv(root)
            install(root, part)
        except BaseException:  # Ctrl-C too: half an environment is worse than none
            shutil.rmtree(root / ".venv", ignore_errors=True)
            raise


def has_python(root: Path) -> bool:
    """Return True if the Python of .venv starts; the one it was made with may be gone."""
    with contextlib.suppress(OSError):
        return subprocess.call([venv_python(root), "-c", ""]) == 0
    return False


def _is_pip(broken: list[str]) -> bool:
    return any(name.startswith("pip-") for name in broken)


def repair(root: Path, part: str, broken: list[str]) -> None:
    """Install anew what is not whole; what cannot be had now is tried again at the next start."""
    names = ", ".join(name.partition("-")[0] for name in broken)
    say(
        f".venv のライブラリが壊れています。入れ直します: {names}",
        f"Libraries in .venv are damaged and are installed anew: {names}",
    )
    for name in broken:
        # What has no record counts as not installed. Left over files are overwritten.
        shutil.rmtree(packages_of(root) / name, ignore_errors=True)
    install(root, part)


def make_venv(root: Path) -> None:
    """Make .venv anew with our own package alone."""
    venv = root / ".venv"
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(venv)
    # Not sys.executable: that may lie in the very .venv that has just gone.
    python = getattr(sys, "_base_executable", sys.executable)
    if subprocess.call([python, "-m", "venv", str(venv)]):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise UserError(
            f".venv を作れません。Debian・Ubuntu では: sudo apt install {package}",
            f"Cannot make .venv. On Debian or Ubuntu: sudo apt install {package}",
        )
    # Does what `pip install -e .` would, without a build or the network. The path is relative
    # because Python 3.11 reads it in the machine's code page, which may lack letters of our folder.
    packages = packages_of(root)
    ourselves = Path(os.path.relpath(root / "src", packages))
    (packages / "callrisk.pth").write_text(f"{ourselves}\n", encoding="ascii")


def install(root: Path, part: str) -> None:
    """Install the libraries of a lock with uv or else pip, each file checked by its hash."""
    say(f"ライブラリを入れています: {LOCKS[part]}", f"Installing {LOCKS[part]} ...")
    options = f"--require-hashes --only-binary :all: --no-deps -r {LOCKS[part]}".split()
    # Python compiles what it imports by itself; compiling everything here takes twice as long.
    pip = [venv_python(root), "-m", "pip", "--disable-pip-version-check", "install", "--no-compile"]
    installers = [pip]
    if shutil.which("uv"):
        installers.insert(0, ["uv", "pip", "install", "--python", venv_python(root)])
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    for installer in installers:
        if subprocess.call([*installer, *options], cwd=root, env=environment) == 0:
            there = sorted(path.name for path in packages_of(root).glob("*.dist-info"))
            stamp = [fingerprint(root / LOCKS[part]), *there]
            stamp_of(root, part).write_text("\n".join(stamp) + "\n", encoding="utf-8")
            return
    raise UserError(
        "ライブラリを入れられませんでした。上の行とネットワーク（プロキシ）を確かめてください。",
        "The libraries could not be installed. See above; check the network and its proxy.",
    )
