"""The points of what is encrypted: the key ring, its key store, and rows that stand in clear."""

from collections.abc import Iterator

from callrisk.bootstrap.doctor.finding import Finding, State, good, waits
from callrisk.bootstrap.keys.configured_ring import configured_ring
from callrisk.domain.wording import Text
from callrisk.settings import Settings, SettingsError
from callrisk.store.ciphers.clear_rows import rows_in_clear
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing
from callrisk.store.ciphers.key_store import (
    calls_with_keys,
    key_store_address,
    replaced_keys,
    ring_keys_in_use,
)
from callrisk.store.database import DatabaseError, ReadEngine, open_to_read, parsed_address
from callrisk.store.keeping.old_keys import newest_with_sealed
from callrisk.store.store_away import StoreAwayError

_MAKE = Text(
    "控えを戻す。新しく始めるときだけ: python run.py keys new",
    "put your copy back, or on a new installation: python run.py keys new",
)
_PUT_BACK = Text(
    "鍵束の控えをこの場所に戻してから、鍵を戻す: python run.py keys restore ファイル",
    "put your copy of the ring back there, then the keys: python run.py keys restore FILE",
)
_RIGHT_RING = Text(
    "データを暗号化した鍵束を KEY_RING_FILE に指定する（docs/data.md）",
    "name in KEY_RING_FILE the ring that encrypted the data (docs/data.md)",
)
_RESTORE = Text(
    "鍵のバックアップから戻す: python run.py keys restore ファイル（該当の通話: keys lost）",
    "put back a backup of the keys: python run.py keys restore FILE (which calls: keys lost)",
)
_REACH = Text(
    "保管先が動いているか、KEY_STORE_URL（空なら DATABASE_URL）の名前とパスワードを確かめる",
    "see that it runs, and check names and password in KEY_STORE_URL, or in DATABASE_URL if that "
    "is empty",
)
_NO_STORE = good(
    "key store", "まだありません。最初の起動で作られます", "not there yet, the first start makes it"
)
# So many calls are looked at; all of them would take minutes.
_NEWEST = 5_000
_LET_RUN = Text(
    "サーバーを動かしておけば暗号化されます", "let the server run: it encrypts them meanwhile"
)


def key_points(settings: Settings, engine: ReadEngine | None) -> Iterator[Finding]:
    """Yield the points; nothing is made. `engine` is None where there is no database to look at."""
    path = settings.key_ring_path
    if not settings.env.key_ring.get_secret_value() and not path.exists():
        ring = _no_ring(settings, engine)
        yield ring
        yield waits("key store", "key ring") if ring.state is State.WRONG else _NO_STORE
    else:
        yield from _ring_points(settings, engine)
    if engine is not None:
        yield _clear_point(engine)


def _no_ring(settings: Settings, engine: ReadEngine | None) -> Finding:
    path = settings.key_ring_path
    if engine is not None and newest_with_sealed(engine, _NEWEST):
        text = Text(
            f"データは暗号化されていますが、鍵束がありません: {path}",
            f"the data is encrypted, and there is no key ring: {path}",
        )
        return Finding("key ring", State.WRONG, text, _PUT_BACK)
    text = Text(f"鍵束はまだありません: {path}", f"no key ring yet: {path}")
    if settings.is_production:
        return Finding("key ring", State.WRONG, text, _MAKE)
    return good(
        "key ring", f"{text.ja}。最初の起動で作られます", f"{text.en}; the first start makes it"
    )


def _ring_points(settings: Settings, engine: ReadEngine | None) -> Iterator[Finding]:
    try:
        ring = configured_ring(settings)
    except SettingsError as error:
        line = " ".join(str(error).split())
        yield Finding("key ring", State.WRONG, Text(line, line), _RIGHT_RING)
        yield waits("key store", "key ring")
        return
    yield _ring_point(ring)
    yield _store_point(settings, ring, engine)


def _ring_point(ring: KeyRing) -> Finding:
    lacking = [one for one in KeyPurpose if ring.newest(one) is None]
    if not lacking:
        return good("key ring", f"{len(ring.keys)} 個の鍵", f"{len(ring.keys)} keys")
    names = ", ".join(lacking)
    text = Text(
        f"以前の版の鍵束で、{names} の鍵がありません（FLASK_SECRET_KEY で代用しています）",
        f"a ring of an older version, without keys for {names}: FLASK_SECRET_KEY serves for them",
    )
    commands = "; ".join(f"python run.py keys rotate --purpose {one}" for one in lacking)
    return Finding("key ring", State.ATTENTION, text, Text(f"追加: {commands}", f"add: {commands}"))


def _store_point(settings: Settings, ring: KeyRing, engine: ReadEngine | None) -> Finding:
    try:
        store = open_to_read(_store_address(settings))
        used = {} if store is None else ring_keys_in_use(store)
        lost = (0, 0) if engine is None else _lost(store, engine)
    except (DatabaseError, StoreAwayError) as error:
        if engine is None and _is_in_database(settings):
            return waits("key store", "database")
        line = " ".join(str(error).split())
        text = Text(f"データの鍵の保管先を開けません: {line}", f"it cannot be opened: {line}")
        return Finding("key store", State.WRONG, text, _REACH)
    lacking = [name for name in used if ring.find(name) is None]
    if lacking:
        names = ", ".join(lacking)
        text = Text(f"鍵束に {names} がありません", f"the ring lacks {names}")
        return Finding("key store", State.WRONG, text, _RIGHT_RING)
    if any(lost):
        text = Text(
            f"鍵を失った通話: {sum(lost):,} 件（うち {lost[0]:,} 件は新しい鍵になり、以前の言葉は"
            "復号できません）",
            f"calls whose data key is lost: {sum(lost):,} ({lost[0]:,} of them have a new one, and "
            "their earlier words cannot be decrypted)",
        )
        return Finding("key store", State.ATTENTION, text, _RESTORE if lost[1] else None)
    count = sum(used.values())
    return good("key store", f"データの鍵 {count:,} 個", f"{count:,} data keys")


def _store_address(settings: Settings) -> str:
    """Return where the wrapped data keys are; DatabaseError where DATABASE_URL is no address."""
    if address := settings.env.key_store_url.get_secret_value():
        return address
    whole = key_store_address(parsed_address(settings.database_url))
    return whole.render_as_string(hide_password=False)


def _is_in_database(settings: Settings) -> bool:
    """Return True if the key store stands and falls with the database; SQLite has two files."""
    is_file = settings.database_url.startswith("sqlite")
    return not settings.env.key_store_url.get_secret_value() and not is_file


def _lost(store: ReadEngine | None, engine: ReadEngine) -> tuple[int, int]:
    """Return how many calls have a new key for a lost one, and how many of the newest have none."""
    sealed = newest_with_sealed(engine, _NEWEST)
    if store is None:
        return 0, len(sealed)
    return replaced_keys(store), len(sealed - calls_with_keys(store, sealed))


def _clear_point(engine: ReadEngine) -> Finding:
    found = rows_in_clear(engine)
    if not found:
        return good("words", "すべて暗号化されています", "all of them are encrypted")
    told = ", ".join(f"{name} {count:,}" for name, count in found.items())
    text = Text(f"暗号化されていない行: {told}", f"rows in clear: {told}")
    return Finding("words", State.ATTENTION, text, _LET_RUN)
