"""Validation of a change: what it touches is checked one by one, and with it what takes more than one term to see.

:mod:`kb.checks` looks at whole knowledge bases. What it can find because of a change lies near: among the terms that
changed, those that they name all the way up, those that name them, and those that go by the same words. A knowledge
base of these alone is checked as it was and as it is; what is found in the second only, the change brought in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import Any

from kb.checks import WORDED, check
from kb.described import ContentIndex
from kb.findings import Finding
from kb.following import Step
from kb.graph import Key, conditions, references
from kb.index import Index
from kb.lexicon import Names, names_of
from kb.model import ATTRIBUTE_OF_KIND, DemandRule, Kind, Knowledge, NeedRaised, Term
from kb.users import Users

WITNESSES = 3
"""Of many users of a claim so many are enough to see that it is used."""


def inspect_change(before: Knowledge, step: Step) -> list[Finding]:
    """What a change brings in, in no particular order.

    Args:
        before: the knowledge base before the change, which is well-formed.
        step: what the change made of the knowledge.
    """
    terms = neighbourhood(before, step.knowledge, step.changed)
    known = set(check(_part(before, terms)))
    structural = [finding for finding in check(_part(step.knowledge, terms)) if finding not in known]
    touched = _Touched(step)
    quads = step.index.quads(touched.nodes)
    from kb.validation import inspect_terms  # SHACL, which the first change brings along

    return [*inspect_terms(touched, quads, step.subjects, step.faults), *structural]


class _Touched(Index):
    """The subjects that a change speaks of, with their conditions and lists; the whole content behind them."""

    def __init__(self, step: Step) -> None:
        known: ContentIndex = step.index
        self.nodes = {name: known.nodes[name] for name in sorted(step.subjects) if name in known.nodes}
        self.declared = known.declared
        self._known = known

    def members(self, head: str) -> list[str]:
        """The IRIs in an RDF list, of whatever subject it is."""
        return self._known.members(head)


def _part(knowledge: Knowledge, terms: Iterable[Key]) -> Knowledge:
    """A knowledge base of some terms alone, with the strengths and degrees, which the schema brings."""
    found: dict[Kind, dict[str, Term]] = {}
    for kind, term_id in sorted(terms):
        term = knowledge.find(kind, term_id)
        if term is not None:
            found.setdefault(kind, {})[term_id] = term
    fields: dict[str, Any] = {ATTRIBUTE_OF_KIND[kind]: records for kind, records in found.items()}
    return Knowledge(**{"strengths": knowledge.strengths, "degrees": knowledge.degrees, **fields})


def neighbourhood(before: Knowledge, after: Knowledge, changed: Set[Key]) -> set[Key]:
    """The terms among which :func:`kb.checks.check` finds what a change of these brings in, and what it cannot have."""
    found = set(changed)
    # What a term named that is gone counts after the change too: whether somebody else names it still.
    named = {key for knowledge in (before, after) for one in changed for key in _named(knowledge, one)}
    for knowledge in (before, after):
        users = Users.of(knowledge)
        for key in changed:
            found.update(users.get(key))
            found.update(_namesakes(knowledge, key))
        found.update(user for claim in _of_kind(named, "claim") for user in islice(users.get(claim), WITNESSES))
        found.update(_beside(knowledge, users, changed, named))
    return _with_named(before, _with_named(after, found))


def _beside(knowledge: Knowledge, users: Users, changed: Set[Key], named: Set[Key]) -> Iterator[Key]:
    """What stands beside the changed terms and is looked at together with them."""
    kinds = {kind for kind, _ in changed}
    about = changed | named
    if "typical" in kinds:
        yield from (user for task in _of_kind(about, "task") for user in users.get(task) if user[0] == "typical")
    if kinds & {"technique", "prerequisite"}:
        for technique in _of_kind(about, "technique"):
            yield from (user for user in users.get(technique) if user[0] in ("prerequisite", "technique"))
    if kinds & {"band", "constraint", "unit"}:
        yield from (("band", band) for band in knowledge.bands)
        yield from (("unit", unit) for unit in knowledge.units)
    if kinds & {"parameter", "formula", "unit"}:
        yield from (("parameter", one) for one in knowledge.parameters)
        yield from (("formula", one) for one in knowledge.formulas)
        yield from (("unit", one) for one in knowledge.units)
    if "need" in kinds or any(_tests_needs(knowledge.find(*key)) for key in changed if key[0] == "rule"):
        yield from (("need", need) for need in knowledge.needs)
        yield from (("rule", rule.id) for rule in knowledge.rules.values() if _tests_needs(rule))
    yield from (("system", system) for system in knowledge.systems)
    yield from (("technique", technique) for technique in islice(knowledge.techniques, 1))


def _tests_needs(term: Term | None) -> bool:
    return isinstance(term, DemandRule) and any(isinstance(one, NeedRaised) for one in conditions(term.when))


def _of_kind(keys: Iterable[Key], kind: Kind) -> Iterator[Key]:
    return (key for key in keys if key[0] == kind)


def _named(knowledge: Knowledge, key: Key) -> set[Key]:
    term = knowledge.find(*key)
    return set() if term is None else references(key[0], term)


def _namesakes(knowledge: Knowledge, key: Key) -> Iterator[Key]:
    """The terms of the same kind that go by a name of this one."""
    term = knowledge.find(*key)
    for name in names_of(term) if term is not None and key[0] in WORDED else ():
        yield from ((key[0], phrase.id) for phrase in Names.of(knowledge).called((key[0], ""), name))


def _with_named(knowledge: Knowledge, keys: Iterable[Key]) -> set[Key]:
    """Terms and all that they name, all the way."""
    found = set(keys)
    waiting = list(found)
    while waiting:
        more = _named(knowledge, waiting.pop()) - found
        found |= more
        waiting += more
    return found
