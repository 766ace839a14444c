"""Proofs can be trusted without trusting the engine: the checker accepts every real one and no forged one."""

from __future__ import annotations

import ast
import functools
import itertools
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from kb.model import DemandRule, Knowledge, NeedRaised, ValueIs
from kb.packs import SHIPPED, read_packs
from kb.reader import read_quads
from tests.asking import advising, ask, recommend
from tests.checker import InvalidProof
from tests.forging import FORGERIES, Forgery, Proved
from tests.generate import cases, numbers_of, questions
from tests.reference import Case
from tests.test_semantics import ONE, TASKS, gives, knowledge, named, scale

SECOND_DOMAIN = Path(__file__).parent / "second_domain" / "packs"
SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
ACCEPTED = settings(max_examples=10_000 if SOAK else 150)
"""How many generated questions must be proved to the checker's satisfaction."""

SITES = 4 if SOAK else 2
"""In how many places of one proof the same lie is tried."""


@functools.cache
def domain(root: Path) -> Knowledge:
    """A knowledge base written by hand."""
    return read_quads(read_packs(root))


def scenarios(base: Knowledge) -> list[Case]:
    """The scenarios of a knowledge base as cases, tasks, numbers and packs by themselves, and the empty case."""
    worked = [
        Case(item.task, dict(item.values), dict.fromkeys(item.needs, "strong")) for item in base.scenarios.values()
    ]
    numbers = [
        Case(task, {constraint.id: number})
        for constraint, task in zip(base.constraints.values(), itertools.cycle(base.tasks), strict=False)
        for number in numbers_of(base, constraint)[:1]
    ]
    packs = [Case(task, packs=frozenset({pack})) for pack in base.packs for task in [*base.tasks][:1]]
    return [Case(), *(Case(task) for task in base.tasks), *numbers, *packs, *worked]


@ACCEPTED
@given(questions())
def test_every_proof_is_accepted(question: tuple[Knowledge, Case]) -> None:
    """Whatever is asked of whatever knowledge base, the proof of the answer holds."""
    Proved.by(ask(*question)).check()


@pytest.mark.parametrize("root", [SHIPPED, SECOND_DOMAIN], ids=["shipped", "second"])
def test_proofs_of_worked_cases_are_accepted(root: Path) -> None:
    """Every scenario, every task and drawn cases of the knowledge bases written by hand."""
    with advising(domain(root)) as advisor:
        for case in scenarios(domain(root)):
            Proved.by(recommend(advisor, case)).check()

        @settings(max_examples=200 if SOAK else 25)
        @given(cases(domain(root)))
        def accepted(case: Case) -> None:
            Proved.by(recommend(advisor, case)).check()

        accepted()


# --- forgeries --------------------------------------------------------------------------------------------------


@functools.cache
def corpus() -> list[Proved]:
    """Real proofs to forge: of generated questions, always the same ones, and of worked cases."""
    found: list[Proved] = []

    @settings(max_examples=500 if SOAK else 130, derandomize=True, database=None, phases=[Phase.generate])
    @given(questions())
    def collect(question: tuple[Knowledge, Case]) -> None:
        found.append(Proved.by(ask(*question)))

    collect()
    with advising(domain(SECOND_DOMAIN)) as advisor:
        found += [Proved.by(recommend(advisor, case)) for case in scenarios(domain(SECOND_DOMAIN))]
    with advising(domain(SHIPPED)) as advisor:
        found += [Proved.by(recommend(advisor, case)) for case in scenarios(domain(SHIPPED))[:: 3 if SOAK else 12]]
    assumed = replace(scale("place", "here", "there"), default="here")
    rule = named(DemandRule, "here", need="first-need", strength="strong", when=ValueIs("place", "is", ("here",)))
    found.append(Proved.by(ask(knowledge(ONE, assumed, rule, gives("one", "first-need", "helps")), Case())))
    for proved in found:
        proved.check()
    return found


def forged(forge: Forgery, seed: str) -> Iterator[tuple[Proved, str]]:
    """Forgeries of the whole corpus, a few of each proof."""
    chance = random.Random(seed)
    for proved in corpus():
        nodes = chance.sample(list(proved.nodes.items()), len(proved.nodes))
        yield from islice(forge(Proved(**{**vars(proved), "nodes": dict(nodes)})), SITES)


@pytest.mark.parametrize("kind", FORGERIES)
def test_forged_proofs_are_rejected(kind: str) -> None:
    """Each kind of lie can be told about some proof, is always found out, and the step that lies is named."""
    told = 0
    for proved, where in forged(FORGERIES[kind], kind):
        told += 1
        with pytest.raises(InvalidProof) as caught:
            proved.check()
        assert not where or where in {name for name, _ in caught.value.faults}, str(caught.value)
    assert told


def others(value: Any) -> Iterator[Any]:
    """Values of the same form that say something else."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case str():
            yield f"{value}-other"
        case None:
            yield "other"
        case list():
            yield [*value, "other"]
            yield from (value[:place] + value[place + 1 :] for place in range(len(value)))
            yield from (
                [*value[:place], changed, *value[place + 1 :]]
                for place, item in enumerate(value)
                for changed in others(item)
            )
        case dict():
            yield from ({**value, name: changed} for name in value for changed in others(value[name]))


def test_every_field_of_every_step_matters() -> None:
    """Whatever a step says, were it anything else, or not said, or more than is to be said, it would be rejected."""
    fields: set[tuple[str, str]] = set()
    small = [proved for proved in corpus() if 10 <= len(proved.nodes) <= 30]
    for proved in random.Random(5).sample(small, 40 if SOAK else 8):
        for name, node in proved.nodes.items():
            for field, value in node.items():
                fields.add((node["kind"], field))
                said = [{**node, field: other} for other in others(value)]
                unsaid = {other: node[other] for other in node if other != field}
                for wrong in [*said, {**node, "more": None}, *([unsaid] if field != "id" else [])]:
                    with pytest.raises(InvalidProof):
                        replace(proved, nodes={**proved.nodes, name: wrong}).check()
    assert len({kind for kind, _ in fields}) >= 10


# --- what is concluded --------------------------------------------------------------------------------------------


def first_and_second(conclusion: dict[str, Any]) -> None:
    first, second = conclusion["ranking"][:2]
    conclusion["ranking"][:2] = [second, first]


def other_technique(conclusion: dict[str, Any]) -> None:
    second = conclusion["ranking"][1]["technique"]
    conclusion["recommended"].update(technique=second, tied=[])


def dropped_reason(conclusion: dict[str, Any]) -> None:
    next(entry for entry in conclusion["ranking"] if entry["reasons"])["reasons"].pop()


def dropped_proviso(conclusion: dict[str, Any]) -> None:
    next(entry for entry in conclusion["ranking"] if entry["provisos"])["provisos"].pop()


def another_value(conclusion: dict[str, Any]) -> None:
    constraints = conclusion["profile"]["constraints"]
    constraints[next(iter(constraints))] += "-other"


def another_origin(conclusion: dict[str, Any]) -> None:
    origin = conclusion["profile"]["origin"]
    origin[next(iter(origin))] = "guessed"


LIES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "another-winner": ("recommended", other_technique),
    "nothing-recommended": ("recommended", lambda found: found.update(recommended=None)),
    "tied-one-hidden": ("recommended", lambda found: found["recommended"]["tied"].pop()),
    "variant-invented": (
        "recommended/variant",
        lambda found: found["recommended"].update(variant={"technique": found["recommended"]["technique"]}),
    ),
    "technique-left-out": ("ranking", lambda found: found["ranking"].pop()),
    "order-changed": ("ranking", first_and_second),
    "score-changed": ("ranking/", lambda found: found["ranking"][0].update(score=found["ranking"][0]["score"] + 1)),
    "status-changed": ("ranking/", lambda found: found["ranking"][-1].update(status="better")),
    "rank-changed": ("ranking/", lambda found: found["ranking"][-1].update(rank=7)),
    "reason-dropped": ("ranking/", dropped_reason),
    "proviso-dropped": ("ranking/", dropped_proviso),
    "margin-changed": ("margin", lambda found: found["confidence"].update(margin=99)),
    "pack-changed": ("packs", lambda found: found["packs"].append("another")),
    "date-changed": ("as_of", lambda found: found.update(as_of="1999-01-01")),
    "task-changed": ("profile/task", lambda found: found["profile"].update(task="another")),
    "value-changed": ("profile/constraints", another_value),
    "origin-changed": ("profile/origin", another_origin),
    "need-changed": ("profile/needs", lambda found: found["profile"]["needs"].update(another="strong")),
    "exclusion-changed": ("profile/exclude", lambda found: found["profile"]["exclude"].append("another")),
}


@pytest.mark.parametrize("kind", LIES)
def test_other_conclusions_are_rejected(kind: str) -> None:
    """A proof that holds does not prove another answer."""
    where, lie = LIES[kind]
    told = 0
    for proved in corpus():
        wrong = proved.copied()
        try:
            lie(wrong.conclusion)
        except (AttributeError, IndexError, StopIteration, TypeError, ValueError):  # this answer has no such part
            continue
        if kind == "order-changed" and len({entry["rank"] for entry in wrong.conclusion["ranking"][:2]}) == 1:
            continue  # what shares a rank has no order
        if kind == "another-winner" and wrong.conclusion["recommended"] == proved.conclusion["recommended"]:
            continue
        if wrong.conclusion == proved.conclusion:
            continue
        told += 1
        with pytest.raises(InvalidProof) as caught:
            wrong.check()
        assert any(name.startswith(where) for name, _ in caught.value.faults), str(caught.value)
    assert told


def test_a_summary_is_no_proof() -> None:
    """A proof of the winner alone does not prove that it is the best."""
    with advising(domain(SECOND_DOMAIN)) as advisor:
        answer = recommend(advisor, scenarios(domain(SECOND_DOMAIN))[-1], explain="summary")
        with pytest.raises(InvalidProof, match=r"technique:[a-z-]+: is left out"):
            Proved.by(answer).check()


def test_faults_name_the_step_and_the_reason() -> None:
    """Whoever reads a rejection knows where to look, what was said and what follows."""
    (proved, where) = next(forged(FORGERIES["degree-changed"], "message"))
    with pytest.raises(InvalidProof) as caught:
        proved.check()
    said, node = dict(caught.value.faults)[where], proved.nodes[where]
    assert f"says {node['points']}, but what follows is" in said or f"says {node['degree']}, but" in said


def test_what_depends_on_itself_proves_nothing() -> None:
    """Two needs that raise each other could both be claimed; the knowledge base is refused, whatever the proof."""
    ring = [
        named(DemandRule, f"{one}-by-{other}", need=one, strength="strong", when=NeedRaised(other))
        for one, other in (("first-need", "second-need"), ("second-need", "first-need"))
    ]
    sound = Proved.by(ask(knowledge(*TASKS, ONE), Case()))
    sound.check()
    with pytest.raises(InvalidProof, match="demand:first-need: the need depends on itself"):
        replace(sound, knowledge=knowledge(*TASKS, ONE, *ring)).check()


def test_the_checker_shares_no_code() -> None:
    """The checker reads the records of the knowledge base and itself, and nothing else of this project."""
    own = ["checker", "checker_reading", "checker_steps"]
    for name in own:
        tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {item.name for node in ast.walk(tree) if isinstance(node, ast.Import) for item in node.names}
        ours = {module for module in imported if module.split(".")[0] in {"kb", "engine", "api", "chat", "tests"}}
        assert ours <= {"kb.model", *(f"tests.{other}" for other in own)}, name
