"""``adaptwise keys``: who may write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from api.auth import Keys


@click.group()
def keys() -> None:
    """Keys for writing, each with the name that history shows. The database keeps only their hashes."""


@keys.command("list")
def list_keys() -> None:
    """List whose keys there are."""
    with _keys() as found:
        for name, created in found.names():
            click.echo(f"{created}  {name}")


@keys.command()
@click.argument("name")
def add(name: str) -> None:
    """Make a key for NAME and print it, this once. One that NAME had is no longer good."""
    with _keys() as found:
        try:
            click.echo(found.add(name))
        except ValueError as error:
            raise click.UsageError(str(error)) from None


@keys.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take the key of NAME away. A running server knows at once."""
    from kb.nearest import nearest

    with _keys() as found:
        if not found.remove(name):
            names = [one for one, _ in found.names()]
            near = nearest(name, names)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.ClickException(f"Nobody named {name} has a key.{hint}")
    click.echo(f"The key of {name} is no longer good.")


@contextmanager
def _keys() -> Iterator[Keys]:
    from api.settings import Settings
    from kb.database import Database

    settings = Settings.from_environment()
    settings.prepare()
    database = Database(settings.database)
    try:
        database.create_tables()
        yield Keys(database)
    finally:
        database.close()
