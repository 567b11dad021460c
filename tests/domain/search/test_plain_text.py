"""Text in the form in which it is compared, and places that lead back to it."""

import pytest

from callrisk.domain.search.plain_text import pairs_of, plain_letters, plain_text, plain_words
from callrisk.domain.search.sought_calls import around, askable_words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ｶﾞｽ代", "ガス代"),
        ("ＣＲＥＤＩＴ　Card", "creditcard"),
        ("払え、ない。", "払えない"),
        ("㈱見本", "株見本"),
        ("1,000円", "1000円"),
        ("１０％", "10"),
        ("がが", "がが"),
        ("●●●-●●●●", "●●●●●●●"),
        ("", ""),
    ],
)
def test_spellings_are_one(written: str, plain: str) -> None:
    """Width, case, spaces, punctuation and composed marks make no difference."""
    assert plain_letters(written) == plain
    assert plain_text(written).letters == plain


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("いや、ｶﾞｽ 代が高い", "ガス代", "ｶﾞｽ 代"),
        ("えっと㈱見本です", "株見", "㈱見"),
        ("Ｃredit Card", "card", "Card"),
        ("解約", "解約", "解約"),
    ],
)
def test_a_place_is_that_of_the_text_as_written(text: str, word: str, marked: str) -> None:
    """Whole letters of it, whatever their width."""
    place = plain_text(text).place_of(word)

    assert place is not None
    assert text[slice(*place)] == marked
    shown, begin, end = around("あ" * 40 + text + "ん" * 40, (place[0] + 40, place[1] + 40))
    assert shown[begin:end] == marked
    assert (shown[0], shown[-1]) == ("…", "…")


def test_words_are_parted_by_spaces_of_any_width() -> None:
    """Each once; what has no letter is no word."""
    assert plain_words("解約　滞納 解約 、") == ("解約", "滞納")
    assert pairs_of("解約金") == {"解約", "約金"}


@pytest.mark.parametrize("text", ["", "解", "金 。", "　"])
def test_what_is_too_short_cannot_be_asked(text: str) -> None:
    """One word of two letters is needed; a shorter one may stand beside it."""
    assert askable_words(text) == ()
    assert askable_words(f"{text} 解約")[-1] == "解約"
