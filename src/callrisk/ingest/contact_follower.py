"""What Amazon Connect is asked and told beside the stream: events, people, the risk category.

Each of these loops outlives whatever goes wrong in one round; what was not done is done later.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from callrisk.background.crash_points import crash_point
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.background.retry_rounds import RetryRounds
from callrisk.domain.contact_events import ContactDetails
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.connect_api import ConnectApi, ConnectError
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.eventbridge import ContactEventError, ContactEvents
from callrisk.store.connect.lookups import ConnectUser, IncompleteCall, Lookups
from callrisk.store.connect.quarantine import Poison, Seal
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.outbox import RISK_MESSAGE, Outbox, Waiting

logger = logging.getLogger(__name__)


class UntoldError(OutsideError):
    """A risk category did not reach the telephony yet; it is sent again later."""


# What a loop here may meet when Amazon, or the database, is away.
AMAZON_AWAY = (OutsideError,)
# What quarantined messages are filed under.
EVENTS_QUEUE = "contact-events"
# Agents hardly ever change their names.
_USER_KEPT = timedelta(hours=12)


class ContactFollower:
    """Takes contact events from their queue; deleted only once they are stored."""

    def __init__(
        self, queue: ContactEventQueue, contacts: Contacts, seal: Seal, instance_id: str = ""
    ) -> None:
        self._queue = queue
        self._contacts = contacts
        self._seal = seal
        self._parser = ContactEvents(instance_id)
        self._said: set[str] = set()

    def step(self) -> int:
        """Receive once and store; how many messages there were. QueueError when it is away."""
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
        self._say_what_is_new()
        return len(messages)

    def _say_what_is_new(self) -> None:
        """One line for each kind that is passed over, or a wrong instance id would go unnoticed."""
        for kind in self._parser.unknown.keys() - self._said:
            logger.warning("passing over contact events: %s", kind)
            self._said.add(kind)


class PeopleFinder:
    """Asks who takes part in calls: phone and customer of a contact, name of its agent."""

    def __init__(
        self, api: ConnectApi, lookups: Lookups, contacts: Contacts, agents: Mapping[str, str],
        now: Callable[[], datetime] = utc_now, retries: RetryTimings = RETRIES.agent_lookup,
    ) -> None:  # fmt: skip
        self._retries = retries
        self._api = api
        self._lookups = lookups
        self._contacts = contacts
        self._agents = agents
        self._now = now
        self._asked: dict[str, tuple[int, datetime]] = {}
        self._rounds = RetryRounds(now)

    def step(self) -> int:
        """Look up what is due; how many calls. UnansweredError while any of them failed."""
        unknown = self._lookups.open(self._now())
        due = {one.call_id: one for one in unknown if self._is_due(one)}
        return self._rounds.run(list(due), lambda call: self._find(due[call]))

    def _is_due(self, one: IncompleteCall) -> bool:
        _, until = self._asked.get(one.call_id, (0, self._now()))
        return until <= self._now()

    def _find(self, one: IncompleteCall) -> None:
        found = ContactDetails(one.call_id, self._now(), agent_user_id=one.agent_user_id)
        if one.lacks_details:
            found = self._details(one)
        user_id = found.agent_user_id or one.agent_user_id
        try:
            if user_id is not None:
                found = replace(found, agent_id=self._agent_id(user_id))
        finally:
            # Phone and customer do not wait for the name of the agent.
            self._contacts.take(Delivery([found], self._now()))
        self._settle(one, user_id is not None)

    def _details(self, one: IncompleteCall) -> ContactDetails:
        try:
            return self._api.contact(one.call_id, self._now())
        except ConnectError as error:
            if not error.permanent:
                raise
            logger.warning("cannot look up contact=%s: %s", one.call_id, error)
            return ContactDetails(one.call_id, self._now(), agent_user_id=one.agent_user_id)

    def _settle(self, one: IncompleteCall, is_complete: bool) -> None:
        """Done once the agent is known, or after the last of several tries."""
        tries, _ = self._asked.pop(one.call_id, (0, self._now()))
        if is_complete or self._retries.is_exhausted(tries + 1):
            self._lookups.done(one.call_id)
            return
        again = self._now() + timedelta(seconds=self._retries.wait_s(tries + 1))
        self._asked[one.call_id] = (tries + 1, again)

    def _agent_id(self, user_id: str) -> str:
        """Our id of an agent: as mapped by id or user name, else the user name itself."""
        if user_id in self._agents:
            return self._agents[user_id]
        known = self._lookups.user(user_id)
        if known is None or self._now() - known.at > _USER_KEPT:
            known = self._named(user_id) or known
        username = user_id if known is None else known.username
        return self._agents.get(username, username)

    def _named(self, user_id: str) -> ConnectUser | None:
        try:
            found = self._api.user(user_id)
        except ConnectError as error:
            if not error.permanent:
                raise
            logger.warning("cannot look up user=%s: %s", user_id, error)
            return None
        known = ConnectUser(found.user_id, found.username, found.name, self._now())
        self._lookups.remember(known)
        return known


class CategoryTeller:
    """Writes the risk category to contact attributes, so that agents see it in Connect itself."""

    def __init__(
        self, api: ConnectApi, outbox: Outbox, attribute: str,
        retries: RetryTimings = RETRIES.category_write,
    ) -> None:  # fmt: skip
        self._retries = retries
        self._api = api
        self._outbox = outbox
        self._attribute = attribute

    def step(self) -> int:
        """Send what is due; how many. UntoldError while one that failed waits."""
        due = self._outbox.due(RISK_MESSAGE, utc_now())
        for waiting in due:
            self._send(waiting)
        # Also between its tries: a missing permission must stay on the screens.
        left, problem = self._outbox.pending(RISK_MESSAGE)
        if problem is not None:
            raise UntoldError(f"{left} risk categories wait: {problem}")
        return len(due)

    def _send(self, waiting: Waiting) -> None:
        payload = waiting.message.payload
        if self._outbox.is_overtaken(waiting, "contact_id"):
            self._outbox.refused(waiting, "a later call of the conversation is told", utc_now())
            return
        crash_point("before_send")
        try:
            self._api.write_attributes(
                payload["contact_id"], {self._attribute: payload["risk_category"]}
            )
        except ConnectError as error:
            call = waiting.message.call_id
            logger.warning("cannot write the category of call=%s: %s", call, error)
            problem = str(error)[:500]
            if error.permanent:
                self._outbox.refused(waiting, problem, utc_now())
            else:
                wait_s = self._retries.wait_s(waiting.attempts + 1, error)
                self._outbox.failed(waiting, problem, utc_now(), wait_s)
            return
        crash_point("between_send_and_mark")
        self._outbox.sent(waiting, utc_now())
