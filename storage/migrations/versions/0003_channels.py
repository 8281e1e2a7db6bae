"""Several channels: what is owed goes out on one of them, what came in is kept as it came."""

import sqlalchemy as sa
from alembic import op

from storage.types import Document, UtcDateTime, Words

revision = "0003"
down_revision = "0002"
_ONLY_CHANNEL = "web"
"""The one that there was before."""
_UNSENT = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    """Add what they need."""
    _received()
    op.add_column("outbox", sa.Column("channel", Words))
    op.execute(sa.text("UPDATE outbox SET channel = :name").bindparams(name=_ONLY_CHANNEL))
    with op.batch_alter_table("outbox") as table:
        table.alter_column("channel", existing_type=Words, nullable=False)
    _index_outbox("channel")
    op.drop_index("ix_posted_slot", "posted")
    columns = ["site_id", "channel", "chat", "slot", "posted_at", "id"]
    op.create_index("ix_posted_slot", "posted", columns)


def downgrade() -> None:
    """Go back to one."""
    op.drop_index("ix_posted_slot", "posted")
    op.create_index("ix_posted_slot", "posted", ["site_id", "chat", "slot", "posted_at", "id"])
    _index_outbox()
    with op.batch_alter_table("outbox") as table:
        table.drop_column("channel")
    op.drop_table("received")


def _received() -> None:
    op.create_table(
        "received",
        sa.Column("site_id", Words),
        sa.Column("channel", Words),
        sa.Column("key", Words),
        sa.Column("id", Words, nullable=False),
        sa.Column("address", Words, nullable=False),
        sa.Column("payload", Document, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", Words),
        sa.PrimaryKeyConstraint("site_id", "channel", "key"),
    )
    op.create_index(
        "ix_received_waiting",
        "received",
        ["site_id", "channel", "id"],
        sqlite_where=_UNSENT,
        postgresql_where=_UNSENT,
    )
    op.create_index("ix_received_old", "received", ["site_id", "channel", "received_at"])


def _index_outbox(*first: str) -> None:
    """Index what is unsent by these columns before the others."""
    for name, columns in (
        ("ix_outbox_unsent", ("id",)),
        ("ix_outbox_unsent_in_chat", ("chat", "id")),
    ):
        op.drop_index(name, "outbox")
        op.create_index(
            name,
            "outbox",
            ["site_id", *first, *columns],
            sqlite_where=_UNSENT,
            postgresql_where=_UNSENT,
        )
