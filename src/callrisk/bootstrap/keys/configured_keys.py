"""The database of the settings with its words: opened under the key ring that they name."""

from callrisk.bootstrap.keys.configured_ring import KnownRing
from callrisk.settings import Settings
from callrisk.store.database import Keys, WordsEngine, open_database


def opened(settings: Settings, *, makes_ring: bool = True) -> WordsEngine:
    """Return the database of the settings with its words; DatabaseError, SettingsError."""
    return open_database(settings.database_url, configured_keys(settings, makes_ring=makes_ring))


def configured_keys(settings: Settings, *, makes_ring: bool = True) -> Keys:
    """Return the keys; SettingsError where they cannot be read, or production has none.

    In development a ring is made where there is none, unless it should not be.
    """
    known = KnownRing(settings, makes_ring=makes_ring)
    return Keys(known.ring, settings.env.key_store_url.get_secret_value(), known.now)
