"""What is set by hand joins what was said: one case, one history, one way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from talking import Talk, talk_about

from chat.state import STEPS_BACK, State
from engine.profile import InvalidProfile


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Conversations over the second domain."""
    with talk_about("second", tmp_path_factory.mktemp("editing")) as found:
        yield found


@pytest.fixture
def session(talk: Talk) -> str:
    """A conversation in which a task was described."""
    session = talk.dialogues.start()
    talk.dialogues.say(session, "a payment ledger")
    return session


def test_a_value_set_by_hand_is_answered_and_remembered(talk: Talk, session: str) -> None:
    """The reply is the answer of the whole case, and the history tells what was set."""
    reply = talk.dialogues.edit(session, {"constraints": {"memory-budget": "scarce"}})
    assert reply.act == "describe"
    assert reply.recommendation["profile"]["constraints"]["memory-budget"] == "scarce"
    assert reply.recommendation["profile"]["task"] == "payment-ledger"
    assert talk.dialogues.history(session)[-1].text == "Memory budget: scarce memory"


def test_numbers_are_read_with_their_units(talk: Talk, session: str) -> None:
    """A number becomes a number of the constraint's unit, and its value follows."""
    reply = talk.dialogues.edit(session, {"constraints": {"stored-volume": "2 terabytes"}})
    assert reply.recommendation["profile"]["numbers"]["stored-volume"]["number"] == 2000
    assert talk.dialogues.state(session).case.constraints["stored-volume"] == 2000


def test_a_range_is_kept_as_a_range(talk: Talk, session: str) -> None:
    """Within one value it stands for that; across several none is known, and the range is remembered."""
    reply = talk.dialogues.edit(session, {"constraints": {"stored-volume": "1 to 2 gigabytes"}})
    assert reply.recommendation["profile"]["numbers"]["stored-volume"]["to"] == 2
    reply = talk.dialogues.edit(session, {"constraints": {"stored-volume": "1 to 100000"}})
    assert reply.recommendation["profile"]["unsettled"][0]["constraint"] == "stored-volume"
    assert "stored-volume" in talk.dialogues.state(session).case.constraints


def test_what_was_set_can_be_asked_about(talk: Talk, session: str) -> None:
    """Chat and board share the case."""
    talk.dialogues.edit(session, {"constraints": {"memory-budget": "scarce"}})
    assert "memory" in talk.dialogues.say(session, "what do you know so far?").reply.lower()


def test_nothing_changed_says_nothing(talk: Talk, session: str) -> None:
    """Setting what is known already leaves no trace."""
    talk.dialogues.edit(session, {"constraints": {"memory-budget": "scarce"}})
    said = len(talk.dialogues.history(session))
    assert talk.dialogues.edit(session, {"constraints": {"memory-budget": "scarce"}, "task": "payment-ledger"}) is None
    assert len(talk.dialogues.history(session)) == said


def test_values_tasks_needs_and_exclusions_come_and_go(talk: Talk, session: str) -> None:
    """Each part of a case can be set and taken back."""
    dialogues = talk.dialogues
    dialogues.edit(
        session,
        {
            "constraints": {"memory-budget": "scarce"},
            "needs": {"quick-reads": "strong"},
            "exclude": ["key-value-cache"],
        },
    )
    assert dialogues.state(session).case.needs == {"quick-reads": "strong"}
    assert dialogues.state(session).case.exclude == ("key-value-cache",)
    back = {"constraints": {"memory-budget": "unknown"}, "needs": {"quick-reads": None}, "admit": ["key-value-cache"]}
    reply = dialogues.edit(session, {"task": None, **back})
    case = dialogues.state(session).case
    assert reply.act == "retract"
    assert not case


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"constraints": {"memory-budget": "plenty-ish"}}, "not a value"),
        ({"constraints": {"no-such-thing": "x"}}, "no constraint"),
        ({"task": "no-such-task"}, "no task"),
        ({"exclude": ["nothing"]}, "no technique"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(talk: Talk, session: str, changes: dict, told: str) -> None:
    """Problems are named, and the case stays as it was."""
    before = talk.dialogues.state(session)
    with pytest.raises(InvalidProfile, match=told):
        talk.dialogues.edit(session, changes)
    assert talk.dialogues.state(session) == before


def test_every_change_can_be_undone(talk: Talk, session: str) -> None:
    """Undo goes back over what was said and what was set alike, to the beginning and no further."""
    cases = [talk.dialogues.state(session).case]
    talk.dialogues.edit(session, {"constraints": {"memory-budget": "scarce"}})
    cases.append(talk.dialogues.state(session).case)
    talk.dialogues.say(session, "the team is seasoned")
    assert talk.dialogues.state(session).case != cases[-1]
    talk.dialogues.say(session, "why?")
    for case in reversed(cases):
        assert talk.dialogues.undo(session) is not None
        assert talk.dialogues.state(session).case == case
    talk.dialogues.undo(session)
    assert not talk.dialogues.state(session).case
    assert talk.dialogues.undo(session) is None


def test_steps_back_are_limited_and_survive_storing(talk: Talk, session: str) -> None:
    """A conversation keeps no more of its past than can be undone."""
    for turn in range(STEPS_BACK + 3):
        talk.dialogues.edit(session, {"constraints": {"stored-volume": turn + 1}})
    state = talk.dialogues.state(session)
    assert len(state.past) == STEPS_BACK
    assert State.from_dict(state.as_dict()) == state
    old = {name: value for name, value in state.as_dict().items() if name != "past"}
    assert State.from_dict(old).past == ()


def test_packs_belong_to_the_case(talk: Talk, session: str) -> None:
    """The chat answers by the packs that were chosen, tells them, and goes back with undo."""
    dialogues = talk.dialogues
    before = dialogues.state(session).case
    packs = sorted(dialogues.knowledge().packs)
    reply = dialogues.edit(session, {"packs": packs[:1]})
    assert reply.recommendation["packs"] == packs[:1]
    label = dialogues.knowledge().packs[packs[0]].label
    assert dialogues.history(session)[-1].text == f"Packs that count: {label}"
    assert dialogues.say(session, "memory is scarce").recommendation["packs"] == packs[:1]
    assert f"Packs that count: {label}" in dialogues.say(session, "what do you know so far?").reply
    dialogues.say(session, "forget the memory budget")
    assert dialogues.state(session).case.packs == (packs[0],)
    for _ in range(3):
        dialogues.undo(session)
    assert dialogues.state(session).case == before
    assert dialogues.say(session, "why?").recommendation["packs"] == packs


def test_all_packs_again_is_as_nobody_chose(talk: Talk, session: str) -> None:
    """Whoever has all packs back also gets those that are installed later."""
    packs = sorted(talk.dialogues.knowledge().packs)
    talk.dialogues.edit(session, {"packs": []})
    assert talk.dialogues.state(session).case.packs == ()
    talk.dialogues.edit(session, {"packs": packs})
    assert talk.dialogues.state(session).case.packs is None
    assert talk.dialogues.edit(session, {"packs": packs}) is None


def test_a_pack_that_there_is_not_is_refused(talk: Talk, session: str) -> None:
    """The problem names the packs there are; nothing is kept."""
    before = talk.dialogues.state(session)
    with pytest.raises(InvalidProfile) as refused:
        talk.dialogues.edit(session, {"packs": ["no-such-pack"]})
    (problem,) = refused.value.problems
    assert problem.pointer == "/packs"
    assert set(problem.nearest) == set(talk.dialogues.knowledge().packs)
    assert talk.dialogues.state(session) == before


def test_conversations_of_earlier_versions_are_read(talk: Talk, session: str) -> None:
    """A case that was stored without packs is asked by those that are switched on."""
    stored = talk.dialogues.state(session).as_dict()
    del stored["case"]["packs"]
    assert State.from_dict(stored) == talk.dialogues.state(session)
