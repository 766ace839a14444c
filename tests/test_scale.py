"""Knowledge that grows and changes: a change costs what it touches, and what follows it equals what is made anew."""

from __future__ import annotations

import os
import random
import re
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compiler import Compiler
from engine.facts import Facts, changes_between
from engine.terms import compound
from kb.content import Content
from kb.findings import errors_of
from kb.following import follow
from kb.identity import hash_of_lines
from kb.index import Index
from kb.lexicon import Lexicon, Names, phrases_of
from kb.model import ATTRIBUTE_OF_KIND
from kb.neighbours import inspect_change
from kb.packs import read_packs
from kb.quads import line_of
from kb.reader import read_leniently, read_quads
from kb.sorted_map import SortedMap, with_changes
from kb.users import Tested, Users
from kb.validation import inspect
from kb.versions import Delta, composed, difference
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
