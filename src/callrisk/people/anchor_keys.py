"""The signature of the anchors of the audit: by a key of the ring, whose name the anchor bears.

Older versions signed with a key drawn from FLASK_SECRET_KEY, and a ring of theirs has none for the
audit still. Such anchors stay good, unless an anchor before them in the file bears the name of a
key: from then on nobody who learned that secret alone can go on with the file.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from callrisk.people.signing_keys import SigningKeys, old_key
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing

_SIGNATURE, _KEY = "signature", "key"


class AnchorKeys:
    """Signs and verifies under the ring of now; `old_secret` is that of older versions."""

    def __init__(self, ring_now: Callable[[], KeyRing], old_secret: str) -> None:
        self._old_key = old_key("audit", old_secret)
        self._keys = SigningKeys(ring_now, KeyPurpose.AUDIT, self._old_key)

    def signed(self, anchor: Mapping[str, Any]) -> dict[str, Any]:
        """Return an anchor with its signature, and the name of the key that made it."""
        name, value = self._keys.newest()
        named = {**anchor, _KEY: name} if name else dict(anchor)
        return named | {_SIGNATURE: _signature(named, value)}

    def is_ours(self, anchor: Mapping[str, Any], *, is_keyed: bool) -> bool:
        """Return True for what was signed here; of an anchor after a keyed one under the ring."""
        value = self._value_for(anchor, is_keyed)
        unsigned = {name: value for name, value in anchor.items() if name != _SIGNATURE}
        written = str(anchor.get(_SIGNATURE)).encode()
        return value is not None and hmac.compare_digest(
            written, _signature(unsigned, value).encode()
        )

    def _value_for(self, anchor: Mapping[str, Any], is_keyed: bool) -> bytes | None:
        if not has_key(anchor):
            return None if is_keyed else self._old_key
        name = str(anchor[_KEY])
        return self._keys.find(name) if name else None


def has_key(anchor: Mapping[str, Any]) -> bool:
    """Return True for an anchor that names the key of the ring that signed it."""
    return _KEY in anchor


def keys_of_anchors(folder: Path) -> set[str]:
    """Return the names of the keys that anchors of a folder need to be verified."""
    return {
        str(anchor[_KEY])
        for path in folder.glob("*.jsonl")
        for anchor in lines_of(path)
        if has_key(anchor)
    }


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the anchors of a file; an empty one for each line that is none."""
    found = list[dict[str, Any]]()
    if path.exists():
        with path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    anchor = json.loads(line)
                except ValueError:
                    anchor = {}
                found.append(anchor if isinstance(anchor, dict) else {})
    return found


def _signature(anchor: Mapping[str, Any], key: bytes) -> str:
    written = json.dumps(anchor, ensure_ascii=False, sort_keys=True).encode("utf-8")
    return hmac.new(key, written, sha256).hexdigest()
