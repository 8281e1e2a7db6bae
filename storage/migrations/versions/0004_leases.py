"""Who leads where only one may, and what channels remember."""

import sqlalchemy as sa
from alembic import op

from storage.types import Document, UtcDateTime, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "leases",
        sa.Column("site_id", Words),
        sa.Column("name", Words),
        sa.Column("holder", Words, nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "name"),
    )
    op.create_table(
        "notes",
        sa.Column("site_id", Words),
        sa.Column("channel", Words),
        sa.Column("key", Words),
        sa.Column("value", Document, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "channel", "key"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("notes")
    op.drop_table("leases")
