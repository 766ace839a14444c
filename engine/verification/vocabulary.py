"""Needs that nothing raises or serves, and tasks that nothing tells apart from what they lie below."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.verification.scope import Scope, keys
from kb.findings import Finding
from kb.graph import Key, conditions
from kb.model import ALWAYS, Kind, Prerequisite, Statement, Task, TaskIs, TypicalValue


def check_needs(scope: Scope) -> Iterator[Finding]:
    """Every need is raised by a rule and served by a technique, itself or by way of a broader or narrower one."""
    knowledge = scope.knowledge
    wanted = [need for need in knowledge.needs if scope.wants("need", need)]
    served = _served(scope) if wanted else set()
    for need in wanted:
        within = scope.logic.narrower(need)
        if not any(rule.need in within for rule in knowledge.rules.values()):
            message = "no rule raises it or a narrower need; it counts only where people state it themselves."
            hint = "Add a demand rule that raises it (aw:raises), unless that is meant."
            yield scope.found("info", "need-never-raised", ("need", need), message, hint)
        elif not served & _broader(scope, need):
            rules = [rule.id for rule in knowledge.rules.values() if rule.need == need]
            named = ", ".join(scope.named("rule", rule) for rule in rules[:3])
            message = f"rules raise it ({named}), but no technique serves it."
            hint = "Add a contribution that makes or helps it, or take the rules away."
            if rules:
                key: Key = ("need", need)
                yield scope.found("warning", "need-never-served", key, message, hint, keys("rule", rules[:3]))


def _served(scope: Scope) -> set[str]:
    degrees = scope.knowledge.degrees
    served = {given.need for given in scope.knowledge.contributions.values() if scope.served(given) > 0}
    combined = (one for one in scope.knowledge.interactions.values() if one.need and one.degree)
    return served | {one.need for one in combined if one.need and degrees[one.degree or ""].weight > 0}


def _broader(scope: Scope, need: str) -> set[str]:
    found: set[str] = set()
    waiting = [need]
    while waiting:
        one = waiting.pop()
        if one not in found and one in scope.knowledge.needs:
            found.add(one)
            waiting += scope.knowledge.needs[one].broader
    return found


def check_tasks(scope: Scope) -> Iterator[Finding]:
    """Something is said of every task that is not said of what it lies below."""
    wanted = [task for task in _tasks(scope) if task.replaced_by is None]
    if not wanted:
        return
    names = {task.id for task in wanted}
    named = {task for _, one in _statements(scope) for task in _tasks_of(one, names)}
    if names - named:
        named |= {task for _, one in scope.knowledge.statements() for task in _tasks_of(one, names)}
        named |= {band.task for band in scope.knowledge.bands.values() if band.task}
    for task in wanted:
        if task.id not in named:
            broader = keys("task", task.broader)
            above = " and ".join(scope.named("task", one) for one in task.broader)
            message = (
                f"no rule and no typical value tells it apart from {above}: it gets the same answers."
                if above
                else "no rule and no typical value is about it: it gets the answers of any task."
            )
            hint = "Add a demand that it raises, or a value that is typical of it, unless that is meant."
            yield scope.found("info", "task-like-any", ("task", task.id), message, hint, broader)


def _tasks(scope: Scope) -> list[Task]:
    if scope.focus is None:
        return list(scope.knowledge.tasks.values())
    wanted = sorted(term_id for kind, term_id in scope.focus if kind == "task")
    return [scope.knowledge.tasks[task] for task in wanted if task in scope.knowledge.tasks]


def _statements(scope: Scope) -> Iterator[tuple[Kind, Statement]]:
    """The statements in a narrow scope: those that come with a task are likely to name it."""
    for kind, term_id in scope.focus or ():
        term = scope.knowledge.find(kind, term_id)
        if isinstance(term, Statement):
            yield kind, term


def _tasks_of(statement: Statement, wanted: set[str]) -> Iterator[str]:
    """Those of some tasks of which a statement speaks."""
    if isinstance(statement, TypicalValue):
        yield from {statement.task} & wanted
    asked = [statement.when, *([statement.requires] if isinstance(statement, Prerequisite) else [])]
    for condition in asked:
        if condition != ALWAYS:
            yield from (one.task for one in conditions(condition) if isinstance(one, TaskIs) and one.task in wanted)


CHECKS: tuple[Callable[[Scope], Iterator[Finding]], ...] = (check_needs, check_tasks)
