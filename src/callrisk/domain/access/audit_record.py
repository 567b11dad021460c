"""What somebody saw or did, and the chain that shows whether records were changed later."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

# What stands before the first record of a chain.
NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Deed:
    """What was seen or done: `subject` did `action` to `object` from `address`.

    `detail` names ids and settings, never a word that anybody said, a name or a number. In the
    audit calls have ids of its own, which lead to nobody once a person is erased.
    """

    subject: str
    action: str
    object: str
    address: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A deed with its place in a chain: the process that wrote it, and the number there."""

    chain: str
    number: int
    at: datetime
    deed: Deed
    before: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the record and, by the hash before it, of all earlier ones."""
        deed = self.deed
        parts = [
            self.before, self.chain, self.number, self.at.astimezone(UTC).isoformat(),
            deed.subject, deed.action, deed.object, deed.address, deed.detail,
        ]  # fmt: skip
        written = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(written.encode("utf-8")).hexdigest()
