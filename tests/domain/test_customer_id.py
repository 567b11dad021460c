"""Customers' ids as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrisk.domain.customer import normal_id


def test_full_width_and_blanks_make_no_difference() -> None:
    """What a person types and what a record holds become the same."""
    assert normal_id("　Ａ－１００１ \n") == normal_id("A-1001") == "A-1001"
    assert normal_id("ﾃﾞｰﾀ") == "データ"


@pytest.mark.parametrize(
    "text", ["", " ", "　\t", "x" * 65, "a\x00b", "a\nb", "a\u200bb", "\u202e1001", "\ud800"]
)
def test_what_can_be_nobodys_id_is_none(text: str) -> None:
    """Empty, too long, or with something in it that cannot be seen."""
    assert normal_id(text) is None


def test_sixty_four_characters_are_an_id() -> None:
    """The longest key that Kintone looks up."""
    assert normal_id("x" * 64) == "x" * 64


@given(st.text())
def test_a_normal_id_is_its_own(text: str) -> None:
    """Normalising again changes nothing."""
    normal = normal_id(text)
    assert normal is None or normal_id(normal) == normal
