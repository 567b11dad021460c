"""The webhooks of one database, as administrators keep them; secrets stand there sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

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
        newest = select(func.coalesce(func.max(tables.events.c.seq), 0)).scalar_subquery()
        with writing(self._engine) as connection:
            statement = insert(webhooks).values(**values, seq=newest).returning(W.webhook_id)
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
        names = (W.url, W.sealed_secret, W.sealed_old_secret, W.old_secret_until)
        with self._engine.connect() as connection:
            row = connection.execute(select(*names).where(W.webhook_id == webhook_id)).first()
        if row is None:
            return None
        sealed = [row.sealed_secret]
        if row.sealed_old_secret is not None and row.old_secret_until > now:
            sealed.append(row.sealed_old_secret)
        return Target(row.url, tuple(self._open(one, webhook_id) for one in sealed))

    def replace_secret(self, webhook_id: int, secret: str, old_until: datetime) -> bool:
        """Have another secret sign, the one before beside it for a while; False without it."""
        values = {
            "sealed_old_secret": W.sealed_secret, "old_secret_until": old_until,
            "sealed_secret": self._seal(secret, webhook_id),
        }  # fmt: skip
        with writing(self._engine) as connection:
            return _change(connection, webhook_id, **values)

    def set_state(self, webhook_id: int, state: WebhookState, now: datetime) -> bool:
        """Switch a webhook on or off; on, what waits is sent at once. False without it."""
        rested = {"failures": 0, "failing_since": None, "resting_until": None}
        with writing(self._engine) as connection:
            if state is WebhookState.ON:
                waits = (D.webhook_id == webhook_id) & (D.state == DeliveryState.WAITING)
                connection.execute(update(webhook_deliveries).where(waits).values(due_at=now))
            return _change(connection, webhook_id, state=state, **rested)

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
        """Seal secrets with the newest key of the ring; return how many were not."""
        rows = _sealed(self._engine)
        count = 0
        for webhook_id, secret, old in rows:
            if all(self._cipher.is_newest(one) for one in (secret, old) if one is not None):
                continue
            count += 1
            self._seal_one_anew(webhook_id, now)
        return count

    def _seal_one_anew(self, webhook_id: int, now: datetime) -> None:
        columns = (W.sealed_secret, W.sealed_old_secret, W.old_secret_until)
        with writing(self._engine) as connection:
            row = connection.execute(select(*columns).where(W.webhook_id == webhook_id)).first()
            if row is None:
                return
            secret = self._seal(self._open(row.sealed_secret, webhook_id), webhook_id)
            old = row.sealed_old_secret
            # One that signs no more is forgotten.
            if old is not None and row.old_secret_until <= now:
                old = None
            elif old is not None:
                old = self._seal(self._open(old, webhook_id), webhook_id)
            _change(connection, webhook_id, sealed_secret=secret, sealed_old_secret=old)

    def _seal(self, secret: str, webhook_id: int) -> bytes:
        return self._cipher.seal(secret.encode(), _place(webhook_id))

    def _open(self, sealed: bytes, webhook_id: int) -> str:
        return self._cipher.open(sealed, _place(webhook_id)).decode()


def _sealed(engine: Engine) -> Sequence[Any]:
    columns = (W.webhook_id, W.sealed_secret, W.sealed_old_secret)
    with engine.connect() as connection:
        return connection.execute(select(*columns)).all()


def _change(connection: Connection, webhook_id: int, **values: Any) -> bool:
    statement = update(webhooks).where(W.webhook_id == webhook_id).values(**values)
    return connection.execute(statement).rowcount == 1


def _place(webhook_id: int) -> bytes:
    return f"webhook {webhook_id}".encode()
