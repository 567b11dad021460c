"""The list of parts of the product, and what an audit of them says."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from harness import ROOT
from harness.scripts import module_of

PINNED = re.compile(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def supply_chain() -> ModuleType:
    """The script of CI."""
    return module_of(".ci/supply_chain.py")


def test_the_sbom_lists_every_locked_package(supply_chain: ModuleType, tmp_path: Path) -> None:
    """With its version, and nothing else."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {(name.lower(), version) for name, version in PINNED.findall(lock)}
    supply_chain.write_sbom(tmp_path / "sbom.cdx.json")

    assert len(locked) > 100
    assert supply_chain.components_of(tmp_path / "sbom.cdx.json") == locked


def test_a_known_fault_fails_the_audit(
    supply_chain: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the package and the version that mends it."""
    faulty = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}
    packages = [
        {"name": "left", "version": "1.0", "vulns": [faulty]},
        {"name": "right", "version": "2.0", "vulns": []},
        {"name": "middle", "skip_reason": "not found"},
    ]

    assert supply_chain.told(packages) == 1
    told = capsys.readouterr().out
    assert "FAULT left 1.0: PYSEC-2026-1, mended in 1.1" in told
    assert "not audited: middle" in told
    assert "audited: 2 of 3 packages, known faults: 1" in told


def test_without_a_network_the_audit_says_so_and_fails_nothing(
    supply_chain: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """As when PyPI answers for no package."""
    assert supply_chain.told([{"name": "left", "skip_reason": "not found"}]) == 0
    assert "NOT AUDITED" in capsys.readouterr().out
