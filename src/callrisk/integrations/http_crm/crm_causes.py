"""The causes of errors of a CRM in both languages: what is wrong, and what to do."""

from callrisk.domain.wording import Text

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _SERVER_ERROR = 401, 403, 404, 429, 500
_REDIRECTS = range(301, 400)
_SEVERAL = 300
# The codes of the requests of a day or an hour that are used up.
LIMIT_CODES = frozenset({"REQUEST_LIMIT_EXCEEDED"})

SILENT = Text("CRM が時間内に応答しません", "the CRM does not answer in time; try later")
UNREADABLE = Text(
    "応答が期待した JSON ではありません。config.py の HTTP_CRM の records と、間にあるプロキシを"
    "確認してください",
    "the answer is not the JSON that was expected: check records of HTTP_CRM in config.py, and "
    "whether a proxy or a sign-in page is in between",
)
ELSEWHERE = Text(
    "次のページが別のホストを指しています。トークンを渡さないため、読みません",
    "its next page lies on another host, which is not to have the token; it is not read",
)
ENDLESS = Text(
    "次のページが前と同じです。config.py の HTTP_CRM の all（next、{cursor}、{offset}）を"
    "確認してください",
    "its next page is the one before: check all (next, {cursor}, {offset}) of HTTP_CRM in "
    "config.py",
)
LOGIN = Text(
    "トークンを取得できません。.env の HTTP_CRM_TOKEN_URL、HTTP_CRM_CLIENT_ID、"
    "HTTP_CRM_CLIENT_SECRET、HTTP_CRM_SCOPE を確認してください",
    "no token is had: check HTTP_CRM_TOKEN_URL, HTTP_CRM_CLIENT_ID, HTTP_CRM_CLIENT_SECRET and "
    "HTTP_CRM_SCOPE in .env",
)
_LIMIT = Text(
    "CRM のリクエスト数の上限に達しました。ほかの連携を減らすか、上限が戻るのを待ってください",
    "the CRM's requests are used up: let other programs ask less, or wait until they count anew",
)
_TOKEN = Text(
    "認証が断られました。.env の HTTP_CRM_TOKEN（または HTTP_CRM_CLIENT_ID と "
    "HTTP_CRM_CLIENT_SECRET）を確認してください",
    "the token is refused: check HTTP_CRM_TOKEN (or HTTP_CRM_CLIENT_ID and "
    "HTTP_CRM_CLIENT_SECRET) in .env",
)
_RIGHT = Text(
    "権限がありません。CRM で、このトークンの利用者に、顧客を読む権限（結果を書くなら書く権限）を"
    "与えてください",
    "the right is missing: let the user of this token read customers (and write results) in the "
    "CRM",
)
_PATH = Text(
    "この場所には何もありません。.env の HTTP_CRM_URL と、config.py の HTTP_CRM の path を"
    "確認してください",
    "there is nothing at this path: check HTTP_CRM_URL in .env and path of HTTP_CRM in config.py",
)
_REQUEST = Text(
    "CRM がリクエストを受け付けません。config.py の HTTP_CRM の query、body、項目の名前を"
    "確認してください",
    "the CRM does not take the request: check query, body and the names of fields of HTTP_CRM in "
    "config.py",
)
_REDIRECT = Text(
    "別の場所へ転送されます。.env の HTTP_CRM_URL を転送先に合わせてください",
    "it leads elsewhere: set HTTP_CRM_URL in .env to where it leads",
)
_SAME_KEY = Text(
    "同じキーのレコードが複数あります。CRM で 1 件にし、キーの項目の重複を禁止してください",
    "several records bear one key: keep one of them in the CRM, and forbid duplicates in the field "
    "of the key",
)
_CROWDED = Text("CRM へのリクエストが多すぎます", "too many requests to the CRM; try later")
_MAINTENANCE = Text(
    "CRM が停止中かメンテナンス中です", "the CRM is away or in maintenance; try later"
)
_UNTRUSTED = Text(
    "CRM のサーバー証明書を確認できません。会社のプロキシの証明書を REQUESTS_CA_BUNDLE に設定して"
    "ください",
    "the certificate of the server is not trusted: name that of your company's proxy in "
    "REQUESTS_CA_BUNDLE",
)
_NO_HOST = Text(
    "CRM の名前が見つかりません。.env の HTTP_CRM_URL とネットワークを確認してください",
    "the name of the host is not known: check HTTP_CRM_URL in .env and the network",
)
_NO_WAY = Text(
    "CRM に届きません。ネットワークとプロキシを確認してください",
    "the CRM cannot be reached: check the network and the proxy",
)
# What the library below says, which quotes addresses and is never shown itself.
_OF_LIBRARY = (
    (("CERTIFICATE_VERIFY_FAILED",), _UNTRUSTED),
    (("NameResolutionError", "getaddrinfo", "Name or service not known"), _NO_HOST),
)
_OF_STATUS = {
    _SEVERAL: _SAME_KEY,
    _UNAUTHORIZED: _TOKEN, _FORBIDDEN: _RIGHT, _NOT_FOUND: _PATH, _TOO_MANY: _CROWDED,
}  # fmt: skip


def cause_of_status(status: int, code: str) -> Text:
    """Return the cause that an answer other than a good one tells."""
    if code in LIMIT_CODES:
        return _LIMIT
    if status in _OF_STATUS:
        return _OF_STATUS[status]
    if status in _REDIRECTS:
        return _REDIRECT
    return _MAINTENANCE if status >= _SERVER_ERROR else _REQUEST


def cause_of_silence(error: BaseException, was_sent: bool) -> Text:
    """Return the cause of a request that got no answer."""
    words = f"{error!r}"
    for marks, cause in _OF_LIBRARY:
        if any(mark in words for mark in marks):
            return cause
    return SILENT if was_sent else _NO_WAY
