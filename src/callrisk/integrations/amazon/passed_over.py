"""Counts by name of what is passed over because it is not ours."""

from collections import Counter
from typing import Any

# The counts are stored again every second, and people read them.
_MOST_NAMES = 40
_LONGEST_NAME = 64
OTHERS = "others"
# Before the id of another instance.
OF_INSTANCE = "instance "


class PassedOver(Counter[str]):
    """Counts by name; beyond so many names all further ones are counted as others."""

    def note(self, name: str) -> None:
        """Count one more, under a name that every database holds."""
        name = name[:_LONGEST_NAME].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
        if name not in self and len(self) >= _MOST_NAMES:
            name = OTHERS
        self[name] += 1


class Instance:
    """The instance of Amazon Connect whose events are ours, by id or ARN; empty for any."""

    def __init__(self, instance_id: str) -> None:
        self._id = _bare(instance_id)

    def is_ours(self, named: Any, passed_over: PassedOver) -> bool:
        """Return True for our instance, or none; another one is counted."""
        instance = _bare(named)
        if not self._id or not instance or instance == self._id:
            return True
        passed_over.note(f"{OF_INSTANCE}{instance}")
        return False


def _bare(arn: Any) -> str:
    """Return the id of an instance, alone or at the end of its ARN; empty where there is none."""
    return arn.rpartition("/")[2].strip().lower() if isinstance(arn, str) else ""
