"""Follows the contact events of Amazon Connect: from their queue into the store.

The loop outlives whatever goes wrong in one round; a message that was not stored comes again.
"""

import logging

from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.eventbridge import ContactEventError, ContactEvents
from callrisk.store.connect.quarantine import Poison, Seal
from callrisk.store.intake import Contacts, Delivery

logger = logging.getLogger(__name__)

# The source under which messages of the queue are quarantined.
EVENTS_QUEUE = "contact-events"


class ContactFollower:
    """Takes contact events from their queue; deleted only once they are stored."""

    def __init__(
        self, queue: ContactEventQueue, contacts: Contacts, seal: Seal, instance_id: str = ""
    ) -> None:
        self._queue = queue
        self._contacts = contacts
        self._seal = seal
        self._parser = ContactEvents(instance_id)
        self._logged: set[str] = set()

    def step(self) -> int:
        """Receive once and store; return how many messages. QueueError when it is away."""
        messages = self._queue.receive()
        events, poison = [], list[Poison]()
        for message in messages:
            try:
                event = self._parser.event_from(message.body, utc_now())
            except ContactEventError as error:
                record = message.body.encode("utf-8", "surrogatepass")
                poison.append(
                    self._seal.poison(EVENTS_QUEUE, message.message_id, str(error), record)
                )
            else:
                events += [event] if event is not None else []
        if messages:
            self._contacts.take(Delivery(events, utc_now(), poison=poison))
            self._queue.delete(messages)
        self._log_new_kinds()
        return len(messages)

    def _log_new_kinds(self) -> None:
        """One line for each kind that is passed over, or a wrong instance id would go unnoticed."""
        for kind in self._parser.unknown.keys() - self._logged:
            logger.warning("passing over contact events: %s", kind)
            self._logged.add(kind)
