"""What is kept for the next start: it saves reading, and nothing ever rests on it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import engine.facts
import kb.following
from engine.live import LiveAdvisor
from kb.definitions import TaskDescription
from kb.kept import KeptFiles, packed, unpacked
from kb.statement_writer import StatementWriter
from kb.store import Snapshot, Store
from tests.asking import engine as shared

PACKS = Path(__file__).parent / "second_domain" / "packs"
AS_OF = date(2026, 11, 22)


@contextmanager
def opened(folder: Path, database: str = "kept.db") -> Iterator[Store]:
    """A store that keeps what a start can begin with."""
    store = Store(f"sqlite:///{folder / database}", PACKS, kept=KeptFiles(folder / "kept"))
    store.open()
    try:
        yield store
    finally:
        store.database.close()


def started(folder: Path) -> Snapshot:
    """What a new process would begin with."""
    with opened(folder) as store:
        return store.snapshot()


def add_tasks(store: Store, number: int) -> None:
    """A version with so many tasks more."""
    snapshot = store.snapshot()
    writer = StatementWriter(snapshot.knowledge, "tests", AS_OF)
    first = len(snapshot.knowledge.tasks)
    described = [TaskDescription(f"Another {first + place}", f"another-{first + place}") for place in range(number)]
    quads = [quad for one in described for quad in writer.task(one)]
    store.commit(snapshot.version.number, quads, (), "tests", "more")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a whole content was read into records."""
    counted: list[int] = []
    read = kb.following.read_content

    def counting(content: Any) -> Any:
        counted.append(len(content))
        return read(content)

    monkeypatch.setattr(kb.following, "read_content", counting)
    return counted


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots say the same."""
    return (
        (one.version, one.lines, one.knowledge) == (other.version, other.lines, other.knowledge)
        and one.pack_hashes == other.pack_hashes
        and one.vocabulary_hashes == other.vocabulary_hashes
    )


def test_the_second_start_reads_nothing_anew(tmp_path: Path, reads: list[int]) -> None:
    """It begins with what the first one kept, and that is the same."""
    first = started(tmp_path)
    assert len(reads) == 1  # by installing, which keeps it
    assert same(started(tmp_path), first)
    assert len(reads) == 1


def test_what_was_changed_since_is_followed(tmp_path: Path, reads: list[int]) -> None:
    """A version later than the one that is kept is made from it; one that differs much takes its place."""
    started(tmp_path)
    started(tmp_path)
    with opened(tmp_path) as store:
        add_tasks(store, 1)
        changed = store.snapshot()
    reads.clear()
    before = (tmp_path / "kept" / "snapshot").read_bytes()
    assert same(started(tmp_path), changed) and not reads
    assert (tmp_path / "kept" / "snapshot").read_bytes() == before
    with opened(tmp_path) as store:
        add_tasks(store, 700)
        changed = store.snapshot()
    assert same(started(tmp_path), changed)
    assert (tmp_path / "kept" / "snapshot").read_bytes() != before
    reads.clear()
    assert same(started(tmp_path), changed) and not reads


class Nasty:
    """Runs a command when it is unpickled, if anything lets it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, (f"touch {self.path}",)


def spoiled(kind: str, folder: Path, data: bytes) -> bytes:
    """A file that must not be begun with."""
    head, _, body = data.partition(b"\n")
    mark, key, _ = head.split()
    if kind == "damaged":
        return data[:-9] + b"123456789"
    if kind == "cut short":
        return data[: len(data) // 2]
    if kind == "empty":
        return b""
    if kind == "another program":
        return b" ".join((mark, b"f" * len(key), sha256(body).hexdigest().encode())) + b"\n" + body
    made = {"nasty": pickle.dumps((Nasty(folder / "ran"), 1, 2)), "something else": packed((1, 2, 3))}[kind]
    return b" ".join((mark, key, sha256(made).hexdigest().encode())) + b"\n" + made


@pytest.mark.parametrize("kind", ["damaged", "cut short", "empty", "another program", "nasty", "something else"])
def test_a_file_that_cannot_be_used_is_made_anew(kind: str, tmp_path: Path, reads: list[int]) -> None:
    """Whatever is in it: the knowledge is that of the database, and nothing in the file was run."""
    started(tmp_path)
    expected = started(tmp_path)
    path = tmp_path / "kept" / "snapshot"
    path.write_bytes(spoiled(kind, tmp_path, path.read_bytes()))
    reads.clear()
    assert same(started(tmp_path), expected)
    assert len(reads) == 1
    assert not (tmp_path / "ran").exists()
    assert same(started(tmp_path), expected) and len(reads) == 1  # it was written anew


def test_the_file_of_another_database_is_passed_over(tmp_path: Path, reads: list[int]) -> None:
    """Two databases, one folder: each start takes its own knowledge."""
    with opened(tmp_path) as store:
        add_tasks(store, 1)
    expected = started(tmp_path)
    with opened(tmp_path, "other.db") as store:
        add_tasks(store, 2)
    with opened(tmp_path, "other.db") as store:
        assert "another-1" in " ".join(store.snapshot().knowledge.tasks)
    assert same(started(tmp_path), expected)


def test_a_folder_that_cannot_be_written_to_is_no_hindrance(tmp_path: Path) -> None:
    """A start without it takes longer, that is all."""
    (tmp_path / "kept").write_text("a file where a folder should be")
    assert same(started(tmp_path), started(tmp_path))


def test_only_records_are_unpacked() -> None:
    """Nothing else is even looked up."""
    assert unpacked(packed((1, "two", frozenset({3})))) == (1, "two", frozenset({3}))
    for harmful in (Nasty(Path("never")), os.path.join, eval, LiveAdvisor):
        with pytest.raises(pickle.UnpicklingError, match="not a record"):
            unpacked(pickle.dumps(harmful))


def test_kept_facts_answer_as_compiled_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third start compiles nothing; after a change the facts follow from those that are kept."""

    def answers(count: int = 0) -> list[Any]:
        with opened(tmp_path) as store:
            if count:
                add_tasks(store, count)
            live = LiveAdvisor(store, shared())
            advisor = live.current()
            found = [advisor.recommend(advisor.profile(task), AS_OF).core() for task in advisor.knowledge.tasks]
            live.close()
        return found

    answers()
    expected = answers()
    assert (tmp_path / "kept" / "facts").exists()
    with monkeypatch.context() as patched:
        patched.setattr(engine.facts.Compiler, "text", lambda _: pytest.fail("compiled anew"))
        assert answers() == expected
        followed = answers(2)
    (tmp_path / "kept" / "facts").unlink()
    (tmp_path / "kept" / "snapshot").unlink()
    assert answers() == followed and len(followed) == len(expected) + 2
