"""Content hashes that can be computed of a change alone (docs/decisions/0008); older versions get theirs anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kb.content import Content
from kb.versions import Delta

revision = "0003"
down_revision = "0002"

_VERSION = sa.table("knowledge_version", sa.column("number", sa.Integer), sa.column("content_hash", sa.String))
_CHANGE = sa.table(
    "knowledge_change", sa.column("version", sa.Integer), sa.column("added", sa.Text), sa.column("removed", sa.Text)
)


def upgrade() -> None:
    """Compute the hash of every version."""
    connection = op.get_bind()
    content = Content()
    for number in connection.execute(sa.select(_VERSION.c.number).order_by(_VERSION.c.number)).scalars().all():
        row = connection.execute(sa.select(_CHANGE.c.added, _CHANGE.c.removed).where(_CHANGE.c.version == number)).one()
        content = content.apply(Delta(_lines(row.added), _lines(row.removed)))
        hashed = {"content_hash": content.content_hash}
        connection.execute(sa.update(_VERSION).where(_VERSION.c.number == number).values(hashed))


def _lines(text: str) -> frozenset[str]:
    return frozenset(text.split("\n")) if text else frozenset()
