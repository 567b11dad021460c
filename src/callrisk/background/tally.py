"""Counts that many threads add to, by a label."""

import threading
from collections import Counter
from collections.abc import Mapping


class Tally:
    """So many of each label since the process began; they never fall."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, label: str = "", count: int = 1) -> None:
        """Count some more."""
        with self._lock:
            self._counts[label] += count

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts as they are now, by label."""
        with self._lock:
            return dict(self._counts)

    @property
    def total(self) -> int:
        """The sum of all counts."""
        return sum(self.counts.values())
