"""What ``adaptwise evaluate --from text`` says of how well texts are understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chat.folds import Read
    from engine.advisor import Advisor
    from engine.evaluation import Case

_FIGURES = {
    "task": "right task, or none where none is stated",
    "f1": "micro-F1 of constraint values",
    "precision": "precision of constraint values",
    "recall": "recall of constraint values",
    "acceptable": "acceptable",
    "mean_per_technique": "mean per expected technique",
    "unacceptable": "unacceptable",
}


def understood(
    cases: Sequence[Case], advisor: Advisor, packs: Sequence[str] | None, folds: int
) -> dict[str, dict[str, float]]:
    """The figures with all phrases and, if asked for, in folds; the latter under the number of folds."""
    from chat.folds import read_in_folds

    return {name: _figures(read_in_folds(cases, advisor, packs, count)) for name, count in _readings(folds).items()}


def _readings(folds: int) -> Mapping[str, int]:
    return {"all phrases": 1} if folds <= 1 else {"all phrases": 1, f"{folds} folds": folds}


def _figures(read: Read) -> dict[str, float]:
    report: dict[str, Any] = read.report.as_dict()
    return {
        **read.understanding.as_dict(),
        **{name: report[name] for name in ("acceptable", "mean_per_technique", "unacceptable")},
    }


def as_table(figures: Mapping[str, Mapping[str, float]], count: int) -> str:
    """The figures as a table in Markdown, which a terminal shows well enough."""
    width = max(map(len, _FIGURES.values()))
    lines = [f"Understanding of {count} texts", "", f"| {'':{width}} | {' | '.join(figures)} |"]
    lines.append(f"|{'-' * (width + 2)}|" + "|".join("-" * (len(name) + 1) + ":" for name in figures) + "|")
    for figure, label in _FIGURES.items():
        shares = (f"{shares[figure]:{len(name)}.3f}" for name, shares in figures.items())
        lines.append(f"| {label:{width}} | {' | '.join(shares)} |")
    if len(figures) > 1:
        lines += [
            "",
            "In folds, a text is read without the phrases taken from it or from others of its fold.",
        ]
    return "\n".join(lines) + "\n"
