"""The tables by which ended calls are found by words."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, text

from callrisk.store.moment_column import UtcDateTime
from callrisk.store.tables import LONG, metadata

# Literal, or no database would use the index that has it.
_LOOSE = text("place IS NULL")

# The calls whose words can be looked for. A call is loose at first, with its tokens beside it; the
# oldest loose ones are packed together later, and `place` is their segment and slot.
call_words = Table(
    "call_words",
    metadata,
    Column("call_id", String(256), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("place", LONG, unique=True),
    # Keyed hashes of pairs of letters, the key, and a number that each writing changes.
    Column("tokens", LargeBinary),
    Column("ring_key", String(64)),
    Column("written", LONG, nullable=False),
    Index("call_words_loose", "started_at", sqlite_where=_LOOSE, postgresql_where=_LOOSE),
)

# Calls that are packed together: the key of their tokens, and between which starts they lie.
word_segments = Table(
    "word_segments",
    metadata,
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("ring_key", String(64), nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index("word_segments_by_last", "last_at"),
)

# Which slots of a segment have a token, for the tokens that begin alike.
word_blocks = Table(
    "word_blocks",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("postings", LargeBinary, nullable=False),
)

# What somebody looked for, words included, so that no address has them.
saved_searches = Table(
    "saved_searches",
    metadata,
    Column("search_id", String(32), primary_key=True),
    Column("owner", String(256), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False, index=True),
)
