"""The lines of .env, before their values are looked at."""

from pathlib import Path

from dotenv.parser import parse_stream


def names_given_twice(file: Path) -> list[str]:
    """Return the names that a file gives more than one value; none where there is no such file.

    The last one would count, so that a line further down undoes what somebody wrote above.
    """
    values: dict[str, set[str]] = {}
    if file.is_file():
        with file.open(encoding="utf-8") as lines:
            for line in parse_stream(lines):
                if line.key is not None:
                    values.setdefault(line.key.upper(), set()).add(line.value or "")
    return [name for name, given in values.items() if len(given) > 1]
