"""What is hidden of a call before anyone stores or sees it, and what must stay readable."""

import pytest

from callrisk.domain.masking import masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("電話番号は090-1234-5678です", "電話番号は●●●-●●●●-●●●●です"),
        ("ｾﾞﾛｷｭｰｾﾞﾛの1234の5678", "●●●●●●●●●の●●●●の●●●●"),
        ("〇九〇の一二三四の五六七八です", "●●●の●●●●の●●●●です"),
        ("はい、ゼロキューゼロの", "はい、●●●●●●●の"),
    ],
)
def test_numbers_of_a_person_are_hidden_in_any_script(said: str, shown: str) -> None:
    """Each character of a digit becomes a mask and separators stay."""
    assert masked(said) == shown


@pytest.mark.parametrize(
    "said", ["三万五千円", "2026-11-24 14:30", "24ヶ月の36回払い", "五十嵐さんに"]
)
def test_what_names_no_one_stays(said: str) -> None:
    """Amounts, dates, lengths and words with a digit in them stay as they are."""
    assert masked(said) == said
