"""One-time codes of an authenticator app (TOTP, RFC 6238) beside a local password."""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.people.persons import Persons

logger = logging.getLogger(__name__)

_LENGTH_OF_SECRET = 32  # as `pyotp.random_base32` makes it
_STEP_S = 30
_ISSUER = "callrisk"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new secret, to be typed or photographed; it counts once a code of it was given."""

    secret: str
    picture: str


class OneTimeCodes:
    """The codes of the persons of one database; their secrets are encrypted there."""

    def __init__(self, persons: Persons, cipher: RingCipher) -> None:
        self._persons = persons
        self._cipher = cipher

    def seal_anew(self) -> int:
        """Seal the secrets under the newest key that another one sealed; return how many."""
        count = 0
        for person_id, sealed in self._persons.sealed_totps().items():
            if self._cipher.is_newest(sealed):
                continue
            try:
                value = self._cipher.open(sealed, _place(person_id))
            except SealError:
                # Told when this person logs in; the others go on.
                logger.warning("the one-time codes of person %d cannot be opened", person_id)
                continue
            anew = self._cipher.seal(value, _place(person_id))
            self._persons.replace_totp(person_id, sealed, anew)
            count += 1
        return count

    def enrolment(self, login: str) -> Enrolment:
        """Return a new secret with a QR code of it, as SVG."""
        secret = pyotp.random_base32()
        address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)
        return Enrolment(secret, segno.make(address, error="m").svg_inline(scale=4))

    def enrol(self, person_id: int, secret: str, code: str, now: datetime) -> bool:
        """Ask for codes of this secret from now on; False if the code is none of it."""
        step = _step_of(secret, code, now)
        if step is None or len(secret) != _LENGTH_OF_SECRET:
            return False
        self._persons.set_totp(person_id, self._cipher.seal(secret.encode(), _place(person_id)))
        return self._persons.take_totp_step(person_id, step)

    def takes(self, person_id: int, sealed: bytes, code: str, now: datetime) -> bool:
        """Return True for a code of now, or half a minute off, that was not used before."""
        secret = self._cipher.open(sealed, _place(person_id)).decode()
        step = _step_of(secret, code, now)
        return step is not None and self._persons.take_totp_step(person_id, step)


def _place(person_id: int) -> bytes:
    return f"person {person_id}".encode()


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time that a code belongs to."""
    typed = code.replace(" ", "").encode()
    step = int(now.timestamp()) // _STEP_S
    try:
        totp = pyotp.TOTP(secret)
        codes = {near: totp.generate_otp(near) for near in (step, step - 1, step + 1)}
    except ValueError:  # the secret is too short, or no base32
        return None
    taken = (near for near, made in codes.items() if hmac.compare_digest(made.encode(), typed))
    return next(taken, None)
