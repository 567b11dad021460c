"""The causes of errors in both languages: what is wrong with Kintone's answer, and what to do."""

import re
from collections.abc import Mapping, Sequence

from callrisk.domain.wording import Text

_SERVER_ERROR, _TOO_MANY, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 500, 429, 401, 403, 404
_WORDS_SHOWN, _LONGEST_WORDS = 2, 120
# What Kintone puts between quotation marks may be a value of a record.
_QUOTED = re.compile('"[^"]*"')

_OF_CODES = {
    "CB_AU01": Text(
        "API トークンが送られていません。.env に API トークンを設定してください",
        "give the app an API token in .env",
    ),
    "CB_WA01": Text("ログイン名かパスワードが違います", "login or password is wrong"),
    "CB_VA01": Text("入力内容を Kintone が受け付けません", "correct what is named"),
    "CB_NO02": Text(
        "権限がありません。ゲストスペースの番号と API トークンのアクセス権を確認してください",
        "check the guest space and the permissions of the API token",
    ),
    "GAIA_AP01": Text(
        "アプリがありません。削除されたか、アプリの番号が違います",
        "there is no such app: it was deleted, or its number is wrong; check the app's number",
    ),
    "GAIA_CO02": Text("ほかの人がレコードを更新しました", "read the record again and decide anew"),
    "GAIA_FC01": Text(
        "アプリにないフィールドが指定されています", "a field is named that the app does not have"
    ),
    "GAIA_IA02": Text(
        "API トークンが無効です。アプリの設定で API トークンを作り、アプリを更新してから、.env "
        "に設定してください",
        "the API token is not valid: check the API token, and that the app was updated after it "
        "was made",
    ),
    "GAIA_IL23": Text(
        "このアプリはゲストスペースにあります。KINTONE_GUEST_SPACE_ID にその番号を設定してください",
        "the app lies in a guest space: name it in KINTONE_GUEST_SPACE_ID",
    ),
    "GAIA_IQ03": Text(
        "フィールドの種類が検索に合いません", "the field's type does not allow this operator"
    ),
    "GAIA_IQ10": Text(
        "検索した選択肢がフィールドにありません",
        "the query names an option that the field does not have",
    ),
    "GAIA_IQ11": Text(
        "検索したフィールドがアプリにありません",
        "the query names a field that the app does not have",
    ),
    "GAIA_IQ27": Text(
        "キーのフィールドで「値の重複を禁止する」を有効にしてください",
        "forbid duplicate values in the key field",
    ),
    "GAIA_LO04": Text(
        "ルックアップの参照先に値がありません", "the lookup's key is missing in its source app"
    ),
    "GAIA_NO01": Text(
        "API トークンに権限がないか、別のアプリのトークンです。アプリの設定で API トークンの"
        "アクセス権（顧客: 閲覧、結果: 閲覧・追加・編集）とアプリの番号を確認してください",
        "check that the API token is this app's and has the permission (customers: view; results: "
        "view, add, edit), and that the app still exists",
    ),
    "GAIA_NO02": Text("Kintone はメンテナンス中です", "Kintone is in maintenance, try later"),
    "GAIA_RE01": Text(
        "レコードがないか、見る権限がありません", "the record does not exist or may not be seen"
    ),
    "GAIA_TM12": Text("カーソルが多すぎます", "too many cursors are open"),
    "GAIA_TO04": Text(
        "Kintone への同時リクエストが多すぎます。ほかの連携プログラムを減らしてください",
        "too many requests at once; let other programs ask less",
    ),
}
_MAINTENANCE = Text(
    "Kintone が停止中かメンテナンス中です", "it is away or in maintenance, try later"
)
_CROWDED = Text("Kintone へのリクエストが多すぎます", "too many requests, try later")
_ELSEWHERE = Text(
    "別のページへ転送されます。サブドメインと、Kintone へのログインの制限を確認してください",
    "it leads elsewhere, check the base URL",
)
_BASIC = Text(
    "Basic 認証が必要か、その設定が違います。.env の KINTONE_BASIC_USER と "
    "KINTONE_BASIC_PASSWORD を確認してください",
    "Basic authentication is asked for: set KINTONE_BASIC_USER and KINTONE_BASIC_PASSWORD in .env",
)
_CERTIFICATE = Text(
    "クライアント証明書が必要です。.env の KINTONE_CLIENT_CERT に証明書のファイルを、"
    "KINTONE_SUBDOMAIN に example.s のような名前を設定してください",
    "a client certificate is asked for: name its file in KINTONE_CLIENT_CERT, and the host of "
    "secure access (example.s) in KINTONE_SUBDOMAIN",
)
_IP_ADDRESS = Text(
    "このコンピューターからのアクセスが許可されていません。Kintone の IP アドレス制限か、"
    "クライアント証明書の設定を確認してください",
    "this computer may not come in: check Kintone's IP address restriction and client certificates",
)
_NO_KINTONE = Text(
    "このアドレスに Kintone がありません。KINTONE_SUBDOMAIN を確認してください",
    "there is no Kintone at this address: check the base URL (KINTONE_SUBDOMAIN)",
)
_OTHER = Text(
    "Kintone が断りました。サブドメイン、API トークン、アプリの番号を確認してください",
    "check the base URL, the API token and the request",
)
UNREADABLE = Text(
    "Kintone の代わりに別のページが返ります。プロキシや、ログイン画面が間にないか確認してください",
    "another page answers in Kintone's place: is a proxy or a sign-in page in between?",
)
SILENT = Text("Kintone が時間内に応答しません", "Kintone does not answer in time")
_NO_HOST = Text(
    "Kintone の名前が見つかりません。KINTONE_SUBDOMAIN とネットワークを確認してください",
    "the name of the host is not known: check KINTONE_SUBDOMAIN and the network",
)
_UNTRUSTED = Text(
    "Kintone のサーバー証明書を確認できません。会社のプロキシの証明書を REQUESTS_CA_BUNDLE に"
    "設定してください",
    "the certificate of the server is not trusted: name that of your company's proxy in "
    "REQUESTS_CA_BUNDLE",
)
_CUT = Text(
    "暗号化された接続が途中で切られます。クライアント証明書（KINTONE_CLIENT_CERT）が必要か、"
    "会社のプロキシが止めています",
    "the encrypted line is cut off: a client certificate (KINTONE_CLIENT_CERT) may be asked for, "
    "or a proxy of the company stops it",
)
_NO_WAY = Text(
    "Kintone に届きません。ネットワークとプロキシを確認してください",
    "Kintone cannot be reached: check the network and the proxy",
)
# What the library below says, which quotes addresses and is never shown itself.
_OF_LIBRARY = (
    (("CERTIFICATE_REQUIRED", "certificate required", "HANDSHAKE_FAILURE", "handshake failure",
      "bad certificate", "BAD_CERTIFICATE"), _CERTIFICATE),
    (("CERTIFICATE_VERIFY_FAILED",), _UNTRUSTED),
    (("SSLEOFError", "SSLZeroReturnError", "SSLV3_ALERT"), _CUT),
    (("NameResolutionError", "getaddrinfo", "Name or service not known"), _NO_HOST),
)  # fmt: skip


def cause_of_answer(status: int, code: str, headers: Mapping[str, str], body: bytes) -> Text:
    """Return the cause that an answer other than 200 tells; `code` is empty where none is told."""
    told = _OF_CODES.get(code)
    if told is not None:
        return told
    if not code:
        foreign = _cause_of_page(status, headers, body)
        if foreign is not None:
            return foreign
    return _cause_of_status(status)


def cause_of_silence(error: BaseException, was_sent: bool) -> Text:
    """Return the cause of a request that got no answer."""
    words = f"{error!r}"
    for marks, cause in _OF_LIBRARY:
        if any(mark in words for mark in marks):
            return cause
    return SILENT if was_sent else _NO_WAY


def with_words(cause: Text, app: int, words: Sequence[str]) -> Text:
    """Return a cause with the app that it is about and Kintone's own words, without values."""
    shown = [_clean(one) for one in words[:_WORDS_SHOWN] if one.strip()]
    quoted = "".join(f"「{one}」" for one in shown)
    said, said_en = (f" Kintone: {quoted}", f"; Kintone says {quoted}") if shown else ("", "")
    return Text(f"{cause.ja}（アプリ {app}）。{said}", f"{cause.en} (app {app}){said_en}")


def _clean(words: str) -> str:
    plain = "".join(filter(str.isprintable, _QUOTED.sub('"…"', words)))
    return plain[:_LONGEST_WORDS]


def _cause_of_page(status: int, headers: Mapping[str, str], body: bytes) -> Text | None:
    if status == _UNAUTHORIZED and "basic" in headers.get("WWW-Authenticate", "").lower():
        return _BASIC
    if b"SSL certificate" in body[:10_000] and status < _SERVER_ERROR:
        return _CERTIFICATE
    return {_UNAUTHORIZED: _BASIC, _FORBIDDEN: _IP_ADDRESS, _NOT_FOUND: _NO_KINTONE}.get(status)


def _cause_of_status(status: int) -> Text:
    if status >= _SERVER_ERROR:
        return _MAINTENANCE
    if status == _TOO_MANY:
        return _CROWDED
    return _OTHER if status >= 400 else _ELSEWHERE  # noqa: PLR2004 - the first of refusals
