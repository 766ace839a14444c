"""Whole conversations, written as YAML under ``dialogues/``, held over both domains."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator

import pytest
from conftest import RunningServer
from talking import Talk, scripts, talk_about

from chat.state import Reply
from chat.terminal import run
from chat.terminal_here import Here

SCRIPTS = scripts()
SHIPPED = [script for script in SCRIPTS if "domain" not in script]
# Over the other surfaces the replies are the same, so that a sample does every day.
EVERY = 1 if os.environ.get("ADAPTWISE_SOAK") else 16


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Talk]]:
    """Conversations over each domain, with one engine each."""
    folder = tmp_path_factory.mktemp("talks")
    with talk_about("shipped", folder) as shipped, talk_about("second", folder) as second:
        yield {"shipped": shipped, "second": second}


def check(turn: dict, reply: Reply) -> None:
    """A reply against what its turn in the script expects."""
    said = f"{turn['say']!r} -> [{reply.act}] {reply.reply}"
    if "act" in turn:
        assert reply.act == turn["act"], said
    if "recommends" in turn:
        recommended = reply.recommendation and reply.recommendation["recommended"]
        assert (recommended and recommended["technique"]) == turn["recommends"], said
    for text in turn.get("contains", []):
        assert text.lower() in reply.reply.lower(), f"no {text!r} in {said}"
    for text in turn.get("lacks", []):
        assert text.lower() not in reply.reply.lower(), f"{text!r} in {said}"
    if "asks" in turn:
        assert (reply.next_question or {}).get("constraint") == turn["asks"], said
    if "suggests" in turn:
        assert turn["suggests"] in reply.suggestions, f"{reply.suggestions} for {said}"
    if "profile" in turn:
        expect_profile(turn["profile"], reply, said)


def expect_profile(expected: dict, reply: Reply, said: str) -> None:
    """What was understood: constraints that are named must be stated so, None must not be stated."""
    profile = reply.recommendation["profile"]
    if "task" in expected:
        assert profile["task"] == expected["task"], said
    for name, value in expected.get("constraints", {}).items():
        stated = profile["constraints"].get(name) if profile["origin"].get(name) in {"stated", "derived"} else None
        assert stated == value, f"{name} is {stated} for {said}"
    for name, value in expected.get("needs", {}).items():
        assert profile["needs"].get(name) == value, said
    if "exclude" in expected:
        assert profile["exclude"] == expected["exclude"], said


def check_always(talk: Talk, session: str, reply: Reply) -> None:
    """What holds of every reply: it says something, in words, and its recommendation is the advisor's own."""
    advisor = talk.live.current()
    assert reply.reply.strip()
    assert len(reply.suggestions) == len(set(reply.suggestions)) <= 4
    ids = {
        name
        for kind in ("constraint", "need", "technique", "task")
        for name in advisor.knowledge.of(kind)
        if "-" in name
    }
    leaked = {name for name in ids if re.search(rf"(?<![\w-]){name}(?![\w-])", reply.reply)}
    labels = {
        term.label.lower()
        for kind in ("constraint", "need", "technique", "task")
        for term in advisor.knowledge.of(kind).values()
    }
    assert not leaked - labels, reply.reply
    if reply.act != "what-if":
        case = talk.dialogues.state(session).case
        if reply.recommendation:
            again = advisor.recommend(advisor.profile(**case.as_dict()))
            assert reply.recommendation["id"] == again.id, reply.reply
    if reply.next_question:
        assert reply.reply.rstrip().endswith(reply.next_question["values"][-1]["label"])


@pytest.mark.parametrize("script", SCRIPTS, ids=[f"{script['file']}: {script['name']}" for script in SCRIPTS])
def test_a_conversation_goes_as_written(script: dict, talks: dict[str, Talk]) -> None:
    """Every turn is taken for the right act, understood, and answered with what is expected."""
    talk = talks[script.get("domain", "shipped")]
    session = talk.dialogues.start()
    for turn in script["turns"]:
        reply = talk.dialogues.say(session, turn["say"])
        check(turn, reply)
        check_always(talk, session, reply)


@pytest.mark.parametrize("script", SHIPPED[::EVERY], ids=[script["name"] for script in SHIPPED[::EVERY]])
def test_a_conversation_goes_so_over_rest(script: dict, server: RunningServer) -> None:
    """Every turn is answered over HTTP as is expected of it."""
    session = server.post("/api/v1/chat").json()["session"]
    for turn in script["turns"]:
        response = server.post(f"/api/v1/chat/{session}/messages", {"text": turn["say"]})
        assert response.status_code == 200, response.text
        reply = response.json()
        names = ("reply", "act", "recommendation", "next_question", "suggestions")
        check(turn, Reply(**{name: reply[name] for name in names}))


@pytest.mark.parametrize("script", SCRIPTS[::EVERY], ids=[script["name"] for script in SCRIPTS[::EVERY]])
def test_a_conversation_goes_so_in_the_terminal(script: dict, talks: dict[str, Talk]) -> None:
    """Through a pipe the same is said in the same order."""
    talk = talks[script.get("domain", "shipped")]
    session = talk.dialogues.start()
    said = [turn["say"] for turn in script["turns"]]
    replies = [talk.dialogues.say(session, text).reply for text in said]
    out = io.StringIO()
    run(Here(talk.dialogues), io.StringIO("\n".join(said)), out)
    assert out.getvalue() == "".join(f"{reply}\n\n" for reply in replies)


def test_there_are_enough_conversations() -> None:
    """At least forty, of three turns at least but for the shortest, and never of more than fifteen."""
    assert len(SCRIPTS) >= 40
    assert all(len(script["turns"]) <= 15 for script in SCRIPTS)
    assert sum(len(script["turns"]) >= 3 for script in SCRIPTS) >= 40


ACTS = """describe correct retract recommend why why-not contrast what-if changes regions next-question why-asked
dont-know cost evidence tradeoffs define list accuracy how-decides summary restart teach confirm export help greeting
off-topic unclear"""


def test_the_conversations_cover_the_acts() -> None:
    """Every act of the interface occurs in some conversation."""
    seen = {turn.get("act") for script in SCRIPTS for turn in script["turns"]}
    assert set(ACTS.split()) <= seen, set(ACTS.split()) - seen
