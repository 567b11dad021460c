"""Values under a key of the ring: bound to their kind and place, found again after rotations."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from callrisk.store.calls import Store
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, new_ring
from callrisk.store.ciphers.ring_cipher import RingCipher, values_by_ring_key
from callrisk.store.ciphers.sealing import SealError, SecretCipher
from callrisk.store.connect.quarantine import Seal, insert_quarantined
from harness.key_rings import RING

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Holder:
    """A ring, and the one that is read again."""

    ring: KeyRing
    newer: KeyRing | None = field(default=None)

    def reread_ring(self) -> None:
        self.ring = self.newer or self.ring


def cipher(holder: Holder, kind: str = "codes", secret: str = "") -> RingCipher:
    before = SecretCipher(secret, kind) if secret else None
    return RingCipher(holder, KeyPurpose.ACCOUNTS, kind, before)


def test_a_value_opens_at_its_place_alone() -> None:
    """Another place, kind, purpose or byte: refused; never sealed alike twice."""
    holder = Holder(new_ring(NOON))
    sealed = cipher(holder).seal(b"value", b"person 1")
    other_purpose = RingCipher(holder, KeyPurpose.QUARANTINE, "codes")

    assert cipher(holder).open(sealed, b"person 1") == b"value"
    assert cipher(holder).seal(b"value", b"person 1") != sealed
    for opens, place in (
        (cipher(holder), b"person 2"), (cipher(holder, "tokens"), b"person 1"),
        (other_purpose, b"person 1"),
    ):  # fmt: skip
        with pytest.raises(SealError):
            opens.open(sealed, place)
    for at in (0, 9, 20, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealError):
            cipher(holder).open(bytes(changed), b"person 1")


def test_a_new_key_of_another_program_is_found() -> None:
    """It seals from the moment it is known; what the old one sealed opens still."""
    ring = new_ring(NOON)
    newer = ring.with_new(KeyPurpose.ACCOUNTS, NOON)
    old = cipher(Holder(ring)).seal(b"old", b"")
    new = cipher(Holder(newer)).seal(b"new", b"")
    behind = Holder(ring, newer)

    assert cipher(behind).is_newest(old)
    assert cipher(behind).open(new, b"") == b"new"
    assert not cipher(behind).is_newest(old)
    assert cipher(behind).open(old, b"") == b"old"


def test_values_of_before_open_with_their_secret() -> None:
    """With another secret, or none, they do not."""
    holder, secret = Holder(new_ring(NOON)), "s" * 40
    sealed = SecretCipher(secret, "codes").seal(b"value", b"person 1")

    assert cipher(holder, secret=secret).open(sealed, b"person 1") == b"value"
    assert not cipher(holder, secret=secret).is_newest(sealed)
    for other in ("", "t" * 40):
        with pytest.raises(SealError):
            cipher(holder, secret=other).open(sealed, b"person 1")


def test_values_are_counted_by_their_key(engine: Engine) -> None:
    """Those of before are under none."""
    Store(engine)
    poison = [Seal(engine).poison("s", str(number), "?", b"{" * 300) for number in range(3)]
    before = replace(poison[0], position="before", sealed=b"\0" * 40)
    with engine.begin() as connection:
        insert_quarantined(connection, [*poison, before], NOON)
        found = values_by_ring_key(connection)

    assert found == {RING.active(KeyPurpose.QUARANTINE).key_id: 3}
