"""Conversations over the real server with two workers: taught with a key, in order, read, deleted, forgotten."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer, home_with
from sqlalchemy import insert, select, text

from api.keys import Keys
from chat.session_rows import MessageRow, SessionRow
from engine.answers import ANSWERS
from kb.database import Database

CHAT = "/api/v1/chat"
KEY = {"X-API-Key": ADMIN_KEY}
LONG_AGO = datetime.datetime(2020, 1, 1)


@pytest.fixture(scope="module")
def pair(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with two workers, in whose database lie a conversation and an answer from long ago."""
    home = home_with(installed, tmp_path_factory.mktemp("pair") / "home")
    database = Database(f"sqlite:///{home / 'adaptwise.db'}")
    with database.write() as connection:
        old = {"id": "o" * 32, "created": LONG_AGO, "used": LONG_AGO, "turn": 1, "asked": 1, "state": b"{}"}
        connection.execute(insert(SessionRow).values(old))
        connection.execute(insert(MessageRow).values(session="o" * 32, turn=0, text="secret", reply=b"{}"))
        connection.execute(insert(ANSWERS).values(id="old", version=1, request="{}", created=LONG_AGO))
    Keys(database).add("Reader", "read", given="a-key-that-only-reads")
    database.close()
    running = RunningServer(home, workers=2)
    yield running.start()
    running.stop()


def start(server: RunningServer) -> str:
    """A new conversation."""
    return server.post(CHAT).json()["session"]


def say(server: RunningServer, session: str, words: str, **headers: str) -> dict:
    """The reply to a message, on a connection of its own: any worker may answer."""
    address = f"{server.url}{CHAT}/{session}/messages"
    response = requests.post(address, json={"text": words}, headers=headers, timeout=30)
    assert response.status_code == 200, response.text
    return response.json()


def wait_for(database: Database, session: str, number: int) -> None:
    """Wait until so many messages came to a conversation, answered or not."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with database.read() as connection:
            if connection.execute(select(SessionRow.asked).where(SessionRow.id == session)).scalar_one() >= number:
                return
        time.sleep(0.005)
    raise AssertionError(f"message {number} did not arrive")


def test_a_task_is_taught_with_a_key(pair: RunningServer) -> None:
    """Without a key, with a wrong one and with one that only reads the draft is kept and the reply says why; with one
    that writes the task is there for every worker at once, in the history under the key's name, and in the record."""
    session = start(pair)
    begun = say(pair, session, "add a task called Minutes in court, a kind of summarisation, also called court record")
    assert begun["act"] == "teach"
    assert "none. Send it with your message, in the header X-API-Key." in begun["reply"]
    assert "This is the draft" in say(pair, session, "none")["reply"]
    assert "you have given none" in say(pair, session, "yes")["reply"]
    assert "not known here" in say(pair, session, "yes", **{"X-API-Key": "wrong"})["reply"]
    assert "only reading" in say(pair, session, "yes", **{"X-API-Key": "a-key-that-only-reads"})["reply"]
    assert pair.get("/api/v1/tasks/minutes-in-court").status_code == 404
    done = say(pair, session, "yes", **KEY)
    assert (done["act"], "Added: “Minutes in court”" in done["reply"]) == ("confirm", True)
    for _ in range(4):
        reply = say(pair, start(pair), "we write a court record of each session")
        assert reply["recommendation"]["profile"]["task"] == "minutes-in-court"
    newest = pair.get("/api/v1/versions?limit=1").json()["items"][0]
    assert newest["author"] == "admin"
    noted = pair.get("/api/v1/audit", headers=KEY).json()["items"][0]
    assert (noted["who"], noted["action"], noted["target"]) == ("admin", "teach", "task:minutes-in-court")
    assert noted["version"] == newest["number"]


def test_a_draft_survives_a_restart(pair: RunningServer) -> None:
    """What was said before a restart is there after it, and the question goes on."""
    session = start(pair)
    say(pair, session, "add a task called Case notes")
    say(pair, session, "none")
    pair.restart()
    shown = say(pair, session, "show me")
    assert "Name: Case notes" in shown["reply"]
    assert "Is it a kind of" in shown["reply"]


def test_messages_at_once_keep_their_order_over_workers(pair: RunningServer) -> None:
    """A yes that is sent while the dry run is still under way is an answer to that dry run, whoever answers it."""
    session = start(pair)
    for words in ("add a task called Night shift", "none", "none"):
        say(pair, session, words)
    texts = ["none", "yes", "night shift", "why?"]
    replies: dict[str, dict] = {}

    def send(words: str) -> None:
        replies[words] = say(pair, session, words, **KEY)

    threads = [threading.Thread(target=send, args=(words,)) for words in texts]
    database = Database(f"sqlite:///{pair.home / 'adaptwise.db'}")
    for number, thread in enumerate(threads, 4):
        thread.start()
        wait_for(database, session, number)
    database.close()
    for thread in threads:
        thread.join()
    assert "Shall I add it?" in replies["none"]["reply"]
    assert "Added: “Night shift”" in replies["yes"]["reply"]
    assert replies["night shift"]["recommendation"]["profile"]["task"] == "night-shift"
    said = [one["text"] for one in pair.get(f"{CHAT}/{session}").json()["exchanges"]]
    assert said[-4:] == texts


def test_a_conversation_is_read_and_deleted(pair: RunningServer) -> None:
    """As JSON, Markdown and text; what people wrote cannot become markup; after deletion nothing is there."""
    session = start(pair)
    say(pair, session, "translate legal texts\n# <b>loudly</b>")
    address = f"{CHAT}/{session}"
    (exchange,) = pair.get(address).json()["exchanges"]
    assert exchange["text"].startswith("translate legal texts")
    assert pair.get(f"/api/v1/recommendations/{exchange['recommendation']}").status_code == 200
    markdown = pair.get(address, headers={"Accept": "text/markdown"})
    assert markdown.headers["Content-Type"].startswith("text/markdown")
    assert "> \\# \\<b>loudly\\</b>" in markdown.text
    assert markdown.headers["Cache-Control"] == "no-store"
    assert "> translate legal texts" in pair.get(address, headers={"Accept": "text/plain"}).text
    assert pair.get(address, headers={"Accept": "image/png"}).status_code == 406
    assert pair.request("DELETE", address).status_code == 204
    assert pair.get(address).status_code == 404
    assert pair.request("DELETE", address).status_code == 404


def test_what_is_old_is_forgotten(pair: RunningServer) -> None:
    """A server forgets conversations and answers from long ago by itself, soon after it starts."""
    database = Database(f"sqlite:///{pair.home / 'adaptwise.db'}")
    end = time.monotonic() + 20
    left = -1
    while left and time.monotonic() < end:
        with database.read() as connection:
            counts = [
                connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar()
                for table, where in (
                    ("chat_session", f"id = '{'o' * 32}'"),
                    ("chat_message", f"session = '{'o' * 32}'"),
                    ("stored_answer", "id = 'old'"),
                )
            ]
        left = sum(counts)
        time.sleep(0.1)
    database.close()
    assert left == 0
