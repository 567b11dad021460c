"""Write anew what tests pin of calls, after a change on purpose: python benchmarks/pinned_calls.py

What is hidden, understood, summed and advised in them is told by the product as it is now; the
difference shows what the change did, line by line.
"""

from pathlib import Path

import tests_on_path  # noqa: F401
from harness import ROOT
from harness.masking.bracketed import bracketed, calls_of
from harness.told_calls import told

_FILES = {
    Path("tests/domain/masking/hidden_before.txt"): bracketed,
    Path("tests/domain/told_before.txt"): told,
}


def main() -> None:
    """Write each file with its calls in their order."""
    for path, tell in _FILES.items():
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        calls = ["\n".join(line.rstrip() for line in tell(call)) for call in calls_of(lines)]
        text = "\n\n".join([lines[0], *calls])
        (ROOT / path).write_text(f"{text}\n", encoding="utf-8", newline="\n")
        print(f"{path.as_posix()}: {len(calls)} calls")


if __name__ == "__main__":
    main()
