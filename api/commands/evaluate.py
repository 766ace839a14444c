"""``adaptwise evaluate``: how often the advice is acceptable."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import print_json
from engine.evaluation import Case, Report, read_cases
from engine.evaluation import evaluate as measure

if TYPE_CHECKING:
    from engine.advisor import Advisor


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "source", type=click.Choice(["profile", "text"]), default="profile", show_default=True)
@click.option("--packs", metavar="IDS", help="Active packs, separated by commas; all if left out.")
@click.option("--wrong", is_flag=True, help="List the cases whose answer is not acceptable.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(file: Path, source: str, packs: str | None, wrong: bool, as_json: bool) -> None:
    """Measure the advice against the worked cases in FILE (one JSON object a line)."""
    from api.commands.local import local_services

    cases = list(read_cases(file))
    active = [pack.strip() for pack in packs.split(",")] if packs else None
    with local_services() as services:
        report = measure(cases, _answerer(services.advisor(), source, active))
    if as_json:
        print_json(report.as_dict())
    else:
        _print(report, source, wrong)


def _answerer(advisor: Advisor, source: str, packs: list[str] | None) -> Callable[[Case], str | None]:
    from chat.understanding import interpret

    def answer(case: Case) -> str | None:
        said: dict[str, Any] = {"task": case.task, "constraints": case.constraints, "needs": case.needs}
        if source == "text":
            read = interpret(case.text, advisor)
            said = {"task": read.task, "constraints": read.constraints, "needs": read.needs, "exclude": read.exclude}
        return advisor.recommend(advisor.profile(**said), packs=packs, explain="none").technique

    return answer


def _print(report: Report, source: str, wrong: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    # a table that is cut off in a file is of no use
    console = Console() if sys.stdout.isatty() else Console(width=140)
    figures = Table("", "share", title=f"{len(report.outcomes)} cases, from {source}", title_justify="left")
    figures.add_row("acceptable", f"{report.acceptable:.3f}")
    figures.add_row("mean per expected technique", f"{report.mean_per_technique:.3f}")
    figures.add_row("unacceptable", f"{report.unacceptable:.3f}")
    console.print(figures)
    console.print(_confusion_table(report))
    confidence = Table("confidence", "cases", "acceptable", title="By confidence", title_justify="left")
    for name, (share, count) in report.by_confidence.items():
        confidence.add_row(name or "-", str(count), f"{share:.3f}")
    console.print(confidence)
    if wrong:
        console.print(_wrong_table(report))


def _confusion_table(report: Report) -> Any:
    from rich.table import Table

    counts = report.confusion
    expected = sorted({pair[0] for pair in counts})
    recommended = sorted({pair[1] for pair in counts})
    title = "Expected first (rows) against recommended (columns)"
    table = Table("", *recommended, "acceptable", title=title, title_justify="left")
    for row in expected:
        cells = [str(counts[row, column] or "") for column in recommended]
        table.add_row(row, *cells, f"{report.per_technique[row]:.3f}")
    return table


def _wrong_table(report: Report) -> Any:
    from rich.table import Table

    table = Table("case", "expected", "recommended", "", "failure", title="Not acceptable", title_justify="left")
    for outcome in report.wrong:
        expected = " or ".join(outcome.case.expected)
        verdict = "unacceptable" if outcome.unacceptable else ""
        table.add_row(outcome.case.id, expected, outcome.technique or "-", verdict, outcome.failure)
    return table
