"""A key ring whose keys a key of AWS KMS wrapped: asked once at the start of a program."""

from collections.abc import Callable
from dataclasses import replace

from callrisk.bootstrap.aws import aws_settings
from callrisk.integrations.amazon.aws_clients import client
from callrisk.integrations.amazon.kms import Kms, KmsError
from callrisk.settings import Settings
from callrisk.store.ciphers.key_ring import KeyRing, KeyRingError


def wrapped(ring: KeyRing, settings: Settings, arn: str) -> KeyRing:
    """Return a ring whose keys a key of AWS KMS wrapped; KmsError."""
    return _each(ring, Kms(client("kms", aws_settings(settings)), arn).wrapped)


def unwrapped(ring: KeyRing, settings: Settings, arn: str) -> KeyRing:
    """Return a ring with its keys as they are; KeyRingError."""
    try:
        return _each(ring, Kms(client("kms", aws_settings(settings)), arn).unwrapped)
    except KmsError as error:
        raise KeyRingError(str(error)) from error


def _each(ring: KeyRing, change: Callable[[str, bytes], bytes]) -> KeyRing:
    return KeyRing(tuple(replace(key, value=change(key.key_id, key.value)) for key in ring.keys))
