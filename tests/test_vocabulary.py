"""The vocabulary of a version: following the version before gives what reading anew gives."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.meaning import Likeness, word_vectors
from chat.understanding import interpret_with
from chat.vocabulary import Vocabulary, build, vocabulary_of
from kb.model import Knowledge, Task
from kb.packs import read_packs
from kb.reader import read_quads

SECOND = read_quads(read_packs(Path(__file__).parent / "second_domain" / "packs"))
WORDS = ["ledger", "time zone", "timezone", "no backups", "not fast", "reports", "queue", "the", "as it comes", "sort"]


def tasks() -> st.SearchStrategy[dict[str, Task]]:
    """Task types of labels, synonyms and definitions that share words with one another and with the second domain."""
    text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
    some = st.lists(text, max_size=3).map(tuple)
    made = st.builds(
        lambda name, label, synonyms, hidden, examples, definition: Task(
            id=f"task-{name}",
            pack="notes",
            label=label,
            synonyms=synonyms,
            hidden=hidden,
            examples=examples,
            definition=definition,
        ),
        st.integers(0, 5),
        text,
        some,
        some,
        some,
        st.one_of(st.just(""), text),
    )
    return st.lists(made, max_size=5).map(lambda found: {task.id: task for task in found})


def said(vocabulary: Vocabulary) -> dict[str, Any]:
    """All that a vocabulary says, apart from the places at which it keeps it."""
    phrases = vocabulary.phrases
    return {
        "phrases": sorted((*phrase.target[:2], phrase.target.value or "", phrase.text) for phrase in live(vocabulary)),
        "measures": sorted((phrases[at].text, vocabulary.measure(at)) for at in places(vocabulary)),
        "called up": {
            stem: sorted((phrases[at].text, phrases[at].target.id, weight) for at, weight in vocabulary.called_up(stem))
            for stem in vocabulary._spread
        },
        "weights": {stem: vocabulary.weight(stem) for stem in vocabulary._spread},
        "words": vocabulary._words,
        "compounds": vocabulary._compounds,
        "told by": {stem: dict(vocabulary.told_by(stem)) for stem in vocabulary._spread},
        "manners": {stem for stem in vocabulary._technique_stems if vocabulary._is_manner(stem)},
        "task texts": vocabulary._task_texts,
    }


def places(vocabulary: Vocabulary) -> list[int]:
    """Where phrases stand."""
    return [at for found in vocabulary._places.values() for at in found]


def live(vocabulary: Vocabulary) -> list[Any]:
    """The phrases that count."""
    return [vocabulary.phrases[at] for at in places(vocabulary)]


@given(tasks(), tasks(), tasks())
def test_following_is_reading_anew(one: dict[str, Task], two: dict[str, Task], three: dict[str, Task]) -> None:
    """Whatever tasks came, went or changed; and the versions before stay what they were."""
    versions = [replace(SECOND, tasks={**SECOND.tasks, **some}) for some in (one, two, three)]
    followed = [build(versions[0])]
    for old, new in pairwise(versions):
        found = followed[-1].following(old, new)
        assert found is not None
        followed.append(found)
    for version, vocabulary in zip(versions, followed, strict=True):
        assert said(vocabulary) == said(build(version))


@given(tasks(), tasks())
def test_likeness_follows(one: dict[str, Task], two: dict[str, Task]) -> None:
    """What was fitted to the phrases of one version and changed is what is fitted to those of the other."""
    vectors = word_vectors()
    assert vectors is not None
    before, after = ({task.id: [task.label, *task.synonyms] for task in some.values()} for some in (one, two))
    first = Likeness(before, vectors)
    second = first.changed(before, after)
    beside = first.changed((), {"another": ["queue"]})
    for found, phrases in ((first, before), (second, after), (beside, {**before, "another": ["queue"]})):
        if phrases:
            anew = Likeness(phrases, vectors)
            for text in ("a queue of reports", "sort the ledger"):
                assert found.fit(text) == pytest.approx(anew.fit(text), abs=1e-5)
                assert found.nearness([text]) == pytest.approx(anew.nearness([text]), abs=1e-5)


def test_what_is_not_about_tasks_is_read_anew() -> None:
    """Other terms than tasks, tasks that replace others, and the task that stands for none."""
    vocabulary = build(SECOND)
    needs = dict(SECOND.needs)
    needs.pop(next(iter(needs)))
    assert vocabulary.following(SECOND, replace(SECOND, needs=needs)) is None
    first, second = list(SECOND.tasks)[:2]
    replaced = {**SECOND.tasks, first: replace(SECOND.tasks[first], replaced_by=second)}
    deprecated = replace(SECOND, tasks=replaced)
    assert vocabulary.following(SECOND, deprecated) is None
    gone = replace(deprecated, tasks={key: task for key, task in replaced.items() if key != second})
    assert build(deprecated).following(deprecated, gone) is None
    unnamed = replace(
        SECOND, tasks={**SECOND.tasks, "unspecified": Task(id="unspecified", pack="notes", label="unspecified")}
    )
    assert vocabulary.following(SECOND, unnamed) is None


def test_many_changes_do_not_pile_up() -> None:
    """Places of phrases that are gone are given up in the end."""
    knowledge, vocabulary, anew = SECOND, build(SECOND), 0
    for number in range(3000):
        label = Task(id="task-again", pack="notes", label=f"again {number}")
        changed: Knowledge = replace(knowledge, tasks={**SECOND.tasks, "task-again": label})
        found = vocabulary.following(knowledge, changed)
        anew += found is None
        knowledge, vocabulary = changed, found or build(changed)
    assert anew >= 1 and len(vocabulary.phrases) < 5000
    assert said(vocabulary) == said(build(knowledge))


def test_the_next_version_is_understood_as_if_read_anew() -> None:
    """Through the vocabulary that is kept: the text is read by the words of the version that is asked."""
    added = Task(id="task-zebra", pack="notes", label="zebra counting", synonyms=("count the zebras",))
    after = replace(SECOND, tasks={**SECOND.tasks, added.id: added})
    text = "we count the zebras at the gate"
    assert interpret_with(text, SECOND, vocabulary_of(SECOND)).task is None
    assert interpret_with(text, after, vocabulary_of(after)).task == "task-zebra"
    assert interpret_with(text, SECOND, vocabulary_of(SECOND)).task is None
