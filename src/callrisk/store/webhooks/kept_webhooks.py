"""The webhooks of one database, as administrators keep them; secrets stand there sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from callrisk.domain.webhooks.webhook import (
    Delivery,
    DeliveryState,
    Target,
    Webhook,
    WebhookEvent,
    WebhookState,
)
from callrisk.store import tables
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.transaction import writing
from callrisk.store.webhooks.new_deliveries import Told, put_deliveries
from callrisk.store.webhooks.old_secrets import OldSecret, old_secrets_of, text_of
from callrisk.store.webhooks.webhook_rows import (
    DELIVERY_COLUMNS,
    WEBHOOK_COLUMNS,
    D,
    W,
    delivery_of,
    webhook_of,
)
from callrisk.store.webhooks.webhook_tables import webhook_deliveries, webhooks

# Jobs that ended within so many days are looked for, so a delivery is kept longer.
JOBS_FOR = timedelta(days=7)
_KEPT_LEAST = JOBS_FOR + timedelta(days=1)
# Each adds a signature to each request.
MOST_OLD_SECRETS = 4
# Why a delivery was given up that was never sent.
_PASSED_OVER = "passed over when the webhook was switched on"
_NEWEST = select(func.coalesce(func.max(tables.events.c.seq), 0)).scalar_subquery()
_SECRETS = (W.sealed_secret, W.sealed_old_secret, W.old_secret_until)
_RESTED: dict[str, Any] = {"failures": 0, "failing_since": None, "resting_until": None}


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to be added."""

    name: str
    url: str
    event_types: Sequence[WebhookEvent]


class KeptWebhooks:
    """Adds, changes and lists webhooks, and what was on its way to them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._cipher = RingCipher(cipher_of(connection).keys, KeyPurpose.ACCOUNTS, "webhook")

    def add(self, new: NewWebhook, secret: str, now: datetime) -> Webhook:
        """Store a webhook that is told of what happens from now on."""
        values = {
            "name": new.name, "url": new.url, "event_types": [str(one) for one in new.event_types],
            "state": WebhookState.ON, "created_at": now, "failures": 0, "sealed_secret": b"",
        }  # fmt: skip
        with writing(self._engine) as connection:
            statement = insert(webhooks).values(**values, seq=_NEWEST).returning(W.webhook_id)
            webhook_id = int(connection.execute(statement).scalar_one())
            sealed = self._seal(secret, webhook_id)
            _change(connection, webhook_id, sealed_secret=sealed)
        found = self.find(webhook_id)
        assert found is not None  # noqa: S101 - for the reader of types
        return found

    def all(self) -> list[Webhook]:
        """Return all webhooks, the newest first."""
        statement = select(*WEBHOOK_COLUMNS).order_by(W.webhook_id.desc())
        with self._engine.connect() as connection:
            return [webhook_of(row) for row in connection.execute(statement)]

    def find(self, webhook_id: int) -> Webhook | None:
        """Return a webhook, None if there is none."""
        statement = select(*WEBHOOK_COLUMNS).where(W.webhook_id == webhook_id)
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        return None if row is None else webhook_of(row)

    def target(self, webhook_id: int, now: datetime) -> Target | None:
        """Return where a webhook leads and what signs for it; None if there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(_secrets_of(webhook_id).add_columns(W.url)).first()
        if row is None:
            return None
        newest = self._open(row.sealed_secret, webhook_id)
        old = (one.secret for one in self._old_secrets(row, webhook_id, now))
        return Target(row.url, (newest, *old))

    def replace_secret(
        self, webhook_id: int, secret: str, old_until: datetime, now: datetime
    ) -> bool:
        """Have another secret sign, those before beside it, each for its while.

        False if as many as may still sign, or without the webhook; nothing was changed then.
        """
        with writing(self._engine) as connection:
            row = connection.execute(_secrets_of(webhook_id)).first()
            if row is None:
                return False
            before = OldSecret(self._open(row.sealed_secret, webhook_id), old_until)
            old = [before, *self._old_secrets(row, webhook_id, now)]
            if len(old) > MOST_OLD_SECRETS:
                return False
            return _change(connection, webhook_id, **self._sealed(secret, old, webhook_id))

    def switch_on(self, webhook_id: int, now: datetime, *, catch_up: bool) -> bool:
        """Switch a webhook on; False without it.

        To catch up, what waits and what happened meanwhile is sent. Otherwise it is told of what
        happens from now on; what waits is given up, from where it may be sent again.
        """
        values: dict[str, Any] = {"due_at": now, "attempts": 0}
        moved: dict[str, Any] = {}
        if not catch_up:
            values = {"state": DeliveryState.GIVEN_UP, "done_at": now, "problem": _PASSED_OVER}
            moved = {"seq": _NEWEST, "told_from": now}
        with writing(self._engine) as connection:
            waits = (D.webhook_id == webhook_id) & (D.state == DeliveryState.WAITING)
            connection.execute(update(webhook_deliveries).where(waits).values(**values))
            on = {"state": WebhookState.ON, "off_since": None}
            return _change(connection, webhook_id, **on, **_RESTED, **moved)

    def switch_off(self, webhook_id: int, now: datetime) -> bool:
        """Switch a webhook off; False without it."""
        began = literal(now, W.off_since.type)
        since = case((W.state == WebhookState.ON, began), else_=W.off_since)
        with writing(self._engine) as connection:
            off = {"state": WebhookState.OFF, "off_since": since}
            return _change(connection, webhook_id, **off, **_RESTED)

    def send_again(self, webhook_id: int, now: datetime) -> int:
        """Have all that was given up sent again, under its ids; return how much that is."""
        given_up = (D.webhook_id == webhook_id) & (D.state == DeliveryState.GIVEN_UP)
        values = {
            "state": DeliveryState.WAITING, "attempts": 0, "due_at": now, "done_at": None,
            "problem": None,
        }  # fmt: skip
        with writing(self._engine) as connection:
            these = update(webhook_deliveries).where(given_up).values(**values)
            return int(connection.execute(these).rowcount)

    def remove(self, webhook_id: int) -> bool:
        """Remove a webhook with all that was on its way to it; False without it."""
        with writing(self._engine) as connection:
            connection.execute(delete(webhook_deliveries).where(D.webhook_id == webhook_id))
            these = delete(webhooks).where(W.webhook_id == webhook_id)
            return connection.execute(these).rowcount == 1

    def put_test(self, webhook_id: int, now: datetime) -> Delivery:
        """Have a webhook told of a test; return the delivery that waits."""
        told = Told(WebhookEvent.WEBHOOK_TEST, uuid4().hex, now, {"webhook_id": webhook_id})
        with writing(self._engine) as connection:
            put_deliveries(connection, webhook_id, [told], now)
        return self.deliveries(webhook_id, 1)[0]

    def deliveries(self, webhook_id: int, limit: int) -> list[Delivery]:
        """Return the deliveries of a webhook, the newest first."""
        statement = select(*DELIVERY_COLUMNS).where(D.webhook_id == webhook_id)
        newest = statement.order_by(D.delivery_id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [delivery_of(row) for row in connection.execute(newest)]

    def delete_old(self, kept_days: int, now: datetime) -> int:
        """Delete deliveries that ended so many days ago; return their number."""
        old = D.done_at < now - max(timedelta(days=kept_days), _KEPT_LEAST)
        with self._engine.connect() as connection:
            if connection.execute(select(D.delivery_id).where(old).limit(1)).first() is None:
                return 0
        with writing(self._engine) as connection:
            return int(connection.execute(delete(webhook_deliveries).where(old)).rowcount)

    def seal_anew(self, now: datetime) -> int:
        """Seal secrets with the newest key of the ring, and forget those that sign no more.

        Return for how many webhooks that was to be done.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(select(W.webhook_id, *_SECRETS)).all()
        stale = [row.webhook_id for row in rows if not self._is_fresh(row, now)]
        for webhook_id in stale:
            self._seal_one_anew(webhook_id, now)
        return len(stale)

    def _is_fresh(self, row: Any, now: datetime) -> bool:
        sealed = [one for one in (row.sealed_secret, row.sealed_old_secret) if one is not None]
        is_over = row.old_secret_until is not None and row.old_secret_until <= now
        return not is_over and all(self._cipher.is_newest(one) for one in sealed)

    def _seal_one_anew(self, webhook_id: int, now: datetime) -> None:
        with writing(self._engine) as connection:
            row = connection.execute(_secrets_of(webhook_id)).first()
            if row is not None:
                secret = self._open(row.sealed_secret, webhook_id)
                old = self._old_secrets(row, webhook_id, now)
                _change(connection, webhook_id, **self._sealed(secret, old, webhook_id))

    def _old_secrets(self, row: Any, webhook_id: int, now: datetime) -> list[OldSecret]:
        """Return the secrets before the newest that still sign."""
        if row.sealed_old_secret is None:
            return []
        text = self._open(row.sealed_old_secret, webhook_id)
        return [one for one in old_secrets_of(text, row.old_secret_until) if one.until > now]

    def _sealed(self, secret: str, old: Sequence[OldSecret], webhook_id: int) -> dict[str, Any]:
        """Return the columns of secrets."""
        return {
            "sealed_secret": self._seal(secret, webhook_id),
            "sealed_old_secret": self._seal(text_of(old), webhook_id) if old else None,
            "old_secret_until": max((one.until for one in old), default=None),
        }

    def _seal(self, secret: str, webhook_id: int) -> bytes:
        return self._cipher.seal(secret.encode(), _place(webhook_id))

    def _open(self, sealed: bytes, webhook_id: int) -> str:
        return self._cipher.open(sealed, _place(webhook_id)).decode()


def _secrets_of(webhook_id: int) -> Select[Any]:
    return select(*_SECRETS).where(W.webhook_id == webhook_id)


def _change(connection: Connection, webhook_id: int, **values: Any) -> bool:
    statement = update(webhooks).where(W.webhook_id == webhook_id).values(**values)
    return connection.execute(statement).rowcount == 1


def _place(webhook_id: int) -> bytes:
    return f"webhook {webhook_id}".encode()
