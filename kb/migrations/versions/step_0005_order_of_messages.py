"""How many messages came to a conversation, so that they are answered in that order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """All that came so far were answered."""
    present = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("chat_session")}
    if "asked" not in present:
        op.add_column("chat_session", sa.Column("asked", sa.Integer, nullable=False, server_default="0"))
        op.execute("UPDATE chat_session SET asked = turn")
