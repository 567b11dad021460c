"""The audit: what is noted stays, and every later change of it is found."""

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from callrisk.domain.access.audit_record import Deed
from callrisk.people.anchor_keys import AnchorKeys, keys_of_anchors
from callrisk.people.auditing import Anchors, Auditor, faults_of_audit
from callrisk.store.ciphers.key_ring import KeyPurpose, new_ring
from callrisk.store.database import open_database
from callrisk.store.people.audit_log import LISTED, AuditLog, Sought
from callrisk.store.people.audit_subjects import Gone
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS, RING, older_ring

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
SECRET = "s" * 40
ANCHOR_KEYS = AnchorKeys(lambda: RING, SECRET)


class Archive:
    """Two processes that note deeds in one database, and the anchors of one."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine, self.folder = open_database(url, KEYS), folder
        self.one, self.two = (Auditor(AuditLog(self.engine, chain)) for chain in ("one", "two"))
        self.keys = ANCHOR_KEYS
        self.anchors = Anchors(folder, "all-5000", ANCHOR_KEYS)

    def fill(self) -> None:
        """Six deeds, three of each process, and an anchor before the last two."""
        for number in range(3):
            for auditor in (self.one, self.two):
                if number == 2 and auditor is self.one:
                    assert self.anchors.add(self.one.log, START)
                auditor.note(deed(f"call c-{number}"), START + timedelta(seconds=number))

    def faults(self) -> list[str]:
        found = faults_of_audit(self.one.log, self.folder, self.keys)
        return [fault.en for fault in found]

    def tamper(self, change: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(change))


def deed(of: str, subject: str = "person 1") -> Deed:
    return Deed(subject, "see_call", of, "10.0.0.7", {"status": 200})


@pytest.fixture(params=KINDS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with fresh_database(request.param) as address:
        made = Archive(address or f"sqlite:///{tmp_path / 'audit.db'}", tmp_path / "audit")
        yield made
        made.engine.dispose()


def test_untouched_records_are_in_order(archive: Archive) -> None:
    """Of several processes, across pages of the database, and of a process that began anew."""
    archive.fill()
    assert archive.faults() == []
    again = Anchors(archive.folder, "all-5000", ANCHOR_KEYS)
    assert again.add(archive.one.log, START)
    assert not again.add(archive.one.log, START)
    Auditor(AuditLog(archive.engine, "three")).note(deed("call c-9"), START)
    assert again.add(archive.one.log, START)

    assert archive.faults() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "UPDATE audit SET object = 'call x' WHERE chain = 'one' AND number = 1",
            "one 1 was changed",
        ),
        ("UPDATE audit SET subject = 'person 2' WHERE chain = 'two' AND number = 2", "two 2 was"),
        ("UPDATE audit SET at = '2026-11-30 08:00:00' WHERE number = 0", "one 0 was changed"),
        ("UPDATE audit SET detail = '{}' WHERE number = 2", "two 2 was changed"),
        (
            "DELETE FROM audit WHERE chain = 'one' AND number = 1",
            "before record one 2",
        ),
        (
            "DELETE FROM audit WHERE chain = 'two' AND number = 0",
            "before record two 1",
        ),
        ("DELETE FROM audit", "record one 1 is gone"),
        ("DELETE FROM audit WHERE number > 0", "record one 1 is gone"),
        (
            "UPDATE audit SET number = 3 - number WHERE chain = 'one' AND number IN (1, 2)",
            "before record one",
        ),
    ],
)
def test_every_change_is_found(archive: Archive, change: str, told: str) -> None:
    """Edited, removed, swapped, and an end cut off before the last anchor."""
    archive.fill()
    if "3 - number" in change:
        # By way of a number that is free, as one chain has each number once.
        for step in (
            "UPDATE audit SET number = 9 WHERE chain = 'one' AND number = 1",
            "UPDATE audit SET number = 1 WHERE chain = 'one' AND number = 2",
            "UPDATE audit SET number = 2 WHERE chain = 'one' AND number = 9",
        ):
            archive.tamper(step)
    else:
        archive.tamper(change)

    assert any(told in fault for fault in archive.faults()), archive.faults()


def test_another_call_behind_an_id_is_found(archive: Archive) -> None:
    """Two that changed places; calls that are not there are unknown, and nothing was changed."""
    archive.fill()
    log = archive.one.log
    with log.subjects.keys.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE audit_calls SET call_id = CASE call_id WHEN 'c-1' THEN 'c-2' ELSE 'c-1' END "
            "WHERE call_id <> 'c-0'"
        )
    swapped = archive.faults()
    with log.subjects.keys.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit_calls WHERE call_id <> 'c-0'")

    assert len(swapped) == 2
    assert all("in the key store" in fault for fault in swapped)
    assert archive.faults() == []
    assert len(log.unknown_calls()) == 2
    named = [one.object for one in log.named(log.newest(Sought(), 100))]
    assert (named.count(Gone.UNKNOWN), named.count("call c-0")) == (4, 2)


def test_a_record_that_was_inserted_is_found(archive: Archive) -> None:
    """Also one with a right hash of its own."""
    archive.fill()
    forged = AuditLog(archive.engine, "two")
    with archive.engine.begin() as connection:
        _cut(connection)
    forged.add(deed("call forged"), START)

    assert any("record two 1 is gone, or not what" in fault for fault in archive.faults())


def _cut(connection: Connection) -> None:
    connection.execute(text("DELETE FROM audit WHERE chain = 'two' AND number >= 1"))


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace("c", "d", 1),
        lambda line: line.replace('"one": [1', '"one": [0'),
        lambda _line: "no json",
        lambda _line: "[]",
        lambda line: line + "\n" + line,
    ],
)
def test_changed_anchors_are_found(archive: Archive, change: Callable[[str], str]) -> None:
    """By their signature, and by the one before them."""
    archive.fill()
    (path,) = archive.folder.glob("*.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([change(lines[0]), *lines[1:]]) + "\n", encoding="utf-8")

    assert any("the anchor all-5000.jsonl:" in fault for fault in archive.faults())


def test_anchors_of_an_older_version_stay_good(archive: Archive) -> None:
    """Signed with the secret of before; under a ring that gets a key the file goes on with it."""
    rings = [older_ring()]
    archive.anchors = Anchors(archive.folder, "all-5000", AnchorKeys(lambda: rings[-1], SECRET))
    archive.fill()
    old = ANCHOR_KEYS, AnchorKeys(older_ring, SECRET)
    for archive.keys in old:
        assert archive.faults() == []
    archive.keys = AnchorKeys(older_ring, "t" * 40)
    assert len(archive.faults()) == 1
    rings.append(RING)
    assert archive.anchors.add(archive.one.log, START)
    archive.keys = AnchorKeys(lambda: RING, SECRET)

    assert archive.faults() == []
    assert keys_of_anchors(archive.folder) == {RING.active(KeyPurpose.AUDIT).key_id}
    # Who learned the old secret goes on with no file that the ring signs.
    archive.one.note(deed("call c-7"), START)
    late = Anchors(archive.folder, "all-5000", AnchorKeys(older_ring, SECRET))
    assert late.add(archive.one.log, START)
    assert archive.faults() == ["the anchor all-5000.jsonl:3 was changed."]


@pytest.mark.parametrize("purpose", [KeyPurpose.AUDIT, KeyPurpose.DATA, None])
def test_a_key_for_the_audit_alone_signs(archive: Archive, purpose: KeyPurpose | None) -> None:
    """It is not drawn from the secret, and no key of another purpose passes for it."""
    archive.fill()
    (path,) = archive.folder.glob("*.jsonl")
    (line,) = path.read_text(encoding="utf-8").splitlines()
    anchor = json.loads(line)
    del anchor["signature"]
    anchor["key"] = "none" if purpose is None else RING.active(purpose).key_id
    value = b"" if purpose is None else RING.active(purpose).value
    written = json.dumps(anchor, ensure_ascii=False, sort_keys=True).encode()
    anchor["signature"] = hmac.new(value, written, sha256).hexdigest()
    path.write_text(json.dumps(anchor, ensure_ascii=False) + "\n", encoding="utf-8")

    assert (archive.faults() == []) is (purpose is KeyPurpose.AUDIT)


def test_anchors_of_another_ring_are_none(archive: Archive) -> None:
    """Who writes the database and the file still lacks the key."""
    archive.fill()
    Anchors(archive.folder, "forged", AnchorKeys(lambda: new_ring(START), SECRET)).add(
        archive.one.log, START
    )

    assert any("the anchor forged.jsonl:1" in fault for fault in archive.faults())


def test_seeing_a_call_is_told_once_an_hour(archive: Archive) -> None:
    """Whichever process answers; another person, call or hour is another line."""
    for auditor in (archive.one, archive.one, archive.two):
        auditor.note_hourly(deed("call c-1"), START)
    archive.two.note_hourly(deed("call c-1", "person 2"), START)
    archive.two.note_hourly(deed("call c-2"), START)
    archive.one.note_hourly(deed("call c-1"), START + timedelta(hours=1))
    log = archive.one.log

    assert len(log.newest(Sought(), 100)) == 4
    assert len(log.newest(Sought(subject="person 1", object="call c-1"), 100)) == 2
    assert len(log.newest(Sought(since=START + timedelta(minutes=1)), 100)) == 1
    assert len(log.newest(Sought(until=START + timedelta(minutes=1)), 100)) == 3
    assert archive.faults() == []


def listing(*call_ids: str) -> Deed:
    return Deed("person 1", "list_calls", "list status", "10.0.0.7", {LISTED: [*call_ids]})


def test_every_call_of_a_list_is_named(archive: Archive) -> None:
    """Those that come into it later in the hour by a further record, whichever process answers."""
    for auditor, shown in (
        (archive.one, ()), (archive.one, ("c-1", "c-2")), (archive.one, ("c-1", "c-2", "c-3")),
        (archive.one, ("c-3",)), (archive.two, ("c-2", "c-4")), (archive.two, ("c-4",)),
    ):  # fmt: skip
        auditor.note_hourly(listing(*shown), START)
    first = [one.calls for one in archive.one.log.named(archive.one.log.newest(Sought(), 100))]
    archive.one.note_hourly(listing("c-3"), START + timedelta(hours=1))
    (next_hour, *_) = archive.one.log.named(archive.one.log.newest(Sought(), 100))

    assert first[::-1] == [(), ("c-1", "c-2"), ("c-3",), ("c-2", "c-4")]
    assert next_hour.calls == ("c-3",)
    assert archive.faults() == []


def test_a_list_that_shows_nothing_new_asks_no_database(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for by every open page, every few seconds."""
    archive.one.note_hourly(listing("c-1"), START)

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(archive.one.log, "keyed", refuse)
    monkeypatch.setattr(archive.one.log, "add", refuse)
    archive.one.note_hourly(listing("c-1"), START)
    archive.one.note_hourly(listing(), START)


def test_ids_of_any_length_are_noted(archive: Archive) -> None:
    """By ids of the audit like all others, and found by their names; other objects by a hash."""
    log, long = archive.one.log, "call " + "い" * 256
    archive.one.note_hourly(deed("call " + "あ" * 300), START)
    archive.one.note(deed("call " + "x" * 5_000), START)
    archive.one.note(deed(long), START)
    archive.one.note(deed("job " + "x" * 5_000), START)
    objects = [one.record.deed.object for one in log.all()]

    assert all(len(one) < 100 for one in objects)
    assert [one[:6] for one in objects] == ["call ~", "call ~", "call ~", "sha256"]
    assert [one.object for one in log.named(log.newest(Sought(object=long), 9))] == [long]
    assert archive.faults() == []
