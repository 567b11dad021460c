"""The points that every CRM has: its webhook, and the requests of today."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from callrisk.bootstrap.doctor.finding import Finding, State, not_set_up
from callrisk.domain.wording import Text
from callrisk.settings import Settings

_WARN_AT, _FULL_AT = 0.8, 1.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """The webhook of a CRM: its name, its word in addresses, its variable and its token."""

    crm: str
    key: str
    variable: str
    token: str = field(repr=False)


def webhook_point(settings: Settings, webhook: Webhook) -> Finding:
    """Return the address that a webhook of the CRM is to call."""
    if not webhook.token:
        todo = Text(
            f"使うときは、.env の {webhook.variable} に 32 文字以上の推測できない値を設定",
            f"to use it set {webhook.variable} in .env, to 32 characters that nobody guesses",
        )
        return not_set_up(
            "webhook", "設定されていません。顧客の変更は、次に調べるときに反映されます",
            "not set up: a changed record counts when it is next read", todo,
        )  # fmt: skip
    host = next(iter(settings.env.known_hosts), "<host>")
    url = f"https://{host}/api/webhooks/{webhook.key}/"
    text = Text(
        f"{webhook.crm} の Webhook に貼る URL（秘密）: {url}",
        f"the URL to paste into the webhook of {webhook.crm}, a secret: {url}",
    )
    return Finding("webhook", State.OK, text, secret=webhook.token)


def requests_point(daily: int, made: Mapping[int, int], now: Mapping[int, int]) -> Finding:
    """Return the requests of today, those that the database tells and those of the doctor."""
    counts = {app: made.get(app, 0) + now.get(app, 0) for app in sorted({*made, *now})}
    shown_ja = "、".join(f"{_app('アプリ', app)}{count:,}" for app, count in counts.items()) or "0"
    shown = ", ".join(f"{_app('app', app)}{count:,}" for app, count in counts.items()) or "0"
    text = Text(f"今日のリクエスト（1 日 {daily:,} まで）: {shown_ja}",
                f"requests of today, of {daily:,}: {shown}")  # fmt: skip
    share = max(counts.values(), default=0) / daily
    if share < _WARN_AT:
        return Finding("requests", State.OK, text)
    todo = Text(
        "ほかの連携プログラムのリクエストを減らす。数え直しは日本時間 9:00",
        "let other programs ask less; the count begins anew at 00:00 UTC",
    )
    return Finding("requests", State.WRONG if share >= _FULL_AT else State.ATTENTION, text, todo)


def _app(word: str, app: int) -> str:
    """Return the label of an app; a CRM without apps counts under 0."""
    return f"{word} {app}: " if app else ""
