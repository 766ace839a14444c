"""The tables over time, brought up to date by Alembic when a program starts.

Each file in ``versions/`` is one step. A step declares its tables by itself: the models may move on, a step does not.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "0005"
"""The newest step: what a start compares with before it takes the trouble of importing Alembic."""

_FOLDER = Path(__file__).parent
TABLE = "alembic_version"
"""Where the step is noted."""


class UnknownStepError(LookupError):
    """A newer program has been at this database; this one would not understand what it finds there."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The database was brought to step {found} by a newer Adaptwise; this one knows steps up to {HEAD}. "
            "Install the newer program again, or restore a backup that this one made."
        )


def current(connection: Connection) -> str | None:
    """The step that the tables are at; None if no step was ever noted."""
    if not inspect(connection).has_table(TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()  # noqa: S608 - a constant
    return None if found is None else str(found)


def upgrade(connection: Connection) -> None:
    """Bring the tables to :data:`HEAD`, in the transaction that is under way.

    A database from before there were steps has the tables of the first one, which leaves alone what is there.

    Raises:
        UnknownStepError: if the tables are at a step that this program does not have.
    """
    found = current(connection)
    if found == HEAD:
        return
    from alembic import command  # takes longer to import than most starts take to find nothing to do

    from kb.migrations.scripts import configuration, steps

    if found is not None and found not in steps():
        raise UnknownStepError(found)
    command.upgrade(configuration(_FOLDER, connection), "head")
