"""Records that the Kinesis Producer Library packed into one.

The format (https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md):
four magic bytes, a Protocol Buffers message, and its MD5. Of the message only the data of its
records is read, which needs no library: AWS's own Python packages for it are no longer kept up.
"""

import hashlib
from collections.abc import Iterator

_MAGIC = b"\xf3\x89\x9a\xc2"
_DIGEST_BYTES = 16
# Field numbers of `AggregatedRecord.records` and `Record.data`.
_RECORDS, _DATA = 3, 3
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED_64: 8, _FIXED_32: 4}
_MOST_SHIFT = 63
# The bit of a byte that says that a number goes on behind it.
_MORE = 0x80


def is_aggregate(body: bytes) -> bool:
    """Return True for a record that holds others; by its digest, as anything may begin so."""
    if not body.startswith(_MAGIC) or len(body) <= len(_MAGIC) + _DIGEST_BYTES:
        return False
    message, digest = body[len(_MAGIC) : -_DIGEST_BYTES], body[-_DIGEST_BYTES:]
    return hashlib.md5(message, usedforsecurity=False).digest() == digest


def aggregated(body: bytes) -> list[bytes]:
    """Return the data of the records in an aggregate; ValueError if the message is damaged."""
    message = body[len(_MAGIC) : -_DIGEST_BYTES]
    records = [value for number, value in _fields(message) if number == _RECORDS]
    return [value for one in records for number, value in _fields(one) if number == _DATA]


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the fields of a message that hold bytes, as number and value."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            _, place = _varint(message, place)
            continue
        if kind == _BYTES:
            length, place = _varint(message, place)
        elif kind in _FIXED_BYTES:
            length = _FIXED_BYTES[kind]
        else:
            raise ValueError(f"a field of an unknown kind {kind}")
        if place + length > len(message):
            raise ValueError("a field that ends behind its message")
        if kind == _BYTES:
            yield number, message[place : place + length]
        place += length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """Return a number of variable length at a place, and the place behind it."""
    value = 0
    for shift in range(0, _MOST_SHIFT + 1, 7):
        if place >= len(message):
            raise ValueError("a number that ends behind its message")
        byte = message[place]
        place += 1
        value |= (byte & ~_MORE) << shift
        if not byte & _MORE:
            return value, place
    raise ValueError("a number that is too long")
