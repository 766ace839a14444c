"""Newer packs of the program over local changes: a three-way merge by terms, whose conflicts are named and decided."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ADMIN_KEY, RunningServer
from hypothesis import given
from hypothesis import strategies as st
from test_cli_history import refused, said

from kb.merge import merge
from kb.pack_changes import switch_pack
from kb.packs import parse_pack
from kb.quads import lines_of
from kb.shipped import update_of
from kb.store import Store

TINY = Path(__file__).parent / "fixtures" / "tiny"
KEY = {"X-API-Key": ADMIN_KEY}
PREFIXES = (
    "@prefix task: <https://w3id.org/adaptwise/task/> .\n@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix rule: <https://w3id.org/adaptwise/rule/> .\n"
    "@prefix value: <https://w3id.org/adaptwise/value/> .\n@prefix need: <https://w3id.org/adaptwise/need/> .\n"
)


def lines(turtle: str, pack: str = "base") -> frozenset[str]:
    """Canonical lines of some Turtle in a pack."""
    return frozenset(lines_of(parse_pack(PREFIXES + turtle, pack=pack)))


def task(label: str = "A", note: str = "n", condition: str = "value:x.a") -> frozenset[str]:
    """A task and a rule with a condition."""
    return lines(
        f'task:a a aw:Task ; skos:prefLabel "{label}"@en ; skos:note "{note}" .'
        f"rule:a a aw:DemandRule ; aw:strength aw:strong ; aw:when [ aw:is {condition} ] ."
    )


def test_what_only_one_side_changed_is_taken_from_it() -> None:
    """Changes to different properties of one term go together; the same change on both sides is none."""
    merged = merge(task(), task(label="B"), task(note="m"))
    assert (merged.lines, merged.conflicts) == (task(label="B", note="m"), ())
    merged = merge(task(), task(label="B"), task(label="B", note="m"))
    assert (merged.lines, merged.conflicts) == (task(label="B", note="m"), ())


def test_what_both_changed_is_a_conflict_with_both_values() -> None:
    """A conflict names term, property and both values; conditions count as a value of their statement."""
    merged = merge(task(), task(label="B", condition="value:x.b"), task(label="C", condition="value:x.c"))
    assert [(one.pack, one.term, one.property, one.ours, one.theirs) for one in merged.conflicts] == [
        ("base", "rule:a", "aw:when", "value:x.b", "value:x.c"),
        ("base", "task:a", "skos:prefLabel", "“B”", "“C”"),
    ]
    assert "task:a, skos:prefLabel: changed here to “B”, and changed by the program to “C”" in map(
        str, merged.conflicts
    )
    for side, wanted in (("ours", ("B", "value:x.b")), ("theirs", ("C", "value:x.c"))):
        decided = merge(task(), task("B", "n", "value:x.b"), task("C", "n", "value:x.c"), side)
        assert (decided.lines, decided.conflicts) == (task(wanted[0], "n", wanted[1]), ())
    single = merge(task(), task("B", "n", "value:x.b"), task("C", "n", "value:x.c"), "ours", {"task:a": "theirs"})
    assert single.lines == task("C", "n", "value:x.b")


def test_what_one_side_took_away_and_the_other_changed_is_a_conflict() -> None:
    """Taking away is a change like any other."""
    rule = lines("rule:a a aw:DemandRule ; aw:strength aw:strong ; aw:when [ aw:is value:x.a ] .")
    merged = merge(task(), rule, task(label="C"))
    (conflict,) = merged.conflicts
    assert (conflict.term, conflict.ours, conflict.theirs) == ("task:a", "", "“C”")
    assert "taken away here" in str(conflict)
    assert merge(task(), rule, task()).lines == rule
    assert merge(task(), task(), rule).lines == rule


CONTENT = st.builds(
    task, st.sampled_from("ABC"), st.sampled_from("nm"), st.sampled_from(["value:x.a", "value:x.b"])
) | st.just(frozenset())


@given(CONTENT, CONTENT, CONTENT)
def test_merging_is_fair(base: frozenset[str], ours: frozenset[str], theirs: frozenset[str]) -> None:
    """An unchanged side yields to the other, sides change places with their conflicts, deciding leaves no conflict."""
    assert merge(base, base, theirs).lines == theirs
    assert merge(base, ours, base).lines == ours
    assert merge(base, ours, ours) == merge(ours, ours, ours)
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert [(c.term, c.property, c.ours, c.theirs) for c in one.conflicts] == [
        (c.term, c.property, c.theirs, c.ours) for c in other.conflicts
    ]
    for side, same in (("ours", "theirs"), ("theirs", "ours")):
        decided = merge(base, ours, theirs, side)
        assert decided.conflicts == ()
        assert decided.lines == merge(base, theirs, ours, same).lines
        assert decided.lines <= ours | theirs


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder of packs that a test may change."""
    return Path(shutil.copytree(TINY, tmp_path / "packs"))


def add(packs: Path, turtle: str) -> None:
    """What the program's next release brings besides."""
    (packs / "base" / "more.ttl").write_text(PREFIXES + turtle)


def opened(url: str, packs: Path) -> Store:
    """The store as the program would open it at its next start."""
    store = Store(url, packs)
    store.open()
    return store


def test_an_update_keeps_what_was_changed_here_elsewhere(tmp_path: Path, packs: Path) -> None:
    """A local change of one term and the program's change of another are both there after the update."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = opened(url, packs)
    changed = parse_pack(PREFIXES + 'task:sorting skos:altLabel "ordering"@en .', pack="base")
    store.commit(1, changed, (), "Ann", "People say so")
    add(packs, 'task:piling a aw:Task ; skos:prefLabel "piling"@en ; skos:definition "Made up."@en .')
    again = opened(url, packs)
    assert (again.head().number, again.withheld) == (3, ())
    tasks = again.snapshot().knowledge.tasks
    assert "piling" in tasks and tasks["sorting"].synonyms == ("ordering",)
    assert update_of(again) is None
    assert opened(url, packs).head().number == 3
    for one in (store, again):
        one.database.close()


def test_a_pack_that_was_switched_off_may_go(tmp_path: Path, packs: Path) -> None:
    """A pack that the program no longer brings is taken out, and that it was switched off does not stand against it."""
    (packs / "more").mkdir()
    header = (
        "@prefix pack: <https://w3id.org/adaptwise/pack/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "@prefix dcterms: <http://purl.org/dc/terms/> ."
        'pack:more a aw:Pack ; aw:precedence 5 ; owl:versionInfo "1" ; dcterms:creator "A" ; dcterms:license "-" .'
    )
    (packs / "more" / "pack.ttl").write_text(PREFIXES + header)
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = opened(url, packs)
    change = switch_pack(store.snapshot(), "more", False, "Ann")
    store.commit(change.base, change.added, change.removed, "Ann", "Off")
    assert store.snapshot().knowledge.packs["more"].active is False
    shutil.rmtree(packs / "more")
    again = opened(url, packs)
    assert (again.withheld, again.head().number) == ((), 3)
    assert "more" not in again.snapshot().knowledge.packs
    for one in (store, again):
        one.database.close()


@pytest.fixture
def conflicting(tmp_path: Path, packs: Path) -> Iterator[RunningServer]:
    """A server whose packs were changed here and by the program, at the same property; not started yet."""
    running = RunningServer(tmp_path / "home", environment={"ADAPTWISE_PACKS": str(packs)})
    running.home.mkdir()
    store = opened(f"sqlite:///{running.home / 'adaptwise.db'}", packs)
    changed = parse_pack(PREFIXES + 'task:sorting skos:altLabel "ordering"@en .', pack="base")
    store.commit(1, changed, (), "Ann", "People say so")
    store.database.close()
    add(
        packs,
        'task:sorting skos:altLabel "arranging"@en . '
        'task:piling a aw:Task ; skos:prefLabel "piling"@en ; skos:definition "Made up."@en .',
    )
    yield running
    running.stop()


def test_a_conflict_is_withheld_shown_and_decided(conflicting: RunningServer) -> None:
    """Nothing of a conflicting update is installed until it is decided; then all of it is, once."""
    conflicting.start()
    tasks = "/api/v1/tasks/piling"
    assert conflicting.get(tasks).status_code == 404
    state = conflicting.get("/api/v1/updates").json()
    assert state["pending"]
    (conflict,) = state["conflicts"]
    assert (conflict["term"], conflict["ours"], conflict["theirs"]) == ("task:sorting", "“ordering”", "“arranging”")
    undecided = conflicting.post("/api/v1/updates", {}, headers=KEY)
    assert undecided.status_code == 422
    assert "task:sorting, skos:altLabel" in undecided.json()["detail"]
    slip = conflicting.post("/api/v1/updates", {"take": "ours", "terms": {"task:sortin": "ours"}}, headers=KEY)
    assert slip.json()["errors"][0]["nearest"] == ["task:sorting"]
    assert conflicting.post("/api/v1/updates", {"take": "ours"}).status_code == 401

    there = {"ADAPTWISE_SERVER": conflicting.url, "ADAPTWISE_KEY": ADMIN_KEY}
    home = conflicting.home
    shown = said(home, "kb", "merge", **there)
    assert "changed here to “ordering”, and changed by the program to “arranging”" in shown and "--theirs" in shown
    assert "not of the form" in refused(home, "kb", "merge", "--take", "task:sorting", status=2, **there)
    assert "Would add task:piling" in said(home, "kb", "merge", "--theirs", "--dry-run", **there)
    assert conflicting.get(tasks).status_code == 404
    merged = said(home, "kb", "merge", "--take", "task:sorting=theirs", **there)
    assert "Added task:piling." in merged and "This is version 3." in merged
    assert conflicting.get("/api/v1/tasks/sorting").json()["synonyms"] == ["arranging"]
    assert conflicting.get(tasks).status_code == 200
    assert not conflicting.get("/api/v1/updates").json()["pending"]
    assert conflicting.post("/api/v1/updates", {"take": "ours"}, headers=KEY).status_code == 409
    conflicting.restart()
    assert conflicting.get("/api/v1/versions").json()["total"] == 3
