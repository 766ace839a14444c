"""``adaptwise keys``: who may read, write, or do everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from api.audit import Audit, Entry
from api.keys import ROLES, Keys, UnusableKeyError

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Span(click.ParamType[timedelta]):
    """A length of time: ``90d``, ``12h``, ``30m``."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a number and its unit."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,5})([mhd])", str(value))
        if found is None:
            self.fail(f"{value!r} is no length of time; expected one such as 90d, 12h or 30m.", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


_expires = click.option("--expires", type=Span(), help="How long the key is good, such as 90d; for good if left out.")


@click.group()
def keys() -> None:
    """Keys, each with the name that history shows. The database keeps only their hashes."""


@keys.command("list")
def list_keys() -> None:
    """List whose keys there are, what each is good for, and until when."""
    with _opened() as (found, _):
        for key in found.all():
            end = f"{'expired' if key.expired else 'until'} {key.expires}" if key.expires else ""
            click.echo(f"{key.created}  {key.role:<5}  {key.name}  {end}".rstrip())


@keys.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="write", show_default=True, help="What it is good for.")
@_expires
def add(name: str, role: str, expires: timedelta | None) -> None:
    """Make a key for NAME and print it, this once.

    A key with the role read may read where reading is not open to all, write may change the knowledge too, and admin
    may also replace all of it at once and see who wrote what.
    """
    with _opened() as (found, audit):
        made = found.add(name, role, _moment(expires))
        audit.add(_entry("keys add", f"{name} ({role})"))
    click.echo(made)


@keys.command()
@click.argument("name")
@click.option("--grace", type=Span(), default="0m", help="How long the old key is still good, such as 24h.")
@_expires
def rotate(name: str, grace: timedelta, expires: timedelta | None) -> None:
    """Exchange the key of NAME for a new one and print that, this once."""
    with _opened() as (found, audit):
        try:
            made = found.rotate(name, grace, _moment(expires))
        except UnusableKeyError as error:
            raise click.ClickException(f"{error}{_nearest(found, name)}") from None
        audit.add(_entry("keys rotate", name))
    click.echo(made)


@keys.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Take every key of NAME away. A running server knows at once."""
    with _opened() as (found, audit):
        if not found.revoke(name):
            raise click.ClickException(f"Nobody named {name} has a key.{_nearest(found, name)}")
        audit.add(_entry("keys revoke", name))
    click.echo(f"The key of {name} is no longer good.")


keys.add_command(click.Command("remove", callback=revoke.callback, params=revoke.params, help=revoke.help, hidden=True))


@click.command()
@click.option("--who", help="Only what was done with the keys of this name.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one entry a line.")
def audit(who: str | None, limit: int, as_json: bool) -> None:
    """Tell who wrote what, newest first: when, by which request, and what came of it."""
    import dataclasses

    import orjson

    with _opened() as (_, record):
        entries, _ = record.newest(limit, who=who)
    for entry in entries:
        if as_json:
            click.echo(orjson.dumps(dataclasses.asdict(entry)))
            continue
        made = f"  version {entry.version}" if entry.version else ""
        click.echo(f"{entry.at}  {entry.who}  {entry.action} {entry.target}  {entry.status}{made}  {entry.request_id}")


def _moment(span: timedelta | None) -> datetime | None:
    return None if span is None else datetime.now(UTC) + span


def _entry(action: str, target: str) -> Entry:
    return Entry(who="command line", action=action, target=target)


def _nearest(found: Keys, name: str) -> str:
    from kb.nearest import nearest

    near = nearest(name, {key.name for key in found.all()})
    return f" Did you mean {' or '.join(near)}?" if near else ""


@contextmanager
def _opened() -> Iterator[tuple[Keys, Audit]]:
    from api.logs import configure_logging
    from api.settings import Settings
    from kb.database import Database

    configure_logging("warning")
    settings = Settings.from_environment()
    settings.prepare()
    database = Database(settings.database)
    try:
        database.create_tables()
        yield Keys(database), Audit(database, settings.audit_days)
    except UnusableKeyError as error:
        raise click.ClickException(str(error)) from None
    finally:
        database.close()
