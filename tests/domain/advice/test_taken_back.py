"""What a customer takes back or denies causes nothing any more, until it is said anew."""

from pathlib import Path

import pytest

from callrisk.domain.advice import load_playbook
from harness.advice_calls import actions, advice

TOLD = "A: ご事情は伺っております"
WHO = "A: 代理の方はお決まりですか"
DUE = "A: お支払いはいかがでしょうか"


@pytest.mark.parametrize(
    ("agent", "line"),
    [
        (TOLD, "弁護士はもういいです、明日二万円振り込みます"),
        (TOLD, "弁護士に頼むのはやめました、月末に自分で払います"),
        (TOLD, "弁護士の話はなしにしてください、金曜に全部お支払いします"),
        (TOLD, "司法書士さんに相談するの、やめたんです。ボーナスが出たんで今週払います"),
        (TOLD, "弁護士に頼もうかと思ったけど、結局やめて十五日に払うことにしました"),
        (TOLD, "先生への依頼は取り下げました。兄が貸してくれたんで明日払えます"),
        (TOLD, "弁護士入れるとか言うたけど、あれはもうええねん、今月中に払うわ"),
        (TOLD, "弁護士に頼むとお金がかかるから、やめときます"),
        (TOLD, "弁護士に相談したら払ったほうがいいって言われたんで、来週振り込みます"),
        (WHO, "弁護士なんて頼んでませんよ、来週ちゃんと払います"),
        (WHO, "弁護士を立てるほどのことじゃないんで、自分で払います"),
        (WHO, "弁護士さん、解任しましたんで、直接払います"),
        (WHO, "いえ、弁護士はつけてません"),
    ],
)
def test_a_lawyer_who_is_taken_back_or_denied_takes_nothing_over(agent: str, line: str) -> None:
    """No talk of an office where no lawyer acts."""
    assert "lawyer_took_over" not in actions(agent, line)


@pytest.mark.parametrize(
    "line",
    [
        "弁護士に任せたので、電話はもうやめてください",
        "弁護士に頼んだから、もういいでしょう",
        "分割の話はもういいです、弁護士さんにお願いしたんで",
        "前の弁護士は断って、別の司法書士の先生に依頼しました",
        "弁護士に頼んだので支払いは必要ないと言われました",
        "司法書士に頼みました、取り下げるつもりはありません",
        "もう払うのはやめました。弁護士に相談してます",
        "弁護士を入れました、払うつもりはありません",
    ],
)
def test_a_lawyer_who_acts_still_does(line: str) -> None:
    """Where something else is given up, or another lawyer was chosen."""
    assert actions(DUE, line)[0] == "lawyer_took_over"


def test_what_was_taken_back_in_a_later_turn_stays_so() -> None:
    """The promise counts, also after a nod; a lawyer named anew counts again."""
    call = [
        "払えないから弁護士に頼もうかって、こないだ言っちゃいましたよね",
        TOLD,
        "あれはもうやめました、土地が売れたので、残りは明日の午前中に一括でお支払いします",
    ]
    anew = [*call, "A: 承知いたしました", "すみません、やはり弁護士に依頼しました"]

    assert actions(*call)[0] in {"promise_dated", "need_takes_back"}
    assert "lawyer_took_over" not in actions(*call, "A: 承知いたしました", "はい")
    assert actions(*anew)[0] == "lawyer_took_over"


@pytest.mark.parametrize(
    ("line", "play"),
    [
        ("破産はやめました、来月から少しずつ払います", "insolvency"),
        ("自己破産の相談もしてたけど、やめることにしました。明日払います", "insolvency"),
        ("消費者センターに言うのはやめます、二十日に払います", "consumer_centre"),
        ("解約するのはやめました、今月分も払います", "cancellation"),
        ("払わないって言ったのは取り消します、明日振り込みます", "refusal"),
    ],
)
def test_what_else_is_taken_back_causes_nothing(line: str, play: str) -> None:
    """A procedure, a complaint, a cancellation and a refusal."""
    assert play not in actions(DUE, line)


def test_a_procedure_that_goes_on_still_counts() -> None:
    """What is given up is the payment."""
    assert actions(DUE, "払うのはやめて、自己破産の手続きに入りました")[0] == "insolvency"


def test_a_cancellation_given_up_is_thanked_for() -> None:
    """However it is said."""
    for line in ("解約はもういいです、続けます", "やっぱり解約はなしで、このままお願いします"):
        assert actions("A: 解約のご希望でしたが", line) == ["cancellation_withdrawn"]


def test_a_company_says_itself_what_takes_back(tmp_path: Path) -> None:
    """`until` counts from the turn of the cause on, and not before it."""
    own = tmp_path / "own.toml"
    texts = "".join(
        f'{key} = "{key}です"\n'
        for key in ("action", "action_en", "why", "why_en", "script", "script_en")
    )
    own.write_text(
        '[[play]]\nid = "own"\npriority = 9\nwhen.customer_words = ["ひまわり"]\n'
        f'until = ["たんぽぽ"]\n{texts}',
        encoding="utf-8",
    )
    playbook = load_playbook(own)

    def heard(*lines: str) -> bool:
        return "own" in [one.action for one in advice(*lines, playbook=playbook)]

    assert heard("ひまわりです")
    assert not heard("ひまわりです", "たんぽぽです")
    assert not heard("ひまわりではなくたんぽぽです")
    assert heard("たんぽぽです", "ひまわりです")
