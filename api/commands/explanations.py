"""``adaptwise why``, ``why-not``, ``contrast``, ``changes``, ``regions``, ``cost``, ``claims``: about an answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from api.client import Client, answer_path
from api.commands.asking import WORDS, about_answer, answer_id, asking, formats, put_out, show
from api.commands.common import Pair, client_of, number_or_text

_DEEPEST = "30"


@click.command()
@click.option("--node", help="Begin at this node of the proof.")
@click.option("--level", type=click.IntRange(0, int(_DEEPEST)), help="Show so many levels of the proof.")
@formats("text", "tree", "markdown", "html", "svg", "turtle", "jsonld", "json", "madr")
@about_answer
@asking
def why(node: str | None, level: int | None, **options: Any) -> None:
    """Say why it is recommended, down to what was stated and who says so.

    As a tree, a graph (svg), provenance (turtle, jsonld), an architecture decision record (madr), or in words.
    """
    parameters = {"node": node, "level": None if level is None else str(level)}
    stated = {name: value for name, value in parameters.items() if value is not None}
    with client_of(options["server"]) as client:
        answer = answer_id(client, options)
        form = "json" if options["as_json"] else options["form"]
        if form == "madr":
            put_out(client.decision_record(answer), options)
        elif form == "tree":
            _tree(client, answer, stated, options)
        else:
            show(client, options, "GET", answer_path(answer, "why"), parameters=stated)


def _tree(client: Client, answer: str, stated: dict[str, str], options: dict[str, Any]) -> None:
    from rich.console import Console

    from engine.render.drawn import tree
    from engine.render.outline import Step

    outline = client.why(answer, **{"level": _DEEPEST, **stated})["outline"]
    # what is cut off in a file is of no use
    on_screen = sys.stdout.isatty() and options["output"] is None
    console = Console() if on_screen else Console(width=140, no_color=True)
    with console.capture() as drawn:
        console.print(tree(Step.from_dict(outline)))
    put_out("\n".join(line.rstrip() for line in drawn.get().splitlines()), options)


@click.command("why-not")
@click.argument("technique")
@click.option("--repair/--no-repair", default=True, help="Search the cheapest ways out as well.", show_default=True)
@formats(*WORDS)
@about_answer
@asking
def why_not(technique: str, repair: bool, **options: Any) -> None:
    """Say why TECHNIQUE is not recommended: everything that stands against it, and what would change that."""
    with client_of(options["server"]) as client:
        path = answer_path(answer_id(client, options), "why-not")
        show(client, options, "GET", path, parameters={"technique": technique, "repair": str(repair).lower()})


@click.command()
@click.argument("technique")
@click.argument("than")
@formats(*WORDS)
@about_answer
@asking
def contrast(technique: str, than: str, **options: Any) -> None:
    """Say why TECHNIQUE rather than THAN: only what differs, in both directions."""
    with client_of(options["server"]) as client:
        path = answer_path(answer_id(client, options), "contrast")
        show(client, options, "GET", path, parameters={"technique": technique, "than": than})


@click.command()
@click.argument("technique")
@click.option("--size", type=click.IntRange(1, 3), default=3, show_default=True, help="The most changes in a set.")
@click.option("--fixed", is_flag=True, help="Vary also what was stated and nobody can change.")
@formats(*WORDS)
@about_answer
@asking
def changes(technique: str, size: int, fixed: bool, **options: Any) -> None:
    """Say what would make TECHNIQUE win: the smallest sets of changes, the easiest first."""
    with client_of(options["server"]) as client:
        path = answer_path(answer_id(client, options), "changes")
        parameters = {"to": technique, "size": str(size), "fixed": str(fixed).lower()}
        show(client, options, "GET", path, parameters=parameters)


@click.command()
@click.argument("x")
@click.argument("y", required=False)
@formats("text", "markdown", "html", "svg", "json")
@about_answer
@asking
def regions(x: str, y: str | None, **options: Any) -> None:
    """Map which technique wins for each value of the constraint X, or pair of values of X and Y.

    With -o map.svg the map is drawn.
    """
    file: Path | None = options["output"]
    if file is not None and file.suffix == ".svg":
        options["form"] = "svg"
    with client_of(options["server"]) as client:
        path = answer_path(answer_id(client, options), "regions")
        show(client, options, "GET", path, parameters={"x": x, **({"y": y} if y else {})})


@click.command()
@click.option("--horizon", metavar="TIME", help="The time over which costs are added up, such as '24 months'.")
@click.option("--volume", metavar="RATE", help="How often it is used, such as '2000 requests per day'.")
@click.option(
    "--number", "numbers", type=Pair(), multiple=True, help="Any number of the answer, by its id; it can be repeated."
)
@formats("text", "markdown", "html", "svg", "json")
@about_answer
@asking
def cost(horizon: str | None, volume: str | None, numbers: tuple[tuple[str, Any], ...], **options: Any) -> None:
    """Say what each technique costs over a horizon, and from where on which is cheaper.

    With -o costs.svg the costs are drawn.
    """
    file: Path | None = options["output"]
    if file is not None and file.suffix == ".svg":
        options["form"] = "svg"
    stated = dict(numbers)
    stated |= {name: number_or_text(text) for name, text in (("horizon", horizon), ("volume", volume)) if text}
    with client_of(options["server"]) as client:
        show(client, options, "POST", answer_path(answer_id(client, options), "cost"), json=stated)


@click.command()
@click.option("--node", help="A node of the proof; the recommended technique if left out.")
@formats(*WORDS)
@about_answer
@asking
def claims(node: str | None, **options: Any) -> None:
    """Say who says so: the claims and sources behind the answer, and where they disagree."""
    with client_of(options["server"]) as client:
        path = answer_path(answer_id(client, options), "claims")
        show(client, options, "GET", path, parameters={"node": node} if node else {})
