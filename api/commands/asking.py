"""What the commands share that ask about an application or about an answer: options, and how answers are shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from api.client import Client
from api.commands.common import print_json, server_options, statement_options, statements

F = TypeVar("F", bound=Callable[..., Any])

MEDIA_TYPES = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "html": "text/html",
    "svg": "image/svg+xml",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "json": "application/json",
}
"""Names of renderings on the command line, and what REST calls them."""

WORDS = ("text", "markdown", "html", "json")


def asking(function: F) -> F:
    """The options of every command that asks about an application."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the JSON that REST gives."),
        click.option("--as-of", metavar="DATE", help="The date to answer for (YYYY-MM-DD); today if left out."),
        click.option("--packs", metavar="IDS", help="Active packs, separated by commas; all if left out."),
        click.option("--text", help="The application in your own words."),
    ):
        function = option(function)
    return statement_options(server_options(function))


def about_answer(function: F) -> F:
    """The option by which a command asks about an answer given before."""
    return click.option("--id", "answer_id", help="Ask about this recommendation given before.")(function)


def question(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The body and the parameters of a request for a recommendation."""
    body = statements(options["task"], options["constraints"], options["needs"], options["exclude"])
    if options["text"]:
        body["text"] = options["text"]
    parameters = {name: options[name] for name in ("packs", "as_of") if options[name]}
    return body, parameters


def answer_id(client: Client, options: dict[str, Any]) -> str:
    """The answer that is meant: the one named, or the one to what is stated."""
    if options["answer_id"]:
        return str(options["answer_id"])
    body, parameters = question(options)
    return str(client.recommend(body, **parameters)["id"])


def formats(*names: str) -> Callable[[F], F]:
    """The options of a command whose answer can be had in several forms; the first is the default."""

    def decorate(function: F) -> F:
        chosen = click.option(
            "--format",
            "form",
            type=click.Choice(names),
            default=names[0],
            show_default=True,
            help="Form of the answer.",
        )
        into = click.option(
            "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the answer to this file."
        )
        return chosen(into(function))

    return decorate


def show(
    client: Client,
    options: dict[str, Any],
    method: str,
    path: str,
    json: object = None,
    parameters: dict[str, str] | None = None,
) -> None:
    """Print an answer, or write it to a file, in the form that was asked for."""
    form = "json" if options.get("as_json") else options.get("form", "text")
    if form == "json" and not options.get("output"):
        print_json(client.data(method, path, json, parameters))
    else:
        put_out(client.rendered(method, path, MEDIA_TYPES[form], json, parameters), options)


def put_out(text: str, options: dict[str, Any]) -> None:
    """Print a text, or write it to the file that was named.

    Raises:
        ClickException: if the file cannot be written.
    """
    file: Path | None = options.get("output")
    if file is None:
        click.echo(text.rstrip("\n"))
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    sys.stderr.write(f"Written to {file}.\n")
