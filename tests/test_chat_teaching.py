"""Teaching a task in conversation: the dialogues of ``dialogues/teaching-*.yml``, and what holds of every one."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from talking import Talk, scripts, talk_about
from test_chat_dialogues import ACTS, check, check_always

from chat.state import Reply, State
from chat.teaching_desk import Caller, Desk
from chat.teaching_draft import Draft
from engine.pipeline import Pipeline, Preview
from kb.changes import TaskDescription, add_task
from kb.findings import Finding

SCRIPTS = scripts("teaching-")
WRITER = Caller("Ann", None)


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Talk]]:
    """Conversations over each domain, whose knowledge these tests change."""
    folder = tmp_path_factory.mktemp("teaching")
    with talk_about("shipped", folder) as shipped, talk_about("second", folder) as second:
        yield {"shipped": shipped, "second": second}


def caller(standing: str) -> Caller:
    """Somebody with a key for writing, or without."""
    return WRITER if standing == "write" else Caller(lack=standing, way="Give it somehow.")


def add_meanwhile(talk: Talk, label: str) -> None:
    """Somebody else adds a task."""
    pipeline = Pipeline(talk.live.store)
    change = add_task(talk.live.store.snapshot(), TaskDescription(label), "somebody else")
    pipeline.save(pipeline.preview(change))


def check_draft(expected: dict | None, draft: Draft | None, said: str) -> None:
    """The draft has what is expected; None is no draft."""
    if expected is None:
        assert draft is None, said
        return
    assert draft is not None, said
    for name in ("label", "synonyms", "broader"):
        if name in expected:
            found = getattr(draft, name)
            assert (list(found) if isinstance(found, tuple) else found) == expected[name], said
    if "needs" in expected:
        assert {one.need: one.strength for one in draft.demands} == expected["needs"], said


@pytest.mark.parametrize("script", SCRIPTS, ids=[f"{script['file']}: {script['name']}" for script in SCRIPTS])
def test_teaching_goes_as_written(script: dict, talks: dict[str, Talk]) -> None:
    """Every turn is understood, noted in the draft, answered as expected, and saves only what it is meant to."""
    talk = talks[script.get("domain", "shipped")]
    session = talk.dialogues.start()
    for turn in script["turns"]:
        if "meanwhile" in turn:
            add_meanwhile(talk, turn["meanwhile"])
        words = "far too much, " * 100 if turn["say"] == "LONG" else turn["say"]
        reply = talk.dialogues.say(session, words, caller(turn.get("key", script.get("key", "write"))))
        said = f"{turn['say']!r} -> [{reply.act}] {reply.reply}"
        check(turn, reply)
        check_always(talk, session, reply)
        if "draft" in turn:
            check_draft(turn["draft"], talk.dialogues.state(session).draft, said)
        for task, known in turn.get("knows", {}).items():
            assert (task in talk.live.current().knowledge.tasks) is known, said


def test_a_draft_survives_what_happens(talks: dict[str, Talk]) -> None:
    """It comes back from the database as it was, and without what the knowledge no longer has."""
    talk = talks["second"]
    session = talk.dialogues.start()
    for text in (
        "add a task called Depot, a kind of audit trail",
        "none",
        "durable writes, strong, only if hosting is",
    ):
        talk.dialogues.say(session, text, WRITER)
    state = talk.dialogues.state(session)
    assert State.from_dict(state.as_dict()) == state
    assert state.draft is not None
    known = talk.live.current().knowledge
    gone = Draft.from_dict({**state.draft.as_dict(), "broader": ["no-such-task"], "choices": []})
    assert gone.known_to(known).broader == ()


def test_what_is_saved_and_what_is_said_are_one(talks: dict[str, Talk]) -> None:
    """If the reply cannot be kept, the task is not saved either: both are written in one transaction."""
    talk = talks["second"]
    session = talk.dialogues.start()
    for text in ("add a task called Half done", "none", "none", "none"):
        talk.dialogues.say(session, text, WRITER)
    before = talk.live.store.head()
    writing = talk.dialogues._sessions._write

    def fail(*arguments: object) -> None:
        raise OSError("no space left")

    talk.dialogues._sessions._write = fail
    try:
        with pytest.raises(OSError, match="no space"):
            talk.dialogues.say(session, "yes", WRITER)
    finally:
        talk.dialogues._sessions._write = writing
    assert talk.live.store.head() == before
    assert len(talk.dialogues.history(session)) == 4
    assert "Added" in talk.dialogues.say(session, "yes", WRITER).reply


def test_what_the_checks_refuse_is_not_added(talks: dict[str, Talk], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the pipeline is told in words with how to mend it, a yes does not help, and the draft stays."""
    talk = talks["second"]
    rehearse = Desk.preview
    fault = Finding(
        "error", "some-code", "rule", "no-such-rule", "it contradicts need:durable-writes.", hint="Drop one of them."
    )

    def refused(self: Desk, *arguments: object) -> Preview:
        return replace(rehearse(self, *arguments), findings=(fault,))

    monkeypatch.setattr(Desk, "preview", refused)
    session = talk.dialogues.start()
    head = talk.live.store.head()
    for text in ("add a task called Refused thing", "none", "none"):
        talk.dialogues.say(session, text, WRITER)
    for text in ("none", "yes", "yes"):
        reply = talk.dialogues.say(session, text, WRITER)
        assert "The checks refuse it:" in reply.reply
        assert "it contradicts “durable writes”. Drop one of them." in reply.reply
        assert "It cannot be added like this." in reply.reply
        assert reply.suggestions == ("Cancel",)
    assert talk.live.store.head() == head
    assert talk.dialogues.state(session).draft.label == "Refused thing"


def test_whoever_is_told_is_told_once(talks: dict[str, Talk]) -> None:
    """The caller's note has the task and the version that was made."""
    talk = talks["second"]
    noted: list[tuple[str, int]] = []
    somebody = Caller("Bob", None, note=lambda task, version: noted.append((task, version)))
    session = talk.dialogues.start()
    for text in ("add a task called Noted thing", "none", "none", "none", "yes"):
        talk.dialogues.say(session, text, somebody)
    head = talk.live.store.head()
    assert noted == [("noted-thing", head.number)]
    assert (head.author, head.reason) == ("Bob", "Add the task Noted thing")


@pytest.mark.parametrize(
    "text",
    [
        "we want to teach the model a new task",
        "we add a new type of content every week",
        "create a kind of chat for our customers",
        "we need to register new kinds of products for our shop",
        "our team will introduce another type of ticket next month",
        "I want to teach you how to be polite to our customers",
        "we want to extend our list of products with descriptions",
    ],
)
def test_descriptions_do_not_begin_to_teach(talks: dict[str, Talk], text: str) -> None:
    """Words like add and new in a description open no draft."""
    talk = talks["shipped"]
    session = talk.dialogues.start()
    talk.dialogues.say(session, text)
    assert talk.dialogues.state(session).draft is None


@pytest.mark.parametrize(
    "text",
    [
        "add a task type",
        "I want to add a new kind of task",
        "How can I add a new task type?",
        "could you please add another kind of task",
        "I'd like to register a missing use case",
        "let's create a new task",
        "Teach you a new task, please",
        "please add a task called X ray",
        "can we introduce our own type of task here?",
        "how can I extend your list with music tagging",
        "can I teach you invoice matching?",
        "that is its own thing, let me define a new type for it",
    ],
)
def test_ways_to_begin(talks: dict[str, Talk], text: str) -> None:
    """However somebody asks, a draft begins."""
    talk = talks["shipped"]
    session = talk.dialogues.start()
    assert talk.dialogues.say(session, text).act == "teach"
    assert talk.dialogues.state(session).draft is not None


FRAMES = (
    "{}",
    "{}, {}",
    "what if {}",
    "no {}",
    "{} and {}, a must",
    "why not {}?",
    "we have {}, only if {}",
    "drop {}",
)
OPENINGS = ("add a task called Box {n}", "add a task called Crate {n}, a kind of audit trail, needs durable writes")
ANSWERS = """none | that's all | yes | no | strong | weak | required | cancel | skip | I don't know | show me | help
done | why? | the first | 2 | only if memory budget is scarce | drop it | call it Box | the name is | also called a, b
it is a kind of nothing | it needs | it needs everything, a must | the reason is hope | ok | maybe | go ahead
start over | start again"""


@pytest.mark.parametrize("seed", range(400 if os.environ.get("ADAPTWISE_SOAK") else 6))
def test_random_teaching_holds_together(talks: dict[str, Talk], seed: int) -> None:
    """Whatever is said, every reply says something and a version comes only of a clear yes with a key."""
    talk = talks["second"]
    rng = random.Random(seed)
    knowledge = talk.live.current().knowledge
    terms = [*knowledge.tasks.values(), *knowledge.needs.values(), *knowledge.constraints.values()]
    names = sorted({name for term in terms for name in (term.label, *term.synonyms)})
    answers = [*OPENINGS, *(one.strip() for line in ANSWERS.splitlines() for one in line.split("|"))]
    session = talk.dialogues.start()
    for turn in range(14):
        said = rng.choice(answers) if rng.random() < 0.6 else rng.choice(FRAMES).format(*rng.sample(names, 2))
        said = said if turn else OPENINGS[seed % 2]
        somebody = WRITER if rng.random() < 0.7 else Caller()
        before, draft = talk.live.store.head(), talk.dialogues.state(session).draft
        text = said.replace("{n}", f"{seed} {turn}")
        reply: Reply = talk.dialogues.say(session, text, somebody)
        assert reply.act in ACTS.split()
        check_always(talk, session, reply)
        if talk.live.store.head() != before:
            assert draft is not None, text
            assert reply.act == "confirm", text
            assert somebody.may_write
            assert "Added: " in reply.reply
