"""``adaptwise recommend``, ``why``, ``why-not`` and ``what-if``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from api.client import Client, answer_path
from api.commands.common import Pair, client_of, print_json, server_options, statement_options, statements

F = TypeVar("F", bound=Callable[..., Any])


def _asking(function: F) -> F:
    """The options of every command that asks about an application."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the JSON that REST gives."),
        click.option("--as-of", metavar="DATE", help="The date to answer for (YYYY-MM-DD); today if left out."),
        click.option("--packs", metavar="IDS", help="Active packs, separated by commas; all if left out."),
        click.option("--text", help="The application in your own words."),
    ):
        function = option(function)
    return statement_options(server_options(function))


def _about_answer(function: F) -> F:
    return click.option("--id", "answer_id", help="Ask about this recommendation given before.")(function)


def _question(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The body and the parameters of a request for a recommendation."""
    body = statements(options["task"], options["constraints"], options["needs"], options["exclude"])
    if options["text"]:
        body["text"] = options["text"]
    parameters = {name: options[name] for name in ("packs", "as_of") if options[name]}
    return body, parameters


def _answer_id(client: Client, options: dict[str, Any]) -> str:
    """The answer that is meant: the one named, or the one to what is stated."""
    if options["answer_id"]:
        return str(options["answer_id"])
    body, parameters = _question(options)
    return str(client.recommend(body, **parameters)["id"])


def _show(
    client: Client,
    options: dict[str, Any],
    method: str,
    path: str,
    json: object = None,
    parameters: dict[str, str] | None = None,
) -> None:
    if options["as_json"]:
        print_json(client.data(method, path, json, parameters))
    else:
        click.echo(client.text(method, path, json, parameters).rstrip("\n"))


@click.command()
@_asking
def recommend(**options: Any) -> None:
    """Recommend a technique for an application.

    State it (--task, --set, --need, --exclude), describe it (--text), or both.
    """
    body, parameters = _question(options)
    with client_of(options["server"]) as client:
        _show(client, options, "POST", "/recommendations", body, parameters)


@click.command()
@_about_answer
@_asking
def why(**options: Any) -> None:
    """Say why it is recommended, down to what was stated and who says so."""
    with client_of(options["server"]) as client:
        _show(client, options, "GET", answer_path(_answer_id(client, options), "why"))


@click.command("why-not")
@click.argument("technique")
@_about_answer
@_asking
def why_not(technique: str, **options: Any) -> None:
    """Say why TECHNIQUE is not recommended: everything that stands against it."""
    with client_of(options["server"]) as client:
        path = answer_path(_answer_id(client, options), "why-not")
        _show(client, options, "GET", path, parameters={"technique": technique})


@click.command("what-if")
@click.option("--then", "changes", type=Pair(), multiple=True, help="A constraint with its other value.")
@click.option("--then-need", "need_changes", type=Pair(), multiple=True, help="A need with its other strength.")
@click.option("--then-exclude", multiple=True, metavar="TECHNIQUE", help="A technique that is then excluded.")
@click.option("--then-task", help="Another task.")
@_about_answer
@_asking
def what_if(
    changes: tuple[tuple[str, Any], ...],
    need_changes: tuple[tuple[str, Any], ...],
    then_exclude: tuple[str],
    then_task: str | None,
    **options: Any,
) -> None:
    """Say what would be recommended if something were different."""
    body = statements(then_task, changes, need_changes, then_exclude)
    if not body:
        raise click.UsageError("Say what should be different: --then constraint=value.")
    with client_of(options["server"]) as client:
        _show(client, options, "POST", answer_path(_answer_id(client, options), "what-if"), body)
