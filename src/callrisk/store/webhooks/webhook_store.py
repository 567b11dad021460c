"""Everything about webhooks in one database."""

from datetime import datetime

from sqlalchemy import Engine

from callrisk.store.watching.backlogs import Backlog
from callrisk.store.webhooks.kept_webhooks import KeptWebhooks
from callrisk.store.webhooks.webhook_backlog import webhook_backlog
from callrisk.store.webhooks.webhook_claims import WebhookClaims
from callrisk.store.webhooks.webhook_log import WebhookLog


class WebhookStore:
    """The webhooks, what the log tells them, and who sends; for the sender `owner` at `place`."""

    def __init__(self, engine: Engine, owner: str, place: str) -> None:
        self._engine = engine
        self.kept = KeptWebhooks(engine)
        self.log = WebhookLog(engine)
        self.claims = WebhookClaims(engine, owner, place)

    def backlog(self, now: datetime) -> Backlog:
        """Return the deliveries that wait for webhooks that are on, and the age of the oldest."""
        return webhook_backlog(self._engine, now)
