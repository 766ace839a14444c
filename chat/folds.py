"""How well free text is understood: against worked cases, with the phrases that were taken from a case left out.

A phrase that was learned from a case says nothing about texts that nobody has seen. In folds, each case is read with a
vocabulary from which everything has been left out that comes from the cases of its fold: phrases whose source is such a
case (:func:`source_of`), and phrases that share four words in a row with the text of one, whoever wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chat.text import tokenise
from chat.understanding import Interpretation, interpret_whole
from chat.vocabulary import UNSPECIFIED, Vocabulary, build, entries, vocabulary_of
from engine.advisor import Advisor
from engine.evaluation import Case, Report, evaluate
from kb.lexicon import Lexicon
from kb.model import Knowledge

_ROW = 4


@dataclass(frozen=True, slots=True)
class Understanding:
    """Counts over cases of what was understood.

    Attributes:
        cases: how many cases.
        tasks: in how many the task was right, or none was found where none is stated.
        right: values that were found and are stated.
        wrong: values that were found and are not stated.
        missed: values that are stated and were not found.
    """

    cases: int
    tasks: int
    right: int
    wrong: int
    missed: int

    @property
    def task_share(self) -> float:
        """The share of cases with the right task."""
        return self.tasks / self.cases if self.cases else 0.0

    @property
    def precision(self) -> float:
        """The share of stated values among those found."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """The share of found values among those stated."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall over all values (micro-F1)."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0

    def as_dict(self) -> dict[str, float]:
        """The figures as data."""
        shares = {"task": self.task_share, "precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {name: round(share, 4) for name, share in shares.items()}


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading the texts of cases: the advice that follows, and how much was understood."""

    report: Report
    understanding: Understanding


def source_of(case: Case) -> str:
    """The id of the source under which the knowledge base lists the phrases of a case."""
    return f"case-{case.id.lower()}"


def in_folds(cases: Sequence[Case], count: int) -> list[list[Case]]:
    """The cases in so many parts, every n-th case to one, so that cases of all kinds are in each."""
    return [list(cases[start::count]) for start in range(min(count, len(cases)))]


def taken_from(cases: Iterable[Case], knowledge: Knowledge) -> frozenset[str]:
    """Texts of the phrases that were, or look as if they were, taken from these cases."""
    cases = list(cases)
    sources = {source_of(case) for case in cases}
    found = {text for source in knowledge.sources.values() if source.id in sources for text in source.examples}
    rows = {row for case in cases for row in _rows(case.text)}
    return frozenset(found | {text for _, _, text in entries(knowledge) if _rows(text) & rows})


def _rows(text: str) -> set[tuple[str, ...]]:
    words = [token.stem for token in tokenise(text) if not token.sign]
    return {tuple(words[start : start + _ROW]) for start in range(len(words) - _ROW + 1)}


def read_in_folds(cases: Sequence[Case], advisor: Advisor, packs: Sequence[str] | None = None, folds: int = 1) -> Read:
    """Advise on cases by their texts alone.

    Args:
        cases: with their texts.
        advisor: who advises.
        packs: ids of the active packs; all if None.
        folds: in how many folds; with one, nothing is left out.
    """
    read = _reader(cases, advisor.knowledge, folds)
    readings = {case.id: read(case) for case in cases}

    def answer(case: Case) -> str | None:
        said = readings[case.id]
        profile = advisor.profile(
            task=said.task, constraints=said.constraints, needs=said.needs, exclude=list(said.exclude)
        )
        return advisor.recommend(profile, packs=packs, explain="none").technique

    return Read(evaluate(cases, answer), _understood(cases, readings, advisor))


def _reader(cases: Sequence[Case], knowledge: Knowledge, folds: int) -> Callable[[Case], Interpretation]:
    if folds <= 1:
        everything = vocabulary_of(knowledge)
        return lambda case: interpret_whole(case.text, knowledge, everything)
    vocabularies: dict[str, Vocabulary] = {}
    for part in in_folds(cases, folds):
        vocabulary = build(knowledge, leave_out=taken_from(part, knowledge))
        vocabularies.update({case.id: vocabulary for case in part})
    return lambda case: interpret_whole(case.text, knowledge, vocabularies[case.id])


def _understood(cases: Iterable[Case], readings: Mapping[str, Interpretation], advisor: Advisor) -> Understanding:
    count = tasks = right = wrong = missed = 0
    for case in cases:
        said = readings[case.id]
        stated = _values(advisor, case.task, case.constraints)
        found = _values(advisor, case.task, said.constraints)
        count += 1
        tasks += _task(said.task, advisor.knowledge) == _task(case.task, advisor.knowledge)
        right += len(found & stated)
        wrong += len(found - stated)
        missed += len(stated - found)
    return Understanding(count, tasks, right, wrong, missed)


def _task(task: str | None, knowledge: Knowledge) -> str | None:
    """The task under its own id; None for the one that goes by the name of "unspecified", which stands for none."""
    lexicon = Lexicon(knowledge)
    known = lexicon.find("task", task) if task else None
    return None if known == lexicon.find("task", UNSPECIFIED) else known


def _values(advisor: Advisor, task: str | None, constraints: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Constraints with their values, numbers turned into values by the bands for the task."""
    profile = advisor.profile(task=task, constraints=constraints)
    return {(value.constraint, value.value) for value in profile.values}
