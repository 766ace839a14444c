"""What outsiders said to the chat, who had seen neither the chat nor its tests (``utterances/*.yml``).

By the files in ``utterances/`` the chat was mended; those in ``utterances/held_out/`` are for measuring only.

The files tell for each utterance where in a conversation it is typed, what is wanted by it, and as what it may be taken
just as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from talking import Talk, talk_about
from test_chat_dialogues import ACTS

from chat.state import Case, Reply, State
from chat.teaching_desk import Desk
from chat.turn import Turn
from engine.advisor import Advisor
from engine.answers import AnswerLog
from engine.pipeline import Pipeline

HERE = Path(__file__).parent / "utterances"


def entries_of(file: Path) -> list[dict[str, Any]]:
    """The utterances of a file."""
    return yaml.safe_load(file.read_text("utf-8"))


SEEN = sorted(HERE.glob("*.yml"))
HELD_OUT = sorted((HERE / "held_out").glob("*.yml"))
LEAST = 0.9
LEAST_HELD_OUT = 0.89
"""What holds of strangers' words that nothing was learned from; the goal is :data:`LEAST`."""
DESCRIPTION = "a support bot for our customers; our policies change every week and we have hardly any labelled data"
# What is said before, by the state that an entry names.
BEFORE = {
    "fresh": [],
    "described": ["a support bot for our customers"],
    "recommended": [DESCRIPTION, "what would you recommend?"],
    "asked": [DESCRIPTION],
    "teaching-done": [DESCRIPTION],
}
ASKED = "latency-criticality"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Conversations over the packs that are shipped."""
    with talk_about("shipped", tmp_path_factory.mktemp("utterances")) as found:
        yield found


def said(talk: Talk, state: State, text: str) -> tuple[Reply, State]:
    """The answer to a message in a state of a conversation, and the state after it."""
    pipeline = Pipeline(talk.live.store, lambda: talk.live, AnswerLog(talk.database))
    return Turn(talk.live.current(), state, text, Desk(pipeline, talk.live)).answer()


@pytest.fixture(scope="module")
def states(talk: Talk) -> dict[str, State]:
    """The conversation as it stands when something is said."""
    found = {}
    for name, texts in BEFORE.items():
        state = State()
        for text in texts:
            _, state = said(talk, state, text)
        found[name] = state
    found["asked"] = replace(found["asked"], pending=ASKED)
    found["teaching-done"] = replace(found["teaching-done"], pending=None, last_act="teach")
    return found


def unechoed(before: Case, after: Case, reply: Reply, advisor: Advisor) -> list[str]:
    """What was changed of the case without a word about it in the reply."""
    knowledge, told = advisor.knowledge, reply.reply.lower()
    kinds = [
        (knowledge.constraints, before.constraints, after.constraints),
        (knowledge.needs, before.needs, after.needs),
    ]
    silent = []
    for terms, old, new in kinds:
        for name in {*old, *new}:
            if old.get(name) != new.get(name) and terms[name].label.lower() not in told:
                silent.append(name)
    if before.task != after.task and after.task and knowledge.tasks[after.task].label.lower() not in told:
        silent.append(after.task)
    ruled = {*before.exclude} ^ {*after.exclude}
    return silent + [name for name in ruled if knowledge.techniques[name].label.lower() not in told]


@pytest.mark.parametrize("file", [*SEEN, *HELD_OUT], ids=lambda file: file.stem)
def test_most_utterances_are_taken_for_what_they_are(talk: Talk, states: dict[str, State], file: Path) -> None:
    """Nine of ten that are known are; whatever it is taken for, nothing of the case changes silently."""
    entries, least = entries_of(file), LEAST if file in SEEN else LEAST_HELD_OUT
    advisor = talk.live.current()
    wrong, silent = [], []
    for entry in entries:
        before = states[entry["state"]]
        reply, after = said(talk, before, entry["text"])
        if reply.act not in {"restart", "confirm"} and (unsaid := unechoed(before.case, after.case, reply, advisor)):
            silent.append(f"{', '.join(unsaid)} by {entry['text']!r}: {reply.reply}")
        if reply.act not in {entry["act"], *entry.get("also", [])}:
            wrong.append(f"{entry['act']} taken for {reply.act} ({entry['state']}): {entry['text']}")
    share = 1 - len(wrong) / len(entries)
    print(f"{share:.3f} of {len(entries)} utterances taken for the right act")
    assert not silent, silent
    assert share >= least, f"only {share:.3f} are taken for what they are:\n" + "\n".join(wrong)


@pytest.mark.parametrize("file", [*SEEN, *HELD_OUT], ids=lambda file: file.stem)
def test_the_utterances_cover_the_acts(file: Path) -> None:
    """Every act has several wordings of somebody else, each typed at a known point of a conversation."""
    entries = entries_of(file)
    counts = Counter(entry["act"] for entry in entries)
    assert len(entries) >= 200
    assert {*counts} == {*ACTS.split()}
    assert min(counts.values()) >= 4, counts
    assert {entry["state"] for entry in entries} <= {*BEFORE}
