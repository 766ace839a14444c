"""The tables as they were before there were steps: a database of that time has them already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is not there yet."""
    op.create_table(
        "knowledge_version",
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("parent", sa.Integer),
        sa.PrimaryKeyConstraint("number", name="pk_knowledge_version"),
        sa.ForeignKeyConstraint(
            ["parent"], ["knowledge_version.number"], name="fk_knowledge_version_parent_knowledge_version"
        ),
        if_not_exists=True,
    )
    op.create_table(
        "knowledge_change",
        sa.Column("version", sa.Integer),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("removed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_knowledge_change"),
        sa.ForeignKeyConstraint(
            ["version"], ["knowledge_version.number"], name="fk_knowledge_change_version_knowledge_version"
        ),
        if_not_exists=True,
    )
    op.create_table(
        "knowledge_installation",
        sa.Column("version", sa.Integer),
        sa.Column("shipped_hash", sa.String(64), nullable=False),
        sa.Column("files_hash", sa.String(64), nullable=False),
        sa.Column("packs", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_knowledge_installation"),
        sa.ForeignKeyConstraint(
            ["version"], ["knowledge_version.number"], name="fk_knowledge_installation_version_knowledge_version"
        ),
        if_not_exists=True,
    )
    op.create_table(
        "knowledge_validation",
        sa.Column("content_hash", sa.String(64)),
        sa.Column("rules_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("content_hash", "rules_hash", name="pk_knowledge_validation"),
        if_not_exists=True,
    )
    op.create_table(
        "stored_answer",
        sa.Column("id", sa.String(32)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stored_answer"),
        if_not_exists=True,
    )
    op.create_index("ix_stored_answer_created", "stored_answer", ["created"], if_not_exists=True)
    op.create_table(
        "chat_session",
        sa.Column("id", sa.String(64)),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("used", sa.DateTime, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat_session"),
        if_not_exists=True,
    )
    op.create_index("ix_chat_session_used", "chat_session", ["used"], if_not_exists=True)
    op.create_table(
        "chat_message",
        sa.Column("session", sa.String(64)),
        sa.Column("turn", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reply", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("session", "turn", name="pk_chat_message"),
        sa.ForeignKeyConstraint(
            ["session"], ["chat_session.id"], name="fk_chat_message_session_chat_session", ondelete="CASCADE"
        ),
        if_not_exists=True,
    )
    op.create_table(
        "api_key",
        sa.Column("name", sa.String(100)),
        sa.Column("hash", sa.String(300), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_api_key"),
        if_not_exists=True,
    )
