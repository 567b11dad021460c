"""Looks up who takes part in a contact, and stores it as soon as it is known."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from callrisk.background.clock import Clock
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.background.retry_rounds import RetryRounds
from callrisk.domain.contact_events import ContactDetails
from callrisk.integrations.amazon.connect_api import ConnectApi, ConnectError
from callrisk.store.connect.lookups import CachedUser, IncompleteCall, Lookups
from callrisk.store.intake import Contacts, Delivery

logger = logging.getLogger(__name__)

# Agents hardly ever change their names.
_USER_KEPT = timedelta(hours=12)


class PeopleFinder:
    """Asks Connect who takes part in calls: phone and customer of a contact, name of its agent."""

    def __init__(
        self, api: ConnectApi, lookups: Lookups, contacts: Contacts, agents: Mapping[str, str],
        clock: Clock | None = None, refailures: RetryTimings = RETRIES.agent_lookup,
    ) -> None:  # fmt: skip
        self._refailures = refailures
        self._api = api
        self._lookups = lookups
        self._contacts = contacts
        self._agents = agents
        clock = clock or Clock()
        self._now, self._monotonic = clock.now, clock.monotonic
        # Failures, and the next attempt by the monotonic clock.
        self._asked: dict[str, tuple[int, float]] = {}
        self._rounds = RetryRounds(clock.monotonic)

    def step(self) -> int:
        """Look up what is due; return how many calls. UnansweredError while any of them failed."""
        incomplete = self._lookups.open(self._now())
        due = {call.call_id: call for call in incomplete if self._is_due(call)}
        return self._rounds.run(list(due), lambda call_id: self._look_up(due[call_id]))

    def _is_due(self, call: IncompleteCall) -> bool:
        return call.call_id not in self._asked or self._asked[call.call_id][1] <= self._monotonic()

    def _look_up(self, call: IncompleteCall) -> None:
        unknown = ContactDetails(call.call_id, self._now(), agent_user_id=call.agent_user_id)
        found = self._details(call) if call.lacks_details else unknown
        details = found or unknown
        user_id = details.agent_user_id or call.agent_user_id
        try:
            if user_id is not None:
                details = replace(details, agent_id=self._agent_id(user_id))
        finally:
            # Phone and customer do not wait for the name of the agent.
            self._contacts.take(Delivery([details], self._now()))
        # Callers may wait for long before an agent answers.
        may_come = found is not None and not call.is_over
        self._settle(call, user_id is not None, may_come)

    def _details(self, call: IncompleteCall) -> ContactDetails | None:
        try:
            return self._api.contact(call.call_id, self._now())
        except ConnectError as error:
            if not error.permanent:
                raise
            logger.warning("cannot look up contact=%s: %s", call.call_id, error)
            return None

    def _settle(self, call: IncompleteCall, is_complete: bool, may_come: bool) -> None:
        """Mark a call as looked up once its agent is known, or after the last attempt.

        As long as an agent `may_come`, there is no last attempt.
        """
        failures, _ = self._asked.pop(call.call_id, (0, 0.0))
        is_last = not may_come and self._refailures.is_exhausted(failures + 1)
        if is_complete or is_last:
            self._lookups.done(call.call_id)
            return
        again = self._monotonic() + self._refailures.wait_s(failures + 1)
        self._asked[call.call_id] = (failures + 1, again)

    def _agent_id(self, user_id: str) -> str:
        """Return our id of an agent: as mapped by id or user name, else the user name itself."""
        if user_id in self._agents:
            return self._agents[user_id]
        user = self._lookups.user(user_id)
        if user is None or self._now() - user.at > _USER_KEPT:
            user = self._named(user_id) or user
        username = user_id if user is None else user.username
        return self._agents.get(username, username)

    def _named(self, user_id: str) -> CachedUser | None:
        try:
            answer = self._api.user(user_id)
        except ConnectError as error:
            if not error.permanent:
                raise
            logger.warning("cannot look up user=%s: %s", user_id, error)
            return None
        user = CachedUser(answer.user_id, answer.username, answer.name, self._now())
        self._lookups.remember(user)
        return user
