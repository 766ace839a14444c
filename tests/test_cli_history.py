"""History, packs, proposals, keys and backups on the command line, against a server and in its own process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ADMIN_KEY, RunningServer, home_with
from test_api_history import pack_of

from api.cli import cli
from api.failures import message_of


def run(home: Path, *arguments: object, **environment: str) -> Result:
    """Run a subcommand in this process: each asks as in one of its own, and starts at once."""
    more: dict[str, str | None] = {name: None for name in os.environ if name.startswith("ADAPTWISE_")}
    more |= {"ADAPTWISE_HOME": str(home), **environment}
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], env=more)


def said(home: Path, *arguments: object, **environment: str) -> str:
    """What a subcommand prints when all is well."""
    done = run(home, *arguments, **environment)
    assert done.exit_code == 0, (done.output, done.exception and message_of(done.exception))
    return done.output


def refused(home: Path, *arguments: object, status: int = 1, **environment: str) -> str:
    """What a subcommand says when it cannot do its work."""
    done = run(home, *arguments, **environment)
    assert done.exit_code == status, done.output
    message = message_of(done.exception) if isinstance(done.exception, Exception) else None
    return message or done.output


@pytest.fixture(scope="module")
def shop(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose knowledge the tests of this module may change."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("cli-history") / "home"))
    yield running.start()
    running.stop()


@pytest.fixture
def there(shop: RunningServer) -> dict[str, str]:
    """The environment of a command that asks the server."""
    return {"ADAPTWISE_SERVER": shop.url, "ADAPTWISE_KEY": ADMIN_KEY}


def test_packs_history_and_differences(shop: RunningServer, there: dict[str, str], tmp_path: Path) -> None:
    """A pack is put, shown in history and in words, rolled back, and switched; each command says what it did."""
    home = shop.home
    file = tmp_path / "ours.ttl"
    file.write_text(pack_of("ours", "bird-calls", "Bird calls"))
    before = shop.get("/api/v1/versions?limit=1").json()["items"][0]["number"]
    rehearsed = said(home, "kb", "put", "ours", file, "--dry-run", **there)
    assert "Would add" in rehearsed and "task:bird-calls" in rehearsed and "This is version" not in rehearsed
    put = said(home, "kb", "put", "ours", file, "--reason", "For the club", **there)
    assert f"This is version {before + 1}." in put
    history = said(home, "kb", "history", "--limit", "1", **there)
    assert "+4 ~0 -0" in history and "admin: For the club" in history and f"and {before} older ones" in history
    assert "task “Bird calls”" in said(home, "kb", "diff", **there)
    as_data = json.loads(said(home, "kb", "diff", before, before + 1, "--format", "json", **there))
    assert (as_data["from"], as_data["to"]) == (before, before + 1)
    assert f"This is version {before + 2}." in said(home, "kb", "rollback", before, **there)
    assert "pack:article" in said(home, "kb", "switch", "article", "off", **there)
    assert shop.get("/api/v1/packs/article").json()["active"] is False
    assert "pack:article" in said(home, "kb", "switch", "article", "on", **there)
    assert "There is no pack “ours”" in refused(home, "kb", "remove-pack", "ours", **there)
    file.write_text("task:x a")
    assert "line 1, column 1" in refused(home, "kb", "put", "ours", file, **there)
    assert "--format" in refused(home, "kb", "put", "ours", __file__, status=2, **there)


def test_proposals(shop: RunningServer, there: dict[str, str], tmp_path: Path) -> None:
    """A change is proposed, listed, shown, not committed by its author, and committed with another's key."""
    home = shop.home
    file = tmp_path / "theirs.ttl"
    file.write_text(pack_of("theirs", "bee-dances", "Bee dances"))
    assert "Stored as proposal 1" in said(home, "kb", "put", "theirs", file, "--propose", **there)
    assert "open" in said(home, "kb", "proposals", "list", **there)
    assert "task “Bee dances”" in said(home, "kb", "proposals", "show", "1", **there)
    assert "another key commits it" in refused(home, "kb", "proposals", "commit", "1", **there)
    bens = said(home, "keys", "add", "ben").strip()
    assert "ben" in said(home, "keys", "list")
    ben = {**there, "ADAPTWISE_KEY": bens}
    assert "task:bee-dances" in said(home, "kb", "proposals", "commit", "1", **ben)
    assert "There is none" in said(home, "kb", "proposals", "list", "--status", "open", **there)
    assert "withdrawn" in refused(home, "kb", "proposals", "list", "--status", "drawn", status=2, **there)
    assert "was committed by ben" in refused(home, "kb", "proposals", "reject", "1", "--reason", "No", **there)
    said(home, "keys", "remove", "ben")
    assert "Writing needs a key" in refused(home, "kb", "rollback", "1", **ben)
    assert "Did you mean admin?" in refused(home, "keys", "remove", "admn")


def test_what_is_exported_is_imported_into_an_empty_system(
    shop: RunningServer, there: dict[str, str], installed: Path, tmp_path: Path
) -> None:
    """An export taken in elsewhere has the same content hash; so has a backup restored there, in one command each."""
    file = tmp_path / "a folder" / "everything.trig"
    file.parent.mkdir()
    (tmp_path / "one.ttl").write_text(pack_of("one", "one-task", "One task"))
    said(shop.home, "kb", "put", "one", tmp_path / "one.ttl", **there)
    newest = shop.get("/api/v1/versions?limit=1").json()["items"][0]
    refused_words = refused(shop.home, "kb", "export", "--format", "turtle", status=2, **there)
    assert "carries one pack" in refused_words
    exported = said(shop.home, "kb", "export", "one", **there)
    assert "task:one-task" in exported

    done = run(shop.home, "kb", "export", "-o", file, **there)
    assert done.exit_code == 0, done.output
    other = home_with(installed, tmp_path / "other home")
    assert newest["content_hash"] in said(other, "kb", "import", file)
    assert newest["content_hash"] in said(shop.home, "backup", tmp_path / "all.backup")
    empty = tmp_path / "empty home"
    assert newest["content_hash"] in said(empty, "restore", tmp_path / "all.backup")
    assert "--replace" in refused(empty, "restore", tmp_path / "all.backup")
    assert "exists already" in refused(shop.home, "backup", tmp_path / "all.backup")
    restored = RunningServer(empty).start()
    try:
        assert restored.get("/api/v1/versions?limit=1").json()["items"][0]["content_hash"] == newest["content_hash"]
    finally:
        restored.stop()
