"""The one law, second test: rename every id and label by a random bijection, and the answer is the renamed answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.answer import Recommendation
from kb.packs import SHIPPED, read_packs
from kb.reader import read_quads
from tests.asking import advising, recommend
from tests.generate import cases
from tests.law import Renaming
from tests.reference import Case

SECOND_DOMAIN = Path(__file__).parent / "second_domain" / "packs"


def renamed(case: Case, names: Renaming) -> Case:
    """The same case in the other vocabulary."""
    return Case(
        task=case.task and names.id("task", case.task),
        values={
            names.id("constraint", constraint): names.id("value", f"{constraint}.{value}")
            if isinstance(value, str) and value != "unknown"
            else value
            for constraint, value in case.values.items()
        },
        needs={names.id("need", need): strength for need, strength in case.needs.items()},
        exclude=frozenset(names.id("technique", technique) for technique in case.exclude),
        packs=None if case.packs is None else frozenset(names.id("pack", pack) for pack in case.packs),
    )


def comparable(part: Any) -> Any:
    """An answer regardless of what may follow the order of ids: of lists, and of the words within a sentence."""
    if isinstance(part, dict):
        return {key: comparable(value) for key, value in sorted(part.items())}
    if isinstance(part, list):
        return sorted(map(comparable, part), key=repr)
    if isinstance(part, str) and " " in part:
        return sorted(re.findall(r"\w+", part.casefold()))
    return part


def settled(answer: Recommendation, keep_order: bool) -> dict[str, Any]:
    """The core less its id and what that is the seed of; without the order of ids, less what they settle among equals.

    That is: which of equal questions is asked, which of those that share the first rank is named, and which of several
    statements of one degree a sentence quotes.
    """
    core = answer.core()
    del core["id"]
    if core["confidence"]["completions"]["method"] != "exact":
        del core["confidence"]["stability"], core["next_question"]
    if keep_order:
        return core
    core.pop("next_question", None)
    if len(answer.winners) > 1:
        core["recommended"] = answer.winners
        for name in ("path", "tradeoffs", "warnings", "hints", "trace"):
            del core[name]
    return without_quotes(core)


def without_quotes(part: Any) -> Any:
    """An answer without the sentences on several statements at once."""
    if isinstance(part, dict):
        several = len(part.get("statements", ())) > 1
        return {key: without_quotes(value) for key, value in part.items() if not (several and key == "text")}
    return [without_quotes(item) for item in part] if isinstance(part, list) else part


def order(core: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """What the order of the ranking is about."""
    return [(entry["rank"], entry["status"], entry["score"]) for entry in core["ranking"] if entry["rank"]]


@pytest.mark.parametrize("keep_order", [False, True], ids=["shuffled", "in-order"])
@pytest.mark.parametrize("root", [SHIPPED, SECOND_DOMAIN], ids=["shipped", "second"])
def test_renamed_knowledge_gives_the_renamed_answer(root: Path, keep_order: bool) -> None:
    """Scenarios and random profiles get the same answer, trace included, whatever the terms are called."""
    quads = read_packs(root)
    names = Renaming(quads, seed=len(quads), keep_order=keep_order)
    knowledge, other = read_quads(quads), read_quads(names.quads)
    assert not set(knowledge.techniques) & set(other.techniques)
    with advising(knowledge) as here, advising(other) as there:

        def check(case: Case) -> None:
            expected = settled(recommend(here, case), keep_order)
            found = settled(recommend(there, renamed(case, names)), keep_order)
            assert order(found) == order(expected)
            back = names.restore(found)
            for part in expected:
                assert comparable(back[part]) == comparable(expected[part]), part

        for scenario in knowledge.scenarios.values():
            check(Case(scenario.task, dict(scenario.values), dict.fromkeys(scenario.needs, "strong")))

        @settings(max_examples=max(10, settings.default.max_examples // 5))
        @given(st.data())
        def at_random(data: st.DataObject) -> None:
            check(data.draw(cases(knowledge)))

        at_random()


def test_a_renaming_is_a_bijection() -> None:
    """Every id and label has another name, no two have the same, and all come back."""
    quads = read_packs(SECOND_DOMAIN)
    names = Renaming(quads, 3)
    before, after = read_quads(quads), read_quads(names.quads)
    for kind in ("task", "need", "technique", "constraint", "claim", "rule", "pack"):
        old, new = before.of(kind), after.of(kind)
        assert len(old) == len(new)
        assert not set(old) & set(new)
        assert set(names.restore(sorted(new))) == set(old)
        assert {names.restore(term.label) for term in new.values()} == {term.label for term in old.values()}
