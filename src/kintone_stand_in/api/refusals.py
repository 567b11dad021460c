"""What Kintone says when it refuses: a status, a code, and words in Japanese and English."""

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """One message in the two languages that the stand-in speaks."""

    ja: str
    en: str


Errors = Mapping[str, list[Words]]

REQUIRED = Words("必須です。", "Required.")
REQUIRED_PARAMETER = Words("必須です。", "Required field.")
DUPLICATE = Words(
    "値がほかのレコードと重複しています。", "This value already exists in another record."
)
ONLY_NUMBERS = Words("数字でなければなりません。", "Only numbers are allowed.")
AN_INTEGER = Words("整数で指定してください。", "Enter an integer value.")
A_DATE = Words("日付を正しく指定してください。", "Enter a valid date.")
A_MOMENT = Words("日時を正しく指定してください。", "Enter a valid date and time.")
BAD_QUERY = Words("クエリ記法が間違っています。", "unsupported query format")
BOTH_KEYS = Words(
    "idとupdateKeyは同時に指定できません。", "Specify either id or updateKey, not both."
)
KEY_IN_RECORD = Words(
    "updateKeyに指定したフィールドは更新できません。",
    "The field specified in updateKey cannot be updated.",
)
INDEX_TOO_HIGH = Words("0から99までの番号を指定してください。", "Enter an index from 0 to 99.")
TOO_MANY_FIELDS = Words(
    "一度に1000件までのフィールドを指定できます。", "A maximum of 1000 fields can be specified."
)
TOO_MANY_ADDED = Words(
    "一度に100件までのレコードを追加できます。",
    "A maximum of 100 records can be added at one time.",
)
TOO_MANY_UPDATED = Words(
    "一度に100件までのレコードを更新できます。",
    "A maximum of 100 records can be updated at one time.",
)


def not_an_option(value: str) -> Words:
    """Said of a choice that the field does not offer."""
    return Words(f'"{value}"は選択肢にありません。', f'The value, "{value}", is not in options.')


def shorter_than(limit: int) -> Words:
    """Said of a text that has `limit` characters or more."""
    return Words(f"{limit}文字より短くなければなりません。", f"Enter less than {limit} characters.")


def at_most(limit: object) -> Words:
    """Said of a number that is too high."""
    return Words(f"{limit}以下である必要があります。", f"The value must be {limit} or less.")


def at_least(limit: object) -> Words:
    """Said of a number that is too low."""
    return Words(f"最小でも{limit}以上です。", f"must be greater than or equal to {limit}")


class RefusedError(Exception):
    """The stand-in will not do what it was asked, and says why as Kintone would."""

    def __init__(self, status: int, code: str, words: Words, errors: Errors | None = None) -> None:
        super().__init__(f"{status} {code}: {words.en} {dict(errors or {})}")
        self.status = status
        self.code = code
        self.words = words
        self.errors = errors or {}


class UnfitPlaces:
    """The places of a request that are wrong, each with its messages."""

    def __init__(self) -> None:
        self.places: dict[str, list[Words]] = {}

    def add(self, place: str, words: Words) -> None:
        """One message more for a place."""
        self.places.setdefault(place, []).append(words)


def invalid(errors: Errors) -> RefusedError:
    """CB_VA01: the places that are wrong, each with its messages."""
    words = Words("入力内容が正しくありません。", "Missing or invalid input.")
    return RefusedError(400, "CB_VA01", words, errors)


def refused(code: str, subject: object = "") -> RefusedError:
    """A refusal by its code; `subject` is the record, field or value that it speaks of."""
    status, japanese, english = _REFUSALS[code]
    words = Words(japanese.replace("{}", str(subject)), english.replace("{}", str(subject)))
    return RefusedError(status, code, words)


_REFUSALS = {
    "CB_AU01": (401, "ログインしてください。", "Please login."),
    "CB_IJ01": (400, "不正なJSON文字列です。", "Invalid JSON string."),
    "CB_IL02": (400, "不正なリクエストです。", "Illegal request."),
    "CB_NO02": (403, "権限がありません。", "No privilege to proceed."),
    "GAIA_BF02": (
        403,
        "フィールド（{}）を指定するには、アプリの管理権限が必要です。",
        "The permission to manage the app is needed to set the field ({}).",
    ),
    "GAIA_CO02": (
        409,
        "指定したrevisionは最新ではありません。ほかのユーザーがレコードを更新した可能性があります。",
        "The revision is not the latest. Someone may update a record.",
    ),
    "GAIA_DA02": (
        400,
        "データベースのロックに失敗したため、変更を保存できませんでした。時間をおいて再度お試しください。",
        "The changes could not be saved because the database could not be locked.",
    ),
    "GAIA_DA03": (
        400,
        "同じアプリのAPIトークンが複数指定されています。",
        "Two or more API tokens of one app were specified.",
    ),
    "GAIA_FC01": (
        400,
        "指定されたフィールド（{}）が見つかりません。",
        "The specified field ({}) is not found.",
    ),
    "GAIA_IA02": (
        400,
        "指定したAPIトークンは不正です。",
        "The specified API token does not match the API token generated via an app.",
    ),
    "GAIA_IL23": (
        400,
        "ゲストスペース内のアプリの操作には、ゲストスペース用のURLを使用してください。",
        "Use the URL of the guest space for an app in a guest space.",
    ),
    "GAIA_IL26": (
        400,
        "指定されたユーザー（{}）が見つかりません。",
        "The specified user ({}) is not found.",
    ),
    "GAIA_IQ03": (
        400,
        "{}フィールドには、この演算子を使用できません。",
        "This operator cannot be used for a field of the type {}.",
    ),
    "GAIA_IQ10": (
        400,
        "指定された選択肢（{}）が見つかりません。",
        "The specified option ({}) is not found.",
    ),
    "GAIA_IQ11": (
        400,
        "指定されたフィールド（{}）が見つかりません。",
        "The specified field ({}) is not found.",
    ),
    "GAIA_IQ23": (400, "日付（{}）が正しくありません。", "The date ({}) is invalid."),
    "GAIA_IQ27": (
        400,
        "フィールド（{}）は「値の重複を禁止する」に設定されていないため、updateKeyに指定できません。",
        "The field ({}) prohibits no duplicate values and cannot be the updateKey.",
    ),
    "GAIA_NO01": (
        403,
        "このAPIトークンでは、指定したAPIを実行できません。",
        "Using this API token, you cannot run the specified API.",
    ),
    "GAIA_QU01": (400, "limitには500以下の値を指定してください。", "limit must be 500 or less."),
    "GAIA_QU02": (
        400,
        "offsetには10000以下の値を指定してください。",
        "offset must be 10000 or less.",
    ),
    "GAIA_RE01": (
        404,
        "指定したレコード（id: {}）が見つかりません。",
        "The specified record (ID: {}) is not found.",
    ),
    "GAIA_RE20": (
        404,
        "「updateKey」で指定した条件に一致するレコードがありません。",
        'No records match the conditions specified in the "updateKey" field.',
    ),
    "GAIA_TO03": (
        400,
        "指定できるAPIトークンは9個までです。",
        "A maximum of 9 API tokens can be specified.",
    ),
    "GAIA_TO04": (
        429,
        "APIの同時リクエスト数が上限を超えています。",
        "The number of concurrent API requests exceeds the limit.",
    ),
    "GAIA_UN10": (
        400,
        "フィールド（{}）の値は更新できません。",
        "The value of the field ({}) cannot be updated.",
    ),
}
