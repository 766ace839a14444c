"""Keys with a role and an end, several of one name while they are exchanged; who wrote what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_OLD = sa.table("api_key", sa.column("name"), sa.column("hash"), sa.column("created"))


def upgrade() -> None:
    """Take the keys over, each with the right to do what it could do until now: everything."""
    new = op.create_table(
        "access_key",
        sa.Column("id", sa.String(16)),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("hash", sa.String(300), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_access_key"),
    )
    op.create_index("ix_access_key_name", "access_key", ["name"])
    rows = op.get_bind().execute(sa.select(_OLD).order_by(_OLD.c.name)).all()
    taken = [
        {"id": f"given-{number:04}", "name": row.name, "role": "admin", "hash": row.hash, "created": row.created}
        for number, row in enumerate(rows, 1)
    ]
    if taken:
        op.bulk_insert(new, taken)
    op.drop_table("api_key")
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
