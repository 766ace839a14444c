"""Asking the advisor about records and cases of the tests, without a store or a server."""

from __future__ import annotations

import datetime
import functools
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.bridge import Engine
from kb.model import Knowledge
from kb.store import Snapshot
from kb.versions import Version
from tests.reference import Case

AS_OF = datetime.date(2026, 11, 22)
VERSION = Version(number=1, content_hash="0", author="tests", reason="tests", created="2026-11-22", parent=None)

_numbers = itertools.count(1)
_free: list[str] = []  # Prolog keeps the module of every name ever used, so that names are used again


@functools.cache
def engine() -> Engine:
    """One engine for all tests of a process."""
    return Engine(threads=1)


@contextmanager
def advising(knowledge: Knowledge | Snapshot) -> Iterator[Advisor]:
    """An advisor on a knowledge base, for as long as the block lasts."""
    snapshot = knowledge if isinstance(knowledge, Snapshot) else Snapshot(VERSION, frozenset(), knowledge)
    base = _free.pop() if _free else f"tests-{next(_numbers)}"
    advisor = Advisor(snapshot, engine(), base)
    try:
        yield advisor
    finally:
        advisor.close()
        _free.append(base)


def recommend(advisor: Advisor, case: Case, **options: Any) -> Recommendation:
    """The advisor's recommendation for a case of the reference."""
    profile = advisor.profile(case.task, case.values, case.needs, sorted(case.exclude))
    return advisor.recommend(profile, AS_OF, case.packs, **options)


def ask(knowledge: Knowledge | Snapshot, case: Case, **options: Any) -> Recommendation:
    """The recommendation for one case."""
    with advising(knowledge) as advisor:
        return recommend(advisor, case, **options)


def verdicts(recommendation: Recommendation) -> dict[str, Any]:
    """What the engine found of each technique, variants included, by id."""
    return {result["technique"]: result for result in recommendation.reply["ranking"]}


def ranks(recommendation: Recommendation) -> list[set[str]]:
    """The techniques that can be chosen, best first; those of one set share a rank."""
    found: dict[int, set[str]] = {}
    for technique, result in verdicts(recommendation).items():
        if result["rank"] is not None:
            found.setdefault(result["rank"], set()).add(technique)
    return [found[rank] for rank in sorted(found)]


def blockers(result: dict[str, Any]) -> set[tuple[str, str]]:
    """A technique's blockers as the reference gives them: a reason and what it is about."""
    found = set()
    for blocker in result["blockers"]:
        match blocker["reason"]:
            case "required":
                found.add(("breaks" if blocker["side"] == "damage" else "lacks", blocker["need"]))
            case "prerequisite":
                found |= {("unmet", item) for item in blocker["statements"]}
            case "simpler":
                found |= {("simpler", item) for item in blocker["techniques"]}
            case "ruled-out":
                found |= {("user", item) for item in blocker["techniques"]}
            case other:
                raise AssertionError(f"unknown blocker {other}")
    return found
