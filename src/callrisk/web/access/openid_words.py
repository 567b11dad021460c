"""The refusals of a login by an identity provider, in Japanese and English."""

from callrisk.domain.wording import Text
from callrisk.people.openid.refused_login import Refusal

REFUSALS: dict[Refusal, Text] = {
    Refusal.STATE: Text(
        "このログインは期限切れか、すでに使われたか、別のブラウザーで始められたものです。もう一度"
        "ログインしてください。",
        "This login is too old, was used already, or began in another browser. Log in again.",
    ),
    Refusal.BROKEN_OFF: Text(
        "会社のアカウントのログインが中断されました。もう一度ログインしてください。",
        "The login by the company account was broken off. Log in again.",
    ),
    Refusal.AWAY: Text(
        "会社のアカウントのログイン先が応答しません。しばらくしてからやり直してください。",
        "The login of the company does not answer. Try again in a while.",
    ),
    Refusal.WRONG: Text(
        "会社のアカウントのログイン先から正しい応答がありません。続くときは管理者に伝えてください。",
        "The login of the company did not answer as it must. If it goes on, tell an administrator.",
    ),
    Refusal.NO_ROLE: Text(
        "このアカウントには、この製品を使う役割がありません。管理者に確認してください。",
        "This account has no role in this product. Ask an administrator.",
    ),
    Refusal.NO_LOGIN: Text(
        "会社のアカウントの情報に、ログイン名がありません。管理者に確認してください。",
        "The company account does not say a login name. Ask an administrator.",
    ),
    Refusal.TAKEN: Text(
        "同じログイン名かオペレーターIDの利用者がすでにいます。管理者に確認してください。",
        "Another account has this login name, or one of these agent ids. Ask an administrator.",
    ),
    Refusal.INACTIVE: Text(
        "このアカウントは無効です。管理者に確認してください。",
        "This account is closed. Ask an administrator.",
    ),
}
