"""The words of the live page: complete in both languages, and none that nobody shows."""

import json
import re

from callrisk.domain.language import Intent, Mood
from callrisk.domain.language.mood_estimate import NEGATIVE_INTENTS, POSITIVE_INTENTS
from harness import ROOT

STATIC = ROOT / "static"
TEMPLATE = ROOT / "templates" / "live.html"
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))


def words(language: str) -> dict[str, str]:
    """One catalogue."""
    text = (STATIC / "i18n" / f"{language}.json").read_text(encoding="utf-8")
    catalogue: dict[str, str] = json.loads(text)
    return catalogue


def names_in(sentence: str) -> set[str]:
    """The {names} that a sentence leaves open."""
    return set(re.findall(r"\{(\w+)\}", sentence))


def asked_for() -> tuple[set[str], set[str]]:
    """The keys that markup and scripts ask for, and the beginnings of those put together."""
    markup = TEMPLATE.read_text(encoding="utf-8")
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    whole = set(re.findall(r'data-i18n(?:-\w+)?="([^"]+)"', markup))
    whole |= set(re.findall(r'"([a-z_]+(?:\.\w+)*)"', scripts))
    return whole, set(re.findall(r"t\(`([\w.]+?)\$\{", scripts))


def test_both_languages_say_the_same_things() -> None:
    """Each key has words in Japanese and English, and both leave the same names open."""
    japanese, english = words("ja"), words("en")

    assert japanese.keys() == english.keys()
    different = [key for key in japanese if names_in(japanese[key]) != names_in(english[key])]
    assert different == []
    assert [key for key, sentence in (japanese | english).items() if not sentence.strip()] == []


def test_markup_asks_only_for_words_there_are() -> None:
    """No element of the page stays empty for want of words."""
    markup = TEMPLATE.read_text(encoding="utf-8")

    asked = set(re.findall(r'data-i18n(?:-\w+)?="([^"]+)"', markup))
    assert asked - words("ja").keys() == set()


def test_every_sentence_is_shown_somewhere() -> None:
    """A sentence that no markup and no script asks for is taken out of the catalogues."""
    whole, beginnings = asked_for()

    unused = {
        key
        for key in words("ja")
        if key not in whole and not any(key.startswith(beginning) for beginning in beginnings)
    }
    assert unused == set()


def test_every_statement_has_a_name_and_no_two_have_the_same() -> None:
    """Each intent is named, and each reason why a statement does not count."""
    intents = [f"statement.{intent}" for intent in Intent]
    reasons = [f"suppressed.{mood}" for mood in Mood if mood is not Mood.ASSERTED]

    for language in ("ja", "en"):
        names = [words(language)[key] for key in [*intents, *reasons, "suppressed.negated"]]
        assert len(set(names)) == len(names)


def test_a_statement_has_the_colour_of_its_mood() -> None:
    """What the page calls worry and calm is what the estimate of the mood calls so."""
    script = (STATIC / "js" / "statements.js").read_text(encoding="utf-8")

    for name, intents in (("WORRY", NEGATIVE_INTENTS), ("CALM", POSITIVE_INTENTS)):
        listed = re.search(rf"const {name} = new Set\(\[(.*?)\]\)", script, re.DOTALL)
        assert listed
        assert set(re.findall(r'"(\w+)"', listed[1])) == intents
