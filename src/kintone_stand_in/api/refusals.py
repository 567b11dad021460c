"""Refusals as Kintone words them: an HTTP status, an error code and Japanese messages."""

from collections.abc import Mapping

Errors = Mapping[str, list[str]]

REQUIRED = "必須です。"
REQUIRED_PARAMETER = "必須です。"
DUPLICATE = "値がほかのレコードと重複しています。"
ONLY_NUMBERS = "数字でなければなりません。"
AN_INTEGER = "整数で指定してください。"
A_DATE = "日付を正しく指定してください。"
A_MOMENT = "日時を正しく指定してください。"
BAD_QUERY = "クエリ記法が間違っています。"
KEY_IN_RECORD = "updateKeyに指定したフィールドは更新できません。"
INDEX_TOO_HIGH = "0から99までの番号を指定してください。"
TOO_MANY_FIELDS = "一度に1000件までのフィールドを指定できます。"
TOO_MANY_ADDED = "一度に100件までのレコードを追加できます。"
TOO_MANY_UPDATED = "一度に100件までのレコードを更新できます。"


def not_an_option(value: str) -> str:
    """Return the message on a choice that the field does not offer."""
    return f'"{value}"は選択肢にありません。'


def shorter_than(limit: int) -> str:
    """Return the message on a text that has `limit` characters or more."""
    return f"{limit}文字より短くなければなりません。"


def at_most(limit: object) -> str:
    """Return the message on a number that is too high."""
    return f"{limit}以下である必要があります。"


def at_least(limit: object) -> str:
    """Return the message on a number that is too low."""
    return f"最小でも{limit}以上です。"


class RefusedError(Exception):
    """A request that the stand-in refuses, with the answer that Kintone would give."""

    def __init__(self, status: int, code: str, message: str, errors: Errors | None = None) -> None:
        super().__init__(f"{status} {code}: {message} {dict(errors or {})}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors or {}


class FieldErrors:
    """The invalid fields of a request by their place, each with its messages."""

    def __init__(self) -> None:
        self.messages: dict[str, list[str]] = {}

    def add(self, place: str, message: str) -> None:
        """Add a message for a place."""
        self.messages.setdefault(place, []).append(message)


def invalid(errors: Errors) -> RefusedError:
    """Return the refusal CB_VA01 with the messages of each invalid place."""
    return RefusedError(400, "CB_VA01", "入力内容が正しくありません。", errors)


def refused(code: str, subject: object = "") -> RefusedError:
    """Return the refusal of this code; `subject` is the record, field or value in its message."""
    status, message = _REFUSALS[code]
    return RefusedError(status, code, message.replace("{}", str(subject)))


_REFUSALS = {
    "CB_AU01": (401, "ログインしてください。"),
    "CB_IJ01": (400, "不正なJSON文字列です。"),
    "CB_IL02": (400, "不正なリクエストです。"),
    "CB_NO02": (403, "権限がありません。"),
    "GAIA_BF02": (403, "フィールド（{}）を指定するには、アプリの管理権限が必要です。"),
    "GAIA_CO02": (
        409,
        "指定したrevisionは最新ではありません。ほかのユーザーが設定を更新した可能性があります。",
    ),
    "GAIA_DA02": (
        400,
        "データベースのロックに失敗したため、変更を保存できませんでした。時間をおいて再度お試しください。",
    ),
    "GAIA_DA03": (400, "同じアプリのAPIトークンが複数指定されています。"),
    "GAIA_FC01": (400, "指定されたフィールド（{}）が見つかりません。"),
    "GAIA_IA02": (400, "指定したAPIトークンは不正です。"),
    "GAIA_IL23": (
        400,
        "ゲストスペース内のアプリの操作には、ゲストスペース用のURLを使用してください。",
    ),
    "GAIA_IL26": (400, "指定されたユーザー（{}）が見つかりません。"),
    "GAIA_IQ03": (400, "{}フィールドには、この演算子を使用できません。"),
    "GAIA_IQ10": (400, "指定された選択肢（{}）が見つかりません。"),
    "GAIA_IQ11": (400, "指定されたフィールド（{}）が見つかりません。"),
    "GAIA_IQ23": (400, "日付（{}）が正しくありません。"),
    "GAIA_IQ27": (
        400,
        "フィールド（{}）は「値の重複を禁止する」に設定されていないため、updateKeyに指定できません。",
    ),
    "GAIA_NO01": (403, "このAPIトークンでは、指定したAPIを実行できません。"),
    "GAIA_QU01": (400, "limitには500以下の値を指定してください。"),
    "GAIA_RE01": (404, "指定したレコード（id: {}）が見つかりません。"),
    "GAIA_TO03": (400, "指定できるAPIトークンは9個までです。"),
    "GAIA_TO04": (429, "APIの同時リクエスト数が上限を超えています。"),
    "GAIA_UN10": (400, "フィールド（{}）の値は更新できません。"),
}
