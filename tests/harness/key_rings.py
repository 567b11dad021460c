"""The key ring of all tests; every process that they start is given the same."""

import os
from hashlib import sha256

from callrisk.store.ciphers.key_ring import (
    LATER_PURPOSES,
    KeyPurpose,
    KeyRing,
    RingKey,
    ring_json,
)
from callrisk.store.database import Keys

RING = KeyRing(
    tuple(
        RingKey(f"{purpose}-tests", purpose, sha256(purpose.encode()).digest())
        for purpose in KeyPurpose
    )
)
KEYS = Keys(RING)
# Processes inherit it, and so what they stored can be read here.
os.environ["KEY_RING"] = ring_json(RING)


def older_ring() -> KeyRing:
    """Return the ring of these tests as an older version made it."""
    return KeyRing(tuple(key for key in RING.keys if key.purpose not in LATER_PURPOSES))
