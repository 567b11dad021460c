"""The persons of calls in progress, as far as their records are known."""

from callrisk.domain.masking.known.known_person import KnownPerson


class PersonsOfCalls:
    """The known person of each call; read by many threads, written by one."""

    def __init__(self) -> None:
        self._persons: dict[str, KnownPerson] = {}

    def of(self, call_id: str) -> KnownPerson | None:
        """Return the person of a call; None where no record is known."""
        return self._persons.get(call_id)

    def learn(self, call_id: str, person: KnownPerson | None) -> bool:
        """Set the person of a call, or none; return True if somebody else is known now."""
        is_new = person is not None and person != self._persons.get(call_id)
        if person is None:
            self._persons.pop(call_id, None)
        elif is_new:
            self._persons[call_id] = person
        return is_new
