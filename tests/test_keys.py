"""Keys: made, listed, exchanged and taken away; what each is good for; and the record of who wrote what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ADMIN_KEY, RunningServer, home_with
from sqlalchemy import text, update

import api.keys
from api.audit import ENTRIES, Audit, Entry
from api.cli import cli
from api.client import Client, ClientError, HttpTransport
from api.keys import KEYS, Keys, UnusableKeyError
from kb.database import Database

UrlIn = Callable[[Path], str]
TASKS = "/api/v1/tasks"


@pytest.fixture
def database(tmp_path: Path, url_in: UrlIn) -> Iterator[Database]:
    """A database with its tables, of each kind in turn."""
    found = Database(url_in(tmp_path))
    found.create_tables()
    yield found
    found.close()


# --- Keeping them -------------------------------------------------------------------------------------------------


def test_a_key_has_a_name_a_role_and_an_end(database: Database) -> None:
    """What was said of a key when it was made is known in another process; the key itself is nowhere."""
    end = datetime.now(UTC) + timedelta(days=1)
    made = Keys(database).add("ann", "read", end)
    found = Keys(database).find(made)
    assert found is not None
    assert (found.name, found.role, found.expired) == ("ann", "read", False)
    assert found.may("read") and not found.may("write") and not found.may("admin")
    with database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM access_key")).all())
    assert "ann" in kept and made not in kept and made.split("_", 2)[2] not in kept


def test_a_key_ends_by_itself(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time is over a key is told to be so, and still listed."""
    keys = Keys(database)
    made = keys.add("ann", expires=datetime.now(UTC) + timedelta(minutes=5))
    monkeypatch.setattr(api.keys, "now", lambda: "2999-01-01T00:00:00Z")
    found = keys.find(made)
    assert found is not None and found.expired
    assert [key.expired for key in keys.all()] == [True]


def test_rotation_lets_the_old_key_end_after_the_grace(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both keys are good for as long as was said, then only the new one; the role stays."""
    keys = Keys(database)
    old = keys.add("ann", "read")
    new = keys.rotate("ann", timedelta(hours=1))
    assert [keys.find(key).expired for key in (old, new)] == [False, False]
    assert keys.find(new).role == "read"
    monkeypatch.setattr(api.keys, "now", lambda: "2999-01-01T00:00:00Z")
    assert [keys.find(key).expired for key in (old, new)] == [True, False]


def test_rotation_without_grace_ends_the_old_key_at_once(database: Database) -> None:
    """The old key is not known any more, also to a process that has seen it."""
    keys = Keys(database)
    old = keys.add("ann")
    assert keys.find(old)
    new = Keys(database).rotate("ann")
    assert keys.find(old) is None and keys.find(new)
    assert len(keys.all()) == 1


def test_revoking_takes_every_key_of_a_name(database: Database) -> None:
    """Nothing of that name is good any more; others are."""
    keys = Keys(database)
    mine = [keys.add("ann"), keys.rotate("ann", timedelta(hours=1))]
    other = keys.add("ben")
    assert Keys(database).revoke("ann") and not Keys(database).revoke("ann")
    assert [keys.find(key) for key in mine] == [None, None] and keys.find(other)


@pytest.mark.parametrize(
    ("name", "role", "days", "words"),
    [
        (" ", "read", 1, "1 to 100 characters"),
        ("x" * 101, "read", 1, "1 to 100 characters"),
        ("a\x07", "read", 1, "can be shown"),
        ("ann", "owner", 1, "There is no role “owner”; there are read, write, admin"),
        ("ann", "read", -1, "would end at once"),
        ("ben", "read", 1, "ben has a key already"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(tmp_path: Path, name: str, role: str, days: int, words: str) -> None:
    """Each with the reason."""
    database = Database(f"sqlite:///{tmp_path}/keys.db")
    database.create_tables()
    keys = Keys(database)
    keys.add("ben")
    with pytest.raises(UnusableKeyError, match=words):
        keys.add(name, role, datetime.now(UTC) + timedelta(days=days))
    assert [key.name for key in keys.all()] == ["ben"]
    database.close()


def test_only_one_slow_hash_is_spent_on_a_guess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many keys there are, a wrong one is compared with the one it claims to be, or with those given."""
    database = Database(f"sqlite:///{tmp_path}/keys.db")
    database.create_tables()
    keys, compared = Keys(database), []
    made = [keys.add(f"user {number}") for number in range(5)]
    monkeypatch.setattr(api.keys, "check_password_hash", lambda *given: compared.append(given))
    assert keys.find("guess") is None and compared == []
    assert keys.find(made[0] + "x") is None and len(compared) == 1
    assert keys.find("aw_00000000_x") is None and len(compared) == 1
    database.close()


def test_keys_from_before_there_were_roles_still_do_everything(tmp_path: Path, url_in: UrlIn) -> None:
    """The table is taken over with what is in it."""
    database = Database(url_in(tmp_path))
    database.create_tables()
    Keys(database).add("old", given="her-old-key")
    with database.write() as connection:
        (row,) = connection.execute(text("SELECT name, hash, created FROM access_key")).all()
        for table in ("access_key", "audit_entry"):
            connection.execute(text(f"DROP TABLE {table}"))
        columns = "name VARCHAR(100) PRIMARY KEY, hash VARCHAR(300) NOT NULL, created VARCHAR(32) NOT NULL"
        connection.execute(text(f"CREATE TABLE api_key ({columns})"))
        connection.execute(text("INSERT INTO api_key VALUES (:name, :hash, :created)"), dict(row._mapping))
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    database.create_tables()
    found = Keys(database).find("her-old-key")
    assert found is not None and (found.name, found.role) == ("old", "admin")
    database.close()


def test_the_record_is_kept_for_as_long_as_configured(database: Database) -> None:
    """Entries come newest first, by whom if asked, and the old ones are forgotten."""
    audit = Audit(database, keep_days=30)
    for who in ("ann", "ben", "ann"):
        audit.add(Entry(who=who, action="PUT", target="/x", status=200, version=3, request_id="r"))
    with database.write() as connection:
        connection.execute(update(ENTRIES).where(ENTRIES.c.number == 1).values(at="2001-01-01T00:00:00Z"))
    entries, total = audit.newest(1)
    assert total == 3 and entries[0].number == 3 and entries[0].version == 3
    assert [entry.number for entry in audit.newest(10, who="ann")[0]] == [3, 1]
    assert audit.prune() == 1 and audit.newest(10)[1] == 2


# --- Using them ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, dict[str, str]]]:
    """A server whose knowledge the tests of this module may change, with a key of each role and one that is over."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("keys") / "home"))
    running.start()
    database = Database(f"sqlite:///{running.home / 'adaptwise.db'}")
    keys = Keys(database)
    made = {role: keys.add(f"the {role}er", role) for role in ("read", "write", "admin")}
    made["over"] = keys.add("the late one")
    with database.write() as connection:
        past = update(KEYS).where(KEYS.c.name == "the late one").values(expires="2020-01-01T00:00:00Z")
        connection.execute(past)
    database.close()
    yield running, made
    running.stop()


def test_a_role_says_what_a_key_is_good_for(shop: tuple[RunningServer, dict[str, str]]) -> None:
    """Writing needs write, replacing everything and the record need admin; each refusal says why."""
    server, keys = shop
    task = {"label": "Naming boats"}

    def tried(role: str) -> dict:
        return server.post(f"{TASKS}?dry_run=true", task, headers={"X-API-Key": keys[role]}).json()

    assert tried("read")["status"] == 403 and "has the role read" in tried("read")["detail"]
    assert tried("over")["status"] == 401 and "was good until 2020-01-01" in tried("over")["detail"]
    assert tried("write")["dry_run"] and tried("admin")["dry_run"]
    for path, method in (("/api/v1/audit", "GET"), ("/api/v1/versions?dry_run=true", "POST")):
        refused = server.request(method, path, headers={"X-API-Key": keys["write"]})
        assert refused.status_code == 403, refused.text
        assert server.request(method, path).status_code == 401


def test_every_write_is_on_record_and_no_secret_is(shop: tuple[RunningServer, dict[str, str]]) -> None:
    """Who, what, when, by which request, and what came of it; rehearsals, reading and unknown keys leave no trace."""
    server, keys = shop
    writer = {"X-API-Key": keys["write"]}
    added = server.post(TASKS, {"label": "Naming ships"}, headers={**writer, "X-Request-ID": "the-request"})
    refused = server.post(TASKS, {"label": "Naming ships"}, headers=writer)
    assert (added.status_code, refused.status_code) == (201, 409)
    server.post(f"{TASKS}?dry_run=true", {"label": "Naming cats"}, headers=writer)
    server.post(TASKS, {"label": "Naming cats"}, headers={"X-API-Key": "wrong"})
    server.get("/api/v1/tasks", headers=writer)
    server.post("/api/v1/recommendations", {"task": "summarization"}, headers=writer)
    answer = server.get("/api/v1/audit?who=the%20writeer&limit=3", headers={"X-API-Key": keys["admin"]}).json()
    second, first = answer["items"][:2]
    assert answer["total"] == 2 + sum(entry["status"] == 403 for entry in answer["items"])
    assert (first["action"], first["target"], first["status"]) == ("POST", TASKS, 201)
    assert first["request_id"] == "the-request" and first["version"] == added.json()["version"] and first["at"]
    assert (second["status"], second["version"]) == (409, None)
    log = server.log.read_text()
    assert '"event": "audit"' in log and "the writeer" in log
    everything = log + json.dumps(answer)
    assert not any(key in everything for key in (*keys.values(), ADMIN_KEY))


def run(home: Path, *arguments: str) -> tuple[int, str]:
    """A command's status and what it said."""
    result = CliRunner().invoke(cli, arguments, env={"ADAPTWISE_HOME": str(home)})
    return result.exit_code, result.output


def test_the_command_line_keeps_keys(tmp_path: Path) -> None:
    """Made, listed, exchanged and taken away, each on record; mistakes are told with what comes nearest."""
    status, first = run(tmp_path, "keys", "add", "ann", "--role", "admin", "--expires", "90d")
    assert status == 0 and first.startswith("aw_")
    assert "ann has a key already" in run(tmp_path, "keys", "add", "ann")[1]
    status, second = run(tmp_path, "keys", "rotate", "ann", "--grace", "12h")
    assert status == 0 and second != first
    assert run(tmp_path, "keys", "list")[1].count("  admin  ann") == 2
    assert "until" in run(tmp_path, "keys", "list")[1]
    assert "Did you mean ann?" in run(tmp_path, "keys", "rotate", "anne")[1]
    assert "Did you mean ann?" in run(tmp_path, "keys", "revoke", "anne")[1]
    assert "expected one such as 90d" in run(tmp_path, "keys", "rotate", "ann", "--grace", "soon")[1]
    assert run(tmp_path, "keys", "revoke", "ann") == (0, "The key of ann is no longer good.\n")
    assert run(tmp_path, "keys", "list")[1] == ""
    told = run(tmp_path, "audit", "--json")[1]
    assert [json.loads(line)["action"] for line in told.splitlines()] == ["keys revoke", "keys rotate", "keys add"]
    assert "command line  keys add ann (admin)  200" in run(tmp_path, "audit")[1]
    assert first.strip() not in told and second.strip() not in told


def test_reading_can_need_a_key(own_server: RunningServer) -> None:
    """Where it is configured, only holders of a key read; whether the server lives is seen without."""
    own_server.environment = {"ADAPTWISE_READING": "key"}
    own_server.start()
    database = Database(f"sqlite:///{own_server.home / 'adaptwise.db'}")
    reader = {"X-API-Key": Keys(database).add("ann", "read")}
    database.close()
    for path in (f"{TASKS}?limit=1", "/metrics", "/openapi.json", "/", "/ontology", "/nowhere"):
        refused = own_server.get(path)
        assert refused.status_code == 401, path
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert "Reading needs a key" in refused.json()["detail"]
        assert own_server.get(path, headers=reader).status_code == (404 if path == "/nowhere" else 200), path
    question = {"task": "summarization"}
    assert own_server.post("/api/v1/recommendations", question).status_code == 401
    assert own_server.post("/api/v1/recommendations", question, headers=reader).status_code == 200
    assert own_server.post(f"{TASKS}?dry_run=true", {"label": "Boats"}, headers=reader).status_code == 403
    assert {own_server.get(path).status_code for path in ("/healthz", "/readyz")} == {200}
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert own_server.get("/", headers=browser).headers["WWW-Authenticate"].startswith("Basic ")
    assert own_server.get("/", headers=browser, auth=("", reader["X-API-Key"])).status_code == 200
    assert own_server.get("/", headers=browser, auth=("", "wrong")).status_code == 401
    with pytest.raises(ClientError, match="needs a key"):
        Client(HttpTransport(own_server.url)).terms("tasks")
    assert Client(HttpTransport(own_server.url), reader["X-API-Key"]).terms("tasks")["items"]
