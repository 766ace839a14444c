"""``adaptwise recommend`` and ``what-if``."""

from __future__ import annotations

from typing import Any

import click

from api.client import answer_path
from api.commands.asking import about_answer, answer_id, asking, question, show
from api.commands.common import Pair, client_of, statements


@click.command()
@asking
def recommend(**options: Any) -> None:
    """Recommend a technique for an application.

    State it (--task, --set, --need, --exclude), describe it (--text), or both.
    """
    body, parameters = question(options)
    with client_of(options["server"]) as client:
        show(client, options, "POST", "/recommendations", body, parameters)


@click.command("what-if")
@click.option("--then", "changes", type=Pair(), multiple=True, help="A constraint with its other value.")
@click.option("--then-need", "need_changes", type=Pair(), multiple=True, help="A need with its other strength.")
@click.option("--then-exclude", multiple=True, metavar="TECHNIQUE", help="A technique that is then excluded.")
@click.option("--then-task", help="Another task.")
@click.option("--then-packs", metavar="IDS", help="The packs that are then active, separated by commas.")
@about_answer
@asking
def what_if(
    changes: tuple[tuple[str, Any], ...],
    need_changes: tuple[tuple[str, Any], ...],
    then_exclude: tuple[str],
    then_task: str | None,
    then_packs: str | None,
    **options: Any,
) -> None:
    """Say what would be recommended if something were different."""
    body = statements(then_task, changes, need_changes, then_exclude)
    if then_packs is not None:
        body["packs"] = [pack.strip() for pack in then_packs.split(",")]
    if not body:
        raise click.UsageError("Say what should be different: --then constraint=value.")
    with client_of(options["server"]) as client:
        show(client, options, "POST", answer_path(answer_id(client, options), "what-if"), body)
