"""A login by an identity provider that has begun, sealed in a cookie of the browser that began it.

So strangers cannot fill the database, several tabs can log in at once, each with a cookie of its
own, and only the browser that began a login can end it.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from callrisk.domain.access.provider_login import LoginSecrets
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.sealing import SealError

LASTS = timedelta(minutes=10)
# Cookies have 4 KB at most; a longer place to go on to is left out.
_LONGEST_PATH = 1_500


@dataclass(frozen=True, slots=True)
class LoginInProgress:
    """A login that has begun: its secrets, where it leads to, the language of its reader."""

    secrets: LoginSecrets
    to: str
    language: str
    ends_at: datetime


def begun_login(to: str, language: str, back_to: str, now: datetime) -> LoginInProgress:
    """Return a new login; the provider sends the browser back to `back_to`."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    short = to if len(to) <= _LONGEST_PATH else "/"
    return LoginInProgress(
        LoginSecrets(state, nonce, verifier, back_to), short, language, now + LASTS
    )


class LoginSeal:
    """Seals logins in progress under the key ring, which the servers of one installation share."""

    def __init__(self, cipher: RingCipher) -> None:
        self._cipher = cipher

    def seal(self, login: LoginInProgress) -> str:
        """Return the value of the cookie."""
        values = asdict(login) | {"ends_at": login.ends_at.isoformat()}
        sealed = self._cipher.seal(json.dumps(values).encode("utf-8"), b"cookie")
        return urlsafe_b64encode(sealed).decode("ascii")

    def open(self, cookie: str, state: str, now: datetime) -> LoginInProgress | None:
        """Return the login of a cookie; None for another state, or none of ours."""
        try:
            values = json.loads(self._cipher.open(urlsafe_b64decode(cookie), b"cookie"))
        except (SealError, ValueError):
            return None
        ends_at = datetime.fromisoformat(values.pop("ends_at"))
        own = LoginSecrets(**values.pop("secrets"))
        if ends_at <= now or not hmac.compare_digest(own.state.encode(), state.encode()):
            return None
        return LoginInProgress(own, ends_at=ends_at, **values)
