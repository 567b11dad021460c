"""The keys of the ring that a backup cannot be read without: noted, and looked for at a restore."""

from callrisk.bootstrap.backup.manifest import RingKeys
from callrisk.bootstrap.keys.configured_ring import configured_ring
from callrisk.settings import Settings
from callrisk.store.ciphers.key_store import key_store_address, ring_keys_in_use
from callrisk.store.ciphers.ring_cipher import values_by_ring_key
from callrisk.store.database import open_to_read, parsed_address, schema_of
from callrisk.store.store_away import StoreAwayError


def ring_keys_used(settings: Settings) -> RingKeys:
    """Return the keys in use now; DatabaseError where the database cannot be read.

    None of a database of an older version, and none of data keys while the key store is away.
    """
    engine = open_to_read(settings.database_url)
    values: dict[str, int] = {}
    if engine is not None:
        try:
            if schema_of(engine).is_current:
                with engine.connect() as connection:
                    values = values_by_ring_key(connection)
        finally:
            engine.dispose()
    return RingKeys(tuple(sorted(values)), tuple(sorted(_of_data_keys(settings))))


def _of_data_keys(settings: Settings) -> dict[str, int]:
    address = settings.env.key_store_url.get_secret_value()
    if not address:
        whole = key_store_address(parsed_address(settings.database_url))
        address = whole.render_as_string(hide_password=False)
    store = open_to_read(address)
    if store is None:
        return {}
    try:
        return ring_keys_in_use(store)
    except StoreAwayError:
        # What people said is worth a backup all the same.
        return {}
    finally:
        store.dispose()


def lacking(settings: Settings, needed: RingKeys) -> RingKeys:
    """Return those of some keys that the ring of an installation lacks; SettingsError."""
    if not needed.values and not needed.data_keys:
        return needed
    is_there = settings.env.key_ring.get_secret_value() or settings.key_ring_path.exists()
    there = {key.key_id for key in configured_ring(settings).keys} if is_there else set[str]()
    return RingKeys(
        tuple(one for one in needed.values if one not in there),
        tuple(one for one in needed.data_keys if one not in there),
    )
