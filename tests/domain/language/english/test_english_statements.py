"""English turns: what they state, where in the turn, and what they do not."""

from pathlib import Path

import pytest

from callrisk.domain.advice.need import NEEDS, heard_need
from callrisk.domain.language import Intent, Language, Mood, TableError, load, packaged, understand
from callrisk.domain.language.english import ENGLISH
from callrisk.domain.language.english.inflection import FORM
from callrisk.domain.language.mood_estimate import mood_estimate
from callrisk.domain.language.said import names_date
from callrisk.domain.language.spoken import spoken_in
from callrisk.domain.segment import Sentiment


def counted(text: str, asked: str = "") -> set[str]:
    """Return the intents that a turn asserts."""
    return {str(one.intent) for one in packaged().answer(asked, text) if one.counts}


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("I can't pay this month.", {"inability"}),
        ("we wont be able to make the payment", {"inability"}),
        ("It's not that I can't pay.", {"capacity"}),
        ("I won't pay.", {"refusal"}),
        ("You're not getting another penny from me.", {"refusal"}),
        ("I got laid off in March.", {"income_loss"}),
        ("I went bankrupt a few years ago.", {"past_default"}),
        ("Could you give me a few more days?", {"delay_request"}),
        ("I don't recognize this charge.", {"dispute"}),
        ("I want to cancel my contract.", {"cancellation"}),
        ("I'll pay it on Friday.", {"promise"}),
        ("Money is really tight right now.", {"hardship"}),
        ("The schedule is really tight right now.", set()),
        ("My brother got laid off in March.", set()),
        ("What happens if I can't pay?", set()),
        ("My neighbor told me he can't pay.", set()),
        ("I've never missed a payment.", set()),
        ("I already paid it.", set()),
        ("I can't hear you.", set()),
        ("Can I pay by card?", set()),
    ],
)
def test_turns_state_what_they_say(text: str, intents: set[str]) -> None:
    """A worry, a good will, and words of both that mean nothing here."""
    assert counted(text) == intents


def test_the_phrase_is_marked_with_its_operator() -> None:
    """A screen shows the words that said it, as they stand in the turn."""
    text = "Well, honestly, I can't afford it."
    (statement,) = understand(text)

    assert text[statement.begin : statement.end] == "I can't afford"
    assert statement.intent is Intent.INABILITY
    assert statement.strength == 1


def test_what_is_supposed_is_kept_with_its_mood() -> None:
    """A row that an operator suppresses says why it does not count."""
    (statement,) = understand("If I can't afford it what happens?")

    assert (statement.intent, statement.mood, statement.counts) == (
        Intent.INABILITY,
        Mood.HYPOTHETICAL,
        False,
    )


@pytest.mark.parametrize(
    ("asked", "text", "intents"),
    [
        ("Will you be able to make the payment this month?", "No.", {"inability"}),
        ("Would you like to cancel the contract?", "Yes.", {"cancellation"}),
        ("When will you make the payment?", "On the fifteenth.", {"promise"}),
        ("Do you have any other loans?", "No.", set()),
        ("May I have your name please?", "Yes.", set()),
        ("", "Yes.", set()),
    ],
)
def test_answers_mean_something_after_the_question(
    asked: str, text: str, intents: set[str]
) -> None:
    """Yes and no by what was asked."""
    assert counted(text, asked) == intents


@pytest.mark.parametrize(
    ("text", "before", "code"),
    [
        ("払えません", "", "ja"),
        ("I can't pay", "", "en"),
        ("I can't pay", "お支払いはいかがでしょうか", "en"),
        ("OK", "お支払いはいかがでしょうか", "ja"),
        ("OK", "Can you pay?", "en"),
        ("NHKの料金が払えません", "", "ja"),
        ("●●●", "", "ja"),
        ("", "", "ja"),
    ],
)
def test_a_turn_is_read_by_its_script(text: str, before: str, code: str) -> None:
    """Few Latin words in a call in Japanese are Japanese."""
    assert spoken_in(text, before).code == code


def test_one_call_may_hold_both_languages() -> None:
    """The caller asks one value, whatever is spoken."""
    assert counted("払えません。") == counted("I can't pay.") == {"inability"}


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("This is ridiculous.", Sentiment.NEGATIVE),
        ("I'm not happy about it.", Sentiment.NEGATIVE),
        ("Thank you so much, that's great.", Sentiment.POSITIVE),
        ("Thank you for calling.", None),
        ("It is on the table.", None),
    ],
)
def test_the_mood_of_plain_words(text: str, mood: Sentiment | None) -> None:
    """Words of feeling, but not polite formulas."""
    assert mood_estimate(text) is mood


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("I'll pay on Friday", True),
        ("I'll pay by the 15th", True),
        ("I'll pay when I get paid", True),
        ("I will pay", False),
        ("I may pay", False),
    ],
)
def test_a_promise_names_a_day(text: str, dated: bool) -> None:
    """A promise with a day counts for more."""
    assert names_date(text) is dated


ROW = "ghost/ghosted … invoice,verb,,refusal,,,,,1,I'm ghosting your invoice,"


def own(folder: Path, counterexample: str) -> Language:
    """Return the language with a company's own English row."""
    (folder / "english").mkdir()
    rows = f"{','.join(FORM.columns)}\n{ROW}{counterexample}\n"
    (folder / "english" / "predicates.csv").write_text(rows, encoding="utf-8")
    return load(folder / "predicates.csv")


def test_a_company_has_english_rows_of_its_own(tmp_path: Path) -> None:
    """They stand in a folder of the language; the version follows."""
    language = own(tmp_path, "My friend ghosted your invoice")
    said = language.understand("yeah I'm just ghosting that invoice")

    assert Intent.REFUSAL in {one.intent for one in said if one.counts}
    assert language.version != packaged().version


def test_a_row_whose_counterexample_fails_is_refused(tmp_path: Path) -> None:
    """With file, line and reason."""
    with pytest.raises(TableError) as caught:
        own(tmp_path, "I ghosted your invoice")

    assert caught.value.english.startswith("predicates.csv, line 2: the counterexample")


def test_the_products_english_table_is_in_order() -> None:
    """All examples hold (or it would not load); no row stands there twice."""
    rows = ENGLISH.predicates()

    assert len(rows) > 100
    assert len({row.meaning for row in rows}) == len(rows)
    assert {row.topic for row in rows if row.topic} <= set(ENGLISH.topics())


def test_the_needs_of_an_english_turn_are_open() -> None:
    """They were learnt in Japanese alone: advice follows what is stated, and is not held back."""
    heard = heard_need("How can I help you?", "I can't pay this month.")

    assert not heard.is_clear
    assert heard.yields_to_statements
    assert all(heard.allows({need}) for need in NEEDS)
