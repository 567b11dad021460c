"""Postings of a block: which of 1,024 calls have each token, in few bytes.

A block is a number of tokens (2 bytes), their low bits (2 bytes each, ascending), the length of
each one's postings (1 byte each), and the postings. Postings are the gaps between slots, a byte
each, where 255 means that the gap goes on; as soon as 128 bytes hold them better, they are a bit
for each slot. In memory they are one whole number with a bit for each slot.
"""

import struct
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate

SLOTS = 1_024
_MAP_BYTES = SLOTS // 8
_FAR = 255
_COUNT = struct.Struct("<H")


def slots_of(bits: int) -> Iterator[int]:
    """Yield the slots of a number with a bit for each."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def packed_block(postings: Mapping[int, int]) -> bytes:
    """Return a block of tokens by their low bits; tokens without a slot are left out."""
    return _block([(rest, _packed(bits)) for rest, bits in sorted(postings.items()) if bits])


def _block(kept: Sequence[tuple[int, bytes]]) -> bytes:
    rests = struct.pack(f"<{len(kept)}H", *(rest for rest, _ in kept))
    lengths = bytes(len(packed) for _, packed in kept)
    return b"".join((_COUNT.pack(len(kept)), rests, lengths, *(packed for _, packed in kept)))


def bits_of(block: bytes, rests: Collection[int]) -> dict[int, int]:
    """Return the slots of some tokens of a block; those that it has not are left out."""
    all_rests, lengths, begin = _opened(block)
    found = {}
    for rest in rests:
        at = bisect_left(all_rests, rest)
        if at < len(all_rests) and all_rests[at] == rest:
            first = begin + sum(lengths[:at])
            found[rest] = _bits(block[first : first + lengths[at]])
    return found


def without_slots(block: bytes, gone: int) -> bytes:
    """Return a block without the slots that are gone; what has none of them is copied."""
    rests, lengths, at = _opened(block)
    slots, kept = frozenset(slots_of(gone)), []
    for rest, length in zip(rests, lengths, strict=True):
        packed = block[at : at + length]
        at += length
        if _may_have(packed, slots):
            packed = _packed(_bits(packed) & ~gone)
        if packed:
            kept.append((rest, packed))
    return _block(kept)


def _may_have(packed: bytes, slots: frozenset[int]) -> bool:
    """Return False for postings that have none of some slots; True where they must be read."""
    # The sums of gaps are the slots, and the places where a long gap goes on.
    return len(packed) == _MAP_BYTES or not slots.isdisjoint(accumulate(packed))


def _opened(block: bytes) -> tuple[tuple[int, ...], bytes, int]:
    """Return low bits and lengths of a block, and where its postings begin."""
    (count,) = _COUNT.unpack_from(block)
    rests = struct.unpack_from(f"<{count}H", block, _COUNT.size)
    lengths_at = _COUNT.size + 2 * count
    return rests, block[lengths_at : lengths_at + count], lengths_at + count


def _packed(bits: int) -> bytes:
    if bits.bit_count() >= _MAP_BYTES:
        return bits.to_bytes(_MAP_BYTES, "little")
    gaps, last = bytearray(), 0
    for slot in slots_of(bits):
        far, near = divmod(slot - last, _FAR)
        gaps += bytes([_FAR]) * far
        gaps.append(near)
        last = slot
    return bytes(gaps) if len(gaps) < _MAP_BYTES else bits.to_bytes(_MAP_BYTES, "little")


def _bits(packed: bytes) -> int:
    if len(packed) == _MAP_BYTES:
        return int.from_bytes(packed, "little")
    bits = slot = 0
    for gap in packed:
        slot += gap
        if gap != _FAR:
            bits |= 1 << slot
    return bits
