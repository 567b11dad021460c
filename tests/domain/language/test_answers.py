"""What an answer means follows from the question right before it."""

from itertools import permutations

import pytest

from callrisk.domain.language import Intent, answer_intents, packaged
from callrisk.domain.segment import ParticipantRole

CUSTOMER, AGENT = ParticipantRole.CUSTOMER, ParticipantRole.AGENT


@pytest.mark.parametrize(
    ("question", "answer", "intents"),
    [
        ("過去に滞納されたことはありますか", "はい", "past_default"),
        ("期日までにご入金いただけますか", "はい", "promise"),
        ("期日までにご入金いただけますか", "大丈夫です", "promise"),
        ("期日までにご入金いただけますか", "いいえ", "inability"),
        ("期日までにご入金いただけますか", "ちょっと…", "inability"),
        ("ご解約をご希望ですか", "はい", "cancellation"),
        ("ご解約をご希望ですか", "いいえ", ""),
        ("収入が減ったということですか", "はい", "income_loss"),
        ("収入が減ったということですか", "いいえ", ""),
        ("お支払いの意思はございますか", "いいえ", "refusal"),
        ("お仕事は続けていらっしゃいますか", "いいえ", "income_loss"),
        ("お支払いについてご説明しました。ご納得いただけましたか", "はい", "resolved"),
        ("お支払いについてご説明しました。ご納得いただけましたか", "いいえ", "dispute"),
        ("お支払いは難しいでしょうか", "大丈夫です", "capacity"),
        ("お支払いは難しいでしょうか", "ちょっと…", "inability"),
        ("お支払いに問題はありませんか", "大丈夫です", "capacity"),
        ("お支払いが必要なことはご存じですか", "はい", "obligation_ack"),
        ("お名前をお願いします", "はい", ""),
        ("今日はいいお天気ですね", "はい", ""),
        ("今日はいいお天気ですね", "大丈夫です", ""),
        ("ご不明な点はございませんか", "大丈夫です", ""),
        ("ご不明な点はございませんか", "いいえ", ""),
        ("過去に滞納されたことはありますか", "いいえ", ""),
        ("ほかにお借り入れはございますか", "はい", "other_debt"),
        ("ほかにご返済中のお借り入れはございますか", "いえ、ローンも何もありません", ""),
        ("ほかにご返済中のお借り入れはございますか", "借りているところはないです", ""),
        ("ご収入が減ったということはございますか", "いや、減ってないです", ""),
        ("お支払いいただけますか", "いや、払えませんね", "inability"),
        ("お支払いは難しいでしょうか", "はい", "inability"),
        ("月額はメールでお知らせしますので、まずお名前をよろしいでしょうか", "無量です", ""),
        ("ご返却いただくか、お乗り換えか、そのままお乗りいただくか", "はい", ""),
    ],
)
def test_an_answer_takes_its_meaning_from_the_question(
    question: str, answer: str, intents: str
) -> None:
    """はい, いいえ, 大丈夫です and ちょっと… say different things, or nothing."""
    assert answer_intents(question, answer) == set(map(Intent, intents.split()))


@pytest.mark.parametrize("answer", ["はい", "いいえ", "大丈夫です", "ちょっと…", "そうですね"])
def test_an_answer_alone_says_nothing(answer: str) -> None:
    """Without a question there is nothing to say yes to."""
    assert packaged().understand(answer) == ()
    assert packaged().answer("", answer) == ()


@pytest.mark.parametrize("question", ["お支払いは難しいでしょうか", "ご解約をご希望ですか", ""])
def test_a_sentence_keeps_its_own_meaning(question: str) -> None:
    """What the answer says itself is said whatever was asked."""
    assert Intent.INCOME_LOSS in answer_intents(question, "給料が下がりました")


@pytest.mark.parametrize("answer", ["", "、", "😀", "…"])
def test_no_answer_is_no_statement(answer: str) -> None:
    """Silence after a question is not stored as a meaning of letters that are not there."""
    statements = packaged().answer("お支払いは難しいでしょうか", answer)

    assert all(0 <= one.begin < one.end <= len(answer) for one in statements)


def test_what_the_question_adds_is_the_whole_answer() -> None:
    """The phrase is the turn, and less sure than what is said outright."""
    answer = "はい、 そうです。"
    (one,) = packaged().answer("ご解約をご希望ですか", answer)

    assert answer[one.begin : one.end].startswith("はい")
    assert one.counts
    assert one.strength < 1


TURNS = (
    (AGENT, "ご解約をご希望ですか"),
    (CUSTOMER, "はい"),
    (AGENT, "お支払いの意思はございますか"),
    (CUSTOMER, "いいえ"),
    (CUSTOMER, "はい"),
    (AGENT, "お名前をお願いします"),
    (CUSTOMER, "給料が下がりました"),
)


def test_a_conversation_is_read_by_neighbours() -> None:
    """Each turn of the customer is the answer to the agent's turn right before it, if any."""
    language = packaged()
    read = language.read(TURNS)

    assert len(read) == len(TURNS)
    for place, (role, text) in enumerate(TURNS):
        before, asked = TURNS[place - 1] if place else (CUSTOMER, "")
        question = asked if before is AGENT else ""
        assert read[place] == (language.answer(question, text) if role is CUSTOMER else ())
    assert {one.intent for one in read[1]} == {Intent.CANCELLATION}
    assert {one.intent for one in read[3]} == {Intent.REFUSAL}
    assert read[4] == ()


def test_one_turn_changes_its_neighbour_alone() -> None:
    """A turn that comes late leaves all but the answer behind it as it was."""
    language = packaged()
    whole = language.read(TURNS)
    for late in range(len(TURNS)):
        without = language.read(TURNS[:late] + TURNS[late + 1 :])
        rest = whole[:late] + whole[late + 1 :]
        differing = [place for place, one in enumerate(rest) if one != without[place]]
        assert differing in ([], [late])


def test_the_order_of_arrival_does_not_matter() -> None:
    """Turns that arrive in any order say the same once they are sorted by time."""
    language = packaged()
    numbered = [*enumerate(TURNS[:4])]
    expected = language.read(TURNS[:4])

    for arrived in permutations(numbered):
        assert language.read([turn for _, turn in sorted(arrived)]) == expected


def test_a_turn_of_nobody_asks_nothing() -> None:
    """Only an agent's turn is a question."""
    turns = ((AGENT, "ご解約をご希望ですか"), (CUSTOMER, "えっと"), (CUSTOMER, "はい"))

    assert packaged().read(turns)[2] == ()
    assert packaged().read([]) == ()
