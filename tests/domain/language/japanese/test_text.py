"""Where phrases begin and end."""

import pytest

from callrisk.domain.language.japanese.text import whole_phrases


@pytest.mark.parametrize(
    ("text", "heard", "whole"),
    [
        ("今月は払えないですお金に余裕がありません", "払えない", "払えないです"),
        ("払えないですご連絡を待ちます", "払えない", "払えないです"),
        ("それは大事なお金です", "大事", "大事な"),
        ("払えないなお今月だけです", "払えない", "払えないなお"),
        ("来月に引っ越しします", "越し", "引っ越しします"),
        ("ちょっとお支払いが難しいです", "支払い", "お支払いが"),
        ("今月分が払えません", "月分", "今月分が"),
    ],
)  # fmt: skip
def test_a_phrase_keeps_its_words_whole(text: str, heard: str, whole: str) -> None:
    """The honorific stands with its word, so no phrase ends in one."""
    begin = text.index(heard)
    begin, end = whole_phrases(text, begin, begin + len(heard))
    assert text[begin:end] == whole
