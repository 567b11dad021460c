"""Postings of a block: what is packed is what is read, byte for byte as it was stored before."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.store.search.postings import SLOTS, bits_of, packed_block, slots_of, without_slots

_MAPPED = SLOTS // 8
slots = st.sets(st.integers(0, SLOTS - 1), max_size=200)
blocks = st.dictionaries(st.integers(0, 0xFFFF), slots, max_size=5)


def bits(*numbers: int) -> int:
    """A bit for each slot."""
    return sum(1 << number for number in set(numbers))


@settings(deadline=None, max_examples=60)
@given(blocks, slots)
def test_what_is_packed_is_read(found: dict[int, set[int]], gone: set[int]) -> None:
    """Tokens without a slot are left out, and slots that are gone of every token."""
    postings = {rest: bits(*own) for rest, own in found.items()}
    block = packed_block(postings)
    left = {rest: bits(*(own - gone)) for rest, own in found.items()}

    assert bits_of(block, [*postings, 0x10000]) == {r: b for r, b in postings.items() if b}
    assert without_slots(block, bits(*gone)) == packed_block(left)
    assert all(set(slots_of(postings[rest])) == own for rest, own in found.items())


@pytest.mark.parametrize(
    ("own", "packed"),
    [
        ((0,), [0]),
        ((254,), [254]),
        ((255,), [255, 0]),
        ((256, 257), [255, 1, 1]),
        ((510,), [255, 255, 0]),
        ((3, 258), [3, 255, 0]),
    ],
)
def test_a_gap_goes_on_behind_255(own: tuple[int, ...], packed: list[int]) -> None:
    """In one byte until 254."""
    block = packed_block({7: bits(*own), 0xFFFF: bits(1)})

    assert block == bytes([2, 0, 7, 0, 255, 255, len(packed), 1, *packed, 1])


@pytest.mark.parametrize(
    ("own", "length"),
    [
        (range(_MAPPED - 1), _MAPPED - 1),
        (range(_MAPPED), _MAPPED),
        (range(_MAPPED + 1), _MAPPED),
        ([*range(124), 700], 127),
        ([*range(125), 700], _MAPPED),
    ],
)
def test_as_many_bytes_as_a_bit_for_each_slot_are_that(own: list[int], length: int) -> None:
    """However many there are, and the slots are the same."""
    block = packed_block({7: bits(*own)})

    assert block[4] == length
    assert bits_of(block, [7]) == {7: bits(*own)}
    assert (block[5:] == bits(*own).to_bytes(_MAPPED, "little")) is (length == _MAPPED)


def test_a_long_gap_is_no_slot() -> None:
    """Where slot 255 is gone and another gap goes on there, nothing changes."""
    block = packed_block({7: bits(300), 8: bits(255)})

    assert without_slots(block, bits(255)) == packed_block({7: bits(300)})
    assert bits_of(without_slots(block, bits(300)), [7, 8]) == {8: bits(255)}
