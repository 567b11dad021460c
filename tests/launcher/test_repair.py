"""A library that is damaged in .venv is found at the next start, and installed anew."""

import base64
import hashlib
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from harness import ROOT
from launcher import libraries
from launcher.telling import UserError

# A library for each damage that is repaired below.
NAMES = tuple(f"scales_{one}" for one in ("deleted", "emptied", "in_part", "record", "wholly"))
DELETED, EMPTIED, IN_PART, RECORD, WHOLLY = NAMES
FILES = {"__init__.py": "WEIGHT = 7\n", "more.py": "MORE = 1\n"}


def wheel_of(folder: Path, name: str) -> Path:
    """A small library as its index would give it."""
    folder.mkdir(exist_ok=True)
    wheel, info = folder / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    files = {f"{name}/{file}": text for file, text in FILES.items()}
    record = [f"{file},{digest(text)},{len(text)}" for file, text in files.items()]
    files |= {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(wheel, "w") as file:
        for path, text in files.items():
            file.writestr(path, text)
    return wheel


def digest(text: str) -> str:
    """The hash of a file as a RECORD writes it."""
    whole = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + whole.rstrip(b"=").decode()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose .venv holds the libraries of its lock; each test leaves it repaired."""
    folder = tmp_path_factory.mktemp("repair")
    root = folder / "顧客 リスク"
    (root / "src").mkdir(parents=True)
    (root / "tests").mkdir()
    wheels = {name: wheel_of(folder / "index", name) for name in NAMES}
    lock = [
        f"{name} @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
        for name, wheel in wheels.items()
    ]
    (root / "requirements.lock").write_text("\n".join(lock) + "\n", encoding="utf-8")
    (root / "tests" / "requirements.lock").write_text("", encoding="utf-8")
    libraries.set_up(root, "product")
    return root


def imports(root: Path) -> bool:
    """Return whether the libraries can be used."""
    code = "".join(f"import {name}.more; assert {name}.WEIGHT == 7\n" for name in NAMES)
    return subprocess.call([libraries.venv_python(root), "-c", code], cwd=root) == 0


def test_damaged_libraries_are_installed_anew(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever is missing or shorter; the rest of .venv stays, and it is told once."""
    packages = libraries.packages_of(root)
    leftover = packages / "of_the_user.py"
    leftover.touch()
    lost = [
        packages / DELETED / "__init__.py", packages / DELETED / "more.py",
        packages / IN_PART / "more.py", packages / f"{RECORD}-1.0.dist-info" / "RECORD",
        *packages.glob(f"{WHOLLY}*/*.*"), *packages.glob(f"{WHOLLY}*/[A-Z]*"),
    ]  # fmt: skip
    for path in lost:
        path.unlink(missing_ok=True)
    (packages / EMPTIED / "__init__.py").write_text("", encoding="utf-8")
    damaged = libraries.damaged(root, "product")
    assert sorted(damaged) == sorted(f"{name}-1.0.dist-info" for name in NAMES)
    assert not libraries.is_installed(root, "product")
    capfd.readouterr()

    libraries.set_up(root, "product")

    told = capfd.readouterr().out
    assert f"are damaged and are installed anew: {', '.join(NAMES)}" in told
    assert libraries.is_installed(root, "product")
    assert imports(root)
    assert leftover.exists()
    libraries.set_up(root, "product")
    assert "damaged" not in capfd.readouterr().out


def test_what_python_compiled_may_be_cleared_away(root: Path) -> None:
    """Folders of compiled files come back by themselves and are no damage."""
    assert imports(root)
    for path in libraries.packages_of(root).rglob("*.pyc"):
        path.unlink()

    assert libraries.is_installed(root, "product")


def test_a_repair_without_network_is_tried_again(root: Path) -> None:
    """The rest of .venv stays, and the next start repairs what it can have by then."""
    wheel = next((root.parent / "index").glob(f"{IN_PART}-*"))
    (libraries.packages_of(root) / IN_PART / "more.py").unlink()
    away = wheel.rename(root.parent / wheel.name)

    with pytest.raises(UserError, match="could not be installed"):
        libraries.set_up(root, "product")
    assert Path(libraries.venv_python(root)).exists()

    away.rename(wheel)
    libraries.set_up(root, "product")
    assert imports(root)


def test_an_environment_whose_python_is_gone_is_made_anew(root: Path) -> None:
    """The Python that it was made with may have been removed, or pip in it."""
    for path in libraries.packages_of(root).glob("pip/_internal/*.py"):
        path.unlink()

    libraries.set_up(root, "product")
    assert libraries.is_installed(root, "product")
    assert imports(root)


def test_no_lock_replaces_what_came_with_the_environment() -> None:
    """Its pip would be another one then, and count as damaged at every start."""
    for lock in libraries.LOCKS.values():
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert re.findall(r"^(pip|setuptools)==", text, re.MULTILINE) == []
