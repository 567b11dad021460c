"""The key of a reading: a hash of all that decides what is read of an export."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from callrisk import __version__
from callrisk.domain.customer import CustomerField
from callrisk.domain.language import Language
from callrisk.domain.masking import VERSION as MASKING
from callrisk.pipeline.file_formats import Formats

# To be raised with every change of what is read, or of how it is kept.
_VERSION = "1"


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def reading_key(data: Path, formats: Formats, header: Collection[str], language: Language) -> str:
    """Return the key of the reading of a file.

    `header` are the columns of the customers table: what stands there is not read of the export.
    What is done with values after they were read is no part of the key, nor is the file's name.
    """
    export, customer = formats.export, formats.customer
    parts = (
        _VERSION,
        __version__,
        MASKING,
        language.version,
        sha256_of(data),
        data.suffix.lower(),
        repr(replace(export, window_days=0)),
        repr((customer.phone, sorted(customer.persons), [*map(_as_read, customer.fields)])),
        repr(sorted(header)),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _as_read(field: CustomerField) -> CustomerField:
    """Return a field without what is only shown of it, or decided about it later."""
    return replace(
        field, label="", label_en="", unit_en="", sign=0, live=False, known_before_call=None
    )
