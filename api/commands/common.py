"""What several subcommands share: options, and whom to ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
import orjson

from api.client import Client, HttpTransport

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def client_of(server: str | None, key: str | None = None) -> Iterator[Client]:
    """A client of the server, or of the application in this process if there is none.

    In this process no key is needed: whoever can open the database can change it.
    """
    if server:
        yield Client(HttpTransport(server), key or os.environ.get("ADAPTWISE_KEY"))
        return
    # What only asking in this process needs takes a while to import; asking a server does without.
    from api.commands.local import local_services

    with local_services("api.local") as services:
        from api.local import LocalTransport

        yield Client(LocalTransport(services), services.keys.lend("command line"))


class Pair(click.ParamType[tuple[str, Any]]):
    """``name=value``, the value a number, true, false, or a word."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        """Split and read."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not equals or not name.strip() or not text.strip():
            self.fail(f"{value!r} is not of the form name=value.", param, ctx)
        return name.strip(), number_or_text(text.strip())


def number_or_text(text: str) -> Any:
    """What is written as a number, true or false in JSON as that; else the text."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, int | float) else text


def statement_options(function: F) -> F:
    """Options that state an application."""
    for option in (
        click.option("--exclude", multiple=True, metavar="TECHNIQUE", help="A technique that is out of the question."),
        click.option("--need", "needs", type=Pair(), multiple=True, help="A need with its strength, or false."),
        click.option("--set", "constraints", type=Pair(), multiple=True, help="A constraint with its value."),
        click.option("--task", help="What the application does."),
    ):
        function = option(function)
    return function


def server_options(function: F) -> F:
    """Options that say whom to ask."""
    help_text = "Ask this server instead of this process."
    return click.option("--server", metavar="URL", envvar="ADAPTWISE_SERVER", help=help_text)(function)


def statements(
    task: str | None, constraints: tuple[tuple[str, Any], ...], needs: tuple[tuple[str, Any], ...], exclude: tuple[str]
) -> dict[str, Any]:
    """What the options state, as the body of a request."""
    stated = {"task": task, "constraints": dict(constraints), "needs": dict(needs), "exclude": list(exclude)}
    return {name: value for name, value in stated.items() if value}


def print_json(document: object) -> None:
    """JSON for people and programs."""
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
