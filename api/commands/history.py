"""``adaptwise kb diff``, ``history``, ``rollback``, ``export``, ``import``, ``put``, ``switch``: versions and packs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import click

from api.client import Client
from api.commands.asking import formats, put_out, show
from api.commands.common import client_of, print_json, server_options
from kb.documents import ENDINGS, NAMES
from kb.model import ATTRIBUTE_OF_KIND

F = TypeVar("F", bound=Callable[..., Any])

VERSIONS = "/versions"
_KINDS = list(ATTRIBUTE_OF_KIND)  # what people speak of comes before what it rests on


def writing(function: F) -> F:
    """The options of every command that changes something."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the JSON that REST gives."),
        click.option("--key", envvar="ADAPTWISE_KEY", help="The key for writing to a server."),
        click.option("--reason", default="", help="Why; kept with the version."),
        click.option("--propose", is_flag=True, help="Store it as a proposal, for somebody else to commit."),
        click.option("--dry-run", is_flag=True, help="Show what would happen, and save nothing."),
    ):
        function = option(function)
    return server_options(function)


def parameters_of(options: dict[str, Any]) -> dict[str, str]:
    """What the options of :func:`writing` say, as parameters of a request."""
    flags = {name: "true" for name in ("dry_run", "propose") if options[name]}
    return flags | ({"reason": options["reason"]} if options["reason"] else {})


def tell(result: dict[str, Any], as_json: bool) -> None:
    """Say what a change did, or would do."""
    if as_json:
        print_json(result)
        return
    verbs = ("Would add", "Would change", "Would remove") if result["dry_run"] else ("Added", "Changed", "Removed")
    if result.get("proposal"):
        click.echo(f"Stored as proposal {result['proposal']}: adaptwise kb proposals show {result['proposal']}")
        verbs = ("It adds", "It changes", "It removes")
    for verb, key in zip(verbs, ("added", "changed", "removed"), strict=True):
        if result[key]:
            ordered = sorted(result[key], key=lambda one: _KINDS.index(one["kind"]))
            names = ", ".join(f"{one['kind']}:{one['id']}" for one in ordered)
            click.echo(f"{verb} {names}.")
    if not any(result[key] for key in ("added", "changed", "removed")):
        click.echo("Nothing is different.")
    for finding in result["findings"]:
        click.echo(_found(finding))
    if impact := result.get("impact"):
        click.echo(impact["text"])
    if not result["dry_run"] and not result.get("proposal"):
        click.echo(f"This is version {result['version']}.")


def _found(finding: dict[str, Any]) -> str:
    """A finding in one line: the term with its label, what is wrong, and how to mend it."""
    label = f" (“{finding['label']}”)" if finding["label"] else ""
    line = f"line {finding['line']}: " if finding["line"] else ""
    said = " ".join(part for part in (finding["message"], finding["hint"]) if part)
    return f"{finding['severity']}: {line}{finding['kind']}:{finding['term']}{label}: {said}"


@click.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most.")
@click.option("-q", "words", help="Only versions with these words in their reason.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, as JSON.")
@server_options
def history(limit: int, words: str | None, as_json: bool, server: str | None) -> None:
    """List the versions, newest first: when, by whom, why, and how many terms each touched."""
    parameters = {"limit": str(limit), **({"q": words} if words else {})}
    with client_of(server) as client:
        found = client.data("GET", VERSIONS, parameters=parameters)
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        touched = one["touched"]
        counts = f"+{touched['added']} ~{touched['changed']} -{touched['removed']}"
        click.echo(f"{one['number']:>6}  {one['created']}  {counts:>16}  {one['author']}: {one['reason']}")
    if found["total"] > len(found["items"]):
        click.echo(f"... and {found['total'] - len(found['items'])} older ones (--limit).")


@click.command()
@click.argument("old", type=click.IntRange(min=1), required=False)
@click.argument("new", type=click.IntRange(min=1), required=False)
@formats("text", "markdown", "html", "json")
@server_options
def diff(old: int | None, new: int | None, server: str | None, **options: Any) -> None:
    """Say what differs between versions OLD and NEW, by terms and by what is recommended because of it.

    NEW is the newest version and OLD the one before NEW, unless they are named.
    """
    with client_of(server) as client:
        newer = new or newest(client)
        older = old or max(1, newer - 1)
        show(client, options, "GET", f"{VERSIONS}/{older}/diff/{newer}")


@click.command()
@click.argument("version", type=click.IntRange(min=1))
@writing
def rollback(version: int, server: str | None, **options: Any) -> None:
    """Make the content of an older VERSION that of a new one."""
    with client_of(server, options["key"]) as client:
        result = client.data("POST", f"{VERSIONS}/{version}/rollback", parameters=parameters_of(options))
    tell(result, options["as_json"])


@click.command()
@click.argument("pack", required=False)
@click.option("--version", type=click.IntRange(min=1), help="Which version; the newest by default.")
@click.option("--format", "form", type=click.Choice(list(NAMES)), help="By default TriG; Turtle for a single PACK.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file; its ending says how."
)
@server_options
def export(pack: str | None, version: int | None, form: str | None, output: Path | None, server: str | None) -> None:
    """Write a whole version, or one PACK of it, as a document that import and put take in again."""
    ending = ENDINGS.get(output.suffix) if output else None
    name = form or ending or ("turtle" if pack else "trig")
    if not pack and name in ("turtle", "ntriples"):
        raise click.UsageError(f"{name} carries one pack: name one, or choose trig, nquads or jsonld.")
    with client_of(server) as client:
        number = version or newest(client)
        parameters = {"pack": pack} if pack else {}
        text = client.rendered("GET", f"{VERSIONS}/{number}", NAMES[name], parameters=parameters)
    put_out(text, {"output": output})


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["trig", "nquads", "jsonld"]), help="By default as FILE ends.")
@writing
def take_in(file: Path, form: str | None, server: str | None, **options: Any) -> None:
    """Make an exported version (FILE) the newest one, in place of the whole content that there was."""
    media_type = NAMES[form or _form_of(file, ("trig", "nquads", "jsonld"))]
    with client_of(server, options["key"]) as client:
        result = client.send_document("POST", VERSIONS, file.read_bytes(), media_type, parameters_of(options))
    tell(result, options["as_json"])
    if not options["as_json"]:
        click.echo(f"Content hash: {result['content_hash']}")


@click.command()
@click.argument("pack")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(NAMES)), help="By default as FILE ends.")
@writing
def put(pack: str, file: Path, form: str | None, server: str | None, **options: Any) -> None:
    """Put a PACK of your own in place, with what FILE says and nothing else."""
    media_type = NAMES[form or _form_of(file, tuple(NAMES))]
    with client_of(server, options["key"]) as client:
        result = client.send_document("PUT", _pack(pack), file.read_bytes(), media_type, parameters_of(options))
    tell(result, options["as_json"])


@click.command("remove-pack")
@click.argument("pack")
@writing
def remove_pack(pack: str, server: str | None, **options: Any) -> None:
    """Remove a PACK of your own with everything in it."""
    with client_of(server, options["key"]) as client:
        result = client.data("DELETE", _pack(pack), parameters=parameters_of(options))
    tell(result, options["as_json"])


@click.command()
@click.argument("pack")
@click.argument("state", type=click.Choice(["on", "off"]))
@writing
def switch(pack: str, state: str, server: str | None, **options: Any) -> None:
    """Switch a PACK on or off for everybody who does not say which packs count."""
    parameters = parameters_of(options)
    body = {"active": state == "on", "reason": parameters.pop("reason", "")}
    with client_of(server, options["key"]) as client:
        result = client.data("PATCH", _pack(pack), body, parameters)
    tell(result, options["as_json"])


@click.command()
@click.argument("task")
@click.argument("replaced_by", required=False)
@writing
def deprecate(task: str, replaced_by: str | None, server: str | None, **options: Any) -> None:
    """Take TASK out of use in favour of REPLACED_BY; without that, back into use."""
    parameters = parameters_of(options)
    body = {"replaced_by": replaced_by, "reason": parameters.pop("reason", "")}
    with client_of(server, options["key"]) as client:
        result = client.data("POST", f"/tasks/{quote(task, safe='')}/deprecate", body, parameters)
    tell(result, options["as_json"])


@click.command()
@click.option("--ours", "take", flag_value="ours", help="Where both changed something, keep what was changed here.")
@click.option("--theirs", "take", flag_value="theirs", help="Where both did, take what the program brings.")
@click.option("--take", "terms", multiple=True, metavar="TERM=SIDE", help="For one term, as kind:id=ours or =theirs.")
@click.option("--reason", default="", help="Why; kept with the version.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, and save nothing.")
@click.option("--key", envvar="ADAPTWISE_KEY", help="The key for writing to a server.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON that REST gives.")
@server_options
def merge(take: str | None, terms: tuple[str, ...], server: str | None, key: str | None, **options: Any) -> None:
    """Install newer packs of the program over what was changed here, or show what stands against it."""
    decided = dict(_decision(one) for one in terms)
    with client_of(server, key) as client:
        if take is None and not decided:
            state = client.data("GET", "/updates")
            print_json(state) if options["as_json"] else click.echo(state["text"])
            return
        body = {"take": take, "terms": decided, "reason": options["reason"]}
        result = client.data("POST", "/updates", body, {"dry_run": "true"} if options["dry_run"] else {})
    tell(result, options["as_json"])


def _decision(text: str) -> tuple[str, str]:
    term, equals, side = text.rpartition("=")
    if not equals or side not in ("ours", "theirs"):
        raise click.UsageError(f"{text!r} is not of the form kind:id=ours or kind:id=theirs.")
    return term, side


@click.group()
def proposals() -> None:
    """Changes that wait for a second pair of eyes: list, show, commit, withdraw, reject."""


@proposals.command("list")
@click.option("--status", type=click.Choice(["open", "committed", "withdrawn", "rejected"]), help="Only these.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, as JSON.")
@server_options
def list_proposals(status: str | None, as_json: bool, server: str | None) -> None:
    """List the proposals, newest first."""
    with client_of(server) as client:
        found = client.data("GET", "/proposals", parameters={"status": status} if status else {})
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        click.echo(f"{one['number']:>6}  {one['created']}  {one['status']:<9}  {one['author']}: {one['reason']}")
    if not found["items"]:
        click.echo("There is none.")


@proposals.command("show")
@click.argument("number", type=click.IntRange(min=1))
@formats("text", "markdown", "html", "json")
@server_options
def show_proposal(number: int, server: str | None, **options: Any) -> None:
    """Show what proposal NUMBER changes and what checks say of it."""
    with client_of(server) as client:
        show(client, options, "GET", f"/proposals/{number}")


@proposals.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--dry-run", is_flag=True, help="Show what would happen, and save nothing.")
@click.option("--key", envvar="ADAPTWISE_KEY", help="The key for writing to a server; not that of its author.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON that REST gives.")
@server_options
def commit(number: int, dry_run: bool, key: str | None, as_json: bool, server: str | None) -> None:
    """Make proposal NUMBER the newest version."""
    with client_of(server, key) as client:
        parameters = {"dry_run": "true"} if dry_run else {}
        result = client.data("POST", f"/proposals/{number}/commit", parameters=parameters)
    result.pop("proposal")
    tell(result, as_json)


def _deciding(name: str, text: str) -> click.Command:
    @click.command(name, help=text)
    @click.argument("number", type=click.IntRange(min=1))
    @click.option("--reason", required=True, help="Why.")
    @click.option("--key", envvar="ADAPTWISE_KEY", help="The key for writing to a server.")
    @server_options
    def decide(number: int, reason: str, key: str | None, server: str | None) -> None:
        with client_of(server, key) as client:
            found = client.data("POST", f"/proposals/{number}/{name}", {"reason": reason})
        click.echo(f"Proposal {found['number']} is {found['status']}.")

    return decide


proposals.add_command(_deciding("withdraw", "Take proposal NUMBER, which is your own, back."))
proposals.add_command(_deciding("reject", "Turn proposal NUMBER of somebody else down."))


def _pack(pack: str) -> str:
    return f"/packs/{quote(pack, safe='')}"


def _form_of(file: Path, allowed: tuple[str, ...]) -> str:
    """The format that a file's ending stands for.

    Raises:
        UsageError: if it stands for none that is meant here.
    """
    found = ENDINGS.get(file.suffix.casefold())
    if found not in allowed:
        endings = ", ".join(ending for ending, name in ENDINGS.items() if name in allowed)
        raise click.UsageError(f"{file.name} does not say what it is; expected {endings}, or --format.")
    return found


def newest(client: Client) -> int:
    """The number of the newest version."""
    return int(client.data("GET", VERSIONS, parameters={"limit": "1"})["items"][0]["number"])


COMMANDS = (history, diff, rollback, export, take_in, put, remove_pack, switch, deprecate, merge, proposals)
"""What ``adaptwise kb`` takes from here."""
