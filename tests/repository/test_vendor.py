"""The vendored libraries: exactly what VENDOR.md says they are."""

import hashlib

from harness import ROOT

VENDOR = ROOT / "static" / "vendor"


def listed() -> list[dict[str, str]]:
    """The table of VENDOR.md, one dictionary a line."""
    lines = (VENDOR / "VENDOR.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    head, _, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body]


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    """A library that was changed, added or forgotten is noticed."""
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")
    }

    assert found == {row["file"]: row["sha256"] for row in listed()}


def test_every_vendored_library_has_its_version_and_licence() -> None:
    """The file itself bears the version we claim, and its licence text lies beside it."""
    for row in listed():
        opening = (VENDOR / row["file"]).read_text(encoding="utf-8")[:500]
        licence = (VENDOR / f"{row['name']}.LICENSE").read_text(encoding="utf-8")

        assert f"v{row['version']}" in opening
        assert "Permission is hereby granted" in licence
