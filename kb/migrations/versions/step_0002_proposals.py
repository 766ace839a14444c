"""Changes that were proposed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "knowledge_proposal",
        sa.Column("number", sa.Integer),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("removed", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("decided", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("version", sa.Integer),
        sa.PrimaryKeyConstraint("number", name="pk_knowledge_proposal"),
        sa.ForeignKeyConstraint(
            ["base"], ["knowledge_version.number"], name="fk_knowledge_proposal_base_knowledge_version"
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["knowledge_version.number"], name="fk_knowledge_proposal_version_knowledge_version"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_knowledge_proposal_status", "knowledge_proposal", ["status"])
