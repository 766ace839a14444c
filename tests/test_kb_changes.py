"""Tasks defined in a few fields: every problem at once, statements that rest on a judgement, nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pipeline import Pipeline
from kb.changes import (
    Change,
    ChangeError,
    Demand,
    TaskDescription,
    add_task,
    rehearse,
    remove_task,
    replace_task,
)
from kb.definitions import check_definition, slug
from kb.findings import InvalidKnowledgeError, errors_of
from kb.model import ALWAYS, AllOf, TaskIs, ValueIs
from kb.namespaces import is_id
from kb.packs import parse_pack, read_packs
from kb.reader import read_quads
from kb.store import BaseMovedError, Snapshot, Store
from kb.versions import Version

TINY = Path(__file__).parent / "fixtures" / "tiny"
TODAY = date(2026, 11, 22)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store with the tiny knowledge base."""
    found = Store(f"sqlite:///{tmp_path / 'test.db'}", TINY)
    found.open()
    yield found
    found.database.close()


@pytest.fixture
def snapshot(store: Store) -> Snapshot:
    """Its first version."""
    return store.snapshot()


def save(store: Store, snapshot: Snapshot, change: Change) -> tuple[Version, list[str]]:
    """Take a change through the pipeline; the new version and the codes of what was found."""
    pipeline = Pipeline(store)
    seen = pipeline.preview(change)
    assert seen.before.version == snapshot.version
    return pipeline.save(seen), [finding.code for finding in seen.findings]


STACKING = TaskDescription(
    label="Stacking boxes",
    synonyms=("piling up",),
    broader=("Sorting",),
    demands=(
        Demand("speed", "strong", {"amount": "many", "colour": ("red", "blue")}),
        Demand("care"),
        Demand("care", "weak", {"Colour": "Red"}),
    ),
    definition="Putting boxes on boxes.",
    reason="The warehouse asked for it.",
)


def test_a_label_alone_suffices(store: Store, snapshot: Snapshot) -> None:
    """A task with nothing but a name is a task, with an id made of its name."""
    version, findings = save(store, snapshot, add_task(snapshot, TaskDescription("Stacking boxes"), "Ann"))
    assert (version.number, version.author, version.reason, findings) == (
        2,
        "Ann",
        "Add the task Stacking boxes",
        ["task-like-any"],
    )
    assert store.snapshot().knowledge.tasks["stacking-boxes"].label == "Stacking boxes"


def test_a_full_definition_becomes_task_claim_and_rules(store: Store, snapshot: Snapshot) -> None:
    """Every field arrives, and every rule rests on one signed and dated judgement."""
    save(store, snapshot, add_task(snapshot, STACKING, "Ann", TODAY))
    knowledge = store.snapshot().knowledge
    task = knowledge.tasks["stacking-boxes"]
    assert (task.pack, task.broader, task.synonyms, task.definition) == (
        "local",
        ("sorting",),
        ("piling up",),
        "Putting boxes on boxes.",
    )
    claim = knowledge.claims["local-stacking-boxes"]
    assert (claim.kind, claim.author, claim.date, claim.text) == (
        "judgement",
        "Ann",
        "2026-11-22",
        "The warehouse asked for it.",
    )
    own = TaskIs("stacking-boxes")
    rules = {
        rule.id: (rule.need, rule.strength, rule.when) for rule in knowledge.rules.values() if rule.pack == "local"
    }
    assert rules == {
        "stacking-boxes-speed": (
            "speed",
            "strong",
            AllOf((own, ValueIs("amount", "is", ("many",)), ValueIs("colour", "is", ("blue", "red")))),
        ),
        "stacking-boxes-care": ("care", "strong", own),
        "stacking-boxes-care-2": ("care", "weak", AllOf((own, ValueIs("colour", "is", ("red",))))),
    }
    assert all(knowledge.rules[rule].claims == (claim.id,) for rule in rules)
    assert knowledge.packs["local"].precedence == 30


def test_the_same_change_gives_the_same_version(store: Store, snapshot: Snapshot) -> None:
    """Names of conditions follow from content, so that the same definition gives the same quads."""
    one, other = (add_task(snapshot, STACKING, "Ann", TODAY) for _ in range(2))
    assert set(one.added) == set(other.added)


def test_every_problem_is_named_at_once(snapshot: Snapshot) -> None:
    """Each problem says where, what, what was expected, and what is nearest."""
    definition = TaskDescription(
        label="  ",
        id="Stack Boxes",
        synonyms=("card sorting",),
        broader=("sortin",),
        demands=(Demand("sped", "stong", {"amont": "many", "colour": ("rde", "blue"), "amount": ()}),),
        definition="x" * 5000,
    )
    with pytest.raises(ChangeError) as caught:
        add_task(snapshot, definition, "Ann")
    problems = {problem.path: problem for problem in caught.value.problems}
    assert {path: problem.nearest for path, problem in problems.items()} == {
        "/label": (),
        "/id": ("stack-boxes",),
        "/synonyms/0": (),
        "/broader/0": ("sorting", "card-sorting"),
        "/demands/0/need": ("speed",),
        "/demands/0/strength": ("strong",),
        "/demands/0/when/amont": ("amount",),
        "/demands/0/when/colour": ("red",),
        "/demands/0/when/amount": (),
        "/definition": (),
    }
    assert problems["/demands/0/strength"].expected == "one of required, strong, moderate, weak"
    assert "already a name of the task card-sorting" in problems["/synonyms/0"].message


@pytest.mark.parametrize(
    ("definition", "path", "message"),
    [
        (TaskDescription("Sorting"), "/label", "the task sorting already exists"),
        (TaskDescription("Other", id="sorting"), "/id", "the task sorting already exists"),
        (TaskDescription("card sorting", id="cards"), "/label", "already a name of the task card-sorting"),
        (TaskDescription("整理"), "/id", "no id can be made of the label"),
        (TaskDescription("a\x00b"), "/label", "not printable"),
        (TaskDescription("unknown"), "/label", "stands for no task"),
        (TaskDescription("ok", demands=[Demand("care")] * 101), "/demands", "too many"),
    ],
)
def test_names_are_checked(snapshot: Snapshot, definition: TaskDescription, path: str, message: str) -> None:
    """Taken, empty, unprintable and unreadable names are refused, and so are floods."""
    with pytest.raises(ChangeError, match=message) as caught:
        add_task(snapshot, definition, "Ann")
    assert path in {problem.path for problem in caught.value.problems}


def test_a_preview_saves_nothing_and_shows_what_saving_does(store: Store, snapshot: Snapshot) -> None:
    """The knowledge of a dry run is the knowledge after the real change."""
    change = add_task(snapshot, STACKING, "Ann", TODAY)
    preview = Pipeline(store).preview(change)
    assert errors_of([*preview.findings]) == []
    assert store.head().number == 1
    version, _ = save(store, snapshot, change)
    assert store.snapshot().knowledge == preview.knowledge
    assert (version.number, version.content_hash) == (preview.after.version.number, preview.content_hash)


def test_a_rehearsal_shows_only_what_the_change_brings_in(snapshot: Snapshot) -> None:
    """Errors of the change are found, wherever they come to light."""
    prefix = "@prefix aw: <https://w3id.org/adaptwise/schema#> .\n@prefix task: <https://w3id.org/adaptwise/task/> .\n"
    quads = tuple(parse_pack(prefix + "task:a a aw:Task .", pack="local"))
    _, findings = rehearse(snapshot, Change(1, quads, (), "Ann", "Add it", ("task", "a")))
    assert {(one.term, one.code) for one in findings} == {("a", "vocabulary-label"), ("a", "described-definition")}
    gone = tuple(quad for quad in snapshot.quads if quad.subject.value.endswith("/task/sorting"))
    _, findings = rehearse(snapshot, Change(1, (), gone, "Ann", "Remove it", ("task", "sorting")))
    assert {(one.severity, one.term) for one in findings} == {("error", "card-sorting")}


def test_a_change_with_errors_is_not_saved(store: Store, snapshot: Snapshot) -> None:
    """A change that breaks the knowledge base is refused with every error, and nothing is saved."""
    gone = tuple(quad for quad in snapshot.quads if quad.subject.value.endswith("/task/sorting"))
    with pytest.raises(InvalidKnowledgeError, match="task:sorting"):
        save(store, snapshot, Change(1, (), gone, "Ann", "Break it", ("task", "sorting")))
    assert store.head().number == 1


def test_a_change_for_an_old_version_is_refused(store: Store, snapshot: Snapshot) -> None:
    """Of two tasks defined for the same version, the second has to look again."""
    save(store, snapshot, add_task(snapshot, TaskDescription("one"), "Ann"))
    with pytest.raises(BaseMovedError):
        save(store, snapshot, add_task(snapshot, TaskDescription("two"), "Bob"))
    assert "two" not in store.snapshot().knowledge.tasks


def test_removing_a_task_leaves_nothing_of_it(store: Store, snapshot: Snapshot) -> None:
    """Task, rules, conditions and claim go; only the pack of the installation stays."""
    save(store, snapshot, add_task(snapshot, STACKING, "Ann"))
    added = store.snapshot()
    save(store, added, remove_task(added, "stacking-boxes", "Bob", "Nobody stacks"))
    after = store.snapshot()
    assert after.version.reason == "Nobody stacks"
    assert {str(quad.subject) for quad in {*after.quads} - {*snapshot.quads}} == {
        "<https://w3id.org/adaptwise/pack/local>"
    }


def test_a_task_can_be_described_anew(store: Store, snapshot: Snapshot) -> None:
    """Replacing a task in one version leaves only the new description, under the same ids."""
    save(store, snapshot, add_task(snapshot, STACKING, "Ann"))
    first = store.snapshot()
    anew = TaskDescription("Stacking boxes", id="stacking-boxes", demands=(Demand("care", "weak"),))
    save(store, first, replace_task(first, anew, "Bob"))
    second = store.snapshot().knowledge
    rules = [rule for rule in second.rules.values() if rule.pack == "local"]
    assert [(rule.id, rule.strength) for rule in rules] == [("stacking-boxes-care", "weak")]
    assert second.claims["local-stacking-boxes"].author == "Bob"
    assert second.tasks["stacking-boxes"].broader == ()


@pytest.mark.parametrize(
    ("task", "message"),
    [("sorting", "came with the program"), ("sortin", "there is no task sortin")],
)
def test_only_tasks_that_were_added_here_can_go(snapshot: Snapshot, task: str, message: str) -> None:
    """Shipped tasks stay, and unknown ones get the nearest."""
    for make in (
        lambda: remove_task(snapshot, task, "Bob"),
        lambda: replace_task(snapshot, TaskDescription("x", id=task), "Bob"),
    ):
        with pytest.raises(ChangeError, match=message) as caught:
            make()
        assert (caught.value.problems[0].nearest != ()) == (task == "sortin")


def test_a_task_that_others_build_on_cannot_go(store: Store, snapshot: Snapshot) -> None:
    """The refusal names what still uses the task."""
    save(store, snapshot, add_task(snapshot, STACKING, "Ann"))
    first = store.snapshot()
    save(store, first, add_task(first, TaskDescription("Stacking crates", broader=("stacking-boxes",)), "Ann"))
    with pytest.raises(ChangeError, match="still named by task:stacking-crates"):
        remove_task(store.snapshot(), "stacking-boxes", "Bob")


def test_ids_that_are_taken_are_counted_on(store: Store, snapshot: Snapshot) -> None:
    """A rule of another task under the id that would be made is left alone."""
    save(store, snapshot, add_task(snapshot, TaskDescription("a", demands=(Demand("care"),)), "Ann"))
    second = store.snapshot()
    taken = parse_pack(
        "@prefix aw: <https://w3id.org/adaptwise/schema#> .\n@prefix r: <https://w3id.org/adaptwise/rule/> .\n"
        "r:b-care a aw:DemandRule ; aw:raises <https://w3id.org/adaptwise/need/care> ; aw:strength aw:weak ;"
        " <http://www.w3.org/ns/prov#wasDerivedFrom> <https://w3id.org/adaptwise/claim/c> .",
        pack="local",
    )
    store.commit(2, taken, (), "Ann", "A rule of its own")
    third = store.snapshot()
    save(store, third, add_task(third, TaskDescription("b", demands=(Demand("care"),)), "Ann"))
    rules = store.snapshot().knowledge.rules
    assert rules["b-care"].when == ALWAYS
    assert rules["b-care-2"].when == TaskIs("b")
    assert second.knowledge.rules["a-care"] == rules["a-care"]


@given(st.text(max_size=40))
def test_an_id_is_made_of_any_label_or_none(label: str) -> None:
    """What is made of a label is a well-formed id, or nothing."""
    assert slug(label) == "" or is_id(slug(label))


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3), st.text(max_size=20))
def test_any_definition_is_checked_without_failing(label: str, broader: list[str], need: str) -> None:
    """Whatever is sent, the answer is a definition in ids or a list of problems."""
    try:
        found = check_definition(KNOWLEDGE, TaskDescription(label, broader=broader, demands=(Demand(need),)))
    except ChangeError as error:
        assert all(problem.path.startswith("/") and problem.message for problem in error.problems)
    else:
        assert is_id(found.id)
        assert {*found.broader} <= {*KNOWLEDGE.tasks}


KNOWLEDGE = read_quads(read_packs(TINY))
