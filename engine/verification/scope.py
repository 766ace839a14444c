"""What a verification looks at: one knowledge base, its logic, and the terms whose findings are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from engine.compiler import GATING_STRENGTHS
from engine.verification.logic import Logic
from kb.findings import Finding, Severity
from kb.graph import Key
from kb.model import Condition, Contribution, DemandRule, Kind, Knowledge, Statement, Term
from kb.users import Users

S = TypeVar("S", bound=Statement)


class Scope:
    """A knowledge base under verification.

    Attributes:
        knowledge: what is verified.
        logic: what can be in it as it is.
        open_logic: what follows from what in it, whatever tasks may come.
        focus: the terms whose findings are wanted; None for all.
    """

    def __init__(self, knowledge: Knowledge, focus: frozenset[Key] | None = None) -> None:
        self.knowledge, self.focus = knowledge, focus
        self.logic = Logic(knowledge)
        self.open_logic = Logic(knowledge, growing=True)

    def wants(self, kind: Kind, term_id: str) -> bool:
        """Whether findings on this term are wanted."""
        return self.focus is None or (kind, term_id) in self.focus

    def wanted(self, kind: Kind, terms: Mapping[str, S]) -> Iterator[S]:
        """The statements of one kind whose findings are wanted, in the order of ids."""
        if self.focus is None:
            yield from terms.values()
        else:
            yield from (terms[term_id] for one, term_id in sorted(self.focus) if one == kind and term_id in terms)

    def served(self, contribution: Contribution) -> int:
        """The weight of a contribution's degree: above zero it serves its need."""
        return self.knowledge.degrees[contribution.degree].weight

    def weight(self, rule: DemandRule) -> int:
        """The weight of a rule's strength."""
        return self.knowledge.strengths[rule.strength].weight

    @cached_property
    def rules_by_need(self) -> Mapping[str, list[DemandRule]]:
        """The rules that raise each need that some wanted rule raises."""
        needs = {rule.need for rule in self.wanted("rule", self.knowledge.rules)}
        return {need: [*self.raising(need)] for need in sorted(needs)}

    def raising(self, need: str) -> Iterator[DemandRule]:
        """The rules that raise a need, in the order of ids."""
        for kind, name in self.users.get(("need", need)):
            rule = self.knowledge.rules.get(name) if kind == "rule" else None
            if rule is not None and rule.need == need:
                yield rule

    def calls(self, need: str) -> bool:
        """Whether some rule raises a need so strongly that it can call for a composite."""
        least = min(self.knowledge.strengths[strength].weight for strength in GATING_STRENGTHS)
        return any(self.weight(rule) >= least for rule in self.raising(need))

    @cached_property
    def users(self) -> Users:
        """Who names whom."""
        return Users.of(self.knowledge)

    def found(
        self, severity: Severity, code: str, key: Key, message: str, hint: str, others: Iterable[Key] = ()
    ) -> Finding:
        """A finding on a term, with its other sides."""
        kind, term_id = key
        return Finding(
            severity,
            code,
            kind,
            term_id,
            message,
            hint=hint,
            others=tuple(f"{one}:{other}" for one, other in others),
            label=label_of(self.knowledge.find(kind, term_id)),
        )

    def named(self, kind: Kind, term_id: str) -> str:
        """A term as a message names it: its id and, where it has one, its label."""
        label = label_of(self.knowledge.find(kind, term_id))
        return f"{kind}:{term_id} (“{label}”)" if label else f"{kind}:{term_id}"

    def never(self, *joined: Condition) -> tuple[str, ...]:
        """Why these conditions never hold together: "values", "tasks", or nothing if they can (or nobody knows)."""
        if self.logic.together(*joined) is not False:
            return ()
        return ("values",) if self.open_logic.together(*joined) is False else ("tasks",)


def label_of(term: Term | None) -> str:
    """The label of a term, empty where it has none but its id."""
    return "" if term is None or term.label == term.id else term.label


def keys(kind: Kind, ids: Iterable[str]) -> tuple[Key, ...]:
    """Terms of one kind."""
    return tuple((kind, term_id) for term_id in ids)
