"""What a task inherits, adds and overrides, in plain English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.render.english import listed, sentence
from engine.render.text import BULLET
from kb.model import AllOf, AnyOf, Condition, DemandRule, TaskIs, TypicalValue

if TYPE_CHECKING:
    from engine.inheritance import Entry, Inheritance
    from engine.render.wording import Wording


def inheritance(found: Inheritance, wording: Wording) -> str:
    """Three short lists: of its own, inherited, overridden."""
    name = wording.task(found.task)
    above = [wording.task(task) for task in found.distances if task != found.task]
    lines = [sentence(f"{name} is a kind of {listed(above)}" if above else f"{name} lies below no other task")]
    own, taken, outdone = (found.of(share) for share in ("added", "inherited", "overridden"))
    if not own and not taken and not outdone:
        return "\n".join([*lines, "Nothing is said of it beyond what is said of every task."])
    lines += _list("Of its own:", own, wording) if own else ["Nothing is said of it alone."]
    lines += _list("Inherited:", taken, wording)
    lines += _list("Inherited, and overridden:", outdone, wording)
    return "\n".join(lines)


def _list(title: str, entries: tuple[Entry, ...], wording: Wording) -> list[str]:
    told = [f"{BULLET} {_entry(entry, wording)}" for entry in entries]
    return [title, *told] if told else []


def _entry(entry: Entry, wording: Wording) -> str:
    said = demand(entry, wording) if isinstance(entry.statement, DemandRule) else typical(entry, wording)
    if not entry.distance:
        return said
    where = f"from {wording.task(entry.task)}"
    if entry.overridden_by:
        kind = "rule" if isinstance(entry.statement, DemandRule) else "typical"
        where += f"; overridden by {listed([f'{kind}:{one}' for one in entry.overridden_by])}"
    return f"{said.removesuffix('.')} ({where})."


def demand(entry: Entry, wording: Wording) -> str:
    """A demand as a sentence, without the task."""
    rule = entry.statement
    assert isinstance(rule, DemandRule)
    weight = wording.weight(rule.strength)
    when = wording.condition(_beside(rule.when))
    return sentence(f"{wording.demanded(rule.need, weight)}{f' where {when}' if when else ''}")


def typical(entry: Entry, wording: Wording) -> str:
    """A typical value as a sentence."""
    said = entry.statement
    assert isinstance(said, TypicalValue)
    return sentence(
        f"{wording.constraint(said.constraint)} is “{wording.value(said.constraint, said.value)}”, typically"
    )


def _beside(condition: Condition) -> Condition:
    """What a condition asks for beside the task."""
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    left = tuple(part for part in parts if not _of_tasks(part))
    return left[0] if len(left) == 1 else AllOf(left)


def _of_tasks(condition: Condition) -> bool:
    return isinstance(condition, TaskIs) or (
        isinstance(condition, AnyOf) and all(isinstance(inner, TaskIs) for inner in condition.conditions)
    )
