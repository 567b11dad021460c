"""The search for many patterns finds what a search for each finds."""

import re
from itertools import chain

import pytest

from callrisk.domain.advice import load_playbook
from callrisk.domain.advice.pattern_search import PatternSearch, needed_letters
from callrisk.domain.language.japanese.text import plain_text
from harness.advice_calls import AGENT_MARK

PLAYS = load_playbook().plays


def test_search_passes_over_no_pattern_of_the_playbook() -> None:
    """In each example those patterns are found that a look for each finds."""
    conditions = [one for play in PLAYS for one in (play.when, play.unless)]
    words = [*(one.customer_words + one.agent_words for one in conditions)]
    patterns = {*chain(*words, *(play.until for play in PLAYS))}
    search = PatternSearch(patterns)
    for line in chain(*(play.example for play in PLAYS)):
        text = plain_text(line.removeprefix(AGENT_MARK)).text

        assert {*search.found(text)} == {one for one in patterns if one.search(text)}


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("払え(ま|ん)", {"払え"}),
        ("振り?込み", {"込み"}),
        ("(電気|ガス)代?が", {"電気", "ガス"}),
        ("(払|)います", {"いま"}),
        ("[万千]+", {"万", "千"}),
        ("^(?!.*払).*無理", {"無理"}),
        ("(?=払え)", set()),
        ("払え{0,3}ん", {"払"}),
        ("(払え)?", set()),
        ("[^払]", set()),
        ("[一-龠]", set()),
        ("(?i)abc", set()),
        ("(?i:abc)d", {"d"}),
        ("(払)(?(1)え|お)", {"払"}),
        ("^.{16,}", set()),
    ],
)
def test_only_what_every_match_holds_is_needed(pattern: str, needed: set[str]) -> None:
    """Letters are needed where no match is without them; otherwise the pattern is looked for."""
    compiled = re.compile(pattern)

    assert needed_letters(compiled) == needed
    assert not needed or not PatternSearch([compiled]).found("はい")


def test_pattern_without_needed_letters_is_looked_for_everywhere() -> None:
    """Nothing is passed over where no letters are known."""
    assert PatternSearch([re.compile("(?i)ABC"), re.compile("^.?$")]).found("abc")
    assert PatternSearch([re.compile("^.?$")]).found("")
