"""``adaptwise backup`` and ``adaptwise restore``: everything that lasts, in one file and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kb.backup import Backup
    from kb.database import Database


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything that lasts (all versions, stored answers, conversations, keys' hashes) into one new FILE.

    A server may be running meanwhile. Every version is compared with its content hash.
    """
    from kb.backup import make_backup

    with _database() as database:
        database.create_tables()
        click.echo(f"Written to {file}: {_words(make_backup(database, file))}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="What the database holds now may be lost.")
def restore(file: Path, replace: bool) -> None:
    """Make the database what the backup in FILE says. No server may be running on it.

    The backup may come from another kind of database. Every version is compared with its content hash.
    """
    from kb.backup import restore as put_back

    with _database() as database:
        click.echo(f"Restored from {file}: {_words(put_back(file, database, replace))}.")


@contextmanager
def _database() -> Iterator[Database]:
    """The database of this installation, with everybody imported who keeps something there."""
    import api.services  # noqa: F401
    from api.settings import Settings
    from kb.database import Database

    settings = Settings.from_environment()
    settings.prepare()
    database = Database(settings.database)
    try:
        yield database
    finally:
        database.close()


def _words(found: Backup) -> str:
    plural = "" if found.versions == 1 else "s"
    return f"{found.versions} version{plural}, {found.rows} rows, content hash {found.content_hash}"
