"""An evaluation as tables and bars: the same rows as text, as Markdown and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from engine.evaluation import NOTHING
from engine.render.bars import bar, svg
from engine.render.english import listed

if TYPE_CHECKING:
    from engine.evaluation import Report
    from engine.measured import Evaluation


@dataclass(frozen=True)
class Table:
    """Rows under a heading; ``shares`` are drawn as bars, by the label of a row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[tuple[str, float], ...] = ()


def tables(evaluation: Evaluation) -> Iterator[Table]:
    """Every table of an evaluation."""
    report = evaluation.report
    rows = [("the advice", report), *evaluation.compared.items()]
    yield Table(
        f"{len(report.outcomes)} cases, from {evaluation.source}",
        ("", "acceptable", "mean per expected technique", "unacceptable"),
        tuple((name, *_figures(one)) for name, one in rows),
        tuple((name, one.acceptable) for name, one in rows),
    )
    counts = report.confusion
    recommended = sorted({pair[1] for pair in counts})
    yield Table(
        "Expected first (rows) against recommended (columns)",
        ("", *recommended, "acceptable"),
        tuple(
            (row, *(str(counts[row, column] or "") for column in recommended), share(report.per_technique[row]))
            for row in sorted({pair[0] for pair in counts})
        ),
        tuple(report.per_technique.items()),
    )
    yield Table(
        "By confidence of the source",
        ("confidence", "cases", "acceptable"),
        tuple((name or "-", str(count), share(right)) for name, (right, count) in report.by_confidence.items()),
        tuple((name or "-", right) for name, (right, _) in report.by_confidence.items()),
    )
    if report.calibration:
        groups = [(_range(one.low, one.high), one) for one in report.calibration]
        yield Table(
            "By how stable the answer says it is",
            ("stability", "cases", "mean stability", "acceptable"),
            tuple((name, str(one.cases), share(one.stability), share(one.acceptable)) for name, one in groups),
            tuple((f"{name} ({one.cases})", one.acceptable) for name, one in groups),
        )


def wrong(evaluation: Evaluation) -> Iterator[tuple[str, list[str]]]:
    """Each case whose answer is not acceptable: what was expected and recommended, and why in short."""
    for outcome in evaluation.report.wrong:
        verdict = ", which it calls unacceptable" if outcome.unacceptable else ""
        stability = "" if outcome.stability is None else f" (stability {share(outcome.stability)})"
        expected = listed(list(outcome.case.expected), "or")
        heading = f"{outcome.case.id}: {expected} was expected, {outcome.technique or NOTHING} recommended{verdict}"
        yield f"{heading}{stability}", (outcome.failure or outcome.proof).splitlines()


def markdown(evaluation: Evaluation) -> str:
    """Tables (GitHub Flavored Markdown), bars as text, wrong cases with their proofs."""
    lines = [f"# {evaluation.name}", "", _measured_on(evaluation), ""]
    for table in tables(evaluation):
        lines += [f"## {table.title}", "", _row(table.header), _row(["---"] * len(table.header))]
        lines += [_row(row) for row in table.rows]
        if table.shares:
            width = max(len(name) for name, _ in table.shares)
            drawn = [f"{name:<{width}}  {bar(value)} {share(value)}" for name, value in table.shares]
            lines += ["", "```text", *drawn, "```"]
        lines.append("")
    found = list(wrong(evaluation))
    if found:
        lines += ["## Not acceptable", ""]
        for heading, proof in found:
            lines += [f"### {_escaped(heading)}", "", *([*("```text", *proof, "```"), ""] if proof else [])]
    return "\n".join(lines).rstrip("\n") + "\n"


def html(evaluation: Evaluation) -> str:
    """A page of its own, with a chart for each table."""
    return _template().render(
        name=evaluation.name,
        measured_on=_measured_on(evaluation),
        tables=[
            (table, svg(table.title, table.shares, f"chart-{number}") if table.shares else "")
            for number, table in enumerate(tables(evaluation), start=1)
        ],
        wrong=list(wrong(evaluation)),
    )


def share(value: float) -> str:
    """A share with three digits."""
    return f"{value:.3f}"


def _figures(report: Report) -> tuple[str, str, str]:
    return share(report.acceptable), share(report.mean_per_technique), share(report.unacceptable)


def _range(low: float, high: float) -> str:
    return f"{low:.0%}" if low == high else f"{low:.0%} to below {high:.0%}"


def _measured_on(evaluation: Evaluation) -> str:
    packs = listed(list(evaluation.packs))
    return f"Measured on {evaluation.date.isoformat()} with the packs {packs}; knowledge {evaluation.content[:12]}."


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("engine.render"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("measured.html")
