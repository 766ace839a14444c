"""Understanding free text over the shipped packs: trap words, negation, hedges, numbers, wishes, what was tried."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from talking import PACKS

import chat.meaning
import chat.vocabulary
from chat.understanding import Interpretation, interpret, interpret_whole, interpret_with
from chat.vocabulary import build, vocabulary_of
from kb.model import Knowledge
from kb.packs import read_packs
from kb.reader import read_quads

KNOWLEDGE = read_quads(read_packs(PACKS["shipped"]))
VOCABULARY = vocabulary_of(KNOWLEDGE)


@dataclass
class Advised:
    """Whoever has the shipped knowledge."""

    knowledge: Knowledge = KNOWLEDGE


def read(text: str) -> Interpretation:
    """What a text says as a turn of a conversation."""
    return interpret_with(text, KNOWLEDGE, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "constraint", "value"),
    [
        # volatility
        ("the handbook is revised every few months", "knowledge-volatility", "slow"),
        ("new documents are added all the time", "knowledge-volatility", "rapid"),
        ("our wiki changes constantly", "knowledge-volatility", "rapid"),
        ("the rules never change", "knowledge-volatility", "static"),
        # labels
        ("only 25 rows", "labelled-data", 25),
        ("we have no labelled data", "labelled-data", "none"),
        ("barely any labelled data", "labelled-data", "little"),
        ("a couple hundred labelled examples", "labelled-data", 200),
        ("there are 40,000 past incidents", "labelled-data", 40_000),
        ("a few thousand past letters", "labelled-data", 3_000),
        ("writing that many pairs becomes non-feasible", "labelled-data", "none"),
        # latency
        ("p95 under 300 ms", "latency-criticality", 300),
        ("there must be no perceptible lag", "latency-criticality", "high"),
        ("keep added latency reasonable", "latency-criticality", "medium"),
        ("latency isn't an issue", "latency-criticality", "low"),
        # citations, style, personality
        ("answers with the source they come from, each with its source", "citations-needed", "yes"),
        ("write like me", "style-control", "high"),
        ("it should talk like a cartoon character", "personality", "yes"),
        # budget, hardware, privacy
        ("we can spend $5k on it", "training-budget", 5_000),
        ("only 1 GPU of 12GB", "hardware", "consumer"),
        ("I dont want any data to go out of our network", "privacy", "high"),
        ("patient data must not leave the hospital", "privacy", "high"),
        # corpus, volume, expertise
        ("all confluence pages", "corpus-size", "medium"),
        ("too much context for one prompt", "corpus-size", "large"),
        ("about 2,000 new or changed adverts a day", "query-volume", 60_000),
        ("newbie here", "ml-expertise", "none"),
        # what was tried, and how it went
        ("we tried many prompts in vain", "prompting-result", "insufficient"),
        ("search finds the wrong passages", "retrieval-result", "insufficient"),
        ("our trained model is outdated", "tuning-result", "insufficient"),
        # a slip of the finger
        ("we have no labeled exmaples", "labelled-data", "none"),
    ],
)
def test_what_people_say_is_understood(text: str, constraint: str, value: str | int) -> None:
    """Trap words of the worked cases, negation, hedges, units and slips of the finger."""
    assert dict(read(text).constraints).get(constraint) == value


@pytest.mark.parametrize(
    ("text", "constraint"),
    [
        ("the knowledge base is about our network devices", "offline"),
        ("200 question/answer pairs", "output-format"),
        ("we want to fine-tune this model", "tuning-result"),
        ("the model lacks knowledge of our firm", "labelled-data"),
        ("is there anything that answers all questions related to my data?", "labelled-data"),
        ("the job runs once a week", "knowledge-volatility"),
        ("they need it", "general-ability"),
        ("plain models without adaptation give generic answers", "labelled-data"),
    ],
)
def test_what_is_not_said_is_not_taken(text: str, constraint: str) -> None:
    """Half a phrase that misses the point, a mere mention, and a word of another thing state nothing."""
    assert constraint not in read(text).constraints


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("draft the impression section of a radiology report from the findings", "summarization"),
        ("we sort incoming complaints into twelve categories", "text-classification"),
        ("tell business users in their own words what is in our database, with SQL", "query-generation"),
        ("employees ask about internal rules", "question-answering"),
        ("I want to fine-tune it", None),
        ("we have 200 question/answer pairs", None),
        ("good morning", None),
    ],
)
def test_tasks_are_told_apart(text: str, task: str | None) -> None:
    """By phrases and likeness; words of techniques and of what is counted tell no task."""
    assert read(text).task == task


def test_a_whole_text_gets_the_likeliest_task() -> None:
    """Where nothing can be asked back the likeliest task is assumed and marked; a conversation leaves it open."""
    text = "Citations are a must."
    whole = interpret(text, Advised())
    assert (whole.task, whole.guessed) == ("question-answering", True)
    assert any(item.kind == "task" and whole.task in item.options for item in whole.unsure)
    assert read(text).task is None
    for idle in ("We want to fix the roof.", "My cat is sick, what should I feed her?", "The meeting is at noon."):
        assert interpret(idle, Advised()).task is None


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        (
            "One project translates manuals. Another one does information extraction.",
            {"translation", "information-extraction"},
        ),
        (
            "A chatbot, and also a classifier that sorts invoices into categories.",
            {"conversational-ai", "text-classification"},
        ),
        ("We translate manuals, and the manuals are long.", set()),
    ],
)
def test_several_applications_are_noticed(text: str, tasks: set[str]) -> None:
    """Who speaks of two things is asked which one is meant; the likelier is taken meanwhile."""
    found = read(text)
    options = {option for item in found.unsure if item.kind == "task" for option in item.options}
    assert options == tasks


def test_wishes_and_exclusions_are_no_constraints() -> None:
    """Who wants a technique wishes for it; who cannot have it rules it out; what was not done yet is neither."""
    assert read("I want to fine-tune on our docs").wishes() == ("fine-tuning",)
    assert read("I want to fine-tune on our docs").exclude == ()
    assert read("we can't do any fine-tuning").exclude == ("fine-tuning",)
    assert read("we haven't tried fine-tuning").exclude == ()


def test_what_stays_unsure_says_what_would_settle_it() -> None:
    """A constraint that is named without a value, and one that is only half said, come with the question to ask."""
    named = interpret("Think of the latency.", Advised())
    assert [(item.id, item.options) for item in named.unsure] == [("latency-criticality", ())]
    assert named.as_dict()["unsure"][0]["question"] == KNOWLEDGE.constraints["latency-criticality"].question
    half = interpret("make a chatbot by fine tuning this model", Advised())
    assert "tuning-result" not in half.constraints
    assert [item.options for item in half.unsure if item.id == "tuning-result"] in (
        [("insufficient",)],
        [("sufficient",)],
    )
    assert "tuning-result" not in {item.id for item in read("make a chatbot by fine tuning this model").unsure}


@pytest.fixture
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where NumPy or the file is missing."""
    monkeypatch.setattr(chat.vocabulary, "word_vectors", lambda: None)
    yield


@pytest.mark.usefixtures("no_vectors")
def test_words_alone_do_without_vectors() -> None:
    """Without vectors phrases are still understood; no task is guessed by likeness."""
    vocabulary = build(KNOWLEDGE)
    found = interpret_whole("a support bot, our policies change every week", KNOWLEDGE, vocabulary)
    assert found.task == "conversational-ai"
    assert found.constraints["knowledge-volatility"] == "rapid"
    assert vocabulary.likeness_to_tasks("a support bot") == {}
    assert vocabulary.likeness("a", "b") is None


def test_vectors_tell_likeness() -> None:
    """Words of like meaning are nearer than others, unknown words come apart, and nothing is like nothing."""
    vectors = chat.meaning.word_vectors()
    assert vectors is not None
    assert vectors.likeness("a physician", "the doctor") > vectors.likeness("a physician", "the bicycle") + 0.2
    assert vectors.likeness("tokenisers", "tokenisers") == pytest.approx(1.0, abs=1e-4)
    assert vectors.likeness("", "anything") == 0.0
    assert vectors.likeness("12345 !?", "anything") == 0.0


def test_a_message_is_understood_in_time() -> None:
    """25 ms of one core at the median, with much to spare."""
    text = (
        "A bank's employees look for answers in the pages of many departments. New information appears constantly, "
        "training anything anew would be too costly, and every answer must name its source within two seconds."
    )
    interpret(text, Advised())
    spent = []
    for _ in range(21):
        start = time.process_time()
        interpret(text, Advised())
        spent.append(time.process_time() - start)
    assert sorted(spent)[10] < 0.025
