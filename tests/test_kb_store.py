"""Versions: saved whole or not at all, seen by everybody, never overwritten unseen."""

from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
from sqlalchemy import insert, select, text

from kb import validation
from kb.database import Database, default_home, default_url
from kb.datasets import quads_of
from kb.findings import InvalidKnowledgeError
from kb.identity import content_hash
from kb.packs import PackError, parse_pack
from kb.reader import KnowledgeError, read_knowledge
from kb.store import BaseMovedError, Store, UnknownVersionError, Version
from kb.versions import CHANGES, INSTALLATIONS, VALIDATIONS

UrlIn = Callable[[Path], str]
TINY = Path(__file__).parent / "fixtures" / "tiny"
PREFIXES = (
    "@prefix task: <https://w3id.org/adaptwise/task/> .\n@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder of packs that a test may change."""
    return Path(shutil.copytree(TINY, tmp_path / "packs"))


@pytest.fixture
def store(tmp_path: Path, packs: Path, url_in: UrlIn) -> Iterator[Store]:
    """An open store with the tiny knowledge base as version 1."""
    found = Store(url_in(tmp_path), packs)
    found.open()
    yield found
    found.database.close()


def task(name: str) -> list[ox.Quad]:
    """The quads of a task of this installation."""
    turtle = f'task:{name} a aw:Task ; skos:prefLabel "{name}"@en ; skos:definition "Made up."@en .'
    return parse_pack(PREFIXES + turtle, pack="local")


def commit(store: Store, name: str, base: int | None = None) -> Version:
    """Add a task to a version, the head by default."""
    return store.commit(base or store.head().number, task(name), (), "Ann", f"Add {name}")


def commit_again_and_again(url: str, packs: Path, names: list[str]) -> list[int]:
    """Add tasks one after the other, each anew for the head if another was quicker."""
    store = Store(url, packs)
    store.open()
    numbers = []
    for name in names:
        while True:
            try:
                numbers.append(commit(store, name).number)
                break
            except BaseMovedError:
                continue
    store.database.close()
    return numbers


def open_store(url: str, packs: Path) -> int:
    """Open a store of one's own and say which version it has."""
    store = Store(url, packs)
    number = store.open().number
    store.database.close()
    return number


def test_an_empty_store_installs_the_packs(store: Store) -> None:
    """Version 1 is the shipped packs, with a hash that follows from their content."""
    head = store.head()
    assert (head.number, head.parent, head.author) == (1, None, "Adaptwise")
    snapshot = store.snapshot()
    assert head.content_hash == content_hash(snapshot.quads)
    assert {*snapshot.pack_hashes} == {"base"}
    assert "sorting" in snapshot.knowledge.tasks
    assert read_knowledge(snapshot.dataset) == snapshot.knowledge


def test_a_commit_is_a_new_version(store: Store) -> None:
    """The new task is there in the next version and not in the one before."""
    version = commit(store, "stacking")
    assert (version.number, version.parent, version.author, version.reason) == (2, 1, "Ann", "Add stacking")
    assert store.head() == version
    assert "stacking" in store.snapshot().knowledge.tasks
    assert "stacking" not in store.snapshot(1).knowledge.tasks
    assert store.versions() == [store.snapshot(1).version, version]
    assert version.content_hash == content_hash(store.snapshot().quads)


def test_versions_outlive_the_process(store: Store, tmp_path: Path, packs: Path, url_in: UrlIn) -> None:
    """Another store on the same file has every version as it was."""
    commit(store, "stacking")
    other = Store(url_in(tmp_path), packs)
    assert other.open() == store.head()
    assert other.snapshot(2).knowledge == store.snapshot(2).knowledge
    assert other.snapshot(1).lines == store.snapshot(1).lines
    other.database.close()


def test_a_small_change_is_stored_small(store: Store) -> None:
    """What is written for a new task is the task, not the knowledge base again."""
    commit(store, "stacking")
    with store.database.read() as connection:
        first, second = connection.execute(select(CHANGES.c.added).order_by(CHANGES.c.version)).scalars()
    assert len(second.splitlines()) == 3
    assert len(first.splitlines()) > 100
    assert store.delta(2).removed == frozenset()
    assert len(store.delta(2).added) == 3


def test_removing_gives_the_old_content_back(store: Store) -> None:
    """Taking away what was added gives the hash that was there before."""
    commit(store, "stacking")
    version = store.commit(2, (), task("stacking"), "Bob", "Take it back")
    assert version.content_hash == store.snapshot(1).version.content_hash
    assert store.snapshot(3).knowledge == store.snapshot(1).knowledge


def test_a_change_that_changes_nothing_makes_no_version(store: Store) -> None:
    """Adding what is there, or removing and adding the same, gives the head."""
    version = commit(store, "stacking")
    assert commit(store, "stacking") == version
    assert store.commit(2, task("stacking"), task("stacking"), "Ann", "Twice") == version
    assert len(store.versions()) == 2


def test_a_change_for_an_old_version_is_refused(store: Store) -> None:
    """Whoever made a change for version 1 is told that version 2 came first, and nothing is saved."""
    commit(store, "stacking", base=1)
    with pytest.raises(BaseMovedError, match="version 2 was saved since then") as caught:
        commit(store, "piling", base=1)
    assert caught.value.head == store.head()
    assert len(store.versions()) == 2


def test_a_change_of_a_version_that_never_was_is_refused(store: Store) -> None:
    """The refusal says which versions there are."""
    with pytest.raises(UnknownVersionError, match="versions run from 1 to 1"):
        commit(store, "stacking", base=7)
    with pytest.raises(UnknownVersionError):
        store.snapshot(0)


def test_unreadable_knowledge_is_never_saved(store: Store) -> None:
    """A change after which the knowledge could not be read is refused whole."""
    broken = parse_pack(PREFIXES + "task:a skos:broader task:nothing ; a aw:Task .", pack="local")
    with pytest.raises(KnowledgeError, match="task:nothing, which does not exist"):
        store.commit(1, broken, (), "Ann", "Break it")
    assert store.head().number == 1


def test_a_failure_in_the_middle_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version whose change cannot be written is no version."""
    monkeypatch.setattr("kb.versions._text", lambda lines: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        commit(store, "stacking")
    monkeypatch.undo()
    assert store.head().number == 1
    assert commit(store, "stacking").number == 2


def test_an_unopened_store_says_so(tmp_path: Path, url_in: UrlIn) -> None:
    """The head of an empty store is an error that tells what to do."""
    store = Store(url_in(tmp_path), TINY)
    store.database.create_tables()
    with pytest.raises(LookupError, match="open the store first"):
        store.head()
    store.database.close()


def test_threads_never_lose_a_change(store: Store, tmp_path: Path, packs: Path, url_in: UrlIn) -> None:
    """Four threads that share a store each add five tasks; all twenty are there in twenty versions."""

    def add(number: int) -> None:
        for step in range(5):
            while True:
                try:
                    commit(store, f"t{number}-{step}")
                    break
                except BaseMovedError:
                    continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    assert store.head().number == 21
    assert len(store.snapshot().knowledge.tasks) == 2 + 20
    fresh = Store(url_in(tmp_path), packs)
    assert fresh.snapshot().version.content_hash == content_hash(fresh.snapshot().quads)
    fresh.database.close()


def test_processes_never_lose_a_change(store: Store, tmp_path: Path, packs: Path, url_in: UrlIn) -> None:
    """Two processes on one file add tasks at once; every version number is given once, and all tasks are there."""
    context = multiprocessing.get_context("spawn")
    names = [[f"{letter}-{number}" for number in range(6)] for letter in "ab"]
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(commit_again_and_again, url_in(tmp_path), packs, one) for one in names]
        numbers = sorted(number for job in jobs for number in job.result(60))
    assert numbers == list(range(2, 14))
    assert {*names[0], *names[1]} <= {*store.snapshot().knowledge.tasks}
    assert [version.parent for version in store.versions()] == [None, *range(1, 13)]


def test_processes_that_start_at_once_install_once(tmp_path: Path, url_in: UrlIn) -> None:
    """Several workers may open an empty store at the same time."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=context) as pool:
        jobs = [pool.submit(open_store, url_in(tmp_path), TINY) for _ in range(3)]
        assert [job.result(60) for job in jobs] == [1, 1, 1]
    database = Database(url_in(tmp_path))
    with database.read() as connection:
        assert len(connection.execute(select(INSTALLATIONS.c.version)).all()) == 1
    database.close()


def test_a_reader_sees_a_change_that_was_acknowledged(store: Store, tmp_path: Path, packs: Path, url_in: UrlIn) -> None:
    """Right after a commit returns, another worker's head is the new version."""
    other = Store(url_in(tmp_path), packs)
    assert other.open().number == 1
    for name in ("one", "two", "three"):
        version = commit(store, name)
        assert other.head() == version
        assert name in other.snapshot().knowledge.tasks
    other.database.close()


def test_readers_are_not_kept_waiting_by_a_writer(store: Store) -> None:
    """While one transaction holds the write lock, the head is read all the same."""
    with store.database.write() as connection:
        connection.execute(text("SELECT 1"))
        found: list[Version] = []
        reader = threading.Thread(target=lambda: found.append(store.head()))
        reader.start()
        reader.join(5)
        assert [version.number for version in found] == [1]


def test_a_write_is_rolled_back_by_an_error(store: Store) -> None:
    """Nothing that a failing block wrote is there afterwards."""
    row = {"content_hash": "x", "rules_hash": "y"}
    query = select(VALIDATIONS).filter_by(**row)
    with pytest.raises(RuntimeError), store.database.write() as connection:
        connection.execute(insert(VALIDATIONS).values(row))
        raise RuntimeError
    with store.database.write() as connection:
        assert connection.execute(query).first() is None
        connection.execute(insert(VALIDATIONS).values(row))
    with store.database.read() as connection:
        assert connection.execute(query).first() is not None


def test_old_versions_are_let_go_and_built_again(store: Store) -> None:
    """A worker keeps a few versions in memory; any other can be had again."""
    for number in range(12):
        commit(store, f"t{number}")
    assert len(store.snapshot(3).knowledge.tasks) == 2 + 2
    assert len(store.snapshot(13).knowledge.tasks) == 2 + 12
    assert store.snapshot(13) is store.snapshot()


def test_content_once_found_valid_is_not_validated_again(
    store: Store, tmp_path: Path, packs: Path, monkeypatch: pytest.MonkeyPatch, url_in: UrlIn
) -> None:
    """Opening what is installed validates nothing, nor does installing what was valid before."""
    monkeypatch.setattr(validation, "validate_quads", lambda quads: pytest.fail("validated again"))
    again = Store(url_in(tmp_path), packs)
    assert again.open().number == 1
    again.database.close()
    with store.database.read() as connection:
        assert connection.execute(select(VALIDATIONS.c.content_hash)).scalar() == store.head().content_hash


def test_invalid_packs_are_not_installed(tmp_path: Path, packs: Path, url_in: UrlIn) -> None:
    """A store is not made from packs with errors; all of them are named."""
    (packs / "base" / "more.ttl").write_text(PREFIXES + "task:a a aw:Task . task:b a aw:Task ; aw:wen 1 .")
    store = Store(url_in(tmp_path), packs)
    with pytest.raises(InvalidKnowledgeError) as caught:
        store.open()
    assert {(one.term, one.code) for one in caught.value.findings} >= {
        ("a", "vocabulary-label"),
        ("b", "task-property"),
    }
    with pytest.raises(LookupError):
        store.head()
    store.database.close()


def test_a_missing_folder_of_packs_is_named(tmp_path: Path, url_in: UrlIn) -> None:
    """No packs, no store."""
    store = Store(url_in(tmp_path), tmp_path / "nowhere")
    with pytest.raises(PackError, match="nowhere: there is no pack here"):
        store.open()
    store.database.close()


@pytest.fixture
def reopened(tmp_path: Path, packs: Path, url_in: UrlIn) -> Iterator[Callable[[], Store]]:
    """Opens the store as the program would at its next start."""
    with ExitStack() as stack:

        def reopen() -> Store:
            store = Store(url_in(tmp_path), packs)
            stack.callback(store.database.close)
            store.open()
            return store

        yield reopen


def test_updated_packs_become_a_version_and_local_ones_stay(
    store: Store, packs: Path, reopened: Callable[[], Store]
) -> None:
    """When the program brings newer packs, what was added here is still there."""
    commit(store, "stacking")
    more = 'task:piling a aw:Task ; skos:prefLabel "piling"@en ; skos:definition "Made up."@en .'
    (packs / "base" / "more.ttl").write_text(PREFIXES + more)
    updated = reopened()
    assert (updated.head().number, updated.head().author, updated.withheld) == (3, "Adaptwise", ())
    assert {"stacking", "piling"} <= {*updated.snapshot().knowledge.tasks}
    assert reopened().head().number == 3


def test_packs_that_were_removed_from_the_program_go(packs: Path, reopened: Callable[[], Store]) -> None:
    """A pack that the program no longer brings is taken out."""
    (packs / "more").mkdir()
    (packs / "more" / "more.ttl").write_text(
        PREFIXES + 'task:piling a aw:Task ; skos:prefLabel "piling"@en ; skos:definition "Made up."@en .'
    )
    assert "piling" in reopened().snapshot().knowledge.tasks
    shutil.rmtree(packs / "more")
    assert "piling" not in reopened().snapshot().knowledge.tasks


def test_an_update_over_local_changes_is_withheld(store: Store, packs: Path, reopened: Callable[[], Store]) -> None:
    """Packs that were changed here are not overwritten; the store says so and works on."""
    changed = parse_pack(PREFIXES + 'task:sorting skos:altLabel "ordering"@en .', pack="base")
    store.commit(1, changed, (), "Ann", "People say so")
    (packs / "base" / "more.ttl").write_text(PREFIXES + 'task:sorting skos:altLabel "arranging"@en .')
    opened = reopened()
    assert opened.head().number == 2
    assert "changed here" in opened.withheld[0]


def test_an_update_that_would_be_invalid_is_withheld(store: Store, packs: Path, reopened: Callable[[], Store]) -> None:
    """Packs that do not go together with what was added here do not stop the program."""
    commit(store, "stacking")
    (packs / "base" / "more.ttl").write_text(PREFIXES + "task:piling a aw:Task .")
    opened = reopened()
    assert opened.head().number == 2
    assert "people need a name" in opened.withheld[0].casefold()


def test_where_an_installation_keeps_its_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment says where; else the platform's folder for user data."""
    for name in ("ADAPTWISE_HOME", "ADAPTWISE_DATABASE_URL", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert default_home() == Path.home() / ".local" / "share" / "adaptwise"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_home() == tmp_path / "adaptwise"
    monkeypatch.setenv("ADAPTWISE_HOME", str(tmp_path / "a b"))
    assert default_url() == f"sqlite:///{tmp_path / 'a b' / 'adaptwise.db'}"
    database = Database()
    database.create_tables()
    database.close()
    assert (tmp_path / "a b" / "adaptwise.db").exists()
    monkeypatch.setenv("ADAPTWISE_DATABASE_URL", "postgresql+psycopg://somewhere/else")
    assert default_url() == "postgresql+psycopg://somewhere/else"


def test_quads_of_a_snapshot_are_those_of_its_dataset(store: Store) -> None:
    """SPARQL sees what the records were read from."""
    snapshot = store.snapshot()
    assert set(quads_of(snapshot.dataset)) == set(snapshot.quads)
    counted = snapshot.dataset.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert [int(row.n) for row in counted] == [len(snapshot.quads)]
