"""The kind of a call by the first turns of its agent."""

import pytest

from callrisk.domain.advice import CallKind, kind_of_call


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["お支払いの確認が取れておりません"], CallKind.REMINDER),
        (["今月分のお引き落としができず、お電話いたしました"], CallKind.REMINDER),
        (["お引き落としができなかったようでございます"], CallKind.REMINDER),
        (["ご入金の確認ができておりませんで、ご連絡いたしました"], CallKind.REMINDER),
        (["ご入金のお願いでお電話いたしました"], CallKind.REMINDER),
        (["お支払い期日を過ぎておりまして"], CallKind.REMINDER),
        (["本日はご契約内容の確認でお電話いたしました"], CallKind.CONFIRMATION),
        (["ご契約内容のご確認をさせていただきます"], CallKind.CONFIRMATION),
        (["先ほど審査のほうが通りましたので、そのご連絡でございました"], CallKind.CONFIRMATION),
        (["先日はお問い合わせいただきまして、ありがとうございました"], CallKind.SALES),
        (["お車のお申し込みの件でお電話いたしました"], CallKind.SALES),
        (["お見積りのご案内です"], CallKind.SALES),
        (["お問合せの件で"], CallKind.SALES),
        (["もしもし", "お問い合わせの件です", "お引き落としができず"], CallKind.SALES),
        (["お電話ありがとうございます", "ありがとうございます。確認が取れました。"], None),
        (["お引き落としは毎月27日でございます"], None),
        (["もしもし"] * 8 + ["お問い合わせの件です"], None),
        ([], None),
    ],
)
def test_opening_tells_the_kind(texts: list[str], kind: CallKind | None) -> None:
    """The first turn that tells decides; without one the kind is not known."""
    assert kind_of_call(texts) is kind
