"""Knowledge that grows and changes: a change costs what it touches, and what follows it equals what is made anew."""

from __future__ import annotations

import gc
import os
import random
import re
import threading
from collections import Counter
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compiler import Compiler
from engine.facts import Facts, changes_between
from engine.live import LiveAdvisor
from engine.pipeline import Pipeline
from engine.terms import compound
from kb import neighbours
from kb.changes import Demand, TaskDescription, add_task, remove_task
from kb.content import Content
from kb.described import index_of
from kb.findings import Finding, errors_of
from kb.following import follow
from kb.graph import all_terms, references
from kb.identity import hash_of_lines
from kb.index import Index
from kb.lexicon import Lexicon, Names, phrases_of
from kb.model import ATTRIBUTE_OF_KIND, Knowledge
from kb.neighbours import inspect_change
from kb.packs import read_packs
from kb.quads import line_of
from kb.reader import read_leniently, read_quads
from kb.sorted_map import SortedMap, with_changes
from kb.statement_writer import StatementWriter
from kb.store import Snapshot, Store
from kb.users import Tested, Users
from kb.validation import inspect
from kb.versions import Delta, Version, composed, difference
from tests.asking import engine

SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
HERE = Path(__file__).parent
LINES = sorted({line_of(quad) for quad in read_packs(HERE / "second_domain" / "packs")})
SUBJECTS = sorted({line.partition(" ")[0] for line in LINES})
LATE = frozenset(line for line in LINES if "/pack/notes> ." in line)
BASE = frozenset(LINES) - LATE
KNOWLEDGE = read_quads(Content(BASE).quads())


@st.composite
def deltas(draw: st.DrawFn) -> Delta:
    """Changes of all sorts: whole subjects or single lines, of any term or condition, come and go."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    added, removed = set(), set()
    for _ in range(draw(st.integers(1, 4))):
        subject = f"{draw(st.sampled_from(SUBJECTS))} "
        lines = [line for line in LINES if line.startswith(subject)]
        if draw(st.booleans()):
            lines = chance.sample(lines, chance.randint(1, len(lines)))
        (added if draw(st.booleans()) else removed).update(lines)
    if draw(st.booleans()):
        added |= LATE
    if draw(st.booleans()):
        one = draw(st.sampled_from([line for line in LINES if "schema#precedence" in line]))
        added.add(re.sub(r'"\d+"', f'"{chance.choice([1, 77])}"', one))
        removed.add(one)
    if draw(st.booleans()):  # a term that stands in two packs
        one = draw(st.sampled_from([line for line in LINES if "#type>" in line and line not in LATE]))
        added.add(one.replace("/pack/basics> .", "/pack/notes> ."))
    return Delta(frozenset(added), frozenset(removed))


def ranked_twice(content: Content) -> bool:
    """Whether a pack has two places in their order, which is refused before: which of them counts means nothing."""
    ranked = [line.partition(" ")[0] for line in content.lines() if "schema#precedence" in line]
    return len(ranked) != len(set(ranked))


@given(deltas(), deltas())
def test_a_content_hash_does_not_depend_on_how_content_came_about(one: Delta, other: Delta) -> None:
    """Changed step by step or made at once: the same lines, counts and hashes, and back again."""
    start = Content(BASE)
    first = start.apply(one)
    second = first.apply(other)
    lines = other.apply(one.apply(BASE))
    made = Content(lines)
    assert frozenset(second.lines()) == lines
    assert len(second) == len(made) == len(lines)
    assert second.content_hash == made.content_hash == hash_of_lines(lines)
    assert second.pack_hashes == made.pack_hashes
    assert second.vocabulary_hashes == made.vocabulary_hashes
    steps = [start.effective(one), first.effective(other)]
    assert composed(steps) == difference(BASE, lines)
    assert second.apply(composed(steps).inverse()).content_hash == start.content_hash
    assert (second.content_hash == start.content_hash) == (lines == BASE)


@settings(max_examples=1000 if SOAK else 25)
@given(deltas(), deltas())
def test_knowledge_that_follows_a_change_is_that_read_anew(one: Delta, other: Delta) -> None:
    """Records, faults, who names whom and what goes by which words: as if all had been read again."""
    content, knowledge = Content(BASE), read_quads(Content(BASE).quads())
    Users.of(knowledge)
    places = [*((kind, "") for kind in ATTRIBUTE_OF_KIND), *(("value", one) for one in knowledge.constraints)]
    for place in places:
        Names.of(knowledge).index(place)
    for delta in (one, other):
        effective = content.effective(delta)
        after = content.apply(effective)
        if ranked_twice(after):
            break
        step = follow(knowledge, content, after, effective)
        anew, faults = read_leniently(Index(after.quads()))
        assert list(step.faults) == faults
        assert step.knowledge == anew
        for kind in ATTRIBUTE_OF_KIND:
            assert list(step.knowledge.of(kind)) == list(anew.of(kind))
        assert "_users" in step.knowledge.__dict__
        users, all_users = Users.of(step.knowledge), Users.of(anew)
        assert {key: tuple(users.get(key)) for key in users} == {key: tuple(all_users.get(key)) for key in all_users}
        for place in places:
            assert dict(Names.of(step.knowledge).index(place)) == dict(Names.of(anew).index(place))
            assert tuple(phrases_of(step.knowledge, place)) == tuple(phrases_of(anew, place))
        if faults:
            break
        content, knowledge = after, step.knowledge


@given(st.dictionaries(st.integers(0, 4000), st.integers(), max_size=3000), st.data())
def test_a_sorted_map_is_a_dictionary_in_order(start: dict[int, int], data: st.DataObject) -> None:
    """However it came about, it holds what a dictionary would, sorted, and what it was made from stays as it was."""
    wide = {key * 7: value for key in start for value in (start[key],)}
    found, kept, expected = SortedMap(wide), dict(wide), dict(wide)
    versions = [(found, kept)]
    for _ in range(3):
        values = data.draw(st.dictionaries(st.integers(0, 28000), st.integers(), max_size=50))
        gone = data.draw(st.lists(st.sampled_from([*expected, -1, 28001]), max_size=50))
        found = found.changed(values, gone)
        expected = {key: value for key, value in expected.items() if key not in set(gone)} | values
        versions.append((found, dict(expected)))
    for one, other in versions:
        assert dict(one) == other
        assert list(one) == sorted(other)
        assert len(one) == len(other)
        assert all(one[key] == value for key, value in other.items())
        assert -5 not in one
    assert with_changes({2: "b"}, {1: "a"}, [2]) == {1: "a"}


def test_words_are_found_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size only the nearest by letters are compared in full, and a typo is understood all the same."""
    lexicon = Lexicon(KNOWLEDGE)
    tasks = sorted(KNOWLEDGE.tasks)
    typos = {task: task.replace("a", "", 1) for task in tasks}
    before = {task: lexicon.nearest("task", typo) for task, typo in typos.items()}
    monkeypatch.setattr("kb.lexicon.MOST_COMPARED", 1)
    monkeypatch.setattr("kb.nearest._SHORTLISTED", 5)
    assert {task: lexicon.nearest("task", typo)[:1] for task, typo in typos.items()} == {
        task: found[:1] for task, found in before.items()
    }


@settings(max_examples=200 if SOAK else 5)
@given(deltas(), deltas())
def test_what_a_change_brings_in_is_found_near_it(one: Delta, other: Delta) -> None:
    """Looking at what a change touches finds what comparing all findings before and after it does."""
    content, knowledge = Content(BASE), KNOWLEDGE
    known = inspect(content.quads())[1]
    for delta in (one, other):
        effective = content.effective(delta)
        after = content.apply(effective)
        if ranked_twice(after):
            break
        step = follow(knowledge, content, after, effective)
        found = inspect_change(knowledge, step)
        read, everywhere = inspect(after.quads())
        assert step.knowledge == read
        assert not set(found) - set(everywhere)
        missed = {*everywhere} - {*known} - {*found}
        assert not missed, [str(finding) for finding in missed]
        known = everywhere
        if step.faults:
            break
        content, knowledge = after, step.knowledge


def test_a_claim_that_others_still_name_is_not_called_unused() -> None:
    """The first users of a claim go with what they speak of; those that stay are looked at too."""
    gone = [line for line in LINES if line.startswith("<https://w3id.org/adaptwise/need/light-upkeep> ")]
    content = Content(BASE)
    effective = content.effective(Delta(frozenset(), frozenset(gone)))
    after = content.apply(effective)
    step = follow(KNOWLEDGE, content, after, effective)
    users = [term for kind, term in all_terms(KNOWLEDGE) if ("need", "light-upkeep") in references(kind, term)]
    staying = {claim for _, term in all_terms(step.knowledge) for claim in term.claims}
    assert gone and staying & {claim for term in users for claim in term.claims}
    found = inspect_change(KNOWLEDGE, step)
    assert found and set(found) <= set(inspect(after.quads())[1])


@settings(max_examples=500 if SOAK else 15)
@given(deltas(), deltas())
def test_facts_that_follow_a_change_are_those_written_anew(one: Delta, other: Delta) -> None:
    """What is asserted and retracted makes exactly the facts of the new version of those of the old one."""
    content, knowledge = Content(BASE), KNOWLEDGE
    Tested.of(knowledge)
    for delta in (one, other):
        effective = content.effective(delta)
        after = content.apply(effective)
        step = follow(knowledge, content, after, effective)
        if errors_of(inspect_change(knowledge, step)):
            break
        before, wanted = (Compiler(state).text().splitlines() for state in (knowledge, step.knowledge))
        changes = changes_between(knowledge, step.knowledge)
        assert changes.removed <= {line[:-1] for line in before}
        assert sorted({line[:-1] for line in before} - changes.removed | changes.added) == sorted(
            line[:-1] for line in wanted
        )
        content, knowledge = after, step.knowledge


@settings(max_examples=100 if SOAK else 5)
@given(deltas(), deltas(), st.data())
def test_answers_do_not_depend_on_how_facts_came_about(one: Delta, other: Delta, data: st.DataObject) -> None:
    """Changed in place, supposed for the question, loaded aside or loaded anew: every version answers the same."""
    content, versions = Content(BASE), [KNOWLEDGE]
    for delta in (one, other):
        effective = content.effective(delta)
        after = content.apply(effective)
        step = follow(versions[-1], content, after, effective)
        if errors_of(inspect_change(versions[-1], step)):
            break
        content = after
        versions.append(step.knowledge)
    facts, aside = Facts(engine(), "scale-followed"), Facts(engine(), "scale-aside")
    for knowledge in versions:
        facts.follow(knowledge)
    aside.follow(KNOWLEDGE)
    with pytest.MonkeyPatch.context() as patch:
        for place, knowledge in enumerate(versions):
            anew = Facts(engine(), "scale-anew")
            packs = sorted(knowledge.packs)
            for task in ["none", *data.draw(st.lists(st.sampled_from(sorted(knowledge.tasks)), max_size=2))]:
                question = ("recommend", compound("case", task, [], [], [], packs), 7, "full")
                expected = anew.ask(knowledge, *question)
                assert facts.ask(knowledge, *question) == expected
                patch.setattr("engine.facts.MOST_SUPPOSED", place - 1)
                assert aside.ask(knowledge, *question) == expected
            anew.unload()
    facts.unload()
    aside.unload()


def test_questions_under_way_keep_their_version() -> None:
    """While one thread changes the knowledge again and again, every answer is that of the version it was asked of."""
    late = Content(BASE).apply(Delta(LATE, frozenset()))
    versions = [KNOWLEDGE, follow(KNOWLEDGE, Content(BASE), late, Delta(LATE, frozenset())).readable()]
    facts = Facts(engine(), "scale-moving")
    questions = [
        (one, ("recommend", compound("case", task, [], [], [], sorted(one.packs)), 7, "full"))
        for one in versions
        for task in sorted(KNOWLEDGE.tasks)[:3]
    ]
    expected = [facts.ask(one, *question) for one, question in questions]
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            for one in versions:
                facts.follow(one)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(200 if SOAK else 10):
            for (one, question), answer in zip(questions, expected, strict=True):
                assert facts.ask(one, *question) == answer
    finally:
        done.set()
        changing.join()
    facts.unload()


def generated(number: int) -> list[str]:
    """The lines of so many task types, each with a broader task, one or two demand rules and their judgement."""
    chance = random.Random(number)
    writer = StatementWriter(KNOWLEDGE, "Ann", date(2026, 11, 22))
    tasks, needs, strengths = sorted(KNOWLEDGE.tasks), sorted(KNOWLEDGE.needs), sorted(KNOWLEDGE.strengths)
    constraints = sorted(KNOWLEDGE.constraints.values(), key=lambda one: one.id)
    lines = []
    for place in range(number):
        demands = []
        for _ in range(chance.randint(1, 2)):
            constraint = chance.choice(constraints)
            when = {constraint.id: (chance.choice(constraint.values).id,)}
            demands.append(Demand(chance.choice(needs), chance.choice(strengths), when))
        label = f"Generated {place} of {chance.choice(tasks)}"
        task = TaskDescription(label, f"generated-{place}", (), (chance.choice(tasks),), tuple(demands))
        lines += map(line_of, writer.task(task))
    return lines


def work_of_adding(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How much is looked at to check, save and load one new task."""
    need, constraint = min(KNOWLEDGE.needs), min(KNOWLEDGE.constraints)
    when = {constraint: KNOWLEDGE.constraints[constraint].values[0].id}
    task = TaskDescription("One more", "one-more", (), (min(KNOWLEDGE.tasks),), (Demand(need, "strong", when),))
    change = add_task(snapshot, task, "Ann", date(2026, 11, 22))
    work: Counter[str] = Counter()
    checked = neighbours.check

    def counted(knowledge: Knowledge) -> list[Finding]:
        work["terms checked together"] += sum(len(knowledge.of(kind)) for kind in ATTRIBUTE_OF_KIND)
        return checked(knowledge)

    monkeypatch.setattr(neighbours, "check", counted)
    content, step = snapshot.after(map(line_of, change.added), map(line_of, change.removed))
    assert not errors_of(inspect_change(snapshot.knowledge, step))
    monkeypatch.undo()
    work["subjects read"] = step.index.read
    work["subjects validated"] = len(step.subjects)
    work["terms read anew"] = len(step.changed)
    changes = changes_between(snapshot.knowledge, step.knowledge)
    work["facts changed"] = len(changes)
    trees = zip(content._trees.values(), snapshot.content._trees.values(), strict=True)
    work["leaves hashed"] = sum(
        a is not b for tree, old in trees for a, b in zip(tree._leaves, old._leaves, strict=True)
    )
    return dict(work)


def test_adding_a_task_costs_the_same_in_a_large_knowledge_base(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hundred times as many tasks not one term, subject, fact or leaf more is looked at, but for chance."""
    work = []
    for number in (10, 100_000 if SOAK else 1000):
        snapshot = Snapshot(Version(1, "", "Ann", "", "", None), BASE | {*generated(number)})
        assert len(snapshot.knowledge.tasks) == len(KNOWLEDGE.tasks) + number
        work.append(work_of_adding(snapshot, monkeypatch))
    few, many = work
    assert few["facts changed"] == many["facts changed"] < 12
    for what, count in few.items():
        assert many[what] <= count + 3, what


def test_adding_and_removing_leaves_nothing_behind(tmp_path: Path) -> None:
    """After many cycles memory holds as many objects, clauses, atoms and modules as after the first few."""
    store = Store(f"sqlite:///{tmp_path / 'test.db'}", HERE / "second_domain" / "packs")
    store.open()
    live = LiveAdvisor(store, engine())
    pipeline = Pipeline(store)
    seen = []
    cycles = 10_000 if SOAK else 36
    for cycle in range(1, cycles + 1):
        task = TaskDescription(f"Passing {cycle}", "", (), (min(KNOWLEDGE.tasks),), (Demand(min(KNOWLEDGE.needs)),))
        added = add_task(store.snapshot(), task, "Ann")
        pipeline.save(pipeline.preview(added))
        advisor = live.current()
        recommended = advisor.recommend(advisor.profile(f"passing-{cycle}"), explain="none")
        assert recommended.technique
        pipeline.save(pipeline.preview(remove_task(store.snapshot(), f"passing-{cycle}", "Ann")))
        assert f"passing-{cycle}" not in live.current().knowledge.tasks
        if cycle in (cycles // 3, cycles):
            gc.collect()
            prolog = engine().ask("memory")
            seen.append({"objects": len(gc.get_objects()), **prolog})
    assert store.snapshot().version.content_hash == store.snapshot(3).version.content_hash
    first, last = seen
    for what in ("clauses", "modules", "functors", "predicates"):
        assert last[what] <= first[what], (what, first, last)
    assert last["atoms"] <= first["atoms"] + 200
    assert last["objects"] <= first["objects"] * 1.02
    live.close()
    store.database.close()


@given(st.text(), st.sampled_from(["", "en", "de-at", "dt"]))
def test_literals_are_read_from_canonical_text(value: str, kind: str) -> None:
    """Whatever a literal holds, it is read from the text of a content as a parser of N-Quads reads it."""
    if kind == "dt":
        literal = ox.Literal(value, datatype=ox.NamedNode("x:type"))
    else:
        literal = ox.Literal(value, language=kind or None)
    graph = ox.NamedNode("https://w3id.org/adaptwise/pack/local")
    quad = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal, graph)
    content = Content.of([quad])
    assert list(content.quads()) == [quad]
    assert index_of(content).nodes["x:s"].objects("x:p") == [literal]
