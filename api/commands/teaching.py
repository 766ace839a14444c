"""``adaptwise kb check``, ``add``, ``remove`` and ``task``: what is wrong with packs, and terms that come and go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click
import orjson

from api.commands.asking import formats, show
from api.commands.common import Pair, client_of, print_json, server_options
from api.commands.history import parameters_of, tell, writing
from kb.documents import ENDINGS, NAMES

if TYPE_CHECKING:
    from kb.findings import Finding

_LEVELS = ("error", "warning", "info")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--least", type=click.Choice(_LEVELS), default="info", show_default=True, help="Leave out lesser ones.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, as JSON.")
def check(folder: Path | None, least: str, strict: bool, as_json: bool) -> None:
    """Say everything that is wrong with the packs in FOLDER (by default those that come with the program).

    Form, names and structure are checked, and what the statements say together. Exit status: 0 if there is no error, 1
    if there is one (or a warning, with --strict).
    """
    from kb.packs import read_packs
    from kb.paths import SHIPPED

    root = folder or SHIPPED
    quads = read_packs(root)
    findings = _findings(root)
    counts = {level: sum(one.severity == level for one in findings) for level in _LEVELS}
    shown = [one for one in findings if _LEVELS.index(one.severity) <= _LEVELS.index(least)]
    if as_json:
        from api.documents import finding_document

        print_json({"statements": len(quads), "counts": counts, "findings": [finding_document(one) for one in shown]})
    else:
        for finding in shown:
            click.echo(str(finding))
        told = f"{counts['error']} errors, {counts['warning']} warnings, {counts['info']} remarks"
        click.echo(f"{len(quads)} statements read; {told}.")
    if counts["error"] or (strict and counts["warning"]):
        raise SystemExit(1)


def _findings(root: Path) -> list[Finding]:
    """Every finding on the packs below a folder, each with the file and the line of its term."""
    from engine.verification import verify
    from kb.findings import label_of, told
    from kb.namespaces import try_split
    from kb.packs import pack_files, read_packs
    from kb.source_lines import Source
    from kb.validation import inspect

    knowledge, findings = inspect(read_packs(root))
    places: dict[tuple[str, str] | None, tuple[int, str]] = {}
    for file in reversed(pack_files(root)):
        for name, line in Source(file.read_text(encoding="utf-8")).lines.items():
            places[try_split(name)] = line, f"{file.parent.name}/{file.name}"
    located = (
        told(one, label_of(knowledge, one.kind, one.term), *places.get((one.kind, one.term), (None, "")))
        for one in [*findings, *verify(knowledge)]
    )
    return sorted(dict.fromkeys(located), key=lambda one: one.rank)


@click.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--label", help="The name of the task.")
@click.option("--id", "task_id", help="Its id; made of the label if left out.")
@click.option("--broader", multiple=True, metavar="TASK", help="A task whose rules it inherits.")
@click.option("--synonym", "synonyms", multiple=True, help="Another name.")
@click.option("--need", "needs", type=Pair(), multiple=True, help="A need that it raises, with its strength.")
@click.option("--definition", help="What it is, in a sentence or two.")
@click.option("--pack", default="local", show_default=True, help="The pack into which the terms of a document go.")
@writing
def add(file: Any, pack: str, server: str | None, **options: Any) -> None:
    """Add a task, from a JSON FILE (- for standard input) or from options; or the terms in FILE, in Turtle.

    Of a task a label alone suffices. A document (.ttl, .trig, .nt, .nq, .jsonld) adds to a pack of your own, beside
    what it says already.
    """
    form = ENDINGS.get(Path(file.name).suffix.casefold()) if file and not file.name.endswith(".json") else None
    with client_of(server, options["key"]) as client:
        if form is not None:
            path = f"/packs/{quote(pack, safe='')}"
            result = client.send_document("POST", path, file.read(), NAMES[form], parameters_of(options))
        else:
            task = _read_task(file) if file else _stated_task(options)
            parameters = {key: value for key, value in parameters_of(options).items() if key != "reason"}
            result = client.data("POST", "/tasks", task, parameters)
    tell(result, options["as_json"])


@click.command()
@click.argument("terms", nargs=-1, required=True, metavar="TERM...")
@writing
def remove(terms: tuple[str, ...], server: str | None, **options: Any) -> None:
    """Remove terms of your own: a task with the rules that came with it, or terms as kind:id, all of them or none."""
    parameters = parameters_of(options)
    reason = parameters.pop("reason", "")
    with client_of(server, options["key"]) as client:
        kind, colon, name = terms[0].partition(":")
        if len(terms) == 1 and (not colon or kind == "task"):
            task = quote(name if colon else kind, safe="")
            result = client.data("DELETE", f"/tasks/{task}", parameters=parameters)
        else:
            body = {"terms": [term if ":" in term else f"task:{term}" for term in terms], "reason": reason}
            result = client.data("POST", "/removals", body, parameters)
    tell(result, options["as_json"])


@click.command()
@click.argument("task")
@formats("text", "markdown", "html", "json")
@server_options
def task(task: str, server: str | None, **options: Any) -> None:
    """Say what TASK has of its own, what it inherits from broader tasks, and what of that it overrides."""
    with client_of(server) as client:
        show(client, options, "GET", f"/tasks/{quote(task, safe='')}")


def _read_task(file: Any) -> dict[str, Any]:
    try:
        read = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise click.ClickException(
            f"{file.name} is not well-formed JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    if not isinstance(read, dict):
        raise click.ClickException(f"{file.name} is no JSON object.")
    return read


def _stated_task(options: dict[str, Any]) -> dict[str, Any]:
    if not options["label"]:
        raise click.UsageError("Give a FILE, or at least --label.")
    stated = {
        "label": options["label"],
        "id": options["task_id"],
        "broader": list(options["broader"]),
        "synonyms": list(options["synonyms"]),
        "demands": [{"need": need, "strength": str(strength)} for need, strength in options["needs"]],
        "definition": options["definition"],
        "reason": options["reason"],
    }
    return {name: value for name, value in stated.items() if value}


TEACHING = (check, add, remove, task)
"""What ``adaptwise kb`` takes from here."""
