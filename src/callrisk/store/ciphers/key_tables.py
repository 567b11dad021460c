"""The tables of the key store, which lies apart from the database; made where they are not."""

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, String, Table

from callrisk.store.moment_column import UtcDateTime

key_metadata = MetaData()

# One data key for each call, wrapped by a key of the ring; empty once it was destroyed.
data_keys = Table(
    "data_keys",
    key_metadata,
    Column("call_id", String(256), primary_key=True),
    Column("ring_key", String(64), nullable=False, index=True),
    Column("wrapped", LargeBinary),
    Column("made_at", UtcDateTime, nullable=False),
    # Since when nobody needs it any more; it is destroyed later, unless somebody asks for it.
    Column("retired_at", UtcDateTime),
    Column("destroyed_at", UtcDateTime),
    # True where the person's data was erased: no key is ever made in its place.
    Column("erased", Boolean, nullable=False),
    Index("data_keys_retired", "retired_at"),
)

# The customers whose data was erased, by a keyed hash of their id: applied to a restored backup.
erasures = Table(
    "erasures",
    key_metadata,
    Column("hash_key", String(64), primary_key=True),
    Column("customer_hash", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# Under which ids the audit tells of a call: hashes of a salt and the call, which are both emptied
# where the person's data is erased.
audit_calls = Table(
    "audit_calls",
    key_metadata,
    Column("audit_subject", String(80), primary_key=True),
    Column("call_id", String(256), index=True),
    Column("salt", LargeBinary),
)

# Calls whose data key was lost before new words were sealed under another one.
lost_keys = Table(
    "lost_keys",
    key_metadata,
    Column("call_id", String(256), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
