"""The parts of the product: a list of them (SBOM, CycloneDX), and whether faults of any are known.

python .ci/supply_chain.py FILE writes the list of all that requirements.lock installs, and asks
PyPI for advisories about them. It exits with 1 where there are any; where PyPI cannot be asked it
says so and exits with 0, as no network is no fault of the product.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
# In an environment of its own: it brings another pip, and .venv counts as damaged with that.
AUDITOR = "pip-audit==2.10.1"
# Advisories that do not concern the product, with the reason; pip-audit passes over them.
ACCEPTED: Mapping[str, str] = {}


def write_sbom(file: Path) -> None:
    """Write the list of all that the lock installs, the same each time for the same lock."""
    made = _run(
        "cyclonedx_py", "requirements", str(LOCK), "--pyproject", str(ROOT / "pyproject.toml"),
        "--output-reproducible", "--of", "JSON", "-o", str(file),
    )  # fmt: skip
    if made.returncode:
        raise SystemExit(made.stderr)
    print(f"SBOM: {len(components_of(file))} packages in {file}")


def components_of(file: Path) -> set[tuple[str, str]]:
    """Return name and version of each package that an SBOM lists."""
    listed = json.loads(file.read_text(encoding="utf-8"))["components"]
    return {(one["name"].lower(), one["version"]) for one in listed if "version" in one}


def audit() -> int:
    """Say which packages have known faults; return 1 if there are any, 0 if nobody can be asked."""
    ignored = [part for name in ACCEPTED for part in ("--ignore-vuln", name)]
    with tempfile.TemporaryDirectory() as folder:
        python = _auditing_python(Path(folder))
        asked = _run(
            "pip_audit", "-r", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json",
            "--progress-spinner", "off", *ignored, python=python,
        )  # fmt: skip
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = asked.stderr.strip().splitlines()[-1:]
        print(f"NOT AUDITED: pip-audit gave no answer, so nothing is known: {''.join(reason)}")
        return 0
    return told(packages)


def told(packages: Sequence[Mapping[str, Any]]) -> int:
    """Say what an audit found; return 1 for known faults."""
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for one in packages
        for fault in one.get("vulns", ())
    ]
    if len(skipped) == len(packages):
        print("NOT AUDITED: PyPI knows none of the packages from here, as without a network.")
    elif skipped:
        print(f"not audited: {', '.join(skipped)}")
    audited = len(packages) - len(skipped)
    print(f"audited: {audited} of {len(packages)} packages, known faults: {len(faults)}")
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


def _auditing_python(folder: Path) -> str:
    """Return a Python that has pip-audit if that can be had now."""
    _run("venv", str(folder))
    windows, other = folder / "Scripts" / "python.exe", folder / "bin" / "python"
    python = str(windows if windows.exists() else other)
    _run("pip", "install", "--quiet", AUDITOR, python=python)
    return python


def _run(
    module: str, *arguments: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    command = [python, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def main() -> int:
    """Write the SBOM to the file that is named, and audit."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its argument
        print(f"usage: {sys.argv[0]} FILE", file=sys.stderr)
        return 1
    write_sbom(Path(sys.argv[1]))
    return audit()


if __name__ == "__main__":
    sys.exit(main())
