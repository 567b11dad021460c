"""The licences of all that the product is made of, as a table.

python .ci/licences.py FILE writes a line for each package of requirements.lock that is installed
here, by what the package itself says, and for each vendored library of the browser. It exits with 1
where a package says nothing: then somebody has to look.
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENDORED = ROOT / "static" / "vendor" / "VENDOR.md"
UNKNOWN = "?"
_PINNED = re.compile(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", re.MULTILINE)
# The lines of the table of vendored files: file, from, name, version, licence (its file), hash.
_VENDORED = re.compile(r"^\| \S+ \| \S+ \| (\S+) \| (\S+) \| ([^|(]+)", re.MULTILINE)
_SHORT = 60
Row = tuple[str, str, str]


def packages() -> Iterator[Row]:
    """Yield name, version and licence of each package of the lock that is installed here."""
    for name, version in _PINNED.findall(LOCK.read_text(encoding="utf-8")):
        try:
            said = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # of another system or another version of Python
        yield name, version, licence_of(said)


def licence_of(said: metadata.PackageMetadata) -> str:
    """Return the licence that a package states: as an expression, by classifiers, or in words."""
    classified = [
        line.rpartition("::")[2].strip()
        for line in said.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    words = (said.get("License") or "").strip().partition("\n")[0]
    stated = said.get("License-Expression") or " / ".join(classified) or words
    return stated if len(stated) <= _SHORT else f"{stated[:_SHORT]} …"


def vendored() -> Iterator[Row]:
    """Yield name, version and licence of each library that the pages bring along."""
    for name, version, licence in _VENDORED.findall(VENDORED.read_text(encoding="utf-8")):
        if "-" * 3 not in name and name != "name":
            yield name, version, licence.strip()


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| package | version | licence |", "|---|---|---|"]
    lines += [f"| {name} | {version} | {licence or UNKNOWN} |" for name, version, licence in rows]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the table to the file that is named; 1 where a package says nothing."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its argument
        print(f"usage: {sys.argv[0]} FILE", file=sys.stderr)
        return 1
    rows = [*packages(), *vendored()]
    text = f"# Licences of what callrisk is made of\n\n{table(rows)}"
    Path(sys.argv[1]).write_text(text, encoding="utf-8")
    silent = [name for name, _, licence in rows if not licence]
    print(f"licences: {len(rows)} packages in {sys.argv[1]}; without one: {silent or 'none'}")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
