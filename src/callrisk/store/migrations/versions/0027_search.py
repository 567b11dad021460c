"""The tokens by which ended calls are found, searches that are kept, and orders of facts."""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_LOOSE = sa.text("place IS NULL")
_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_ORDERS = {
    "start": (), "agent": ("agent_id",), "customer": ("customer_id",), "outcome": ("outcome",),
    "category": ("final_category",),
}  # fmt: skip


# The kinds of statements of this version, whatever is added later.
_INTENTS = (
    "hardship", "inability", "refusal", "delay_request", "income_loss", "past_default",
    "other_debt", "dispute", "cancellation", "promise", "capacity", "obligation_ack",
    "third_party", "evasion", "resolved",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "call_words",
        sa.Column("call_id", sa.String(256), primary_key=True),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("place", _LONG, unique=True),
        sa.Column("tokens", sa.LargeBinary),
        sa.Column("ring_key", sa.String(64)),
        sa.Column("written", _LONG, nullable=False),
    )
    op.create_index(
        "call_words_loose", "call_words", ["started_at"],
        sqlite_where=_LOOSE, postgresql_where=_LOOSE,
    )  # fmt: skip
    op.create_table(
        "word_segments",
        sa.Column("segment", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ring_key", sa.String(64), nullable=False),
        sa.Column("first_at", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
    )
    op.create_index("word_segments_by_last", "word_segments", ["last_at"])
    op.create_table(
        "word_blocks",
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("segment", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("postings", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "saved_searches",
        sa.Column("search_id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_saved_searches_made_at", "saved_searches", ["made_at"])
    for name, first in _ORDERS.items():
        op.create_index(f"call_facts_by_{name}", "call_facts", [*first, "started_at", "call_id"])
    for intent in _INTENTS:
        sqlite, postgresql = f"json_extract(said, '$.{intent}')", f"(said ->> '{intent}')"
        op.create_index(
            f"call_facts_said_{intent}", "call_facts", ["started_at", "call_id"],
            sqlite_where=sa.text(f"{sqlite} IS NOT NULL"),
            postgresql_where=sa.text(f"{postgresql} IS NOT NULL"),
        )  # fmt: skip
    op.drop_index("ix_call_facts_customer_id", "call_facts")


def downgrade() -> None:
    op.create_index("ix_call_facts_customer_id", "call_facts", ["customer_id"])
    for intent in _INTENTS:
        op.drop_index(f"call_facts_said_{intent}", "call_facts")
    for name in _ORDERS:
        op.drop_index(f"call_facts_by_{name}", "call_facts")
    for table in ("saved_searches", "word_blocks", "word_segments", "call_words"):
        op.drop_table(table)
    op.execute("DELETE FROM cursors WHERE name = 'call_words'")
