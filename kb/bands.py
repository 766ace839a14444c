"""Bands: which of them hold for a task, and whether they cover the numbers without overlap or gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from kb.findings import Finding
from kb.graph import Graph
from kb.model import Band, Constraint, Knowledge

_LEAST, _MOST = Decimal("-Infinity"), Decimal("Infinity")


def bands_of(knowledge: Knowledge, constraint: str, task: str | None = None) -> tuple[Band, ...]:
    """The bands that turn a constraint's numbers into values, from least to most.

    Those of the task, or of its nearest broader task that has its own; else those for all tasks.
    """
    groups = _by_task(knowledge, constraint)
    for one in Graph(knowledge).inheritance_order(task) if task and len(groups) > (None in groups) else ():
        if one in groups:
            return groups[one]
    return groups.get(None, ())


def covers(band: Band, number: Decimal) -> bool:
    """Whether a number lies in a band."""
    return (band.start is None or band.start <= number) and (band.end is None or number < band.end)


def shown(band: Band) -> str:
    """A band as people read it, such as "5 to below 20"."""
    if band.start is None and band.end is None:
        return "any number"
    if band.start is None:
        return f"below {plain(band.end)}"
    return f"{plain(band.start)} or more" if band.end is None else f"{plain(band.start)} to below {plain(band.end)}"


def plain(number: Decimal | None) -> str:
    """A number without exponent and without zeros that say nothing."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_bands(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Bands of a constraint neither overlap nor leave gaps, follow its order, and come with a unit."""
    for constraint in knowledge.constraints.values():
        groups = _by_task(knowledge, constraint.id)
        if constraint.unit and not groups:
            message = "it has a unit but no bands, so that no number can be turned into a value."
            yield Finding("error", "unit-without-bands", "constraint", constraint.id, message)
        if groups and not constraint.unit:
            message = "it has bands but no unit, so that nobody knows what its numbers count."
            yield Finding("error", "bands-without-unit", "constraint", constraint.id, message, "aw:unit unit:<id>")
        for group in groups.values():
            yield from _check_group(constraint, group)
            yield from _check_reach(groups.get(None, ()), group)


def _by_task(knowledge: Knowledge, constraint: str) -> dict[str | None, tuple[Band, ...]]:
    groups: dict[str | None, list[Band]] = defaultdict(list)
    for band in knowledge.bands.values():
        if band.constraint == constraint:
            groups[band.task].append(band)
    return {
        task: tuple(sorted(group, key=lambda band: _LEAST if band.start is None else band.start))
        for task, group in groups.items()
    }


def _check_group(constraint: Constraint, group: tuple[Band, ...]) -> Iterator[Finding]:
    scale = [value.id for value in constraint.values]
    empty = False
    for band in group:
        if band.start is not None and band.end is not None and band.start >= band.end:
            message = f"the band is empty: it runs from {plain(band.start)} to below {plain(band.end)}."
            yield Finding("error", "empty-band", "band", band.id, message)
            empty = True
        if band.value not in scale:
            message = f"{band.value} is no value of constraint:{constraint.id}."
            yield Finding("error", "band-outside-scale", "band", band.id, message, f"one of {', '.join(scale)}")
    if empty:
        return
    for one, other in pairwise(group):
        yield from _check_neighbours(one, other)
    places = [scale.index(band.value) for band in group if band.value in scale]
    if constraint.ordered and places not in (sorted(places), sorted(places, reverse=True)):
        order = ", ".join(band.value for band in group)
        message = f"from least to most its numbers stand for {order}, which follows the scale neither up nor down."
        yield Finding("error", "bands-against-order", "constraint", constraint.id, message)
    missing = [value for value in scale if value not in {band.value for band in group}]
    if missing and group[0].task is None:
        message = f"no number stands for {' or '.join(missing)}; people can only say it in words."
        yield Finding("info", "value-without-band", "constraint", constraint.id, message)


def _check_reach(general: tuple[Band, ...], group: tuple[Band, ...]) -> Iterator[Finding]:
    """The bands of a task take the place of the general ones, so that beyond them a number stands for nothing there."""
    task = group[0].task
    if not general or task is None:
        return
    least, most = group[0].start, group[-1].end
    hint = "The bands of a task take the place of the general ones: say what the rest stands for there."
    if least is not None and (general[0].start is None or general[0].start < least):
        message = f"for task:{task} numbers below {plain(least)} stand for no value, though in general they do."
        yield Finding("warning", "task-bands-leave-gap", "band", group[0].id, message, hint=hint)
    if most is not None and (general[-1].end is None or general[-1].end > most):
        message = f"for task:{task} numbers from {plain(most)} on stand for no value, though in general they do."
        yield Finding("warning", "task-bands-leave-gap", "band", group[-1].id, message, hint=hint)


def _check_neighbours(one: Band, other: Band) -> Iterator[Finding]:
    end = _MOST if one.end is None else one.end
    start = _LEAST if other.start is None else other.start
    if end > start:
        message = f"it overlaps band:{one.id} ({shown(one)}): numbers from {plain(other.start)} stand for two values."
        yield Finding(
            "error", "bands-overlap", "band", other.id, message, f"aw:from {plain(one.end)}" if one.end else ""
        )
    elif end < start:
        message = f"numbers from {plain(one.end)} to below {plain(other.start)} stand for no value."
        yield Finding("error", "bands-leave-gap", "band", other.id, message, f"aw:from {plain(one.end)}")
