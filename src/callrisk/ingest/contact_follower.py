"""Follows the contact events of Amazon Connect: from their queue into the store.

The loop outlives whatever goes wrong in one round; a message that was not stored comes again.
"""

from callrisk.ingest.record_taker import RecordTaker
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.store.connect.quarantine import Seal
from callrisk.store.intake import Contacts

# The source under which messages of the queue are quarantined.
EVENTS_QUEUE = "contact-events"


class ContactFollower:
    """Takes contact events from their queue; deleted only once they are stored."""

    def __init__(
        self, queue: ContactEventQueue, contacts: Contacts, seal: Seal, instance_id: str = ""
    ) -> None:
        self._queue = queue
        self._taker = RecordTaker(EVENTS_QUEUE, contacts, seal, instance_id)

    def step(self) -> int:
        """Receive once and store; return how many messages. QueueError when it is away.

        One that cannot be stored is set aside by itself, as a record of the stream is.
        """
        messages = self._queue.receive()
        if messages:
            self._taker.take(EVENTS_QUEUE, [message.record() for message in messages])
            self._queue.delete(messages)
        return len(messages)
