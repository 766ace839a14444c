"""Statements that contradict, cover or repeat one another, and such as never apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from engine.verification.scope import Scope, keys
from kb.findings import Finding, Severity
from kb.graph import Key
from kb.model import AllOf, AnyOf, Condition, Contribution, DemandRule, Kind, Statement, TaskIs

S = TypeVar("S", DemandRule, Contribution)

_WHEN = "Look at its aw:when: take one of the tests away, or join them with aw:anyOf."


def check_conditions(scope: Scope) -> Iterator[Finding]:
    """Every statement applies in some case."""
    for kind, statement in _statements(scope):
        why = scope.never(statement.when)
        if why == ("values",):
            message = "it never applies: no case meets its condition, whatever the values."
            yield scope.found("error", "contradictory-condition", (kind, statement.id), message, _WHEN)
        elif why:
            tasks = keys("task", sorted(_tasks_asked(statement.when)))
            names = " and ".join(scope.named("task", task) for _, task in tasks)
            message = f"it never applies: it asks for {names}, and no task lies below all of these."
            hint = "Name one of the tasks, or join them with aw:anyOf."
            yield scope.found("warning", "exclusive-tasks", (kind, statement.id), message, hint, tasks)


def _statements(scope: Scope) -> Iterable[tuple[Kind, Statement]]:
    if scope.focus is None:
        return scope.knowledge.statements()
    found = ((kind, scope.knowledge.find(kind, term_id)) for kind, term_id in sorted(scope.focus))
    return [(kind, term) for kind, term in found if isinstance(term, Statement)]


def _tasks_asked(condition: Condition) -> set[str]:
    """The tasks of which a condition asks for all."""
    match condition:
        case TaskIs(task):
            return {task}
        case AllOf(inners):
            return {task for inner in inners for task in _tasks_asked(inner)}
        case AnyOf((inner,)):
            return _tasks_asked(inner)
    return set()


def check_rules(scope: Scope) -> Iterator[Finding]:
    """No rule repeats, contradicts or is covered by another rule of its pack."""
    for rules in scope.rules_by_need.values():
        for one, other in _pairs(scope, "rule", rules):
            yield from _compare_rules(scope, one, other)


def _compare_rules(scope: Scope, one: DemandRule, other: DemandRule) -> Iterator[Finding]:
    weaker, stronger = sorted((one, other), key=scope.weight)
    same = scope.weight(one) == scope.weight(other)
    key, others = _key("rule", weaker), (_key("rule", stronger),)
    name, need = scope.named("rule", stronger.id), scope.named("need", one.need)
    covers = scope.open_logic.implies(weaker.when, stronger.when)
    if covers is None:
        message = f"whether {name} covers it was not checked: their conditions name too much."
        yield scope.found("info", "not-checked", key, message, "Use shorter conditions.", others)
    elif covers and scope.open_logic.implies(stronger.when, weaker.when):
        if same:
            yield from _repeated(scope, weaker, stronger)
        elif _comparable(weaker, stronger):
            message = (
                f"it raises {need} as {weaker.strength}, and {name} under the same condition as {stronger.strength}; "
                f"only {stronger.strength} ever counts."
            )
            hint = "Say which strength is meant, or tell the conditions apart."
            yield scope.found("warning", "conflicting-rules", key, message, hint, others)
    elif covers:
        yield from _covered(scope, weaker, stronger)
    elif same and scope.open_logic.implies(stronger.when, weaker.when):
        yield from _covered(scope, stronger, weaker)


def _repeated(scope: Scope, one: DemandRule, other: DemandRule) -> Iterator[Finding]:
    if _comparable(one, other):
        message = f"it says the same as {scope.named('rule', other.id)}: condition, need and strength are equal."
        hint = "Keep one of them, with the claims of both."
        yield scope.found("warning", "repeated-rule", _key("rule", one), message, hint, (_key("rule", other),))


def _covered(scope: Scope, covered: DemandRule, covering: DemandRule) -> Iterator[Finding]:
    """Within a pack what is covered never decides; over packs it corroborates, and decides where the other is off."""
    key, others = _key("rule", covered), (_key("rule", covering),)
    fires = (
        f"whenever it fires, {scope.named('rule', covering.id)} fires too and raises "
        f"{scope.named('need', covered.need)} as {covering.strength}, where it says {covered.strength}."
    )
    if _comparable(covered, covering):
        hint = "Take it away, raise its strength, or narrow the condition of the other."
        # What is equally strong corroborates, and is shown with its claims; what is weaker is only mentioned.
        equal = scope.weight(covered) == scope.weight(covering)
        severity: Severity = "info" if equal else "warning"
        yield scope.found(severity, "subsumed-rule", key, f"it never decides: {fires}", hint, others)
    else:
        message = f"it only corroborates the pack {covering.pack}: {fires}"
        hint = "Nothing needs to be done, unless it was meant to change something."
        yield scope.found("info", "corroborating-rule", key, message, hint, others)


def check_contributions(scope: Scope) -> Iterator[Finding]:
    """No two contributions of one pack say opposite or equal things of a technique and a need."""
    groups: dict[tuple[str, str, str, bool], list[Contribution]] = {}
    wanted = (
        None if scope.focus is None else {c.need for c in scope.wanted("contribution", scope.knowledge.contributions)}
    )
    for given in scope.knowledge.contributions.values():
        if wanted is None or given.need in wanted:
            damages = scope.knowledge.degrees[given.degree].damages
            groups.setdefault((given.technique, given.need, given.pack, damages), []).append(given)
    for group in groups.values():
        for one, other in _pairs(scope, "contribution", group):
            yield from _compare_contributions(scope, one, other)


def _compare_contributions(scope: Scope, one: Contribution, other: Contribution) -> Iterator[Finding]:
    """Of several that apply the best supply and the worst damage count (docs/semantics.md, contributions)."""
    damages = scope.knowledge.degrees[one.degree].damages
    weaker, stronger = sorted((one, other), key=lambda given: scope.served(given) * (-1 if damages else 1))
    equal = weaker.degree == stronger.degree
    if scope.served(weaker) < 0 < scope.served(stronger):
        yield from _opposed(scope, weaker, stronger)
        return
    if equal and not scope.open_logic.implies(weaker.when, stronger.when):
        weaker, stronger = stronger, weaker
    if scope.open_logic.implies(weaker.when, stronger.when):
        key, others = _key("contribution", weaker), (_key("contribution", stronger),)
        name = scope.named("contribution", stronger.id)
        if equal and scope.open_logic.implies(stronger.when, weaker.when):
            message = f"it says the same as {name}: technique, need, degree and condition are equal."
            hint = "Keep one of them, with the claims of both."
            yield scope.found("warning", "repeated-contribution", key, message, hint, others)
        else:
            said = f"where it says {weaker.degree}, that says {stronger.degree}"
            message = f"it never decides: whenever it applies, {name} applies too; {said}."
            hint = "Take it away, or tell the conditions apart."
            yield scope.found("info" if equal else "warning", "subsumed-contribution", key, message, hint, others)


def _opposed(scope: Scope, lacking: Contribution, serving: Contribution) -> Iterator[Finding]:
    if scope.open_logic.together(lacking.when, serving.when) is not True:
        return
    covered = scope.open_logic.implies(lacking.when, serving.when)
    if not covered and scope.open_logic.implies(serving.when, lacking.when):
        return  # what holds in general, and an exception to it
    key, others = _key("contribution", lacking), (_key("contribution", serving),)
    technique, need = scope.named("technique", lacking.technique), scope.named("need", lacking.need)
    opposed = f"{technique} {lacking.degree} {need} by this, and {serving.degree} it by"
    name = scope.named("contribution", serving.id)
    hint = "Add a condition to one of them (aw:when) so that they never apply together."
    if covered:
        message = f"{opposed} {name}, which applies whenever this does: what it says never counts."
        yield scope.found("error", "conflicting-contributions", key, message, hint, others)
    else:
        message = f"{opposed} {name}, in some cases at once; there only the second counts."
        yield scope.found("warning", "overlapping-contributions", key, message, hint, others)


def _pairs(scope: Scope, kind: Kind, statements: list[S]) -> Iterator[tuple[S, S]]:
    """The pairs of which one side at least is wanted, less those whose tasks have nothing to do with each other.

    One of two comparable statements is about a task at or below that of the other, or about no task; so that each is
    held only against what stands above it.
    """
    wanted = {one.id for one in statements if scope.wants(kind, one.id)}
    asked = {one.id: _tasks_asked(one.when) for one in statements}
    below = _at_or_below(scope, {task for one in wanted for task in asked[one]})
    above: dict[str, list[S]] = {}
    wanted_above: dict[str, list[S]] = {}
    for one in statements:
        for place in asked[one.id] or {""}:  # the empty name stands for no task
            above.setdefault(place, []).append(one)
            if one.id in wanted:
                wanted_above.setdefault(place, []).append(one)
    seen: set[frozenset[str]] = set()
    for one in statements:
        higher = above if one.id in wanted else wanted_above
        related: set[str] = asked[one.id] if one.id in wanted or asked[one.id] & below else set()
        for place in {"", *(task for one_task in related for task in scope.logic.lineage(one_task))}:
            for other in higher.get(place, ()):
                pair = frozenset((one.id, other.id))
                if len(pair) == 2 and pair not in seen:
                    seen.add(pair)
                    # What never applies covers nothing; that it never applies is found by itself.
                    if (
                        scope.open_logic.possible(one.when) is not False
                        and scope.open_logic.possible(other.when) is not False
                    ):
                        yield one, other


def _at_or_below(scope: Scope, tasks: set[str]) -> set[str]:
    """Tasks and every narrower one."""
    found, waiting = set(tasks), list(tasks)
    while waiting:
        narrower = {one for kind, one in scope.users.get(("task", waiting.pop())) if kind == "task"} - found
        found |= narrower
        waiting += narrower
    return found


def _comparable(one: Statement, other: Statement) -> bool:
    """Whether neither can be switched off without the other."""
    return one.pack == other.pack


def _key(kind: Kind, statement: Statement) -> Key:
    return kind, statement.id


CHECKS: tuple[Callable[[Scope], Iterator[Finding]], ...] = (check_conditions, check_rules, check_contributions)
