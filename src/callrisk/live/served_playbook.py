"""The playbook that advises live calls: read again when its file changes, without a restart."""

import logging
from collections.abc import Iterable
from pathlib import Path

from callrisk.domain.advice import Playbook, PlaybookError, WordIndex, load_playbook
from callrisk.domain.customer import CustomerField
from callrisk.domain.wording import Text
from callrisk.wire.health import CheckResult

logger = logging.getLogger(__name__)


class ServedPlaybook:
    """Holds the product's plays with a company's own; a file with a fault changes nothing.

    `file` is the company's own, None for the product's alone; `fields` are those of the record.
    """

    def __init__(self, file: Path | None = None, fields: Iterable[CustomerField] = ()) -> None:
        self._file = file
        self._fields = tuple(fields)
        self._seen: object = None
        self._fault: Text | None = None
        self.current: Playbook = load_playbook()
        self.words = WordIndex(self.current)
        self.refresh()

    def refresh(self) -> bool:
        """Read the file again if it is another now; return True if other plays hold."""
        seen = _fingerprint(self._file)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            playbook = load_playbook(self._file, self._fields)
        except PlaybookError as error:
            self._fault = Text(error.japanese, error.english)
            logger.warning("playbook not changed: %s", error.english)
            return False
        self._fault = None
        if playbook == self.current:
            return False
        self.current, self.words = playbook, WordIndex(playbook)
        logger.info("playbook: %d plays", len(playbook.plays))
        return True

    def check(self) -> CheckResult:
        """Return the health of the playbook: a fault in the company's own file is said."""
        if self._fault is None:
            return CheckResult(ok=True, detail=f"{len(self.current.plays)} plays")
        english = f"The playbook has a fault; the plays of before hold on ({self._fault.en})."
        return CheckResult(
            ok=False, detail=english, message_en=english,
            message=f"プレイブックに誤りがあるため、直前の内容で助言しています（{self._fault.ja}）。",
        )  # fmt: skip


def _fingerprint(file: Path | None) -> object:
    try:
        found = None if file is None else file.stat()
    except OSError:
        return None
    return None if found is None else (found.st_mtime_ns, found.st_size)
