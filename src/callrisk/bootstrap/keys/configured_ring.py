"""The key ring that the settings name: KEY_RING, or a file, which a key service may have wrapped.

It opens no database, so that a program without one reads its ring with little memory.
"""

import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from callrisk.background.file_lock import locked
from callrisk.background.replacing import bring_names_to_disk, replace_when_free
from callrisk.domain.time import utc_now
from callrisk.settings import Settings, SettingsError
from callrisk.store.ciphers.key_ring import (
    KeyRing,
    KeyRingError,
    new_ring,
    ring_from,
    ring_json,
    wrapped_by,
)

logger = logging.getLogger(__name__)


def configured_ring(settings: Settings) -> KeyRing:
    """Return the key ring; SettingsError where it cannot be read, or production has none."""
    return _ring_of(settings, *_text_and_place(settings))


class KnownRing:
    """The ring of the settings, unwrapped again only when its text changes.

    In development one is made where there is none, unless it should not be; SettingsError where it
    cannot be read, or production has none.
    """

    def __init__(self, settings: Settings, *, makes_ring: bool = True) -> None:
        self._settings = settings
        self._text, place = _text_and_place(settings, makes=makes_ring)
        self.ring = _ring_of(settings, self._text, place)

    def now(self) -> KeyRing:
        """Return the ring as it is now; as it was where it cannot be read."""
        try:
            text, place = _text_and_place(self._settings, makes=False)
            if text != self._text:
                self.ring, self._text = _ring_of(self._settings, text, place), text
        except SettingsError as error:
            logger.error("the key ring cannot be read again, that of before is used: %s", error)
        return self.ring


def ring_text(settings: Settings) -> str:
    """Return the ring as it is kept; SettingsError where it cannot be read."""
    return _text_and_place(settings, makes=False)[0]


def _text_and_place(settings: Settings, *, makes: bool = True) -> tuple[str, str]:
    if text := settings.env.key_ring.get_secret_value():
        return text, "KEY_RING"
    path = settings.key_ring_path
    if makes and not path.exists() and not settings.is_production:
        write_new_ring(path, ring_json(new_ring(utc_now())))
    return _read(path), str(path)


def _ring_of(settings: Settings, text: str, place: str) -> KeyRing:
    try:
        arn = wrapped_by(text)
        if not arn:
            return ring_from(text)
        # The library of AWS is large, and few rings need it.
        from callrisk.bootstrap.keys.kms_ring import unwrapped  # noqa: PLC0415

        return unwrapped(ring_from(text), settings, arn)
    except KeyRingError as error:
        raise SettingsError(f"{place}: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"鍵束を読めません: {path}。控えを戻してください（新しく始めるときだけ: "
            f"python run.py keys new） / the key ring cannot be read: {path} ({error}); put your "
            "copy back, or on a new installation: python run.py keys new"
        ) from error


def write_new_ring(path: Path, text: str) -> bool:
    """Write a ring that only this user can read; False, and nothing done, if one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, text)
    try:
        # Of two programs that start together one makes it, whole or not at all.
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    except OSError:
        # A file system without links.
        if path.exists():
            return False
        replace_when_free(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    bring_names_to_disk(path.parent)
    return True


def replace_ring(path: Path, text: str) -> None:
    """Write a ring in the place of the one that is there, whole or not at all.

    It is on the disk, under its name, before anything is sealed with it.
    """
    draft = _draft(path, text)
    try:
        # Windows replaces nothing that a server reads just now.
        replace_when_free(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    bring_names_to_disk(path.parent)


@contextmanager
def changing_ring(path: Path, waits: Callable[[], None]) -> Iterator[None]:
    """Hold a ring's file from reading to writing it; `waits` is called while another does."""
    with locked(path.with_name(f"{path.name}.lock"), waits):
        yield


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
