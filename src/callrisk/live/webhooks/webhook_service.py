"""The routes by which administrators add, change, test, remove and look at webhooks."""

import base64
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.receiver_address import (
    AllowedPlaces,
    UnfitAddressError,
    receiver_of,
)
from callrisk.domain.webhooks.webhook import (
    EVENTS_TO_CHOOSE,
    Delivery,
    Webhook,
    WebhookEvent,
    WebhookState,
)
from callrisk.domain.wording import Text
from callrisk.live.webhooks.webhook_sender import WebhookSender
from callrisk.store.watching.backlogs import Backlog
from callrisk.store.webhooks.kept_webhooks import NewWebhook
from callrisk.store.webhooks.webhook_store import WebhookStore
from callrisk.wire.health import CheckResult

# Each has a thread while it is sent to.
MOST_WEBHOOKS = 50
_LONGEST_NAME = 256
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# The specification asks for 24 to 64 bytes.
_SECRET_START, _SECRET_BYTES = "whsec_", 32
# How long the secret before signs beside the new one.
OLD_SECRET_LASTS = timedelta(hours=24)
# One that was off for longer is told of what happens from then on, unless it is asked otherwise:
# what is urgent must not wait for what was urgent days ago.
CATCH_UP_WITHIN = timedelta(days=1)
# A receiver that takes nothing for so long is told of.
_TOLD_AFTER = timedelta(minutes=15)

NAME_UNFIT = Text(
    "名前を入力してください（256文字まで）。", "Enter a name of up to 256 characters."
)
NO_EVENTS = Text("一つ以上の種類を選んでください。", "Choose one type of event at least.")
TOO_MANY = Text(
    f"Webhook は {MOST_WEBHOOKS} 件までです。", f"There may be {MOST_WEBHOOKS} webhooks at most."
)
REPLACED_TOO_OFTEN = Text(
    "シークレットは続けて替えられました。前のものが無効になるまで（24時間以内）お待ちください。",
    "The secret was replaced several times already: wait until one before signs no more, a day at "
    "most.",
)


@dataclass(frozen=True, slots=True)
class WebhookWithSecret:
    """A webhook, and its secret, which is shown once."""

    webhook: Webhook
    secret: str = field(repr=False)


class WebhookService:
    """The webhooks of one installation; every method raises errors of the database as they are."""

    def __init__(self, store: WebhookStore, sender: WebhookSender, allowed: AllowedPlaces) -> None:
        self._store = store
        self.sender = sender
        self._allowed = allowed

    def add(
        self, name: str, url: str, event_types: Collection[WebhookEvent], now: datetime
    ) -> WebhookWithSecret | Text:
        """Return a new webhook with its secret, or what is wrong."""
        fault = self._fault_of(name.strip(), url.strip(), event_types)
        if fault is not None:
            return fault
        types = [one for one in EVENTS_TO_CHOOSE if one in event_types]
        secret = _new_secret()
        webhook = self._store.kept.add(NewWebhook(name.strip(), url.strip(), types), secret, now)
        return WebhookWithSecret(webhook, secret)

    def _fault_of(self, name: str, url: str, event_types: Collection[WebhookEvent]) -> Text | None:
        if not 0 < len(name) <= _LONGEST_NAME or _CONTROL.search(name):
            return NAME_UNFIT
        if not set(event_types) & set(EVENTS_TO_CHOOSE):
            return NO_EVENTS
        try:
            receiver_of(url, self._allowed)
        except UnfitAddressError as error:
            return error.text
        return TOO_MANY if len(self._store.kept.all()) >= MOST_WEBHOOKS else None

    def all(self) -> list[Webhook]:
        """Return all webhooks, the newest first."""
        return self._store.kept.all()

    def find(self, webhook_id: int) -> Webhook | None:
        """Return a webhook, None if there is none."""
        return self._store.kept.find(webhook_id)

    def new_secret(self, webhook_id: int, now: datetime) -> WebhookWithSecret | Text | None:
        """Have another secret sign, for a day beside those before; None without the webhook."""
        secret, until = _new_secret(), now + OLD_SECRET_LASTS
        is_replaced = self._store.kept.replace_secret(webhook_id, secret, until, now)
        webhook = self.find(webhook_id)
        if webhook is None:
            return None
        return WebhookWithSecret(webhook, secret) if is_replaced else REPLACED_TOO_OFTEN

    def switch_on(
        self, webhook_id: int, now: datetime, *, catch_up: bool | None = None
    ) -> Webhook | None:
        """Switch a webhook on, to catch up or to be told of what happens from now on.

        Where None is said it catches up on a day, and on nothing that began before.
        """
        webhook = self.find(webhook_id)
        if webhook is None:
            return None
        since = webhook.off_since
        is_short = since is None or now - since <= CATCH_UP_WITHIN
        chosen = is_short if catch_up is None else catch_up
        self._store.kept.switch_on(webhook_id, now, catch_up=chosen)
        return self.find(webhook_id)

    def switch_off(self, webhook_id: int, now: datetime) -> Webhook | None:
        """Switch a webhook off; None without it."""
        self._store.kept.switch_off(webhook_id, now)
        return self.find(webhook_id)

    def send_again(self, webhook_id: int, now: datetime) -> Webhook | None:
        """Have a webhook sent again all that was given up; None without it."""
        self._store.kept.send_again(webhook_id, now)
        return self.find(webhook_id)

    def test(self, webhook_id: int, now: datetime) -> Delivery:
        """Have a webhook told of a test; return the delivery, which is sent beside this."""
        return self._store.kept.put_test(webhook_id, now)

    def remove(self, webhook_id: int) -> None:
        """Remove a webhook with all that was on its way to it."""
        self._store.kept.remove(webhook_id)

    def deliveries(self, webhook_id: int, limit: int) -> Sequence[Delivery]:
        """Return the deliveries of a webhook, the newest first."""
        return self._store.kept.deliveries(webhook_id, limit)

    def backlog(self, now: datetime) -> Backlog:
        """Return what waits to be sent."""
        return self._store.backlog(now)

    def check(self) -> CheckResult:
        """Return how many there are, and which take nothing or were switched off for it."""
        now, webhooks = utc_now(), self.all()
        ill = sorted(one.webhook_id for one in webhooks if _is_ill(one, now))
        counted = f"{sum(one.state is WebhookState.ON for one in webhooks)} on"
        waiting = f"{sum(one.waiting for one in webhooks):,} deliveries wait"
        problem = self.sender.problem or (f"webhook {_listed(ill)} takes nothing" if ill else "")
        told = "; ".join(part for part in (problem, counted, waiting) if part)
        return CheckResult(ok=not problem, detail=told)


def _is_ill(webhook: Webhook, now: datetime) -> bool:
    if webhook.state in (WebhookState.GONE, WebhookState.FAILING):
        return True
    if webhook.state is not WebhookState.ON or webhook.failing_since is None:
        return False
    # Without anything that waits nothing is tried. A begin in the future is that of a clock that
    # was set back since.
    is_long = not now - _TOLD_AFTER < webhook.failing_since <= now
    return webhook.waiting > 0 and is_long


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))


def _new_secret() -> str:
    return _SECRET_START + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")
