"""What must hold for every knowledge base and profile (DESIGN, section 3), over generated ones."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.answer import Recommendation
from kb.model import Constraint, Contribution, Knowledge, Value
from kb.packs import SHIPPED, read_packs
from kb.reader import read_quads
from tests.asking import AS_OF, advising, ask, blockers, ranks, recommend, verdicts
from tests.generate import by_id, cases, numbers_of, questions
from tests.reference import UNKNOWN, Case, Reference

ROOT = Path(__file__).parents[1]
SECOND_DOMAIN = ROOT / "tests" / "second_domain" / "packs"
thorough = settings(max_examples=max(150, settings.default.max_examples))


def serialised(core: dict[str, Any]) -> bytes:
    """The core of an answer as bytes."""
    return orjson.dumps(core, default=str)


def without(core: dict[str, Any], *names: str) -> dict[str, Any]:
    """The core of an answer without some parts."""
    return {name: part for name, part in core.items() if name not in names}


# --- The engine and the reference ---------------------------------------------------------------------------


@thorough
@given(questions())
def test_engine_and_reference_agree_on_demands(question: tuple[Knowledge, Case]) -> None:
    """Demanded needs, their weights, what is subsumed and the rules that are unknown are the reference's."""
    knowledge, case = question
    expected = Reference(knowledge, case)
    found = ask(knowledge, case).reply["demands"]
    assert {demand["need"]: demand["weight"] for demand in found if demand["weight"] > 0} == expected.demands
    assert {item["need"] for item in found if item["weight"] > 0 and not item["counts"]} == expected.subsumed
    if case.task is not None:  # without a task the rules of all tasks are unknown, and not worth a list
        assert {rule for demand in found for rule in demand["unknown"]} == expected.unknown_rules


@thorough
@given(questions())
def test_engine_and_reference_agree_on_techniques(question: tuple[Knowledge, Case]) -> None:
    """Status, score, every blocker and every proviso of every technique are the reference's."""
    knowledge, case = question
    found = verdicts(ask(knowledge, case))
    expected = Reference(knowledge, case).verdicts
    assert set(found) == set(expected)
    for technique, result in found.items():
        verdict = expected[technique]
        status = "viable" if result["status"] == "recommended" else result["status"]
        assert (technique, status, result["score"]) == (technique, verdict.status, verdict.score)
        assert (technique, blockers(result)) == (technique, verdict.blockers)
        assert (technique, set(result["provisos"])) == (technique, verdict.provisos)


@thorough
@given(questions())
def test_engine_and_reference_agree_on_lines(question: tuple[Knowledge, Case]) -> None:
    """Every line of a score rests on the same statements, in the same degree, as the reference's."""
    knowledge, case = question
    results = verdicts(ask(knowledge, case))
    for technique, verdict in Reference(knowledge, case).verdicts.items():
        expected = {(line.need, line.points, line.by) for line in verdict.lines}
        items = [item for item in results[technique]["items"] if "need" in item]
        found = {(item["need"], item["points"], frozenset(item["statements"])) for item in items}
        assert (technique, found) == (technique, expected)


@thorough
@given(questions())
def test_engine_and_reference_agree_on_the_decision(question: tuple[Knowledge, Case]) -> None:
    """Ranking, winners, variant, margin, origins of values and, by brute force, what is decided are the reference's."""
    knowledge, case = question
    answer, expected = ask(knowledge, case), Reference(knowledge, case)
    assert ranks(answer) == expected.ranking
    assert set(answer.winners) == expected.winners
    assert answer.reply["confidence"]["margin"] == expected.margin
    values = {item["constraint"]: (item["value"], item["origin"]) for item in answer.reply["values"]}
    assert values == expected.values
    best = expected.variants(answer.technique) if answer.technique else set()
    assert answer.reply["variant"] in (best or {None})
    decided = case.task is not None and expected.decided(lambda completion: completion.winners)
    assert answer.reply["confidence"]["decided"] == decided


# --- Property 1 -----------------------------------------------------------------------------------------------


def points_in_trace(answer: Recommendation) -> dict[str, int]:
    """The sum of the points of the trace's nodes for each technique."""
    found = dict.fromkeys(verdicts(answer), 0)
    for node in answer.core()["trace"]["nodes"]:
        if node["kind"] in {"contribution", "interaction", "penalty", "unmet-prerequisite"}:
            found[node["technique"]] += node["points"]
    return found


@given(questions())
def test_points_add_up_to_the_score(question: tuple[Knowledge, Case]) -> None:
    """What the trace and the reasons show adds up exactly to the score shown (property 1)."""
    answer = ask(*question)
    shown = points_in_trace(answer)
    for technique, result in verdicts(answer).items():
        assert (technique, shown[technique]) == (technique, result["score"])
    for entry in answer.core()["ranking"]:
        assert sum(reason["points"] or 0 for reason in entry["reasons"]) == entry["score"]


@given(questions())
def test_points_are_demand_times_degree(question: tuple[Knowledge, Case]) -> None:
    """Each line's points are the demand for its need times the degree of the statements that it cites (property 1)."""
    knowledge, _ = question
    answer = ask(*question)
    demands = {demand["need"]: demand["weight"] for demand in answer.reply["demands"]}
    for result in verdicts(answer).values():
        for item in result["items"]:
            if "need" in item:
                kind = knowledge.interactions if item["kind"] == "interaction" else knowledge.contributions
                weights = {knowledge.degrees[kind[statement].degree].weight for statement in item["statements"]}
                assert weights == {item["degree"]}
                assert item["points"] == demands[item["need"]] * item["degree"] == item["demand"] * item["degree"]


# --- Property 2 -----------------------------------------------------------------------------------------------


def akin(knowledge: Knowledge, technique: str) -> set[str]:
    """The techniques whose answer may change with a technique's contributions: those that contain or refine it."""
    reference = Reference(knowledge, Case())
    return {
        other
        for other in knowledge.techniques
        if any(technique in reference.families(member) for member in reference.inside(other))
    }


def place(answer: Recommendation, technique: str) -> float:
    """The rank of a technique; infinite for what cannot be chosen."""
    rank = verdicts(answer)[technique]["rank"]
    return float("inf") if rank is None else rank


@thorough
@given(questions(), st.data())
def test_strengthening_a_contribution_never_harms(question: tuple[Knowledge, Case], data: st.DataObject) -> None:
    """A technique that helps more loses neither points nor its place against those without it (property 2)."""
    knowledge, case = question
    weak = [item for item in knowledge.contributions.values() if item.degree == "helps"]
    assume(weak)
    chosen: Contribution = data.draw(st.sampled_from(weak))
    contributions = {**knowledge.contributions, chosen.id: replace(chosen, degree="makes")}
    before, after = ask(knowledge, case), ask(replace(knowledge, contributions=contributions), case)
    technique = chosen.technique
    assert verdicts(after)[technique]["score"] >= verdicts(before)[technique]["score"]
    for other in set(knowledge.techniques) - akin(knowledge, technique):
        if place(before, technique) < place(before, other):
            assert place(after, technique) < place(after, other)
        elif place(before, technique) == place(before, other) < float("inf"):
            assert place(after, technique) <= place(after, other)


@given(questions())
def test_a_constraint_that_nothing_mentions_changes_nothing(question: tuple[Knowledge, Case]) -> None:
    """Stating a constraint that no statement tests changes the echoed profile and the id only (property 2)."""
    knowledge, case = question
    pack = next(iter(knowledge.packs))
    values = tuple(Value(id=v, pack=pack, label=v, constraint="idle") for v in ("here", "there"))
    idle = Constraint(id="idle", pack=pack, label="idle", ordered=False, values=values)
    knowledge = replace(knowledge, constraints=by_id([*knowledge.constraints.values(), idle]))
    with advising(knowledge) as advisor:
        before, after = (
            recommend(advisor, one).core() for one in (case, replace(case, values={**case.values, "idle": "here"}))
        )
    assume(before["confidence"]["completions"]["method"] == "exact")
    assert without(before, "id", "profile") == without(after, "id", "profile")
    assert after["profile"]["constraints"] == {**before["profile"]["constraints"], "idle": "here"}


def shuffled(items: Mapping[str, Any], shuffle: random.Random) -> dict[str, Any]:
    """The same items in another order."""
    return dict(shuffle.sample(list(items.items()), len(items)))


STATEMENTS = (
    "rules",
    "contributions",
    "prerequisites",
    "penalties",
    "interactions",
    "typical_values",
    "advice",
    "steps",
)
TERMS = ("tasks", "needs", "techniques", "claims", "resolutions", "bands", "tradeoffs")


@given(questions(), st.randoms(use_true_random=False))
def test_order_never_matters(question: tuple[Knowledge, Case], shuffle: random.Random) -> None:
    """Neither the order of statements nor that of the input changes a byte (property 2)."""
    knowledge, case = question
    other = replace(knowledge, **{kind: shuffled(getattr(knowledge, kind), shuffle) for kind in (*STATEMENTS, *TERMS)})
    mixed = replace(case, values=shuffled(case.values, shuffle), needs=shuffled(case.needs, shuffle))
    assert serialised(ask(knowledge, case).core()) == serialised(ask(other, mixed).core())


@pytest.mark.parametrize("root", [SHIPPED, SECOND_DOMAIN], ids=["shipped", "second"])
def test_order_of_files_and_triples_never_matters(root: Path) -> None:
    """Packs whose triples come in another order are the same knowledge, record by record (property 2)."""
    quads = read_packs(root)
    assert read_quads(random.Random(7).sample(quads, len(quads))) == read_quads(quads)


# --- Property 3 -----------------------------------------------------------------------------------------------


def points_by_need(result: dict[str, Any]) -> dict[str, int]:
    """What a technique earns and loses for each need."""
    found: dict[str, int] = {}
    for item in result["items"]:
        if "need" in item:
            found[item["need"]] = found.get(item["need"], 0) + item["points"]
    return found


def lost(result: dict[str, Any]) -> int:
    """The points that a technique loses whatever is needed."""
    return -sum(item["points"] for item in result["items"] if "need" not in item)


def pairs(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Ordered pairs of techniques that refine no other."""
    return itertools.permutations([t.id for t in knowledge.techniques.values() if t.refines is None], 2)


@thorough
@given(questions())
def test_nothing_outranks_what_is_at_least_as_good(question: tuple[Knowledge, Case]) -> None:
    """What serves every need at least as well, passes the same gates and loses no more is not below (property 3).

    Only a technique that is equal in all of this and simpler may stand above it, and that by rank, not by score.
    """
    knowledge, case = question
    answer = ask(knowledge, case)
    found = verdicts(answer)
    for one, other in pairs(knowledge):
        ours, theirs = points_by_need(found[one]), points_by_need(found[other])
        serves = all(ours.get(need, 0) >= theirs.get(need, 0) for need in {*ours, *theirs})
        passes = found[one]["rank"] is not None and found[other]["rank"] is not None
        if serves and passes and lost(found[one]) <= lost(found[other]):
            assert found[one]["score"] >= found[other]["score"]
            simpler = knowledge.techniques[other].complexity < knowledge.techniques[one].complexity
            equal = found[one]["score"] == found[other]["score"] and lost(found[one]) == lost(found[other])
            assert found[one]["rank"] <= found[other]["rank"] or (equal and simpler)


# --- Property 4 -----------------------------------------------------------------------------------------------


@given(questions(), st.data())
def test_unknown_changes_nothing(question: tuple[Knowledge, Case], data: st.DataObject) -> None:
    """Saying that a constraint is unknown is saying nothing: the answer is the same, id included (property 4)."""
    knowledge, case = question
    open_ = [constraint for constraint in knowledge.constraints if constraint not in case.values]
    assume(open_)
    unknown = dict.fromkeys(data.draw(st.lists(st.sampled_from(open_), min_size=1, unique=True)), UNKNOWN)
    with advising(knowledge) as advisor:
        before, after = (
            recommend(advisor, one).core() for one in (case, replace(case, values={**case.values, **unknown}))
        )
    assert serialised(before) == serialised(after)


@given(questions(), st.data())
def test_a_number_is_as_good_as_its_value(question: tuple[Knowledge, Case], data: st.DataObject) -> None:
    """A stated value and the same value derived from a number give the same answer (property 4)."""
    knowledge, case = question
    choices = {c.id: found for c in knowledge.constraints.values() if (found := numbers_of(knowledge, c))}
    assume(choices)
    stated = {constraint: data.draw(st.sampled_from(numbers)) for constraint, numbers in choices.items()}
    case = replace(case, values={**case.values, **stated})
    values = {c: v[0] if (v := Reference(knowledge, case).stated(c)) else UNKNOWN for c in case.values}
    with advising(knowledge) as advisor:
        by_number, by_value = (recommend(advisor, one).core() for one in (case, replace(case, values=values)))
    assume(by_number["confidence"]["completions"]["method"] == "exact")
    different = ("id", "profile", "trace")
    assert without(by_number, *different) == without(by_value, *different)
    assert by_number["profile"]["constraints"] == by_value["profile"]["constraints"]
    derived = {c for c, value in case.values.items() if not isinstance(value, str)}
    assert {c for c, origin in by_number["profile"]["origin"].items() if origin == "derived"} == derived


# --- Property 9 -----------------------------------------------------------------------------------------------


@given(questions())
def test_the_same_question_has_the_same_answer(question: tuple[Knowledge, Case]) -> None:
    """Two advisors on the same content give byte-identical cores (property 9)."""
    knowledge, case = question
    assert serialised(ask(knowledge, case).core()) == serialised(ask(knowledge, case).core())


PRINT_CORES = """
import sys
from pathlib import Path
from kb.store import Store
from tests.asking import ask
from tests.test_properties import serialised, worked_cases

store = Store("sqlite:///" + sys.argv[2], packs=Path(sys.argv[1]))
store.open()
snapshot = store.snapshot()
for case in worked_cases(snapshot.knowledge):
    print(serialised(ask(snapshot, case).core()).decode())
store.database.close()
"""


def worked_cases(knowledge: Knowledge) -> list[Case]:
    """The scenarios of a knowledge base as cases, and the empty case."""
    scenarios = knowledge.scenarios.values()
    return [Case(), *(Case(item.task, dict(item.values), dict.fromkeys(item.needs, "strong")) for item in scenarios)]


def test_every_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Processes with other hash seeds and databases give byte-identical cores (property 9)."""
    outputs = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", PRINT_CORES, str(SECOND_DOMAIN), str(tmp_path / f"{seed}.sqlite")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            timeout=120,
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert next(iter(outputs)).count(b"\n") == len(worked_cases(read_quads(read_packs(SECOND_DOMAIN))))


@pytest.mark.parametrize("part", ["packs", "as_of", "task", "values", "needs", "exclude"])
def test_the_id_depends_on_all_that_the_answer_depends_on(part: str) -> None:
    """Another profile, pack selection or date has another id (property 9)."""
    knowledge = read_quads(read_packs(SECOND_DOMAIN))
    with advising(knowledge) as advisor:
        base = recommend(advisor, Case()).id
        if part == "as_of":
            other = advisor.recommend(advisor.profile(), as_of=AS_OF.replace(day=1)).id
        else:
            changes: dict[str, Any] = {
                "packs": frozenset({"basics"}),
                "task": "leaderboard",
                "values": {"read-rate": "flood"},
                "needs": {"quick-reads": "weak"},
                "exclude": frozenset({"document-store"}),
            }
            other = recommend(advisor, replace(Case(), **{part: changes[part]})).id
    assert other != base


def test_generated_questions_are_of_every_kind() -> None:
    """The strategies reach what the properties are about: otherwise the tests above could pass on nothing."""
    seen: set[str] = set()

    @settings(max_examples=200, derandomize=True, database=None)
    @given(questions())
    def look(question: tuple[Knowledge, Case]) -> None:
        knowledge, case = question
        reference = Reference(knowledge, case)
        seen.update(verdict.status for verdict in reference.verdicts.values())
        seen.update(reason for verdict in reference.verdicts.values() for reason, _ in verdict.blockers)
        seen.update(origin for _, origin in reference.values.values())
        seen.update(["subsumed"] if reference.subsumed else [])
        seen.update(["overruled"] if reference.overruled else [])
        seen.update(["unknown-rule"] if reference.unknown_rules else [])
        seen.update(["proviso"] if any(verdict.provisos for verdict in reference.verdicts.values()) else [])
        seen.update(["shared-rank"] if len(reference.winners) > 1 else [])
        seen.update(["variant"] if any(map(reference.variants, reference.winners)) else [])
        viable = {t for t, verdict in reference.verdicts.items() if verdict.status == "viable"}
        seen.update(["composite"] if any(knowledge.techniques[t].parts for t in viable) else [])

    look()
    assert seen >= {
        *("viable", "infeasible", "excluded", "lacks", "breaks", "user", "simpler", "unmet"),
        *("stated", "derived", "inherited", "assumed"),
        *("subsumed", "overruled", "unknown-rule", "proviso", "shared-rank", "variant", "composite"),
    }


def test_cases_are_drawn_for_any_knowledge_base() -> None:
    """Cases can be drawn for the shipped and the second domain as well."""
    knowledge = read_quads(read_packs(SECOND_DOMAIN))

    @settings(max_examples=settings.default.max_examples // 2)
    @given(cases(knowledge))
    def agree(case: Case) -> None:
        assert ranks(ask(knowledge, case)) == Reference(knowledge, case).ranking

    agree()
