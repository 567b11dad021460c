"""Passwords: what is asked of a new one, and argon2id hashes of them.

Limits and parameters follow OWASP ASVS 5.0 (6.2) and its password storage cheat sheet: 12 to 128
characters of any kind, nothing easily guessed, 19 MiB and two passes.
"""

import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from callrisk.domain.wording import Text

SHORTEST, LONGEST = 12, 128
# Below 10^8 guesses: "somewhat guessable" (zxcvbn, Wheeler 2016).
_LEAST_STRENGTH = 3
_LOOKED_AT = 32
_PRODUCT = ("callrisk", "password", "パスワード")
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified for a login that nobody has, so that the answer takes as long.
_OF_NOBODY = _HASHER.hash("nobody has this password")

TOO_SHORT = Text(
    f"パスワードは{SHORTEST}文字以上にしてください。",
    f"Choose a password of at least {SHORTEST} characters.",
)
TOO_LONG = Text(
    f"パスワードは{LONGEST}文字以内にしてください。",
    f"Choose a password of at most {LONGEST} characters.",
)
SAME_PASSWORD = Text(
    "今と違うパスワードにしてください。", "Choose another one than the present one."
)
TOO_EASY = Text(
    "推測されやすいパスワードです。関係のない言葉をいくつか並べるなど、別のものにしてください。",
    "This password is easily guessed. Choose another one, such as several unrelated words.",
)


def fault_of(password: str, about: Sequence[str]) -> Text | None:
    """Return what is wrong with a new password, None for a good one.

    `about` has what belongs to the person, such as login and name, which others would try first.
    """
    known = unicodedata.normalize("NFKC", password)
    if len(known) < SHORTEST:
        return TOO_SHORT
    if len(known) > LONGEST:
        return TOO_LONG
    words = [
        part[:_LOOKED_AT]
        for text in (*about, *_PRODUCT)
        for part in (text, *text.split("@"))
        if part
    ]
    # A longer start would take seconds of one processor, and changes nothing: it is hard enough.
    strength = zxcvbn(known[:_LOOKED_AT], user_inputs=words)["score"]
    return TOO_EASY if strength < _LEAST_STRENGTH else None


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _HASHER.hash(unicodedata.normalize("NFKC", password))


def fits(password: str, password_hash: str | None) -> bool:
    """Return True if the password has this hash; without a hash it takes as long and is False."""
    try:
        done = _HASHER.verify(
            password_hash or _OF_NOBODY, unicodedata.normalize("NFKC", password[: LONGEST * 4])
        )
    except (VerificationError, InvalidHashError):
        return False
    return done and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Return True if a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)
