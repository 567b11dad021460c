"""What is hidden of a call before anyone stores or sees it, and what must stay readable."""

import pytest

from callrisk.domain.masking import MAIL_MASK, may_hold_number
from harness.masking.corpus import (
    LEAST_HIDDEN,
    MOST_WRONGED,
    hidden_call,
    leaked,
    survives,
    wronged,
)
from harness.masking.masking_cases import KANA_PLACES, MORE_NUMBERS, NUMBERS
from harness.masking.masking_words import MAILS, ORDINARY
from harness.masking.number_calls import AGENT, CUSTOMER
from harness.masking.rules import masked
from harness.processor import expect_growth, expect_work

HOSTILE = (
    *(
        "1",
        "ゼロ",
        "に",
        "@",
        "@ ",
        "a",
        "a@",
        "の",
        "1の",
        "十",
        "十12345",
        "アットマーク",
        "12、",
    ),
    *("一", "1,", "1/", "1円", "はい", "あ1234うえお", "ー", "1~", "番号1234", "1000、", "タロウ@"),
    *(
        "まる",
        "2026",
        "あのー",
        "あ",
        "どっと",
        "さんに",
        "○",
        "●",
        "番号は1,234、",
        "え",
        "1 ",
        "三、",
    ),
    *("○ニー", "5○ニ", "あ5○ニー"),
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("電話番号は090-1234-5678です", "電話番号は●●●-●●●●-●●●●です"),
        ("ｾﾞﾛｷｭｰｾﾞﾛの1234の5678", "●●●●●●●●●の●●●●の●●●●"),
        ("〇九〇の一二三四の五六七八です", "●●●の●●●●の●●●●です"),
        ("はい、ゼロキューゼロの", "はい、●●●●●●●の"),
        ("カードは4242 4242 4242 4242、24回払いで", "カードは●●●● ●●●● ●●●● ●●●●、24回払いで"),
        ("山田さんにゼロキューゼロイチニーサンヨン", "■■さんに" + "●" * 15),
        ("09012345678円", "●●●●●●●●●●●円"),
        ("普通の2345678に5万円", "普通の●●●●●●●に5万円"),
        ("0422-44-5555に30分ほど", "●●●●-●●-●●●●に30分ほど"),
        ("●●●●と567、それに8901", "●●●●と●●●、それに●●●●"),
        *KANA_PLACES,
    ],
)
def test_each_character_of_a_number_is_hidden(said: str, shown: str) -> None:
    """Each character of a digit becomes a mask; separators, words and amounts beside it stay."""
    assert masked(said) == shown


@pytest.mark.parametrize(("number", "turns"), NUMBERS + MORE_NUMBERS)
def test_no_three_digits_of_a_number_survive(number: str, turns: tuple[str, ...]) -> None:
    """However a number is said, whole or in turns, no three of its digits can be read."""
    call = [part for text in turns for part in ((CUSTOMER, text), (AGENT, "はい"))]

    assert not survives(number, hidden_call(call))


@pytest.mark.parametrize("said", ORDINARY)
def test_what_names_no_one_stays(said: str) -> None:
    """Amounts, dates, lengths and words with a digit in them stay as they are."""
    assert masked(said) == said


@pytest.mark.parametrize("address", MAILS)
def test_mail_address_is_hidden_and_the_sentence_stays(address: str) -> None:
    """An address is hidden to its last letter, what is said around it is not."""
    shown = masked(f"アドレスは、{address}です")

    assert shown[:6] == "アドレスは、"
    assert shown[-2:] == "です"
    assert set(shown[6:-2]) <= {MAIL_MASK, " "}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("4242の", True),
        ("数は12", True),
        ("●●です", True),
        ("ゼロ", True),
        ("24ヶ月です", False),
        ("一緒にお願いします", False),
        ("お客さんに", False),
        ("はい", False),
        ("", False),
    ],
)
def test_only_bare_digits_at_an_edge_may_go_on(said: str, held: bool) -> None:
    """A turn is looked at again only where digits without a unit reach its edge."""
    assert may_hold_number(said) is held


@pytest.mark.parametrize("seed", [101, 102])
def test_corpus_is_hidden_and_hardly_wronged(seed: int) -> None:
    """Of numbers said in many ways 99 % are hidden, of amounts at most 1 % are touched."""
    count = 200

    assert len(leaked(seed, count)) <= (1 - LEAST_HIDDEN) * count
    assert len(wronged(seed, count)) <= MOST_WRONGED * count


# A tracer of lines would make the text itself look slow.
@pytest.mark.no_cover
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    """Twelve thousand characters of anything take a moment, four times what a quarter takes."""

    def read(size: int) -> None:
        masked(_of_length(piece, size))

    expect_work(lambda: read(12_000), below=36)
    expect_growth(read, 3_000, below=8)


def _of_length(piece: str, size: int) -> str:
    return (piece * (size // len(piece) + 1))[:size]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "piece", ["はい、", "住所は北市", "a1-", "ゆきのドット", "パスワードはさ", "エー、"]
)
def test_a_long_answer_costs_no_more_than_its_length(piece: str) -> None:
    """What may answer a question is sought in twenty thousand characters in a second of work."""
    text = _of_length(piece, 20_000)

    expect_work(lambda: may_hold_number(text), below=10)


@pytest.mark.no_cover
def test_ordinary_turn_is_done_after_one_look() -> None:
    """A turn that names nobody and holds nothing like a digit costs a fifth of a millisecond."""
    said = "それではご契約の内容を確認させていただきますので少々お待ちくださいませ"

    expect_work(lambda: [masked(said) for _ in range(1_000)], below=15)
