"""The commands about keys and about one customer, as an operator runs them."""

import json
import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pyotp
import pytest
from moto import mock_aws

from callrisk.bootstrap.customer_data.customer_command import main as customer
from callrisk.bootstrap.keys.configured_keys import configured_keys, opened
from callrisk.bootstrap.keys.configured_ring import changing_ring, configured_ring, replace_ring
from callrisk.bootstrap.keys.keys_command import main as keys
from callrisk.bootstrap.keys.ring_changes import change_ring
from callrisk.bootstrap.server import create_app
from callrisk.domain.access.audit_record import Deed
from callrisk.domain.access.person import Means, Person
from callrisk.domain.access.policy_table import Role
from callrisk.domain.event_types import Source
from callrisk.domain.time import utc_now
from callrisk.settings import SettingsError, load, missing_for_production
from callrisk.store.calls import NewCall, Store
from callrisk.store.ciphers.data_keys import DataKeys, KeyLostError
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, new_ring, ring_from, ring_json
from callrisk.store.ciphers.ring_cipher import values_by_ring_key
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.connect.quarantine import Quarantine, Seal, insert_quarantined
from callrisk.store.database import close_database, open_data_keys
from callrisk.store.people.audit_log import AuditLog
from callrisk.store.people.kept_sessions import NewSession, ProviderSession
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.queries import Queries
from callrisk.store.webhooks.kept_webhooks import KeptWebhooks, NewWebhook
from callrisk.store.working.note_writing import NewNote
from harness.small_world import new_root
from harness.waiting import wait_until

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = "子猫を飼っています"


@contextmanager
def data_keys(root: Path) -> Iterator[DataKeys]:
    """Open the key store of an installation."""
    settings = load(root)
    keys = open_data_keys(settings.database_url, configured_keys(settings))
    yield keys
    close_database(keys.engine)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose ring is a file."""
    monkeypatch.delenv("KEY_RING")
    return new_root(tmp_path / "顧客 リスク")


def with_call(root: Path) -> None:
    """A call with a note that is over."""
    engine = opened(load(root))
    store = Store(engine)
    store.start_call(NewCall("c1", "K-1001", "a", Source.REST, False, NOON, "0312345678"))
    store.add_note(NewNote("c1", "note", "a", WORDS, NOON))
    close_database(engine)


def end_calls(root: Path) -> None:
    """Nobody is in a call any more."""
    engine = opened(load(root))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET ended_at = started_at")
    close_database(engine)


def notes(root: Path) -> list[str]:
    """The words of the notes."""
    engine = opened(load(root))
    found = [note.text for note in Queries(engine).notes("c1")]
    close_database(engine)
    return found


def test_development_makes_a_ring_and_production_asks_for_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once; a second `keys new` leaves it as it is."""
    monkeypatch.setenv("APP_ENV", "production")
    wanted = [one for one in missing_for_production(load(root)) if "keys new" in one]
    with pytest.raises(SettingsError, match="keys new"):
        configured_ring(load(root))
    monkeypatch.setenv("APP_ENV", "development")
    ring = configured_ring(load(root))

    assert len(wanted) == 1
    assert configured_ring(load(root)) == ring
    assert keys(["new"], root) == 1
    assert "ring.json" in capsys.readouterr().err
    assert configured_ring(load(root)) == ring


def test_a_damaged_ring_is_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which file, and changes nothing."""
    path = load(root).key_ring_path
    path.parent.mkdir(parents=True)
    path.write_text('{"format": 1, "keys": [{"id": "x"}]}', encoding="utf-8")

    assert keys(["show"], root) == 1
    told = capsys.readouterr().err
    assert "ring.json" in told
    assert told.count("\n") == 1


def test_a_new_key_takes_over_while_servers_run(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Old words stay readable; the old key goes when nothing needs it."""
    with_call(root)
    old = configured_ring(load(root)).keys[0].key_id
    engine = opened(load(root))
    with engine.connect() as connection:
        running = cipher_of(connection).keys
    assert keys(["rotate"], root) == 0
    assert keys(["remove", old, "--restarted"], root) == 1
    running.reread_ring()
    assert running.rewrap() == 1
    close_database(engine)

    assert notes(root) == [WORDS]
    assert keys(["remove", old], root) == 1
    capsys.readouterr()
    assert keys(["remove", old, "--restarted"], root) == 0
    removed = capsys.readouterr().out
    assert "Backups of before" in removed
    assert notes(root) == [WORDS]
    assert keys(["show"], root) == 0
    assert old in removed
    assert old not in capsys.readouterr().out


def test_two_rotations_at_once_lose_no_key(root: Path) -> None:
    """Two programs, and a change that goes on before: each adds its key to what the others left."""
    path, before = load(root).key_ring_path, configured_ring(load(root))
    rotate = [sys.executable, "-m", "callrisk.bootstrap.keys.keys_command", "rotate"]
    with changing_ring(path, lambda: None):
        running = [
            subprocess.Popen(rotate, cwd=root, stdout=subprocess.PIPE, text=True, encoding="utf-8")
            for _ in range(2)
        ]
        told = [it.stdout.readline() for it in running if it.stdout is not None]
        third = before.with_new(KeyPurpose.SEARCH, NOON)
        replace_ring(path, ring_json(third))
    ends = [it.communicate(timeout=60) and it.returncode for it in running]

    assert ["another change" in line for line in told] == [True, True]
    assert ends == [0, 0]
    after = configured_ring(load(root))
    assert after.keys[: len(third.keys)] == third.keys
    assert [key.purpose for key in after.keys[len(third.keys) :]] == [KeyPurpose.DATA] * 2


def test_a_ring_that_another_program_changed_is_not_replaced(root: Path) -> None:
    """One that knows nothing of the lock; its key stays."""
    settings = load(root)
    before = configured_ring(settings)
    third = before.with_new(KeyPurpose.SEARCH, NOON)

    def change(ring: KeyRing) -> KeyRing:
        replace_ring(settings.key_ring_path, ring_json(third))
        return ring.with_new(KeyPurpose.DATA, NOON)

    with pytest.raises(SettingsError, match="changed the key ring"):
        change_ring(settings, None, change)
    assert configured_ring(settings) == third


def test_a_new_ring_is_on_the_disk_under_its_name(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file, and after it was put in its place, the folder."""
    path, synced = load(root).key_ring_path, []
    configured_ring(load(root))
    text = path.read_text(encoding="utf-8")

    def noted(handle: int, fsync: Callable[[int], None] = os.fsync) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        synced.append((is_folder, path.read_text(encoding="utf-8") != text))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    assert keys(["rotate"], root) == 0

    assert synced == [(False, False)] + ([] if os.name == "nt" else [(True, True)])


def test_a_ring_of_the_environment_is_changed_by_way_of_a_file(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """It is told how; nothing else is written, and the old key goes the same way."""
    monkeypatch.setenv("KEY_RING", ring_json(new_ring(NOON)))
    with_call(root)
    new, newer = tmp_path / "new.json", tmp_path / "newer.json"
    assert keys(["rotate"], root) == 1
    assert "--to" in capsys.readouterr().err
    assert keys(["rotate", "--to", str(new)], root) == 0
    told = capsys.readouterr().out
    assert keys(["rotate", "--to", str(new)], root) == 1
    assert not load(root).key_ring_path.exists()
    old = configured_ring(load(root)).active(KeyPurpose.DATA).key_id
    monkeypatch.setenv("KEY_RING", new.read_text(encoding="utf-8"))
    engine = opened(load(root))
    with engine.connect() as connection:
        cipher_of(connection).keys.rewrap()
    close_database(engine)
    assert keys(["remove", old, "--restarted", "--to", str(newer)], root) == 0
    monkeypatch.setenv("KEY_RING", newer.read_text(encoding="utf-8"))

    assert "KEY_RING" in told
    assert notes(root) == [WORDS]
    assert configured_ring(load(root)).find(old) is None
    assert os.name == "nt" or stat.S_IMODE(newer.stat().st_mode) == 0o600


def test_a_file_is_no_way_for_a_ring_that_stands_in_one(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else two rings would differ."""
    assert keys(["rotate", "--to", str(tmp_path / "x.json")], root) == 1
    assert "KEY_RING" in capsys.readouterr().err
    assert not (tmp_path / "x.json").exists()


def test_a_key_that_seals_a_value_by_itself_stays(root: Path) -> None:
    """Records in quarantine are under it until they are destroyed."""
    engine = opened(load(root))
    poison = Seal(engine).poison("s", "1", "?", b"{")
    with engine.begin() as connection:
        insert_quarantined(connection, [poison], NOON)
    old = configured_ring(load(root)).active(KeyPurpose.QUARANTINE).key_id
    assert keys(["rotate", "--purpose", "quarantine"], root) == 0
    assert keys(["remove", old, "--restarted"], root) == 1
    assert Quarantine(engine).expire(utc_now()) == 1
    close_database(engine)

    assert keys(["remove", old, "--restarted"], root) == 0


def test_a_key_that_seals_secrets_of_webhooks_stays(root: Path) -> None:
    """Until a server sealed them with the newest one; they open throughout."""
    now = datetime.now(UTC)
    engine = opened(load(root))
    kept = KeptWebhooks(engine)
    hook = kept.add(NewWebhook("見本", "https://hooks.example.com/", []), "whsec_c2VjcmV0", now)
    kept.replace_secret(hook.webhook_id, "whsec_bmV3", now + timedelta(hours=24), now)
    assert kept.seal_anew(now) == 0
    old = configured_ring(load(root)).active(KeyPurpose.ACCOUNTS).key_id
    assert keys(["rotate", "--purpose", "accounts"], root) == 0
    assert keys(["remove", old, "--restarted"], root) == 1
    with engine.connect() as connection:
        cipher_of(connection).keys.reread_ring()
    assert kept.seal_anew(now) == 1
    assert keys(["remove", old, "--restarted"], root) == 0
    target = kept.target(hook.webhook_id, now)
    close_database(engine)

    assert target is not None
    assert target.secrets == ("whsec_bmV3", "whsec_c2VjcmV0")


def test_a_running_server_frees_a_key_of_accounts(root: Path) -> None:
    """It seals secrets of one-time codes anew, and removes sessions that are over."""
    server = create_app(load(root))
    state, now = server.state, utc_now()
    accounts, engine = state.accounts, state.store.engine
    one = accounts.persons.add(Person(0, "one", "見本", frozenset({Role.AGENT})), now)
    secret = accounts.codes.enrolment("one").secret
    accounts.codes.enrol(one.person_id, secret, pyotp.TOTP(secret).now(), now)
    cipher = PeopleStore(engine).cipher("ID tokens", "s" * 40)
    provider = ProviderSession(cipher.seal(b"token", b"person"))
    for begun in (now, now - timedelta(days=1)):
        ends_at, teams = begun + timedelta(hours=12), list[str]()
        new = NewSession(one.person_id, Means.SESSION, "", teams, ends_at, provider)
        accounts.sessions.kept.begin(secrets.token_hex(8), new, begun)
    old = configured_ring(load(root)).active(KeyPurpose.ACCOUNTS).key_id
    assert keys(["rotate", "--purpose", "accounts"], root) == 0

    def values_under_it() -> int:
        with engine.connect() as connection:
            return values_by_ring_key(connection).get(old, 0)

    before = values_under_it()
    state.upkeep.start()
    wait_until(lambda: values_under_it() == 1, 30)
    state.upkeep.stop()
    # The session that goes on keeps its token.
    assert (before, len(accounts.sessions.kept.all())) == (3, 1)
    assert accounts.sessions.kept.remove_over(now + timedelta(hours=13)) == 1
    close_database(engine)
    assert keys(["remove", old, "--restarted"], root) == 0


def test_keys_come_back_from_a_backup_but_those_erased(root: Path, tmp_path: Path) -> None:
    """A copy of before an erasure brings nothing back."""
    with_call(root)
    end_calls(root)
    before = tmp_path / "before"
    assert keys(["backup", "--to", str(before)], root) == 0
    (copy,) = before.iterdir()
    assert customer(["erase", "K-1001", "--yes"], root) == 0
    assert keys(["restore", str(copy)], root) == 0
    engine = opened(load(root))
    with engine.connect() as connection:
        assert cipher_of(connection).keys.found(["c1"]) == {"c1": None}
    close_database(engine)


def test_a_lost_key_store_is_restored(root: Path, tmp_path: Path) -> None:
    """The words are readable again."""
    with_call(root)
    assert keys(["backup", "--to", str(tmp_path / "keys")], root) == 0
    (copy,) = (tmp_path / "keys").iterdir()
    for path in (root / "data" / "processed").glob("callrisk.keys.db*"):
        path.unlink()
    assert keys(["restore", str(copy)], root) == 0

    assert notes(root) == [WORDS]


def test_keys_come_back_under_their_own_ring_alone(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under another one nothing is taken in, and it is told which ring is needed."""
    with_call(root)
    assert keys(["backup", "--to", str(tmp_path / "keys")], root) == 0
    (copy,) = (tmp_path / "keys").iterdir()
    for path in (root / "data" / "processed").glob("callrisk.keys.db*"):
        path.unlink()
    ring = load(root).key_ring_path
    own = ring.rename(ring.with_name("own.json"))
    name = ring_from(own.read_text(encoding="utf-8")).active(KeyPurpose.DATA).key_id
    assert keys(["new"], root) == 0
    assert keys(["restore", str(copy)], root) == 1
    assert name in capsys.readouterr().err
    ring.unlink()
    own.rename(ring)
    assert keys(["restore", str(copy)], root) == 0

    assert "1 keys" in capsys.readouterr().out
    assert notes(root) == [WORDS]


@pytest.mark.parametrize("is_lacking", [True, False])
def test_a_copy_that_the_ring_opens_in_part_is_refused(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], is_lacking: bool
) -> None:
    """Where the ring lacks a key, and where it has another one of its name; unless that is meant.

    Until then nothing is written.
    """
    with_call(root)
    old = configured_ring(load(root)).active(KeyPurpose.DATA).key_id
    assert keys(["rotate"], root) == 0
    engine = opened(load(root))
    store = Store(engine)
    store.start_call(NewCall("c2", "K-1002", "a", Source.REST, False, NOON, "0312345678"))
    store.add_note(NewNote("c2", "note", "a", WORDS, NOON))
    close_database(engine)
    assert keys(["backup", "--to", str(tmp_path / "keys")], root) == 0
    (copy,) = (tmp_path / "keys").iterdir()
    for path in (root / "data" / "processed").glob("callrisk.keys.db*"):
        path.unlink()
    path = load(root).key_ring_path
    ring = ring_from(path.read_text(encoding="utf-8"))
    own, wrong = ring.find(old), new_ring(NOON).active(KeyPurpose.DATA)
    assert own is not None
    others = [one for one in ring.keys if one is not own]
    taken = [] if is_lacking else [replace(wrong, key_id=old)]
    path.write_text(ring_json(KeyRing((*taken, *others))), encoding="utf-8")
    capsys.readouterr()
    assert keys(["restore", str(copy)], root) == 1
    told = capsys.readouterr().err
    with data_keys(root) as store:
        assert store.by_ring_key() == {}

    assert f"{old} (1)" in told
    assert (told.count("\n"), "開けません" in told, "does not open" in told) == (1, True, True)
    assert keys(["restore", str(copy), "--only-what-opens"], root) == 0
    assert "1 keys are back" in capsys.readouterr().out
    with data_keys(root) as store:
        assert store.lacking(["c1", "c2"]) == {"c1"}


def test_all_of_a_customer_is_given_out_and_erased(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Calls, earlier calls, tables; without --yes only what there is is told."""
    with_call(root)
    earlier = root / "data" / "processed" / "earlier_calls.csv"
    earlier.write_text("customer_id,call_id\nK-1001,o1\nK-1002,o2\n", encoding="utf-8")
    raw = root / "data" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    column = load(root).customer_columns.customer_id
    for name in ("顧客_Kintone.csv", "顧客_自社.csv"):
        (raw / name).write_text(f"{column},氏名\nK-1001,子猫\nK-1002,子犬\n", encoding="utf-8")
    out = tmp_path / "給付.json"
    assert customer(["export", "K-1001", "--to", str(out)], root) == 0
    whole = json.loads(out.read_text(encoding="utf-8"))
    assert whole["calls"][0]["notes"][0]["text"] == WORDS
    assert len(whole["tables"]) == 2

    assert customer(["erase", "K-1001", "--yes"], root) == 1
    assert "通話中" in capsys.readouterr().err
    end_calls(root)
    assert customer(["erase", "K-1001"], root) == 0
    assert "1 calls" in capsys.readouterr().out
    assert notes(root) == [WORDS]
    assert customer(["erase", "K-1001", "--yes"], root) == 0
    told = capsys.readouterr().out
    assert "顧客_自社.csv" in told
    assert "顧客_Kintone.csv" not in told
    assert notes(root) == []
    assert earlier.read_text(encoding="utf-8") == "customer_id,call_id\nK-1002,o2\n"
    assert "K-1001" not in (raw / "顧客_Kintone.csv").read_text(encoding="utf-8")
    assert "K-1001" in (raw / "顧客_自社.csv").read_text(encoding="utf-8")


def test_an_erasure_names_records_of_the_audit_with_plain_ids(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where an older version wrote any."""
    engine = opened(load(root))
    log = AuditLog(engine, "test")
    seen = Deed("person 1", "see_call", "call c1", "", {})
    log.add(log.keyed(seen), NOON)
    assert customer(["erase", "K-1001", "--yes"], root) == 0
    before = capsys.readouterr().out
    log.add(seen, NOON)
    close_database(engine)
    assert customer(["erase", "K-1001", "--yes"], root) == 0

    assert "older versions" not in before
    assert "older versions" in capsys.readouterr().out


def test_a_ring_may_be_wrapped_by_aws_kms(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file holds no key; another key of KMS, or none, opens nothing."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    with mock_aws():
        kms = boto3.client("kms", region_name="ap-northeast-1")
        arn = kms.create_key()["KeyMetadata"]["Arn"]
        assert keys(["new", "--kms", arn], root) == 0
        with_call(root)
        ring = configured_keys(load(root)).ring
        text = load(root).key_ring_path.read_text(encoding="utf-8")
        assert notes(root) == [WORDS]
        assert all(key.value.hex() not in text and len(key.value) == 32 for key in ring.keys)
    with mock_aws(), pytest.raises(SettingsError, match="KMS"):
        configured_ring(load(root))


def test_lost_keys_are_told_and_given_up(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list of calls goes on meanwhile; then their words count as removed."""
    with_call(root)
    engine = opened(load(root))
    with engine.connect() as connection:
        store = cipher_of(connection).keys.engine
    with store.begin() as connection:
        connection.exec_driver_sql("DELETE FROM data_keys")
    close_database(engine)
    engine = opened(load(root))
    calls = Queries(engine).calls(None, 9, None)
    with pytest.raises(KeyLostError):
        Queries(engine).notes("c1")
    close_database(engine)
    assert keys(["lost"], root) == 0
    assert "c1" in capsys.readouterr().out
    assert keys(["lost", "--accept"], root) == 0

    assert [(call.call_id, call.phone) for call in calls] == [("c1", None)]
    assert notes(root) == [""]
    assert keys(["lost"], root) == 0
    assert "c1" not in capsys.readouterr().out.split("\n", 2)[2]
