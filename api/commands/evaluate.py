"""``adaptwise evaluate``: how often the advice is acceptable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from api.commands.asking import put_out
from api.commands.understood import as_table, understood
from engine.evaluation import Case, read_cases
from engine.profile import InvalidProfile

if TYPE_CHECKING:
    from engine.advisor import Advisor
    from engine.measured import Evaluation


class Packs(click.ParamType[tuple[str, ...]]):
    """Ids of packs, separated by commas."""

    name = "ids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split."""
        return value if isinstance(value, tuple) else tuple(one.strip() for one in str(value).split(",") if one.strip())


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "source", type=click.Choice(["profile", "text"]), default="profile", show_default=True)
@click.option("--folds", type=click.IntRange(1, 20), default=1, help="Read texts in so many folds as well.")
@click.option("--packs", type=Packs(), help="Active packs, separated by commas; those switched on if left out.")
@click.option("--compare", type=Packs(), multiple=True, help="Measure these packs as well; it can be repeated.")
@click.option("--baselines", is_flag=True, help="Measure answers that need no knowledge as well.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to answer for; today if left out.")
@click.option("--wrong", is_flag=True, help="List the cases whose answer is not acceptable, each with its proof.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json"]),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the answer to this file.")
def evaluate(
    file: Path,
    source: str,
    folds: int,
    packs: tuple[str, ...] | None,
    compare: tuple[tuple[str, ...], ...],
    baselines: bool,
    as_of: datetime | None,
    wrong: bool,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """Measure the advice against the worked cases in FILE (one JSON object a line)."""
    from api.commands.local import local_services
    from engine.measured import Plan, measure

    if folds > 1 and (source != "text" or form == "html"):
        raise click.UsageError("--folds needs --from text, and is told as text, Markdown or JSON.")
    cases = list(read_cases(file))
    date = as_of.date() if as_of else None
    plan = Plan(file.name, source, packs or None, compare, baselines, date)
    with local_services() as services:
        advisor = services.advisor()
        try:
            evaluation = measure(advisor, cases, plan, _reader(advisor, source))
        except InvalidProfile as error:
            problem = error.problems[0]
            raise click.UsageError(f"{problem.message}; there are {', '.join(problem.nearest)}.") from None
        figures = understood(cases, advisor, packs or None, folds) if source == "text" else {}
    if as_json or form == "json":
        told = {**evaluation.as_dict(), **({"understanding": figures} if figures else {})}
        text = orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"
    elif form == "markdown":
        text = evaluation.as_markdown()
    elif form == "html":
        text = evaluation.as_html()
    else:
        text = _drawn(evaluation, wrong)
    if figures and not as_json and form in {"text", "markdown"}:
        text = f"{text.rstrip()}\n\n{as_table(figures, len(cases))}"
    put_out(text, {"output": output})


def _reader(advisor: Advisor, source: str) -> Callable[[Case], Mapping[str, Any]]:
    """What a case states: its profile, or what its text is understood to say."""
    from chat.understanding import interpret

    def read(case: Case) -> Mapping[str, Any]:
        if source == "profile":
            return {"task": case.task, "constraints": case.constraints, "needs": case.needs}
        found = interpret(case.text, advisor)
        return {
            "task": found.task,
            "constraints": found.constraints,
            "needs": found.needs,
            "exclude": found.exclude,
        }

    return read


def _drawn(evaluation: Evaluation, wrong: bool) -> str:
    """The tables for a terminal; what is cut off in a file is of no use."""
    from rich.console import Console
    from rich.table import Table

    from engine.render.measured import tables
    from engine.render.measured import wrong as wrong_cases

    console = Console() if sys.stdout.isatty() else Console(width=140, no_color=True)
    with console.capture() as captured:
        for one in tables(evaluation):
            table = Table(*one.header, title=one.title, title_justify="left")
            for row in one.rows:
                table.add_row(*row)
            console.print(table)
        for heading, proof in wrong_cases(evaluation) if wrong else ():
            console.print(f"{heading}\n", *(f"    {line}\n" for line in proof), sep="", markup=False, highlight=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())
