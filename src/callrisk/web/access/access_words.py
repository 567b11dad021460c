"""What the pages of the login and the own account say, in Japanese and English."""

from typing import Literal

from flask import g, request

from callrisk.domain.access.policy_table import Role
from callrisk.domain.wording import Text

Language = Literal["ja", "en"]

WORDS: dict[str, Text] = {
    "login": Text("ログイン", "Log in"),
    "login_name": Text("ログイン名", "Login"),
    "password": Text("パスワード", "Password"),
    "code": Text("認証コード（設定した人のみ）", "One-time code (if you set one up)"),
    "wrong": Text(
        "ログイン名、パスワード、認証コードのどれかが違います。",
        "The login, the password or the code is wrong.",
    ),
    "code_needed": Text("認証コードも入力してください。", "Enter the one-time code, too."),
    "closed": Text(
        "失敗が続いたため、しばらくログインできません。数分待ってからやり直してください。",
        "Too many tries failed. Wait some minutes, then try again.",
    ),
    "elsewhere": Text(
        "この利用者は会社のアカウントでログインしてください。",
        "Log in with the company account: this password opens nothing any more.",
    ),
    "by_password": Text("パスワードでログイン", "Log in with a password"),
    "subject": Text("管理者に伝える ID (sub)", "Subject, for the administrator"),
    "wallboard": Text("ウォールボード", "Wallboard"),
    "wallboard_begin": Text(
        "このブラウザーをウォールボードにします。今のログインは終わります。",
        "This browser becomes a wallboard. Whoever is logged in here is logged out.",
    ),
    "wallboard_start": Text("始める", "Start"),
    "wallboard_over": Text(
        "このリンクは使用済みか、期限（15分）が過ぎています。管理者に新しいリンクを頼んでください。",
        "This link was used already, or is older than 15 minutes. Ask an administrator for a new "
        "one.",
    ),
    "to_login": Text("ログイン画面へ", "To the login"),
    "provider_logout": Text(
        "会社のアカウントからもログアウト", "Log out of the company account, too"
    ),
    "logged_out": Text("ログアウトしました。", "You are logged out."),
    "lacks_https": Text(
        "https で開かれていません。本番では https のアドレスでないとログインできません。",
        "This page was not opened by https. In production only the https address logs persons in.",
    ),
    "no_admin": Text(
        "管理者がまだいません。サーバーで python run.py first-admin を実行し、表示されたコードで",
        "There is no administrator yet. Run python run.py first-admin on the server, and use its "
        "code to",
    ),
    "make_admin": Text("最初の管理者を登録", "register the first administrator"),
    "first_admin": Text("最初の管理者", "First administrator"),
    "first_code": Text("一度だけ使えるコード", "One-time set-up code"),
    "name": Text("氏名", "Name"),
    "register": Text("登録する", "Register"),
    "account": Text("アカウント", "Your account"),
    "roles": Text("役割", "Roles"),
    "agent_ids": Text("オペレーターID", "Agent ids"),
    "teams": Text("チーム", "Teams"),
    "logout": Text("ログアウト", "Log out"),
    "to_calls": Text("通話の画面へ", "To the calls"),
    "to_analytics": Text("分析の画面へ", "To the analytics"),
    "to_tablet": Text("タブレットの画面へ", "To the tablet"),
    "to_admin": Text("管理の画面へ", "To the administration"),
    "to_audit": Text("監査の記録へ", "To the audit"),
    "change_password": Text("パスワードを変更", "Change the password"),
    "must_change": Text(
        "続けるには、新しいパスワードを決めてください。", "Choose a new password to go on."
    ),
    "old_password": Text("今のパスワード", "Present password"),
    "new_password": Text("新しいパスワード（12文字以上）", "New password (12 or more characters)"),
    "password_changed": Text(
        "パスワードを変更しました。ほかの端末はログアウトしました。",
        "The password is changed. Other devices are logged out.",
    ),
    "one_time_codes": Text("認証コード", "One-time codes"),
    "totp_on": Text("認証コードは有効です。", "One-time codes are on."),
    "totp_off": Text("認証コードを使っていません。", "One-time codes are off."),
    "totp_scan": Text(
        "認証アプリで読み取り、表示された6桁を入力してください。",
        "Scan this with an authenticator app, then enter its six digits.",
    ),
    "totp_secret": Text("読み取れないときのキー", "Key, if it cannot be scanned"),
    "totp_enrol": Text("認証コードを使う", "Use one-time codes"),
    "totp_done": Text("認証コードを有効にしました。", "One-time codes are on now."),
    "totp_remove": Text("認証コードをやめる", "Stop one-time codes"),
    "totp_removed": Text("認証コードをやめました。", "One-time codes are off now."),
    "sessions": Text("ログイン中の端末", "Where you are logged in"),
    "this_session": Text("この端末", "this one"),
    "since": Text("開始", "since"),
    "used": Text("最後の操作", "last used"),
    "end_session": Text("ログアウトさせる", "Log it out"),
    "session_ended": Text("その端末をログアウトさせました。", "That device is logged out."),
    "no_rights": Text(
        "この画面を見る権限がありません。管理者に確認してください。",
        "Your role may not open that page. Ask an administrator.",
    ),
    "demo_person": Text(
        "開発モードのため、ログインなしで DEMO として使っています。",
        "This is development: everybody on this machine is DEMO, without a login.",
    ),
    "other_language": Text("English", "日本語"),
}

ROLE_WORDS: dict[Role, Text] = {
    Role.AGENT: Text("オペレーター", "Agent"),
    Role.SUPERVISOR: Text("スーパーバイザー", "Supervisor"),
    Role.MANAGER: Text("マネージャー", "Manager"),
    Role.ADMIN: Text("管理者", "Administrator"),
    Role.AUDITOR: Text("監査人", "Auditor"),
    Role.SERVICE: Text("システム連携", "Service"),
    Role.WALLBOARD: Text("掲示用画面", "Wallboard"),
}


def page_language() -> Language:
    """Return the language that the address asks for, else the browser's, else Japanese."""
    asked = request.values.get("lang") or g.get("language", "")
    if asked in ("ja", "en"):
        return "en" if asked == "en" else "ja"
    return "en" if request.accept_languages.best_match(["ja", "en"]) == "en" else "ja"


def spoken(text: Text, language: Language) -> str:
    """Return a text in a language."""
    return text.en if language == "en" else text.ja


def words_in(language: Language) -> dict[str, str]:
    """Return all words of the pages in a language."""
    return {name: spoken(text, language) for name, text in WORDS.items()}
