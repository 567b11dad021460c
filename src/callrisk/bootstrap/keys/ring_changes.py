"""The key ring of an installation changed: in its file, or into one whose text goes to KEY_RING."""

from collections.abc import Callable
from pathlib import Path

from callrisk.bootstrap.keys.configured_ring import (
    changing_ring,
    configured_ring,
    replace_ring,
    ring_text,
    write_new_ring,
)
from callrisk.bootstrap.keys.kms_ring import wrapped
from callrisk.settings import Settings, SettingsError
from callrisk.store.ciphers.key_ring import KeyRing, ring_json, wrapped_by

_IN_ENVIRONMENT = (
    "鍵束が KEY_RING（環境変数か .env）にあるので書き換えられません。--to ファイル を付けると、"
    "変更後の鍵束をそこに書きます / the ring stands in KEY_RING (environment or .env), which "
    "cannot be changed from here: add --to FILE, which the changed ring is written to"
)
_IN_FILE = "--to は鍵束が KEY_RING にあるときだけです / --to is for a ring in KEY_RING alone"

_CHANGED = (
    "その間に別のプログラムが鍵束を変えたので、何もしていません。もう一度実行してください / "
    "another program changed the key ring meanwhile, so nothing was done: try again"
)


def change_ring(
    settings: Settings, to: Path | None, change: Callable[[KeyRing], KeyRing]
) -> KeyRing:
    """Store the ring that `change` makes of the one that there is; return it.

    SettingsError, and nothing stored, without `to` where the ring stands in KEY_RING, with it where
    it does not, and if another program changed the ring meanwhile.
    """
    if not settings.env.key_ring.get_secret_value():
        if to is not None:
            raise SettingsError(_IN_FILE)
        with changing_ring(settings.key_ring_path, _tell_of_wait):
            if not settings.key_ring_path.exists():
                # In development one is made.
                configured_ring(settings)
            before = ring_text(settings)
            ring = change(configured_ring(settings))
            text = _text(ring, before, settings)
            # Whoever wrote it without the lock, as an editor does: a key must not be lost.
            if ring_text(settings) != before:
                raise SettingsError(_CHANGED)
            replace_ring(settings.key_ring_path, text)
        return ring
    if to is None:
        raise SettingsError(_IN_ENVIRONMENT)
    ring = change(configured_ring(settings))
    if not write_new_ring(to, _text(ring, ring_text(settings), settings)):
        raise SettingsError(f"{to} はもうあります / {to} is there already")
    _tell_what_to_do(to)
    return ring


def ring_as_text(ring: KeyRing, settings: Settings, arn: str) -> str:
    """Return a ring as its file has it, wrapped by a key of AWS KMS if one is named."""
    return ring_json(wrapped(ring, settings, arn) if arn else ring, arn)


def _text(ring: KeyRing, before: str, settings: Settings) -> str:
    return ring_as_text(ring, settings, wrapped_by(before))


def _tell_of_wait() -> None:
    print("別の変更が終わるのを待っています / waits for another change of the ring", flush=True)


def _tell_what_to_do(path: Path) -> None:
    print(
        f"{path} に書きました。1) すべてのプログラム（サーバー、アプリ、ingest、Lambda）を止める "
        "2) その内容をそれぞれの KEY_RING に入れる 3) 起動する 4) ファイルを消す。"
        "古い鍵束のままのプログラムは、新しい鍵で暗号化したものを読めません\n"
        f"Written to {path}. 1) Stop all programs (servers, apps, ingest, Lambda). 2) Put its text "
        "into the KEY_RING of each. 3) Start them. 4) Delete the file. A program with the old ring "
        "cannot read what the new key sealed"
    )
