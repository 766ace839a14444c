"""History as Python sees it: net changes, what was touched, roll-back, proposals; on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.changes import Change
from kb.database import Database
from kb.diff import difference, keys_of
from kb.history import Touched, net, replace_content, roll_back, touched
from kb.packs import parse_pack
from kb.proposals import (
    DecidedProposalError,
    OwnProposalError,
    Proposals,
    StaleProposalError,
    UnknownProposalError,
    rebased,
)
from kb.quads import lines_of, parse_lines
from kb.store import Store, UnknownVersionError
from kb.versions import Delta, composed

TINY = Path(__file__).parent / "fixtures" / "tiny"
PREFIXES = (
    "@prefix task: <https://w3id.org/adaptwise/task/> .\n@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix rule: <https://w3id.org/adaptwise/rule/> .\n"
    "@prefix value: <https://w3id.org/adaptwise/value/> .\n@prefix need: <https://w3id.org/adaptwise/need/> .\n"
)


def quads(turtle: str) -> list[Any]:
    """Quads of the installation's own pack."""
    return parse_pack(PREFIXES + turtle, pack="local")


def task(name: str, label: str = "") -> list[Any]:
    """A task."""
    return quads(f'task:{name} a aw:Task ; skos:prefLabel "{label or name}"@en ; skos:definition "Made up."@en .')


def rule(value: str) -> list[Any]:
    """A rule whose condition is about a value."""
    return quads(
        f'rule:r a aw:DemandRule ; skos:prefLabel "r"@en ; aw:when [ aw:is value:amount.{value} ] ;'
        "aw:raises need:care ; aw:strength aw:weak ."
    )


@pytest.fixture
def store(tmp_path: Path, url_in: Callable[[Path], str]) -> Iterator[Store]:
    """A store with some history, in each kind of database in turn."""
    found = Store(url_in(tmp_path), TINY)
    found.open()
    found.commit(1, [*task("stacking"), *rule("few")], (), "Ann", "Add")
    found.commit(2, [*task("stacking", "piling"), *rule("many")], [*task("stacking"), *rule("few")], "Ann", "Change")
    found.commit(3, task("heaping"), task("stacking", "piling"), "Ann", "Add and take")
    yield found
    found.database.close()


def test_the_net_change_leads_from_any_version_to_any_other(store: Store) -> None:
    """Applied to the one version it gives the other, in both directions, and says nothing twice."""
    for old in range(1, 5):
        for new in range(1, 5):
            delta = net(store, old, new)
            assert delta.apply(store.snapshot(old).lines) == store.snapshot(new).lines
            assert delta.added == store.snapshot(new).lines - store.snapshot(old).lines
            assert delta.removed == store.snapshot(old).lines - store.snapshot(new).lines
    for old, new in ((0, 1), (1, 5)):
        with pytest.raises(UnknownVersionError):
            net(store, old, new)


def test_what_a_version_touched_is_counted_by_terms(store: Store) -> None:
    """A rule whose condition changed is one changed term; the counts are those of the semantic difference."""
    assert touched(store.delta(2)) == Touched(2, 0, 0)
    assert touched(store.delta(3)) == Touched(0, 2, 0)
    assert touched(store.delta(4)) == Touched(1, 0, 1)
    for number in (2, 3, 4):
        before, after = store.snapshot(number - 1).knowledge, store.snapshot(number).knowledge
        found = difference(before, after, store.delta(number))
        assert found == difference(before, after), "comparing what lines speak of misses something"
        happened = [one.happened for one in found]
        counts = Touched(happened.count("added"), happened.count("changed"), happened.count("removed"))
        assert touched(store.delta(number)) == counts


def test_rolling_back_gives_the_content_of_any_version(store: Store) -> None:
    """Each older version can be had again, and history only grows."""
    for number in (1, 2, 3):
        change = roll_back(store, store.snapshot(), number, "Ben")
        version = store.commit(change.base, change.added, change.removed, change.author, change.reason)
        assert version.content_hash == store.snapshot(number).version.content_hash
        assert version.reason == f"Roll back to version {number}"
    assert store.head().number == 7
    change = replace_content(store.snapshot(), store.snapshot(4).quads, "Ben", "As it was")
    assert store.commit(7, change.added, change.removed, "Ben", "x").content_hash == (
        store.snapshot(4).version.content_hash
    )


LINES = st.frozensets(st.sampled_from([*"abcdefgh"]))


@given(LINES, st.lists(st.tuples(LINES, LINES), max_size=6))
def test_changes_composed_are_what_they_lead_to(start: frozenset[str], steps: list[tuple[Any, Any]]) -> None:
    """Composing any changes, each on what the one before left, is the difference between the ends."""
    state, deltas = start, []
    for added, removed in steps:
        delta = Delta(added - state, removed & state - added)
        deltas.append(delta)
        state = delta.apply(state)
    assert composed(deltas) == Delta(state - start, start - state)
    assert composed(deltas).inverse().apply(state) == start


def proposed(store: Store, added: list[Any], removed: list[Any] | tuple[()] = (), author: str = "Ann") -> Any:
    """A proposal for the newest version."""
    change = Change(store.head().number, tuple(added), tuple(removed), author, "Perhaps", ("task", "x"))
    return Proposals(store.database).propose(change)


def test_proposals_are_kept_listed_and_decided_once(store: Store) -> None:
    """What is proposed is found again as it was; each is decided once, by whoever may."""
    kept = Proposals(store.database)
    first, second = proposed(store, task("a")), proposed(store, task("b"), task("heaping"))
    assert lines_of(kept.find(second.number).change.removed) == lines_of(task("heaping"))
    assert kept.find(first.number) == first
    assert [one.number for one in kept.all()[0]] == [second.number, first.number]
    assert kept.all(limit=1, offset=1) == ([first], 2)
    with pytest.raises(OwnProposalError, match="is by Ann; another key commits it"):
        kept.for_commit(first.number, "Ann")
    found = kept.for_commit(first.number, "Ben").change
    note = kept.committing(first.number, "Ben")
    version = store.commit(found.base, found.added, found.removed, "Ann", "x", note)
    assert kept.find(first.number).version == version.number
    with pytest.raises(DecidedProposalError, match=f"committed by Ben .* It is version {version.number}"):
        store.commit(version.number, task("c"), (), "Ann", "x", note)
    assert store.head() == version, "what could not be noted was saved all the same"
    kept.close(second.number, "rejected", "Ben", "No")
    with pytest.raises(DecidedProposalError, match="rejected by Ben"):
        kept.close(second.number, "withdrawn", "Ann", "Yes")
    assert kept.all("open") == ([], 0)
    with pytest.raises(UnknownProposalError):
        kept.find(77)


def test_decided_proposals_are_forgotten_and_numbers_stay_unique(store: Store) -> None:
    """After their time decided proposals go with the next one; an open one stays, and no number comes again."""
    kept = Proposals(store.database)
    still_open, decided = proposed(store, task("a")), proposed(store, task("b"))
    kept.close(decided.number, "withdrawn", "Ann", "Never mind")
    newest = Proposals(store.database, keep_days=-1).propose(still_open.change)
    assert newest.number == decided.number + 1
    assert {one.number for one in kept.all()[0]} == {still_open.number, newest.number}


def test_a_proposal_is_made_anew_where_nothing_it_touches_was_touched(store: Store) -> None:
    """Changes elsewhere do not matter; changes of the same term make it stale; the same change does not."""
    waiting = proposed(store, task("heaping", "mounding"), task("heaping"))
    store.commit(4, task("other"), (), "Ben", "Elsewhere")
    assert rebased(store, waiting, store.snapshot()).base == 5
    store.commit(5, parse_lines("\n".join(lines_of(task("heaping", "banking")))), task("heaping"), "Ben", "There")
    with pytest.raises(StaleProposalError, match="changed what it touches: task:heaping") as caught:
        rebased(store, waiting, store.snapshot())
    assert caught.value.terms == (("task", "heaping"),)
    twin = proposed(store, task("twin"))
    change = Change(6, tuple(task("twin")), (), "Ben", "The same", None)
    store.commit(6, change.added, (), "Ben", "The same")
    assert rebased(store, twin, store.snapshot()).base == 7
    assert keys_of(store.delta(7)) == {("task", "twin")}


def test_a_store_is_told_apart_from_its_database(store: Store) -> None:
    """Proposals go with the database, whoever asks."""
    proposal = proposed(store, task("a"))
    other = Database(store.database.url.render_as_string(hide_password=False))
    assert Proposals(other).find(proposal.number) == proposal
    other.close()
