"""Denials of trouble: out of the blue they move nothing, after a worry they answer it."""

import pytest

from callrisk.domain.language import Intent, packaged
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.language.said import Said, said_in
from callrisk.domain.segment import ParticipantRole, Segment

DENIALS = (
    "いえ、別に生活に困ってるわけじゃなくて、色を聞きたいだけです",
    "お金には困っていません",
    "毎月の支払いは全然厳しくないです",
)
MEANS = (
    "お金の心配はいりません、貯金がありますから",
    "今の給料で余裕で払えます",
    "ボーナスが入ったので苦しくないです",
)


def said(*texts: str) -> Said:
    """What a customer says in these turns, with the product's tables."""
    turns = [
        Segment(f"t{n}", n, ParticipantRole.CUSTOMER, text, n * 1_000, n * 1_000 + 900)
        for n, text in enumerate(texts)
    ]
    return said_in([(one, packaged().understand(one.text)) for one in turns], packaged_concerns())


@pytest.mark.parametrize("text", DENIALS)
def test_a_denial_out_of_the_blue_weighs_nothing(text: str) -> None:
    """It is heard and shown, and leaves every total but the count as it was."""
    heard = said(text)

    assert [one.intent for one in heard.statements] == [Intent.CAPACITY]
    assert (heard.totals.said_concern, heard.totals.said_last) == (0, 0)


@pytest.mark.parametrize("text", DENIALS)
def test_a_denial_answers_a_worry_that_was_voiced(text: str) -> None:
    """The worry is no longer open."""
    before, after = (said(*texts) for texts in (("払えません",), ("払えません", text)))

    assert 0 < after.totals.said_concern < before.totals.said_concern
    assert not after.statements[0].is_open


@pytest.mark.parametrize("text", MEANS)
def test_means_reassure_by_themselves(text: str) -> None:
    """Who names what there is to pay with says more than that nothing is wrong."""
    assert said(text).totals.said_concern < 0
