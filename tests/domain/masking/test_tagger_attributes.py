"""The attributes of letters: the very numbers with which the weights of the tagger were learnt."""

import hashlib

import numpy as np
import pytest

from callrisk.domain.masking.tagging.attributes import Attributes, attributes_of, hash_of
from callrisk.domain.masking.tagging.said_before import NOTHING_SAID, SaidBefore, Spoken

SAID = SaidBefore(
    (
        Spoken("お名前をお願いします。" + "恐れ入りますが、" * 6, is_same_speaker=False),
        Spoken("あ", is_same_speaker=True),
        Spoken("はい、もしもし", is_same_speaker=True),
        Spoken("ええ、どうも", is_same_speaker=False),
    ),
    is_agent=True,
)
# Each has an edge that the others lack: runs at both ends of a turn, digits joined over three
# letters and parted by four, more digits and longer runs than count.
TEXTS = (
    "あ", "1", "津留です", "電話は090の、えっ1234ですね", "1のととの2、3のとと4",
    "090-1234-5678の、えー2", "1の", "1" * 30, "カー" * 9 + "クリーニング",
    "ＡＢcﾃｽﾄ、𠮷野家の八十二番地",
    "はい、西日本ガス修理受付、津留でございますので、ご用件を" + "どうぞ" * 8,
)  # fmt: skip


def fingerprint(seen: Attributes) -> str:
    """The hash of all that the tagger is given of a turn."""
    parts = (seen.own, seen.shared, seen.group.astype(np.int64))
    shapes = repr([part.shape for part in parts]).encode()
    return hashlib.sha256(shapes + b"".join(part.tobytes() for part in parts)).hexdigest()[:12]


@pytest.mark.parametrize(
    ("said", "expected"),
    [(NOTHING_SAID, "d657c79ac84e"), (SAID, "c936c3363ed7")],
    ids=["nothing", "said"],
)
def test_attributes_are_those_of_the_shipped_weights(said: SaidBefore, expected: str) -> None:
    """With any other number the shipped weights would stand for something they never learnt."""
    prints = [fingerprint(attributes_of(text, text, said)) for text in TEXTS]
    joined = hashlib.sha256("".join(prints).encode()).hexdigest()[:12]

    assert joined == expected, "learn the weights anew, then write the new number here"


def test_what_the_rules_hid_is_seen() -> None:
    """By its kind, by what is hidden beside it, and by the letter that stood there."""
    text = "口座は1234です"
    shown = (
        "口座は1234です",
        "口座は●234です",
        "口座は＊234です",
        "口座は■234です",
        "口座は■■34です",
    )
    own = [attributes_of(text, one, NOTHING_SAID).own for one in shown]
    differ = [int((own[0] != other).any(axis=1).sum()) for other in own[1:]]

    assert len({one.tobytes() for one in own}) == len(shown)
    # The hidden letters and the one on either side.
    assert differ == [3, 3, 3, 4]


def test_a_run_of_digits_goes_on_over_three_letters_and_not_over_four() -> None:
    """Its digits know how many stand in the whole run, so those of other runs differ."""
    joined, parted = (
        attributes_of(text, text, NOTHING_SAID).own[0] for text in ("1のとと2", "1のととの2")
    )
    both = np.flatnonzero(joined == parted)

    # What tells of the run changes; most of what tells of the letter itself stays.
    assert 0 < len(both) < len(joined)


def test_the_weight_of_shared_attributes_is_two_together() -> None:
    """However many there are; a turn of one letter with nothing before it has none."""
    many = attributes_of("あいう", "あいう", SAID)
    none = attributes_of("あ", "あ", NOTHING_SAID)
    count = many.shared.shape[1]

    assert many.shared_weight == pytest.approx(2 / count**0.5)
    assert (none.shared.shape[1], none.shared_weight) == (0, 2.0)


def test_the_hash_of_a_run_depends_on_the_order_of_its_letters() -> None:
    """And stays within 64 bits."""
    prime = 1099511628211
    assert hash_of(np.array([], np.uint64)) == 0
    assert hash_of(np.array([3], np.uint64)) == 3 * prime
    assert hash_of(np.array([3, 5], np.uint64)) == (3 * prime ^ 5) * prime % 2**64
