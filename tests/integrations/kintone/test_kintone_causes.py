"""What Kintone, or what stands before it, says no with: told for what it is, in both languages."""

import pytest

from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from harness.kintone.client_settings import Hands, settings_for
from harness.kintone.scripted_server import Answer, ScriptedServer, raw, refused, silent, told

PAGE = "<html><head><title>{}</title></head></html>"
BASIC = {"WWW_Authenticate": 'Basic realm="cybozu"', "Content_Type": "text/html"}


def page(status: int, title: str = "", **headers: str) -> Answer:
    """An HTML page, as something before Kintone answers."""
    return raw(PAGE.format(title).encode(), status, **{"Content_Type": "text/html"} | headers)


CAUSES = {
    "token revoked": (refused(400, "GAIA_IA02"), "API トークンが無効です", "token is not valid"),
    "the same, formerly": (refused(520, "GAIA_IA02"), "API トークンが無効", "token is not valid"),
    "permission taken": (refused(403, "GAIA_NO01"), "別のアプリのトークン", "has the permission"),
    "app deleted": (refused(404, "GAIA_AP01"), "削除されたか", "was deleted"),
    "in a guest space": (refused(400, "GAIA_IL23"), "KINTONE_GUEST_SPACE_ID", "GUEST_SPACE_ID"),
    "another guest space": (refused(403, "CB_NO02"), "ゲストスペースの番号", "guest space"),
    "crowded": (refused(429, "GAIA_TO04"), "同時リクエスト", "requests at once"),
    "crowded in words": (raw(b"slow down", 429), "リクエストが多すぎます", "too many requests"),
    "maintenance": (page(503), "メンテナンス中", "in maintenance"),
    "maintenance mode": (refused(403, "GAIA_NO02"), "メンテナンス中", "in maintenance"),
    "gateway": (page(504), "停止中", "away"),
    "Basic authentication": (page(401, **BASIC), "KINTONE_BASIC_USER", "KINTONE_BASIC_PASSWORD"),
    "Basic without a challenge": (page(401), "Basic 認証", "Basic authentication"),
    "IP restriction": (page(403, "403 Forbidden"), "IP アドレス制限", "IP address restriction"),
    "client certificate": (
        page(400, "400 No required SSL certificate was sent"), "KINTONE_CLIENT_CERT", "certificate",
    ),
    "no such subdomain": (page(404), "KINTONE_SUBDOMAIN", "KINTONE_SUBDOMAIN"),
    "sent to a login": (page(302, Location="/login"), "転送されます", "leads elsewhere"),
    "a login page": (page(200), "ログイン画面", "sign-in page"),
    "unknown": (refused(400, "GAIA_XX99"), "Kintone が断りました", "check the base URL"),
}  # fmt: skip


@pytest.mark.parametrize("trouble", CAUSES)
def test_each_cause_is_told_for_what_it_is(
    kintone: ScriptedServer, client: KintoneClient, trouble: str
) -> None:
    """With the app that it is about."""
    answer, ja, en = CAUSES[trouble]
    kintone.otherwise = answer
    with pytest.raises(KintoneError) as raised:
        client.form_fields(1)
    text = raised.value.text
    assert ja in text.ja
    assert en in text.en
    assert "アプリ 1" in text.ja
    assert "app 1" in text.en


def test_silence_and_a_host_that_is_not_there_are_told_apart(
    kintone: ScriptedServer, hurried: KintoneClient, free_port: int
) -> None:
    """Something answers too late, or there is nothing to be reached."""
    kintone.otherwise = silent
    with pytest.raises(KintoneError) as raised:
        hurried.record(1, 1, within_s=0.4)
    assert "時間内に応答しません" in raised.value.text.ja
    nobody = KintoneClient(settings_for(f"http://127.0.0.1:{free_port}"), Hands().clock())
    with pytest.raises(KintoneError) as raised:
        nobody.form_fields(1)
    assert "届きません" in raised.value.text.ja


def test_kintones_own_words_are_passed_on_without_values(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """What is wrong with which field; what stands in quotation marks may be somebody's."""
    content = {
        "code": "CB_VA01", "id": "x", "message": "入力内容が正しくありません。",
        "errors": {
            "records[0].支店.value": {"messages": ["必須です。"]},
            "records[3].区分.values[0].value": {"messages": ['"仮名 太郎"は選択肢にありません。']},
            "records[4].x.value": {"messages": ["third"]},
        },
    }  # fmt: skip
    kintone.otherwise = told(content, 400)
    with pytest.raises(KintoneError) as raised:
        client.form_fields(1)
    for words in (raised.value.text.ja, raised.value.text.en):
        assert "「支店: 必須です。」" in words
        assert '「区分: "…"は選択肢にありません。」' in words
        assert "太郎" not in words
        assert "third" not in words


def test_a_word_without_a_field_is_passed_on_too(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """The sentence of the whole answer, as far as it is one."""
    kintone.otherwise = told(
        {"code": "GAIA_NO01", "message": "実行できません。\x07" + "長" * 900}, 403
    )
    with pytest.raises(KintoneError) as raised:
        client.form_fields(1)
    assert "「実行できません。長長" in raised.value.text.ja
    assert len(raised.value.text.ja) < 400
    kintone.otherwise = told({"code": "GAIA_NO01", "message": ["x"]}, 403)
    with pytest.raises(KintoneError):
        client.form_fields(1)


def test_basic_authentication_goes_along_with_the_token(kintone: ScriptedServer) -> None:
    """In its own header, and in no log or error."""
    kintone.otherwise = told({"properties": {}})
    client = KintoneClient(settings_for(kintone.url, basic=("利用者", "秘:密")))
    assert client.form_fields(1) == {}
    assert kintone.asked[0].headers["Authorization"] == "Basic 5Yip55So6ICFOuenmDrlr4Y="
    assert kintone.asked[0].headers["X-Cybozu-API-Token"] == "secretOne"
    assert "秘" not in repr(settings_for(kintone.url, basic=("利用者", "秘:密")))
