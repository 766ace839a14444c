"""What Alembic is told: where the steps are, and on which connection to take them."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def configuration(folder: Path = FOLDER, connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file.

    Args:
        folder: where ``env.py`` and ``versions/`` are.
        connection: the connection to work on.
    """
    config = Config()
    # The value is interpolated like a line of an .ini file, so that a percent sign in a path has to be doubled.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def steps() -> frozenset[str]:
    """The names of all steps."""
    directory = ScriptDirectory.from_config(configuration())
    return frozenset(step.revision for step in directory.walk_revisions())
