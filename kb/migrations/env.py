"""Run by Alembic: takes the steps on the connection that it was given, in the transaction under way there."""

from __future__ import annotations

from alembic import context

from kb.database import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite changes tables by making them anew
    render_as_batch=True,
)
context.run_migrations()
