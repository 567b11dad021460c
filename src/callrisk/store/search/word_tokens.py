"""Tokens of words: HMAC-SHA256 of pairs of letters under a key of the ring, cut to 24 bits.

So few bits let a pair of other letters have the same token now and then; what is found by tokens is
compared with the words themselves.
"""

import hmac
import struct
from collections.abc import Collection, Iterable
from functools import lru_cache

from callrisk.domain.search.plain_text import pairs_of
from callrisk.store.ciphers.key_ring import RingKey

# Tokens that begin alike lie in one bucket.
REST_BITS = 16
REST = (1 << REST_BITS) - 1


def tokens_of(key: RingKey, texts: Iterable[str]) -> set[int]:
    """Return the tokens of plain texts under a key."""
    pairs = set[str]().union(*(pairs_of(letters) for letters in texts))
    return {_token(key.value, pair) for pair in pairs}


@lru_cache(maxsize=1 << 16)
def _token(key: bytes, pair: str) -> int:
    digest = hmac.digest(key, f"pair {pair}".encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(digest[:3], "big")


def packed_tokens(tokens: Collection[int]) -> bytes:
    """Return tokens as they are stored beside a loose call."""
    return struct.pack(f"<{len(tokens)}I", *sorted(tokens))


def unpacked_tokens(stored: bytes) -> tuple[int, ...]:
    """Return the tokens that were stored."""
    return struct.unpack(f"<{len(stored) // 4}I", stored)
