"""Structural checks on a knowledge base as a whole: circles, bands, scales, composites, claims, words.

What a single term must have is said in ``ontology/shapes.ttl``; here is what takes more than one term to see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kb.bands import check_bands
from kb.findings import Finding
from kb.formulas import check_formulas
from kb.graph import Graph, all_terms, conditions, cycles, references
from kb.model import STATEMENT_KINDS, Advice, Constraint, Kind, Knowledge, Prerequisite, Technique, Term, ValueIs
from kb.nearest import nearest

if TYPE_CHECKING:
    import networkx as nx

UNKNOWN = "unknown"
"""What is accepted for every constraint, and is never one of its values."""

WORDED: tuple[Kind, ...] = ("task", "constraint", "need", "technique")
"""Kinds of terms that people name."""

_SUPPORTED: frozenset[Kind] = frozenset({*STATEMENT_KINDS, "band"}) - {"parameter", "formula"}
"""What may not rest on unverified claims alone. Numbers of formulas may: each is shown with its date and source."""


def check(knowledge: Knowledge) -> list[Finding]:
    """Every finding of every check; terms that could not be read are taken as not there."""
    graph = Graph(knowledge)
    return [finding for one in CHECKS for finding in one(knowledge, graph)]


def check_cycles(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Hierarchies have no circles, and nothing is part of itself."""
    circles: tuple[tuple[Kind, str, nx.DiGraph[str]], ...] = (
        ("task", "broader", graph.tasks),
        ("need", "broader", graph.needs),
        ("technique", "refinement", graph.techniques),
        ("technique", "part", graph.parts),
        ("unit", "conversion", graph.hierarchy("unit")),
    )
    for kind, what, hierarchy in circles:
        for circle in cycles(hierarchy):
            message = f"there is a circle of {what}: {' and '.join(circle)}; take one of these relations away."
            yield Finding("error", f"circular-{what}", kind, circle[0], message)


def check_need_dependencies(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """No need is raised because it is raised (docs/semantics.md, conditions)."""
    for circle in cycles(graph.need_dependencies):
        rules = sorted(
            data["rule"] for one, other, data in graph.need_dependencies.edges(data=True) if {one, other} <= {*circle}
        )
        message = (
            f"whether {' and '.join(circle)} is raised depends on itself, through the rules {', '.join(rules)}; "
            "a condition on a need also looks at every narrower one."
        )
        yield Finding("error", "need-depends-on-itself", "need", circle[0], message)


def check_scales(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Scales have no value twice, no value "unknown", and hold the default."""
    for constraint in knowledge.constraints.values():
        yield from _check_scale(constraint)


def _check_scale(constraint: Constraint) -> Iterator[Finding]:
    counts = Counter(value.id for value in constraint.values)
    for value, count in counts.items():
        if count > 1:
            message = f"the value {value} stands {count} times in the scale."
            yield Finding("error", "repeated-value", "constraint", constraint.id, message)
    if UNKNOWN in counts:
        message = f"'{UNKNOWN}' is accepted for every constraint and is never a value; take it from the scale."
        yield Finding("error", "unknown-as-value", "constraint", constraint.id, message)
    if constraint.default is not None and constraint.default not in counts:
        yield Finding(
            "error",
            "default-outside-scale",
            "constraint",
            constraint.id,
            f"the default {constraint.default} is not in the scale.",
            f"one of {', '.join(counts)}",
            nearest(constraint.default, counts),
        )
    if len(counts) == 1:
        message = "a scale with one value tells nothing apart; complete it."
        yield Finding("warning", "scale-of-one", "constraint", constraint.id, message)


def check_conditions(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """At least and at most are asked only of constraints whose values have an order."""
    for kind, statement in knowledge.statements():
        inner = [*conditions(statement.when)]
        if isinstance(statement, Prerequisite):
            inner += conditions(statement.requires)
        for one in inner:
            constraint = knowledge.constraints.get(one.constraint) if isinstance(one, ValueIs) else None
            if isinstance(one, ValueIs) and one.operator != "is" and constraint and not constraint.ordered:
                message = f"a condition asks for {one.operator} on {constraint.id}, whose values have no order."
                expected = "aw:is, or aw:scale aw:ordered on the constraint"
                yield Finding("error", "order-on-plain-scale", kind, statement.id, message, expected)


def check_techniques(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Composites have two parts or more, are not simpler than their parts, and say when they are worth it."""
    required = {one.technique for one in knowledge.prerequisites.values()}
    for technique in knowledge.techniques.values():
        if technique.parts:
            yield from _check_composite(knowledge, technique, technique.id in required)


def _check_composite(knowledge: Knowledge, composite: Technique, has_prerequisite: bool) -> Iterator[Finding]:
    parts = [knowledge.techniques[part] for part in composite.parts if part in knowledge.techniques]
    if len(composite.parts) == 1:
        message = "a composite of one part is that part; name another part, or use aw:refines."
        yield Finding("error", "composite-of-one", "technique", composite.id, message)
    simplest = max((part.complexity for part in parts), default=0)
    if parts and composite.complexity <= simplest:
        message = f"a composite with complexity {composite.complexity} is no simpler than its parts."
        expected = f"more than {simplest}, the complexity of its most complex part"
        yield Finding("warning", "composite-too-simple", "technique", composite.id, message, expected)
    if parts and not has_prerequisite:
        message = "nothing says when the combination is worth it; it has no prerequisite of its own."
        yield Finding("info", "composite-without-prerequisite", "technique", composite.id, message)


def check_prerequisites(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Soft prerequisites cost points, hard ones do not."""
    for one in knowledge.prerequisites.values():
        if one.hard and one.points:
            message = "a hard prerequisite makes the technique infeasible; its points are never counted."
            yield Finding("warning", "points-on-hard", "prerequisite", one.id, message)
        if not one.hard and not one.points:
            message = "a soft prerequisite without points has no effect; add aw:points."
            yield Finding("warning", "soft-without-points", "prerequisite", one.id, message)


def check_typical_values(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """A task has one typical value for a constraint."""
    stated: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in knowledge.typical_values.values():
        stated[one.task, one.constraint].append(one.id)
    for (task, constraint), ids in stated.items():
        if len(ids) > 1:
            message = f"task {task} has several typical values for {constraint}: {', '.join(ids)}; keep one."
            yield Finding("error", "repeated-typical-value", "typical", ids[0], message)


def check_claims(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Every claim of a source is used, or says why it is not."""
    used = {claim for _, term in all_terms(knowledge) for claim in term.claims}
    used |= {claim for conflict in knowledge.conflicts.values() for claim in conflict.between}
    for claim in knowledge.claims.values():
        if claim.id not in used and not claim.unused_because:
            message = "nothing rests on this claim; derive a statement from it, or say aw:unusedBecause."
            yield Finding("warning", "unused-claim", "claim", claim.id, message)


def check_support(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """What nobody verified decides nothing by itself: only a hint may rest on it alone (docs/decisions)."""
    for kind, term in all_terms(knowledge):
        claims = [knowledge.claims[claim] for claim in term.claims if claim in knowledge.claims]
        if (
            kind in _SUPPORTED
            and not _is_hint(term)
            and claims
            and all(one.verification == "unverified" for one in claims)
        ):
            message = f"it rests only on what nobody verified ({', '.join(one.id for one in claims)})."
            expected = "a claim that was checked or judged beside it, or a hint: aw:Advice with aw:adviceKind aw:hint"
            yield Finding("error", "unverified-support", kind, term.id, message, expected)


def _is_hint(term: Term) -> bool:
    return isinstance(term, Advice) and term.kind == "hint"


def check_resolutions(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """A resolution overrules claims of its conflict, and one that supersedes says which overrules which."""
    for one in knowledge.resolutions.values():
        conflict = knowledge.conflicts.get(one.conflict)
        strangers = sorted({*one.overrules} - {*conflict.between}) if conflict else []
        if conflict and strangers:
            message = f"it overrules {', '.join(strangers)}, no part of conflict:{conflict.id}."
            expected = f"claims among {', '.join(conflict.between)}"
            yield Finding("error", "claim-outside-conflict", "resolution", one.id, message, expected)
        if one.decision == "supersedes" and not (one.prefers and one.overrules):
            message = "one claim supersedes another, but it is not said which: add aw:prefers and aw:overrules."
            yield Finding("error", "unclear-resolution", "resolution", one.id, message)


def check_labels(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Two terms of a kind do not go by the same name."""
    for kind in WORDED:
        names: dict[str, set[str]] = defaultdict(set)
        for term in knowledge.of(kind).values():
            for name in (term.id.replace("-", " "), term.label, *term.synonyms, *term.hidden):
                names[name.casefold()].add(term.id)
        for name, ids in sorted(names.items()):
            if len(ids) > 1:
                message = f"'{name}' is a name of {' and '.join(sorted(ids))}; people who say it are not understood."
                yield Finding("warning", "ambiguous-label", kind, min(ids), message)


def check_deprecated(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """Statements do not name deprecated terms."""
    for kind, statement in knowledge.statements():
        for named, term_id in sorted(references(kind, statement)):
            term = knowledge.find(named, term_id)
            if term is not None and term.replaced_by:
                message = f"it names {named}:{term_id}, which is deprecated."
                expected = f"{named}:{term.replaced_by}"
                yield Finding("warning", "deprecated-term", kind, statement.id, message, expected)


def check_system(knowledge: Knowledge, graph: Graph) -> Iterator[Finding]:
    """The knowledge base says once what it decides."""
    if len(knowledge.systems) != 1 and knowledge.techniques:
        found = ", ".join(knowledge.systems) or "none"
        message = f"one aw:System says what the knowledge base decides; there is {found}."
        yield Finding("warning", "no-single-system", "system", max(knowledge.systems, default=""), message)


CHECKS: tuple[Callable[[Knowledge, Graph], Iterator[Finding]], ...] = (
    check_cycles,
    check_need_dependencies,
    check_scales,
    check_bands,
    check_conditions,
    check_techniques,
    check_prerequisites,
    check_typical_values,
    check_claims,
    check_support,
    check_resolutions,
    check_formulas,
    check_labels,
    check_deprecated,
    check_system,
)
