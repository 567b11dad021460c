"""Noting who saw and did what, and proving that nothing of it was changed later.

Each record has the hash of the one before it in its chain. Once a minute the newest hash of every
chain is written into a file of anchors outside the database, signed with a key of the ring and with
the anchor before it: who can change the database but not that file cannot cut the end off.
"""

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from callrisk.domain.access.audit_record import NO_HASH, Deed
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.people.anchor_keys import AnchorKeys, has_key, lines_of
from callrisk.store.people.audit_log import LISTED, AuditLog, StoredRecord

logger = logging.getLogger(__name__)

_ANCHORED_EVERY_S = 60.0
# Deeds and calls of lists; what is forgotten is noted once more.
_MOST_REMEMBERED = 200_000


class Auditor:
    """Notes deeds of one process; for many threads. What is noted once an hour is remembered."""

    def __init__(self, log: AuditLog) -> None:
        self.log = log
        self._lock = threading.Lock()
        self._hour = ""
        # What was noted in this hour, with the calls that were listed.
        self._told: OrderedDict[str, set[str]] = OrderedDict()
        self._remembered = 0

    def note(self, deed: Deed, now: datetime) -> None:
        """Store a deed."""
        self.log.add(self._stored(deed), now)

    def note_hourly(self, deed: Deed, now: datetime) -> None:
        """Store a deed unless the same subject did the same within this hour.

        Calls that a list shows for the first time in the hour are noted by a further record.
        """
        hour = f"{now:%Y-%m-%dT%H}"
        known = f"{deed.subject} {deed.action} {hour} {_short(deed.object)}"
        listed: list[str] = deed.detail.get(LISTED, [])
        with self._lock:
            told = self._told.get(known)
            new = [one for one in listed if told is None or one not in told]
        if told is not None and not new:
            return
        if listed:
            deed = replace(deed, detail=deed.detail | {LISTED: new})
        stored = self._stored(deed)
        once = f"{deed.subject} {deed.action} {hour} {stored.object}"
        if listed:
            # Another process may have noted other calls of the list.
            once += f" {sha256(' '.join(stored.detail[LISTED]).encode()).hexdigest()[:32]}"
        self.log.add(stored, now, once)
        self._remember(hour, known, new)

    def _remember(self, hour: str, known: str, listed: Collection[str]) -> None:
        with self._lock:
            if hour > self._hour:
                self._told.clear()
                self._hour, self._remembered = hour, 0
            if known not in self._told:
                self._told[known], self._remembered = set(), self._remembered + 1
            told = self._told[known]
            self._remembered += len({*listed} - told)
            told.update(listed)
            while self._remembered > _MOST_REMEMBERED:
                self._remembered -= 1 + len(self._told.popitem(last=False)[1])

    def _stored(self, deed: Deed) -> Deed:
        # Calls become ids before anything is cut: no hash of a call itself may stay in a record.
        return _fitting(self.log.keyed(deed))


def _short(text: str) -> str:
    """Return a text that fits its column; a long one by its hash."""
    longest = 250
    return text if len(text) <= longest else f"sha256:{sha256(text.encode()).hexdigest()}"


def _fitting(deed: Deed) -> Deed:
    return Deed(deed.subject, deed.action, _short(deed.object), deed.address[:64], deed.detail)


class Anchors:
    """The anchors of one server: a file of the folder, one JSON object a line.

    No other program adds to a file of this name.
    """

    def __init__(self, folder: Path, name: str, keys: AnchorKeys) -> None:
        self._path = folder / f"{name}.jsonl"
        self._keys = keys
        self._heads: dict[str, list[Any]] = {}
        self._before = NO_HASH
        for anchor in lines_of(self._path):
            self._heads |= anchor.get("heads", {})
            self._before = str(anchor.get("signature"))

    def add(self, log: AuditLog, now: datetime) -> bool:
        """Add an anchor of the chains that went on; False if none did since the last one."""
        heads = {
            chain: list(head)
            for chain, head in sorted(log.heads().items())
            if self._heads.get(chain) != list(head)
        }
        if not heads:
            return False
        anchor: dict[str, Any] = {"at": now.isoformat(), "heads": heads, "before": self._before}
        anchor = self._keys.signed(anchor)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(anchor, ensure_ascii=False) + "\n")
        self._heads |= heads
        self._before = anchor["signature"]
        return True

    def run(self, log: AuditLog, stopped: threading.Event) -> None:
        """Add an anchor each minute, and a last one at the end, until `stopped`."""
        while True:
            is_over = stopped.wait(_ANCHORED_EVERY_S)
            try:
                self.add(log, utc_now())
            except Exception:
                logger.exception("cannot anchor the audit")
            if is_over:
                return


def faults_of_audit(log: AuditLog, folder: Path, keys: AnchorKeys) -> list[Text]:
    """Return what is wrong with the records and with all anchors; empty if nothing is."""
    found, hashes = list[Text](), dict[tuple[str, int], str]()
    ends: dict[str, StoredRecord] = {}
    for stored in log.all():
        found += _faults_of(stored, ends.get(stored.record.chain))
        ends[stored.record.chain] = stored
        hashes[stored.record.chain, stored.record.number] = stored.sha256
    for path in sorted(folder.glob("*.jsonl")):
        before, is_keyed = NO_HASH, False
        for number, anchor in enumerate(lines_of(path), 1):
            where = f"{path.name}:{number}"
            if not keys.is_ours(anchor, is_keyed=is_keyed) or anchor.get("before") != before:
                found.append(_changed_anchor(where))
            is_keyed = is_keyed or has_key(anchor)
            found += _missing(anchor, hashes, where)
            before = str(anchor.get("signature"))
    return [*found, *_changed_calls(log)]


def _changed_calls(log: AuditLog) -> Iterator[Text]:
    for subject in log.changed_calls():
        yield Text(
            f"鍵の保管先で、番号 {subject} の通話が改変されています。",
            f"in the key store the call of the id {subject} was changed.",
        )


def _changed_anchor(where: str) -> Text:
    return Text(f"アンカー {where} が改変されています。", f"the anchor {where} was changed.")


def _missing(
    anchor: Mapping[str, Any], hashes: Mapping[tuple[str, int], str], where: str
) -> Iterator[Text]:
    """Yield what an anchor says of records that are gone, or are others now."""
    for chain, (number, digest) in anchor.get("heads", {}).items():
        if hashes.get((chain, number)) != digest:
            yield Text(
                f"記録 {chain} {number} がないか、アンカー {where} と違います。",
                f"record {chain} {number} is gone, or not what the anchor {where} says.",
            )


def _faults_of(stored: StoredRecord, last: StoredRecord | None) -> list[Text]:
    """Return what is wrong with a record and its place behind the last of its chain."""
    record, where = stored.record, f"{stored.record.chain} {stored.record.number}"
    found = []
    if record.digest != stored.sha256:
        found.append(Text(f"記録 {where} が改変されています。", f"record {where} was changed."))
    expected = (0, NO_HASH) if last is None else (last.record.number + 1, last.sha256)
    if (record.number, record.before) != expected:
        found.append(
            Text(
                f"記録 {where} の前が抜けているか、順序が違います。",
                f"before record {where} one is missing, or out of its order.",
            )
        )
    return found
