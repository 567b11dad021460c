"""The vendored libraries and fonts: exactly what VENDOR.md says they are."""

import hashlib
from pathlib import Path

import pytest

from harness import ROOT

# Of the product, and of the tests alone.
FOLDERS = (ROOT / "static" / "vendor", ROOT / "tests" / "vendor")
GRANTS = {
    "MIT": "Permission is hereby granted", "MPL-2.0": "Mozilla Public License, version 2.0",
    "OFL-1.1": "SIL OPEN FONT LICENSE Version 1.1",
}  # fmt: skip


def listed(folder: Path) -> list[dict[str, str]]:
    """The table of VENDOR.md, one dictionary a line."""
    lines = (folder / "VENDOR.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    head, _, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body]


@pytest.mark.parametrize("folder", FOLDERS, ids=["product", "tests"])
def test_every_vendored_file_is_listed_with_its_hash(folder: Path) -> None:
    """A library that was changed, added or forgotten is noticed."""
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix in (".js", ".woff2")
    }

    assert found
    assert found == {row["file"]: row["sha256"] for row in listed(folder)}


@pytest.mark.parametrize("folder", FOLDERS, ids=["product", "tests"])
def test_every_vendored_library_has_its_version_and_licence(folder: Path) -> None:
    """A script itself bears the version we claim, and the licence text of each lies beside it."""
    for row in listed(folder):
        licence_file = f"{row['name'].rpartition('/')[2]}.LICENSE"
        licence = (folder / licence_file).read_text(encoding="utf-8")

        if row["file"].endswith(".js"):
            opening = (folder / row["file"]).read_text(encoding="utf-8")[:500]
            assert f"v{row['version']}" in opening
        assert GRANTS[row["licence"].partition(" ")[0]] in licence
