"""Prerequisites that can never be met, composites that are never considered, techniques that others always outdo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from engine.compiler import GATING_STRENGTHS
from engine.verification.scope import Scope, keys
from kb.findings import Finding, Severity
from kb.graph import Key
from kb.model import ALWAYS, AnyOf, Condition, Contribution, Not, Prerequisite, Technique

_REQUIRES = "Look at its aw:requires and aw:when: take one of the tests away, or join them with aw:anyOf."


def check_prerequisites(scope: Scope) -> Iterator[Finding]:
    """Every prerequisite can be met."""
    for one in scope.wanted("prerequisite", scope.knowledge.prerequisites):
        why = scope.never(one.requires, one.when)
        if why and not scope.never(one.when):
            technique = scope.named("technique", one.technique)
            effect = "can never be chosen" if one.hard else "always loses points"
            message = f"it can never be met: where it applies and all is known, {technique} {effect}."
            key: Key = ("prerequisite", one.id)
            severity: Severity = "error" if one.hard and why == ("values",) else "warning"
            yield scope.found(
                severity, "unmeetable-prerequisite", key, message, _REQUIRES, (("technique", one.technique),)
            )


def check_possible(scope: Scope) -> Iterator[Finding]:
    """The hard prerequisites of a technique, those of its parts and families among them, do not exclude each other."""
    for technique in scope.knowledge.techniques.values():
        hard = [one for one in _prerequisites(scope, technique.id) if one.hard and not scope.never(_demand(one))]
        key: Key = ("technique", technique.id)
        if not any(scope.wants("prerequisite", one.id) for one in hard) and not scope.wants(*key):
            continue
        for one, other in combinations(hard, 2):
            if why := scope.never(_demand(one), _demand(other)):
                names = f"{scope.named('prerequisite', one.id)} and {scope.named('prerequisite', other.id)}"
                message = f"where all is known it can never be chosen: {names} exclude each other."
                hint = "Take one of them away, make it soft, or give it a condition (aw:when)."
                severity: Severity = "error" if why == ("values",) else "warning"
                others = keys("prerequisite", (one.id, other.id))
                yield scope.found(severity, "prerequisites-exclude", key, message, hint, others)


def _demand(prerequisite: Prerequisite) -> Condition:
    """What must not be false: what is required, or that the prerequisite does not apply."""
    if prerequisite.when == ALWAYS:
        return prerequisite.requires
    return AnyOf((Not(prerequisite.when), prerequisite.requires))


def _prerequisites(scope: Scope, technique: str) -> list[Prerequisite]:
    givers = _atoms_and_families(scope, technique)
    return [one for one in scope.knowledge.prerequisites.values() if one.technique in givers]


def _atoms_and_families(scope: Scope, technique: str) -> set[str]:
    found: set[str] = set()
    waiting = [technique]
    while waiting:
        record = scope.knowledge.techniques.get(waiting.pop())
        if record is not None and record.id not in found:
            found.add(record.id)
            waiting += [*record.parts, *([record.refines] if record.refines else [])]
    return found


def check_composites(scope: Scope) -> Iterator[Finding]:
    """No simpler technique does something for every need that may call for a composite."""
    knowledge = scope.knowledge
    composites = [one for one in knowledge.techniques.values() if one.parts]
    if not composites or not _concerned(scope):
        return
    raised = _calling(scope)
    all_of_them = {need.id for need in knowledge.needs.values() if need.kind == "requirement"}
    for composite in composites:
        simpler = [
            one
            for one in knowledge.techniques.values()
            if not one.parts and one.refines is None and one.complexity < composite.complexity
        ]
        enough = next((one for one in simpler if raised and _always_enough(scope, one, raised)), None)
        if enough is not None:
            never = _always_enough(scope, enough, all_of_them)
            needs = "every need" if never else f"every need that rules raise as {' or '.join(GATING_STRENGTHS)}"
            message = (
                f"it is {'never considered' if never else 'considered only where people state a need themselves'}: "
                f"{scope.named('technique', enough.id)} is simpler, always possible, and does something for {needs}."
            )
            hint = "Add a prerequisite to the simpler one, or a rule for a need that it does not serve."
            severity: Severity = "warning" if never else "info"
            others: tuple[Key, ...] = (("technique", enough.id),)
            yield scope.found(
                severity, "composite-never-considered", ("technique", composite.id), message, hint, others
            )


def _concerned(scope: Scope) -> bool:
    """Whether what techniques give, cost and require is in scope."""
    told = {"technique", "contribution", "prerequisite", "penalty"}
    return scope.focus is None or any(kind in told for kind, _ in scope.focus)


def _calling(scope: Scope) -> set[str]:
    """The requirements that rules raise strongly enough to call for a composite."""
    needs = (need for need in scope.knowledge.needs.values() if need.kind == "requirement")
    return {need.id for need in needs if scope.calls(need.id)}


def _always_enough(scope: Scope, technique: Technique, needs: set[str]) -> bool:
    own = [given for given in scope.knowledge.contributions.values() if given.technique == technique.id]
    unconditional = {given.need for given in own if given.when == ALWAYS and scope.served(given) > 0}
    against = {given.need for given in own if scope.served(given) < 0}
    blocked = any(one.hard for one in _prerequisites(scope, technique.id))
    return not blocked and needs <= unconditional - against


def check_dominated(scope: Scope) -> Iterator[Finding]:
    """No technique is outdone by a simpler one whatever the case, as far as contributions without conditions show."""
    plain = [one for one in scope.knowledge.techniques.values() if not one.parts and one.refines is None]
    if not _concerned(scope):
        return
    for one in plain:
        for other in plain:
            if one.id != other.id and other.complexity <= one.complexity and _outdone(scope, one, other):
                message = (
                    f"{scope.named('technique', other.id)} always does at least as well: it gives every need as much, "
                    "damages none more, requires no more, and is no more complex."
                )
                hint = "Say what it does better (a contribution), or what the other costs (a penalty)."
                others = keys("technique", [other.id])
                yield scope.found("info", "dominated-technique", ("technique", one.id), message, hint, others)
                break


def _outdone(scope: Scope, one: Technique, other: Technique) -> bool:
    """Sufficient only: all of both must hold without conditions, except what speaks against ``one`` anyway."""
    ours, theirs = (_degrees(scope, technique.id) for technique in (one, other))
    if ours is None or theirs is None or ours == theirs:
        return False
    knowledge = scope.knowledge
    burdened = {one.technique for one in knowledge.prerequisites.values()}
    burdened |= {one.technique for one in knowledge.penalties.values()}
    places = {*ours, *theirs}
    return other.id not in burdened and all(theirs.get(place, 0) >= ours.get(place, 0) for place in places)


def _degrees(scope: Scope, technique: str) -> dict[tuple[str, bool], int] | None:
    """What a technique gives to each need and takes from it; None if that depends on the case or on packs."""
    found: dict[tuple[str, bool], int] = {}
    given: list[Contribution] = [g for g in scope.knowledge.contributions.values() if g.technique == technique]
    if any(one.when != ALWAYS for one in given) or len({one.pack for one in given}) > 1:
        return None
    for one in given:
        place = one.need, scope.knowledge.degrees[one.degree].damages
        weight = scope.served(one)
        kept = found.get(place, weight)
        found[place] = min(kept, weight) if place[1] else max(kept, weight)
    return found


CHECKS: tuple[Callable[[Scope], Iterator[Finding]], ...] = (
    check_prerequisites,
    check_possible,
    check_composites,
    check_dominated,
)
