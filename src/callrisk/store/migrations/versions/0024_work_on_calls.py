"""Facts of notes, so that outcomes, promises and answers to escalations are notes, too.

An escalation stays open until it is answered; those of calls that are over wait for nobody.
"""

import sqlalchemy as sa
from alembic import op

from callrisk.store.moment_column import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ESCALATED = sa.text("escalated")
_OF_FACTS = (
    ("outcome", sa.String(32)),
    ("promised_on", sa.Date()),
    ("promised_yen", sa.Integer()),
    ("call_back_at", UtcDateTime()),
)


def upgrade() -> None:
    op.add_column("notes", sa.Column("facts", sa.JSON()))
    _retype_kind(sa.String(32))
    op.create_index("notes_by_kind", "notes", ["kind", "at"])
    for name, kind in _OF_FACTS:
        op.add_column("call_facts", sa.Column(name, kind))
    op.execute("UPDATE calls SET escalated = false WHERE escalated AND ended_at IS NOT NULL")
    op.create_index(
        "calls_escalated", "calls", ["call_id"],
        sqlite_where=_ESCALATED, postgresql_where=_ESCALATED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("calls_escalated", "calls")
    for name, _ in reversed(_OF_FACTS):
        op.drop_column("call_facts", name)
    op.drop_index("notes_by_kind", "notes")
    # An older version knows no other kinds, and its column has no room for them.
    op.execute(
        "DELETE FROM notes WHERE kind NOT IN ('note', 'quick_action', 'escalation', 'feedback')"
    )
    _retype_kind(sa.String(16))
    op.drop_column("notes", "facts")


def _retype_kind(kind: sa.types.TypeEngine[str]) -> None:
    with op.batch_alter_table("notes") as notes:
        notes.alter_column("kind", type_=kind, existing_nullable=False)
