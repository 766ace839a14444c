"""``adaptwise kb``: check, list and extend the knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from api.commands.common import Pair, client_of, print_json, server_options
from api.commands.history import COMMANDS
from api.commands.packs import coverage, page
from kb.model import ATTRIBUTE_OF_KIND


@click.group()
def kb() -> None:
    """Check, list and extend the knowledge base."""


@kb.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
def check(folder: Path | None) -> None:
    """Say everything that is wrong with the packs in FOLDER (by default those that come with the program)."""
    from kb.packs import SHIPPED, read_packs
    from kb.validation import errors_of, validate_quads

    quads = read_packs(folder or SHIPPED)
    findings = validate_quads(quads)
    for finding in findings:
        click.echo(str(finding))
    errors = errors_of(findings)
    click.echo(f"{len(quads)} statements read; {len(errors)} errors, {len(findings) - len(errors)} remarks.")
    if errors:
        raise SystemExit(1)


kb.add_command(coverage)
kb.add_command(page)
for _command in COMMANDS:
    kb.add_command(_command)


@kb.command("list")
@click.argument(
    "kind", type=click.Choice([name.replace("_", "-") for name in ATTRIBUTE_OF_KIND.values()]), metavar="KIND"
)
@click.option("-q", "words", help="Only terms with these words in id, label or synonyms.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, as JSON.")
@server_options
def list_terms(kind: str, words: str | None, as_json: bool, server: str | None) -> None:
    """List the terms of a KIND: tasks, constraints, needs, techniques, rules, claims, sources ..."""
    parameters = {"limit": "1000", **({"q": words} if words else {})}
    with client_of(server) as client:
        found = client.terms(kind, **parameters)
    if as_json:
        print_json(found["items"])
        return
    width = max((len(item["id"]) for item in found["items"]), default=0)
    for item in found["items"]:
        click.echo(f"{item['id']:{width}}  {item['label']}")


@kb.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--label", help="The name of the task.")
@click.option("--id", "task_id", help="Its id; made of the label if left out.")
@click.option("--broader", multiple=True, metavar="TASK", help="A task whose rules it inherits.")
@click.option("--synonym", "synonyms", multiple=True, help="Another name.")
@click.option("--need", "needs", type=Pair(), multiple=True, help="A need that it raises, with its strength.")
@click.option("--definition", help="What it is, in a sentence or two.")
@click.option("--reason", help="Why; kept with the version.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, and save nothing.")
@click.option("--key", envvar="ADAPTWISE_KEY", help="The key for writing to a server.")
@server_options
def add(file: Any, dry_run: bool, key: str | None, server: str | None, **options: Any) -> None:
    """Add a task, from a JSON FILE (- for standard input) or from options. A label alone suffices."""
    task = _read_task(file) if file else _stated_task(options)
    with client_of(server, key) as client:
        result = client.add_task(task, dry_run=dry_run)
    names = ", ".join(f"{term['kind']}:{term['id']}" for term in result["added"])
    click.echo(f"{'Would add' if dry_run else 'Added'} {names} (version {result['version']}).")
    for finding in result["findings"]:
        click.echo(f"{finding['severity']}: {finding['kind']}:{finding['term']}: {finding['message']}")


def _read_task(file: Any) -> dict[str, Any]:
    try:
        task = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise click.ClickException(
            f"{file.name} is not well-formed JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    if not isinstance(task, dict):
        raise click.ClickException(f"{file.name} is no JSON object.")
    return task


def _stated_task(options: dict[str, Any]) -> dict[str, Any]:
    if not options["label"]:
        raise click.UsageError("Give a FILE, or at least --label.")
    task = {
        "label": options["label"],
        "id": options["task_id"],
        "broader": list(options["broader"]),
        "synonyms": list(options["synonyms"]),
        "demands": [{"need": need, "strength": str(strength)} for need, strength in options["needs"]],
        "definition": options["definition"],
        "reason": options["reason"],
    }
    return {name: value for name, value in task.items() if value}
