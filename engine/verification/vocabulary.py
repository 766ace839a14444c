"""Needs that nothing raises or serves, and tasks that nothing tells apart from what they lie below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from engine.verification.scope import Scope, keys
from kb.findings import Finding
from kb.graph import Key
from kb.model import STATEMENT_KINDS, Task

_TELLING = frozenset({*STATEMENT_KINDS, "band"})
"""Kinds of terms that can tell a task apart from another by naming it."""


def check_needs(scope: Scope) -> Iterator[Finding]:
    """Every need is raised by a rule and served by a technique, itself or by way of a broader or narrower one."""
    knowledge = scope.knowledge
    wanted = [need for need in knowledge.needs if scope.wants("need", need)]
    served = _served(scope) if wanted else set()
    for need in wanted:
        within = scope.logic.narrower(need)
        if not any(True for one in within for _ in scope.raising(one)):
            message = "no rule raises it or a narrower need; it counts only where people state it themselves."
            hint = "Add a demand rule that raises it (aw:raises), unless that is meant."
            yield scope.found("info", "need-never-raised", ("need", need), message, hint)
        elif not served & _broader(scope, need):
            rules = [rule.id for rule in islice(scope.raising(need), 3)]
            named = ", ".join(scope.named("rule", rule) for rule in rules)
            message = f"rules raise it ({named}), but no technique serves it."
            hint = "Add a contribution that makes or helps it, or take the rules away."
            if rules:
                key: Key = ("need", need)
                yield scope.found("warning", "need-never-served", key, message, hint, keys("rule", rules))


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
    for task in wanted:
        if not any(kind in _TELLING for kind, _ in scope.users.get(("task", task.id))):
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


CHECKS: tuple[Callable[[Scope], Iterator[Finding]], ...] = (check_needs, check_tasks)
