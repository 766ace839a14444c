"""The one way in which knowledge changes: a change is checked, its effects are shown, and it is saved or not.

Every way in (tasks, packs, rollback, proposals, over REST, on the command line, in Python) makes a
:class:`~kb.changes.Change`, looks at its :class:`Preview` and saves that. A dry run stops before saving; what it shows
is what saving then does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Set
from contextlib import nullcontext
from dataclasses import dataclass

import pyoxigraph as ox

from engine.answers import AnswerLog
from engine.impact import Impact, impact_of, questions_of
from engine.live import LiveAdvisor
from engine.verification import verify
from engine.verification.scope import Scope
from kb.changes import Change, rehearse
from kb.findings import Finding, InvalidKnowledgeError, errors_of, label_of, told
from kb.graph import Key, references
from kb.index import LABEL
from kb.model import DemandRule, Knowledge, Task, Term
from kb.namespaces import try_split
from kb.store import Also, Snapshot, Store
from kb.versions import Version

__all__ = ["Pipeline", "Preview"]

STORED_COMPARED = 50
"""How many of the questions that were asked last are looked at."""


@dataclass(frozen=True)
class Preview:
    """What a change would do.

    Attributes:
        change: the change.
        before: the version that it was made for.
        after: the version that it would make; its knowledge lacks terms that cannot be read.
        findings: what the change brings in, errors first.
        impact: which answers it changes; None where it has errors, or nobody is there to answer.
    """

    change: Change
    before: Snapshot
    after: Snapshot
    findings: tuple[Finding, ...]
    impact: Impact | None = None

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base after the change."""
        return self.after.knowledge

    @property
    def content_hash(self) -> str:
        """The content hash of the version that saving would make."""
        return self.after.version.content_hash

    @property
    def errors(self) -> list[Finding]:
        """The findings that refuse the change."""
        return errors_of(list(self.findings))

    def require_valid(self) -> None:
        """Nothing, if the change may be saved.

        Raises:
            InvalidKnowledgeError: with every error, if not.
        """
        if self.errors:
            raise InvalidKnowledgeError(self.errors)


class Pipeline:
    """Checks changes of one store and saves them.

    Args:
        store: an opened store.
        live: gives who answers from the store, asked for only when answers are to be compared.
        answers: the questions that were asked, of which the newest are compared.
    """

    def __init__(
        self, store: Store, live: Callable[[], LiveAdvisor] | None = None, answers: AnswerLog | None = None
    ) -> None:
        self.store, self._live, self._answers = store, live, answers

    def preview(self, change: Change, impact: bool = True) -> Preview:
        """What a change would do; nothing is saved.

        Args:
            change: the change.
            impact: whether to compare answers.

        Raises:
            UnknownVersionError: if the version that it was made for never was.
            EngineError: and its kinds, if the engine cannot answer.
        """
        before = self.store.snapshot(change.base)
        after, found = rehearse(before, change)
        found = found + brought_in(before.knowledge, after.knowledge, change.terms)
        found = _told(found, change, after.knowledge, before.knowledge)
        findings = tuple(sorted(dict.fromkeys(found), key=lambda one: one.rank))
        wanted = impact and not errors_of(list(findings))
        return Preview(change, before, after, findings, self._impact(change, after) if wanted else None)

    def _impact(self, change: Change, after: Snapshot) -> Impact | None:
        if self._live is None:
            return None
        live = self._live()
        advisor = live.at(change.base)
        stored = self._answers.newest(STORED_COMPARED) if self._answers else []
        kept = {
            one: term for one, term in advisor.knowledge.scenarios.items() if after.knowledge.scenarios.get(one) == term
        }
        questions = questions_of(dataclasses.replace(advisor.knowledge, scenarios=kept), stored)
        return impact_of(questions, advisor, after.knowledge, change.terms, lambda: nullcontext(live.supposing(after)))

    def save(self, preview: Preview, also: Also | None = None) -> Version:
        """Save what was previewed as the next version.

        Args:
            preview: from :meth:`preview`.
            also: what else is to be written in the same transaction.

        Raises:
            InvalidKnowledgeError: if it has errors; nothing is saved.
            BaseMovedError: if the knowledge base has moved on since the change was made.
        """
        preview.require_valid()
        change = preview.change
        return self.store.commit(change.base, change.added, change.removed, change.author, change.reason, also)


def _told(findings: Iterable[Finding], change: Change, *known: Knowledge) -> list[Finding]:
    """Findings with what their terms are called, and the lines of the document sent that describe them."""
    lines = {try_split(name): line for name, line in change.source.lines.items()} if change.source else {}
    written = {
        try_split(quad.subject.value): quad.object.value
        for quad in change.added
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
        and quad.predicate.value == LABEL
    }
    found = []
    for one in findings:
        key = one.kind, one.term
        labels = [*filter(None, (label_of(knowledge, *key) for knowledge in known)), written.get(key, "")]
        found.append(told(one, labels[0], lines.get(key)))
    return found


def brought_in(before: Knowledge, after: Knowledge, terms: Set[Key]) -> list[Finding]:
    """The findings of verification that hold after a change and did not before.

    Args:
        before: the knowledge base before the change.
        after: the same after it.
        terms: the terms that the change adds, changes or removes.
    """
    focus = _focus(before, after, terms)
    known = {_what(one) for one in verify(before, focus)}
    return [one for one in verify(after, focus) if _what(one) not in known]


def _what(finding: Finding) -> tuple[object, ...]:
    """A finding without its words, in which labels stand."""
    return finding.severity, finding.code, finding.kind, finding.term, finding.others


_LOGICAL = frozenset({"task", "constraint", "need", "technique"})
"""Kinds of terms on which it depends what follows from a condition, or what counts for which technique."""

_DESCRIBING = ("label", "definition", "synonyms", "hidden", "examples", "notes", "claims", "replaced_by", "pack")
"""Fields on which nothing of that depends."""


def _focus(before: Knowledge, after: Knowledge, terms: Set[Key]) -> Set[Key] | None:
    """The terms on which findings can differ; None for all.

    Vocabulary that comes or goes bears only on what names it, and that comes or goes with it. Vocabulary that means
    something else than before can bear on anything, and so can a task below several others, which joins them.
    """
    focus = set(terms)
    for kind, term_id in terms:
        old, new = before.find(kind, term_id), after.find(kind, term_id)
        if kind in _LOGICAL and (_differ(old, new) or _joins(old) or _joins(new)):
            return None
        focus.update(named for one in (old, new) if one is not None for named in references(kind, one))
        if old is not None and kind in {"rule", "contribution", "interaction"}:
            focus.update(("need", need) for need in after.needs)
        if kind == "need" or (kind == "rule" and (old is not None or _first_to_call(before, new))):
            focus.update(("technique", technique) for technique in after.techniques)
    return focus


def _differ(old: Term | None, new: Term | None) -> bool:
    """Whether a term means something else than before."""
    if old is None or new is None or old == new:
        return False
    return dataclasses.replace(old, **{name: getattr(new, name) for name in _DESCRIBING}) != new


def _first_to_call(before: Knowledge, new: Term | None) -> bool:
    """Whether a new rule is the first that raises its need so strongly that it can call for a composite."""
    return isinstance(new, DemandRule) and not Scope(before).calls(new.need)


def _joins(term: Term | None) -> bool:
    return isinstance(term, Task) and len(term.broader) > 1
