"""What Telegram needs: answers to a message, urgency before order, votes that name only a poll."""

import sqlalchemy as sa
from alembic import op

from storage.types import Document, Words

revision = "0005"
down_revision = "0004"
_NAMED = sa.text("poll IS NOT NULL")


def upgrade() -> None:
    """Add them."""
    op.add_column("outbox", sa.Column("reply_to", Words))
    op.add_column("outbox", sa.Column("rank", sa.Integer()))
    op.execute("UPDATE outbox SET rank = 1")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("rank", existing_type=sa.Integer(), nullable=False)
    op.add_column("posted", sa.Column("poll", Words))
    op.add_column("posted", sa.Column("attachments", Document))
    op.create_index(
        "ix_posted_poll",
        "posted",
        ["site_id", "channel", "poll"],
        sqlite_where=_NAMED,
        postgresql_where=_NAMED,
    )


def downgrade() -> None:
    """Do without."""
    op.drop_index("ix_posted_poll", "posted")
    with op.batch_alter_table("posted") as table:
        table.drop_column("attachments")
        table.drop_column("poll")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("rank")
        table.drop_column("reply_to")
