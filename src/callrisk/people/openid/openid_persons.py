"""The persons whom an identity provider knows: added at the first login, changed at later ones.

A person is known by the provider and its subject alone. A login or a mail that equals that of
another account opens nothing.
"""

import logging
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from callrisk.background.tally import Tally
from callrisk.domain.access.audit_record import Deed
from callrisk.domain.access.person import NOBODY, Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.auditing import Auditor
from callrisk.people.openid.claimed_person import ClaimedPerson
from callrisk.people.openid.refused_login import Refusal, RefusedError
from callrisk.people.sessions import Sessions
from callrisk.store.people.openid_answers import SentLogout
from callrisk.store.people.persons import Persons, TakenError

logger = logging.getLogger(__name__)

# No person has this number: a logout of somebody unknown ends nothing, and counts once.
_NOBODY = 0


class OpenIdPersons:
    """The persons of one provider; what is refused or changed is noted in the audit."""

    def __init__(self, persons: Persons, sessions: Sessions, auditor: Auditor) -> None:
        self._persons = persons
        self._sessions = sessions
        self._auditor = auditor
        self.refusals = Tally()

    def entered(self, identity: str, claimed: ClaimedPerson, address: str, now: datetime) -> Person:
        """Return the person of an identity as the claims tell, stored; RefusedError for nobody."""
        known = self._persons.by_identity(identity)
        try:
            return self._entered(identity, known, claimed, address, now)
        except RefusedError as error:
            who = _hashed(identity) if known is None else f"person {known.person_id}"
            self.note_refusal(who, error.refusal, address, now)
            raise

    def note_refusal(self, who: str, refusal: Refusal, address: str, now: datetime) -> None:
        """Note that a login opened nothing."""
        self.refusals.add(str(refusal))
        detail = {"outcome": str(refusal), "means": "openid"}
        self._auditor.note(Deed(who, "log_in", "", address, detail), now)

    def left(self, identity: str | None, logout: SentLogout, address: str, now: datetime) -> bool:
        """End sessions of a person, or of one session of the provider, or of both; note it.

        False, and nothing done, if the logout was taken before.
        """
        known = None if identity is None else self._persons.by_identity(identity)
        unknown = None if identity is None else _NOBODY
        person_id = unknown if known is None else known.person_id
        ended = self._sessions.end_at_provider(person_id, logout)
        for one in sorted(set(ended or ())):
            deed = Deed(f"person {one}", "log_out", "", address, {"means": "openid"})
            self._auditor.note(deed, now)
        return ended is not None

    def _entered(
        self, identity: str, known: Person | None, claimed: ClaimedPerson, address: str,
        now: datetime,
    ) -> Person:  # fmt: skip
        if known is not None and not known.is_active:
            raise RefusedError(Refusal.INACTIVE)
        if not claimed.roles:
            if known is not None and known.roles:
                self._change(known, replace(known, roles=frozenset[Role]()), address, now)
                self._sessions.end_of_person(known.person_id)
            raise RefusedError(Refusal.NO_ROLE)
        if claimed.login is None:
            raise RefusedError(Refusal.NO_LOGIN)
        try:
            if known is None:
                return self._add(identity, _of(claimed, claimed.login, None), address, now)
            return self._change(known, _of(claimed, claimed.login, known), address, now)
        except TakenError as error:
            raise RefusedError(Refusal.TAKEN) from error

    def _add(self, identity: str, person: Person, address: str, now: datetime) -> Person:
        try:
            added = self._persons.add(person, now, identity)
        except TakenError:
            # The same person came by another tab at the same time.
            twin = self._persons.by_identity(identity)
            if twin is None:
                raise
            return twin
        self._note(added, "person_came", {"roles": sorted(added.roles)}, address, now)
        return added

    def _change(self, known: Person, person: Person, address: str, now: datetime) -> Person:
        if person == known:
            return known
        self._persons.change(person)
        self._sessions.look_again()
        self._note(person, "person_changed", _changes(known, person), address, now)
        return person

    def _note(
        self, person: Person, action: str, detail: dict[str, Any], address: str, now: datetime
    ) -> None:
        who = f"person {person.person_id}"
        self._auditor.note(Deed(who, action, who, address, {**detail, "means": "openid"}), now)


def _of(claimed: ClaimedPerson, login: str, known: Person | None) -> Person:
    """Return the person as claimed; what claims do not say stays as administrators set it."""
    teams, agents = (NOBODY, NOBODY) if known is None else (known.teams, known.agent_ids)
    before = known or Person(0, login, "", frozenset[Role](), has_identity=True)
    return replace(
        before, login=login, name=claimed.name, roles=claimed.roles,
        teams=teams if claimed.teams is None else claimed.teams,
        agent_ids=agents if claimed.agent_ids is None else claimed.agent_ids,
    )  # fmt: skip


def _changes(known: Person, person: Person) -> dict[str, Any]:
    """Return what changed of roles, teams and agent ids, before and after; of names only that."""
    several = {
        name: {"before": sorted(getattr(known, name)), "after": sorted(getattr(person, name))}
        for name in ("roles", "teams", "agent_ids")
        if getattr(known, name) != getattr(person, name)
    }
    texts = [name for name in ("login", "name") if getattr(known, name) != getattr(person, name)]
    return several | ({"texts": texts} if texts else {})


def _hashed(identity: str) -> str:
    return f"sha256:{sha256(identity.encode('utf-8')).hexdigest()[:16]}"
