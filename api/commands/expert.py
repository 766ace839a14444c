"""``adaptwise define``, ``method`` and ``accuracy``: questions about the expert and its knowledge."""

from __future__ import annotations

from typing import Any

import click

from api.commands.asking import WORDS, formats, show
from api.commands.common import client_of, server_options


@click.command()
@click.argument("term")
@formats(*WORDS)
@server_options
def define(term: str, **options: Any) -> None:
    """Say what TERM means, by any of its names, and who says so."""
    with client_of(options["server"]) as client:
        show(client, options, "GET", "/definitions", parameters={"term": term})


@click.command()
@click.option("--packs", metavar="IDS", help="Active packs, separated by commas; all if left out.")
@formats(*WORDS)
@server_options
def method(packs: str | None, **options: Any) -> None:
    """Say how answers come about in general, and on how much knowledge."""
    with client_of(options["server"]) as client:
        show(client, options, "GET", "/method", parameters={"packs": packs} if packs else {})


@click.command()
@formats(*WORDS)
@server_options
def accuracy(**options: Any) -> None:
    """Ask every scenario of the knowledge base, and say how they come out."""
    with client_of(options["server"]) as client:
        show(client, options, "GET", "/accuracy")
