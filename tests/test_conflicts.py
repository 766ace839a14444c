"""Conflicts between claims, slips and tradeoffs: each is shown where it bears on an answer, in plain English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.render.english import first_sentence, number_word
from engine.render.pack_page import pack_page
from engine.render.text import CONFLICTS_TOLD
from kb.model import Knowledge
from kb.packs import load_packs
from kb.reader import read_knowledge
from tests.asking import AS_OF, advising

PROFILES: dict[str, tuple[str, dict[str, str]]] = {
    "x01": ("question-answering", {"knowledge-volatility": "rapid", "labelled-data": "abundant"}),
    "x02": ("question-answering", {"latency-criticality": "high", "citations-needed": "yes"}),
    "x03": (
        "question-answering",
        {"knowledge-volatility": "static", "task-definition": "stable", "labelled-data": "little"},
    ),
    "x04": (
        "sentiment-analysis",
        {"domain-jargon": "high", "labelled-data": "abundant", "time-to-market": "short"},
    ),
    "x05": ("question-answering", {"prompting-result": "insufficient"}),
    "x06": ("conversational-ai", {"personality": "yes", "live-data": "yes", "customer-specific-data": "yes"}),
    "x07": (
        "question-answering",
        {"knowledge-volatility": "static", "task-definition": "stable", "labelled-data": "abundant"},
    ),
    "x08": ("summarization", {"output-format": "strict", "labelled-data": "abundant"}),
    "x09": ("sentiment-analysis", {"domain-jargon": "high"}),
    "x10": ("content-moderation", {"domain-jargon": "high", "knowledge-volatility": "rapid"}),
    "x11": ("text-classification", {"domain-jargon": "high", "regulatory": "yes", "knowledge-volatility": "rapid"}),
    "x12": ("summarization", {"output-format": "strict", "corpus-size": "large"}),
    "x13": ("code-generation", {"domain-jargon": "high", "knowledge-volatility": "rapid"}),
    "x15": ("conversational-ai", {"live-data": "yes", "customer-specific-data": "yes"}),
    "x16": ("text-classification", {"cost-sensitivity": "high"}),
    "x17": ("question-answering", {"cost-sensitivity": "high", "time-to-market": "short"}),
    "x18": ("text-classification", {"labelled-data": "abundant", "training-budget": "low"}),
    "x19": ("text-classification", {"output-consistency": "high"}),
    "x20": (
        "sentiment-analysis",
        {"domain-jargon": "high", "latency-criticality": "high", "output-consistency": "high"},
    ),
    "x21": ("conversational-ai", {"knowledge-volatility": "rapid", "live-data": "yes"}),
    "x22": ("conversational-ai", {"personality": "yes", "customer-specific-data": "yes"}),
    "x23": ("question-answering", {"domain-jargon": "high", "citations-needed": "yes"}),
    "x24": ("content-moderation", {"knowledge-volatility": "rapid"}),
    "x25": ("question-answering", {"retrieval-result": "insufficient"}),
    "x26": ("question-answering", {"retrieval-result": "insufficient"}),
    "x27": ("text-classification", {"labelled-data": "none"}),
    "x29": ("question-answering", {"knowledge-volatility": "rapid", "prompting-result": "insufficient"}),
    "x30": ("question-answering", {"citations-needed": "yes", "prompting-result": "insufficient"}),
    "x31": ("text-classification", {"corpus-size": "large", "domain-jargon": "high", "labelled-data": "abundant"}),
    "x32": ("question-answering", {"corpus-size": "large"}),
}
"""For each conflict an application on whose answer it bears."""

VIEW = ("article", "core")
"""The article's view; what the literature makes of its claims is another test's (test_literature_pack.py)."""

BEARS_ON_NO_ANSWER = {
    "x14": "an example that counts for nothing as evidence: nothing is inferred from A50, so no answer can rest on it",
    "x28": "which models can be tuned at all: A11 names them in saying what tuning is, and no score hangs on the names",
}
"""Conflicts that no answer can turn on, with the reason; they are shown at the claims and terms that they concern."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What ships."""
    return read_knowledge(load_packs())


@pytest.fixture(scope="module")
def advisor(knowledge: Knowledge) -> Iterator[Advisor]:
    """An advisor on what ships."""
    with advising(knowledge) as asked:
        yield asked


def answered(advisor: Advisor, task: str, constraints: dict[str, str]) -> Recommendation:
    """The recommendation for a profile in the article's view."""
    return advisor.recommend(advisor.profile(task, constraints), AS_OF, VIEW)


def core_of(advisor: Advisor, task: str, constraints: dict[str, str]) -> dict[str, Any]:
    """Its core."""
    return answered(advisor, task, constraints).core("none")


def test_every_conflict_has_a_profile_or_a_reason(knowledge: Knowledge) -> None:
    """None of the article's conflicts is left out, and none has both."""
    conflicts = {conflict.id for conflict in knowledge.conflicts.values() if conflict.pack == "article"}
    assert set(PROFILES) | set(BEARS_ON_NO_ANSWER) == conflicts
    assert not set(PROFILES) & set(BEARS_ON_NO_ANSWER)


@pytest.mark.parametrize("conflict", PROFILES)
def test_conflict_is_shown_where_it_bears(advisor: Advisor, conflict: str) -> None:
    """It is among the answer's conflicts, with at least two of its claims at work and what was decided."""
    found = {entry["conflict"]: entry for entry in core_of(advisor, *PROFILES[conflict])["conflicts"]}
    assert conflict in found
    entry = found[conflict]
    assert len(entry["bears"]) >= 2
    assert {claim["claim"] for claim in entry["between"]} >= set(entry["bears"])
    assert all(claim["text"] for claim in entry["between"])
    assert [resolution["text"] for resolution in entry["resolutions"]] != []


@pytest.mark.parametrize("conflict", BEARS_ON_NO_ANSWER)
def test_other_conflicts_are_shown_at_their_terms(knowledge: Knowledge, conflict: str) -> None:
    """A term or scenario rests on one of its claims, and the page of the pack links the conflict there."""
    claims = set(knowledge.conflicts[conflict].between)
    terms = [*knowledge.techniques.values(), *knowledge.scenarios.values()]
    assert any(claims & set(term.claims) for term in terms)
    assert pack_page(knowledge, "article").count(f'href="#conflict-{conflict}"') > len(claims)


def test_why_tells_the_weightiest_conflicts(advisor: Advisor, knowledge: Knowledge) -> None:
    """At most three, those with most claims at work first, and how many more there are."""
    answer = answered(advisor, *PROFILES["x20"])
    _, told = advisor.why(answer).as_text().split("Where the sources pull apart:\n")
    *lines, last = told.splitlines()
    conflicts = answer.core("none")["conflicts"]
    weights = sorted((len(entry["bears"]) for entry in conflicts), reverse=True)
    by_label = {knowledge.conflicts[entry["conflict"]].label: len(entry["bears"]) for entry in conflicts}
    assert len(lines) == CONFLICTS_TOLD < len(conflicts)
    assert [next(by_label[label] for label in by_label if label in line) for line in lines] == weights[:CONFLICTS_TOLD]
    assert last == f"And {number_word(len(conflicts) - CONFLICTS_TOLD)} more."


def test_an_open_conflict_is_told_as_open(advisor: Advisor) -> None:
    """What was not decided is not told as if it were."""
    text = advisor.why(answered(advisor, *PROFILES["x05"])).as_text()
    assert "X05: " in text
    assert "This is still open." in text


def test_why_says_nothing_of_conflicts_where_there_are_none(advisor: Advisor) -> None:
    """No empty heading."""
    answer = answered(advisor, "other", {})
    assert answer.core("none")["conflicts"] == []
    assert "pull apart" not in advisor.why(answer).as_text()


def test_the_slip_of_the_article_is_shown_wherever_it_is_cited(advisor: Advisor) -> None:
    """A14 is marked in plain text, in the claims of the answer to why, and in the conflicts of the answer itself."""
    answer = answered(advisor, *PROFILES["x09"])
    why = advisor.why(answer).as_dict()
    assert "A14 (erratum)" in why["text"]
    assert "A14 carries a slip of its source: " in why["text"]
    errata = {claim["claim"]: claim["erratum"] for claim in why["claims"]}
    assert errata["a14"].startswith("The article speaks of a medical model")
    assert {claim for claim, erratum in errata.items() if erratum} == {"a14"}
    between = [claim for entry in answer.core("none")["conflicts"] for claim in entry["between"]]
    assert {claim["claim"] for claim in between if claim["erratum"]} == {"a14"}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Is it? It is.", "Is it?"),
        ("Tune 1.5 times, e.g. twice. Then stop.", "Tune 1.5 times, e.g. twice."),
        ("No end", "No end"),
    ],
)
def test_first_sentences(text: str, first: str) -> None:
    """A full stop inside a number or an abbreviation ends nothing."""
    assert first_sentence(text) == first


def test_tradeoffs_of_parts_are_told_as_theirs(advisor: Advisor) -> None:
    """What holds of a part is not said of the combination."""
    answer = core_of(advisor, *PROFILES["x06"])
    assert answer["recommended"]["technique"] == "hybrid"
    texts = {entry["technique"]: entry["text"] for entry in answer["tradeoffs"]}
    assert texts["rag"].startswith("Of its part RAG: ")
    assert not texts["hybrid"].startswith("Of its part")
