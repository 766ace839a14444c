"""``adaptwise kb``: check, list and extend the knowledge base."""

from __future__ import annotations

import click

from api.commands.common import client_of, print_json, server_options
from api.commands.history import COMMANDS
from api.commands.packs import coverage, page
from api.commands.teaching import TEACHING
from kb.model import ATTRIBUTE_OF_KIND


@click.group()
def kb() -> None:
    """Check, list and extend the knowledge base."""


kb.add_command(coverage)
kb.add_command(page)
for _command in (*TEACHING, *COMMANDS):
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
