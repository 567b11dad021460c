"""The table of licences, and the workflow that makes a release of a tag."""

import re
from email.message import Message
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from harness import ROOT
from harness.scripts import module_of

WORKFLOWS = ROOT / ".github" / "workflows"


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    """The script of CI."""
    return module_of(".ci/licences.py")


def test_every_package_says_its_licence(licences: ModuleType) -> None:
    """So do the libraries of the browser; nobody takes one in without it."""
    rows = [*licences.packages(), *licences.vendored()]
    names = {name for name, _, _ in rows}

    assert len(rows) > 90
    assert {"flask", "xgboost-cpu", "socket.io-client"} - names <= {"xgboost-cpu"}
    assert [name for name, _, licence in rows if not licence] == []


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"License-Expression": "MIT", "License": "other"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: ISC License"}, "ISC License"),
        ({"License": "BSD\nRedistribution and use"}, "BSD"),
        ({"License": ""}, ""),
    ],
    ids=["expression", "classifier", "words", "none"],
)
def test_a_licence_is_read_as_it_is_stated(
    licences: ModuleType, headers: dict[str, str], wanted: str
) -> None:
    """The expression before classifiers, these before words."""
    said = Message()
    for name, value in headers.items():
        said[name] = value

    assert licences.licence_of(said) == wanted


def test_a_release_has_image_parts_licences_and_signatures() -> None:
    """Made of a tag that is the version of the product, and of nothing else."""
    text = (WORKFLOWS / "release.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    (job,) = workflow["jobs"].values()
    used = {step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step}

    # YAML reads the word "on" as true.
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    assert {"actions/attest-build-provenance", "actions/attest-sbom"} <= used
    assert job["permissions"] == {
        "contents": "write", "packages": "write", "id-token": "write", "attestations": "write",
    }  # fmt: skip
    assert "callrisk.__version__" in text
    assert "SHA256SUMS" in text


@pytest.mark.parametrize("file", sorted(WORKFLOWS.glob("*.yml")), ids=lambda file: file.name)
def test_a_workflow_starts_files_that_exist(file: Path) -> None:
    """Scripts of CI, the image, the folders of tests."""
    text = file.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/])(?:\.ci|deploy|tests|src)/[\w./-]+", text)

    assert [path for path in named if not (ROOT / path).exists()] == []
