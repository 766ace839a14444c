"""Random conversations: whatever is said in whatever order, the chat answers, and answers as the advisor does."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest
from talking import Talk, talk_about
from test_chat_dialogues import ACTS, check_always

from chat.phrasings import OPTION, THING, read_wordings
from chat.state import Reply

TURNS_PER_CONVERSATION = 12
CONVERSATIONS = 830 if os.environ.get("ADAPTWISE_SOAK") else 8

QUESTIONS = """why? | why not? | why that one? | why not the second? | who says so? | what are the downsides?
how sure are you? | what do you know so far? | what would you recommend? | how do you decide? | list the techniques
which tasks do you know? | why do you ask? | what should I tell you next? | help | hello | thanks | start over
export this | where does it flip? | how much does it cost? | what would have to change? | teach you a new task
what is that? | huh? | yes | no | keep that | I don't know | skip | the first one | 2 | number 9 | never mind
forget that | no, wrong | ... | ? | 42 | -1 | 1e400 | what if? | what if not? | suppose | and | ok but why
why is the sky blue? | no no no | not | none of it | everything"""
FRAMES = [
    "{}",
    "{}?",
    "no {}",
    "not {}",
    "what if {}",
    "why {}",
    "why not {}",
    "what is {}",
    "forget {}",
    "actually {}",
]
FRAMES += ["without {}", "I want {}", "we can't {}", "is {} better than {}", "{}, {} but not {}", "not sure about {}"]
FRAMES += ["7 {} a day", "{} 500"]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Conversations over the second domain."""
    with talk_about("second", tmp_path_factory.mktemp("random")) as found:
        yield found


def words_of(talk: Talk) -> list[str]:
    """Everything that has a name in the knowledge base."""
    knowledge = talk.live.current().knowledge
    terms = [*knowledge.tasks.values(), *knowledge.techniques.values(), *knowledge.needs.values()]
    terms += [*knowledge.constraints.values(), *(v for c in knowledge.constraints.values() for v in c.values)]
    return sorted({name for term in terms for name in (term.label, *term.synonyms, *term.hidden)})


def sentence(rng: random.Random, names: list[str], wordings: Mapping[str, Sequence[str]]) -> str:
    """A question, a frame filled with names, or a wording of any act; sometimes two of them."""
    kind = rng.random()
    if kind < 0.2:
        return rng.choice([question.strip() for line in QUESTIONS.splitlines() for question in line.split("|")])
    if kind < 0.7:
        said = rng.choice(wordings[rng.choice(sorted(wordings))])
        for slot in (OPTION, THING):
            while slot in said:
                said = said.replace(slot, rng.choice(names), 1)
    else:
        frame = rng.choice(FRAMES)
        said = frame.format(*(rng.choice(names) for _ in range(frame.count("{}"))))
    return f"{said}. {sentence(rng, names, wordings)}" if rng.random() < 0.15 else said


def check_echo(talk: Talk, session: str, reply: Reply) -> None:
    """What a summary lists is what the case has, and what the recommendation was made for."""
    knowledge, state = talk.live.current().knowledge, talk.dialogues.state(session)
    if not state.case or state.draft:
        return
    profile = reply.recommendation["profile"]
    assert profile["task"] == state.case.task
    assert set(profile["exclude"]) == {*state.case.exclude}
    stated = {name for name, origin in profile["origin"].items() if origin in {"stated", "derived"}}
    assert stated - {"task"} <= {*state.case.constraints, *state.case.needs}
    labels = [knowledge.constraints[name].label for name in state.case.constraints]
    labels += [knowledge.needs[name].label for name in state.case.needs]
    labels += [knowledge.techniques[name].label for name in state.case.exclude]
    labels += [knowledge.tasks[state.case.task].label] if state.case.task else []
    missing = [label for label in labels if label.lower() not in reply.reply.lower()]
    assert not missing, f"{missing} not in {reply.reply}"


@pytest.mark.parametrize("seed", range(CONVERSATIONS))
def test_random_conversations_hold_together(talk: Talk, seed: int) -> None:
    """No failure, no empty reply, no id in a sentence, and the recommendation of the case that was understood."""
    rng = random.Random(seed)
    names, wordings = words_of(talk), read_wordings()
    session = talk.dialogues.start()
    for _ in range(TURNS_PER_CONVERSATION):
        reply = talk.dialogues.say(session, sentence(rng, names, wordings))
        assert reply.act in ACTS.split()
        check_always(talk, session, reply)
    summary = talk.dialogues.say(session, "what do you know so far?")
    check_always(talk, session, summary)
    check_echo(talk, session, summary)
    assert len(talk.dialogues.history(session)) == TURNS_PER_CONVERSATION + 1
