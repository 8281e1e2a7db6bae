"""Messages that people put right."""

import sqlalchemy as sa
from alembic import op

from storage.types import Document, UtcDateTime, Words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "examples",
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("message", Words, nullable=False),
        sa.Column("field", Words, nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("role", Words, nullable=False),
        sa.Column("department", Words),
        sa.Column("read", Document, nullable=False),
        sa.Column("label", Words, nullable=False),
        sa.Column("by", Words, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint("site_id", "message", "field"),
    )
    op.create_index("ix_examples_state", "examples", ["site_id", "state", "at", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("examples")
