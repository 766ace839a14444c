"""Sessions: unguessable, lasting, in order, deleted; and the terminal through a pipe."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from talking import PACKS, Talk, talk_about

from chat.dialogue import LONGEST_MESSAGE, Dialogues, MessageError
from chat.sessions import Answered, BusySessionError, Sessions, UnknownSessionError
from chat.state import Reply, State
from chat.terminal import run
from chat.terminal_here import Here
from kb.database import Database


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Conversations over the second domain."""
    with talk_about("second", tmp_path_factory.mktemp("sessions")) as found:
        yield found


def test_sessions_cannot_be_guessed(talk: Talk) -> None:
    """Ids are long and differ."""
    ids = {talk.dialogues.start() for _ in range(50)}
    assert len(ids) == 50
    assert all(len(session) >= 32 for session in ids)


@pytest.mark.parametrize("session", ["", "x", "../../etc/passwd", "a" * 32, "é" * 32, "a" * 10_000])
def test_an_unknown_session_is_refused(talk: Talk, session: str) -> None:
    """Whoever does not hold an id gets nothing."""
    with pytest.raises(UnknownSessionError):
        talk.dialogues.say(session, "why?")
    with pytest.raises(UnknownSessionError):
        talk.dialogues.history(session)


@pytest.mark.parametrize("text", ["", "   ", "\n\x00", "x" * (LONGEST_MESSAGE + 1)])
def test_a_message_that_cannot_be_read_is_refused(talk: Talk, text: str) -> None:
    """Nothing, and too much, is named instead of answered; the session stays as it was."""
    session = talk.dialogues.start()
    with pytest.raises(MessageError):
        talk.dialogues.say(session, text)
    assert talk.dialogues.history(session) == ()


def test_a_session_survives_a_restart(talk: Talk) -> None:
    """Another process with the same database goes on where the first stopped."""
    session = talk.dialogues.start()
    talk.dialogues.say(session, "a payment ledger")
    again = Dialogues(talk.live, Database(str(talk.database.url)))
    reply = again.say(session, "what do you know so far?")
    assert "payment ledger" in reply.reply
    assert [exchange.text for exchange in again.history(session)] == ["a payment ledger", "what do you know so far?"]


def test_messages_at_once_keep_their_order(talk: Talk) -> None:
    """Of many messages at once none is lost, and each is answered after those before it."""
    session = talk.dialogues.start()
    texts = ["a ledger", "many regions", "scarce memory", "novice operators", "nested records", "own servers"]
    with ThreadPoolExecutor(len(texts)) as pool:
        list(pool.map(lambda text: talk.dialogues.say(session, text), texts))
    history = talk.dialogues.history(session)
    assert sorted(exchange.text for exchange in history) == sorted(texts)
    state = talk.dialogues.state(session)
    assert state.case.task == "payment-ledger"
    assert set(state.case.constraints) == {
        "region-spread",
        "memory-budget",
        "operator-skill",
        "record-shape",
        "hosting",
    }


def test_a_slow_answer_is_not_overtaken(tmp_path: Path, url_in: Callable[[Path], str]) -> None:
    """A message that came later is answered after one that came before it, however long that takes."""
    databases = [Database(url_in(tmp_path)) for _ in range(2)]
    databases[0].create_tables()
    one, other = (Sessions(database) for database in databases)
    session = one.start()
    begun = threading.Event()

    def slow(state: State) -> Answered:
        begun.set()
        time.sleep(0.5)
        return Answered(Reply("slow", "describe"), replace(state, focus="slow"))

    def quick(state: State) -> Answered:
        return Answered(Reply(f"after {state.focus}", "describe"), replace(state, focus="quick"))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(one.exchange, session, "first", slow)
        begun.wait(10)
        second = pool.submit(other.exchange, session, "second", quick)
        assert (first.result().reply, second.result().reply) == ("slow", "after slow")
    assert [exchange.text for exchange in one.history(session)] == ["first", "second"]
    one.delete(session)
    assert (one.prune(), other.prune()) == (0, 0)
    for database in databases:
        database.close()


def test_a_message_whose_worker_died_is_passed_over(talk: Talk) -> None:
    """What never comes back holds up the others for a while only; if it does come back, it is answered after them."""
    sessions = Sessions(talk.database)
    sessions.patience = 0.2
    session = sessions.start()
    lost = sessions._arrive(session)
    reply = sessions.exchange(session, "next", lambda state: Answered(Reply("here", "describe"), state))
    assert reply.reply == "here"
    assert not sessions._wait(session, lost)
    assert sessions.exchange(session, "last", lambda state: Answered(Reply("too", "describe"), state)).reply == "too"


def test_too_many_messages_at_once_are_refused(talk: Talk) -> None:
    """Those that wait hold threads, so that there is an end to them; the conversation goes on when they are gone."""
    sessions = Sessions(talk.database)
    session = sessions.start()
    places = [sessions._arrive(session) for _ in range(16)]
    with pytest.raises(BusySessionError):
        sessions.exchange(session, "one more", lambda state: Answered(Reply("no", "describe"), state))
    for place in places:
        sessions._settle(session, place)
    assert sessions.exchange(session, "again", lambda state: Answered(Reply("yes", "describe"), state)).reply == "yes"


def test_a_session_can_be_deleted(talk: Talk) -> None:
    """After deletion nothing of it is left."""
    session = talk.dialogues.start()
    talk.dialogues.say(session, "a ledger")
    talk.dialogues.delete(session)
    with pytest.raises(UnknownSessionError):
        talk.dialogues.history(session)


def test_sessions_expire(talk: Talk) -> None:
    """A session that was not used for its lifetime is gone."""
    session = talk.dialogues.start()
    brief = Sessions(talk.database, lifetime=timedelta(0))
    with pytest.raises(UnknownSessionError):
        brief.state(session)
    assert brief.prune() >= 1
    with pytest.raises(UnknownSessionError):
        talk.dialogues.state(session)


def test_an_answer_that_fails_keeps_nothing(talk: Talk) -> None:
    """If answering fails, the message is as if it had not been sent."""
    session = talk.dialogues.start()
    sessions = Sessions(talk.database)

    def fail(state: State) -> Answered:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        sessions.exchange(session, "why?", fail)
    assert sessions.history(session) == ()


def test_a_state_comes_back_as_it_was(talk: Talk) -> None:
    """State is plain data, there and back."""
    session = talk.dialogues.start()
    for text in ("a ledger", "why?", "what if we had scarce memory?", "I want a cache"):
        talk.dialogues.say(session, text)
    state = talk.dialogues.state(session)
    assert State.from_dict(state.as_dict()) == state
    assert state.trial is not None


def test_a_term_that_is_gone_leaves_the_conversation(talk: Talk, tmp_path: Path) -> None:
    """A conversation about what the knowledge no longer has goes on without it, and says so."""
    session = talk.dialogues.start()
    talk.dialogues.say(session, "a ledger with scarce memory")
    row_state = talk.dialogues.state(session).as_dict()
    row_state["case"]["task"] = "no-longer-there"

    def rewrite(state: State) -> Answered:
        return Answered(Reply("…", "describe"), State.from_dict(row_state))

    Sessions(talk.database).exchange(session, "…", rewrite)
    reply = talk.dialogues.say(session, "why?")
    assert "no longer there" in reply.reply
    assert reply.recommendation["profile"]["task"] is None


def test_the_terminal_answers_through_a_pipe(talk: Talk) -> None:
    """Lines in, replies out, without colours; "quit" ends it."""
    out = io.StringIO()
    run(Here(talk.dialogues), io.StringIO("a payment ledger\n\nwhy?\nquit\nwhy not a cache?\n"), out)
    text = out.getvalue()
    assert "relational database" in text
    assert "durable writes" in text
    assert "key-value cache" not in text
    assert "\x1b" not in text


def test_the_second_domain_is_another_folder() -> None:
    """The tests above speak about a knowledge base that is not shipped."""
    assert PACKS["second"] != PACKS["shipped"]
