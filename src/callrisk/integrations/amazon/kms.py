"""Keys wrapped by AWS KMS: asked once at the start of a program, never while calls run."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

# What KMS binds each wrapped key to: its name.
_CONTEXT = "callrisk-key"


class KmsError(RuntimeError):
    """KMS refuses, or does not answer."""


class Kms:
    """One key of AWS KMS, which wraps and unwraps other keys."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def wrapped(self, name: str, key: bytes) -> bytes:
        """Return a key, wrapped under its name; KmsError."""
        answer = self._ask("encrypt", name, Plaintext=key)
        wrapped: bytes = answer["CiphertextBlob"]
        return wrapped

    def unwrapped(self, name: str, wrapped: bytes) -> bytes:
        """Return a key as it was; KmsError, also for one that was wrapped under another name."""
        key: bytes = self._ask("decrypt", name, CiphertextBlob=wrapped)["Plaintext"]
        return key

    def _ask(self, operation: str, name: str, **values: bytes) -> Any:
        ask = getattr(self._client, operation)
        try:
            return ask(KeyId=self._arn, EncryptionContext={_CONTEXT: name}, **values)
        except (BotoCoreError, ClientError) as error:
            raise KmsError(f"AWS KMS ({self._arn}): {error}") from error
