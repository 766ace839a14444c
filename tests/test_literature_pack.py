"""The pack of the literature: sources used, claims marked, what is overruled shown, variants named for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.advisor import Advisor
from kb.coverage import foundations, source_coverage
from kb.model import Advice, Knowledge, Scenario
from kb.packs import SHIPPED, load_packs
from kb.quantities import band_of
from kb.reader import read_knowledge
from tests.asking import AS_OF, advising

PACK = "literature"
SOURCES = [f"l{number:02}" for number in range(1, 54)]
UNVERIFIED = {"l02-from-memory", "l52-sixty"}
ARTICLE = ("article", "core")
SUPERSEDED = {"a50", "a65", "a70"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What ships."""
    return read_knowledge(load_packs())


@pytest.fixture(scope="module")
def advisor(knowledge: Knowledge) -> Iterator[Advisor]:
    """An advisor on what ships."""
    with advising(knowledge) as asked:
        yield asked


def answered(
    advisor: Advisor, task: str | None, constraints: dict[str, Any], packs: tuple[str, ...] | None = None
) -> Any:
    """The core of the answer."""
    return advisor.recommend(advisor.profile(task, constraints), AS_OF, packs).core()


# --- sources and claims -------------------------------------------------------------------------------------


def test_every_source_is_used(knowledge: Knowledge) -> None:
    """All 53 entries of the notes, each with a claim on which something rests."""
    found = {entry.source.id: entry for entry in source_coverage(knowledge, PACK)}
    assert set(SOURCES) <= set(found)
    assert [source for source in SOURCES if not found[source].used or not found[source].accounted] == []


def test_every_claim_says_where_it_stands_and_how_far_it_was_checked(knowledge: Knowledge) -> None:
    """Source, locator, date, review date, and a mark; what is unverified is known by name."""
    claims = [claim for claim in knowledge.claims.values() if claim.pack == PACK and re.match(r"l\d\d-", claim.id)]
    assert len(claims) > 90
    for claim in claims:
        assert claim.kind == "from-source", claim.id
        assert claim.verification in {"primary", "abstract", "secondary", "unverified"}, claim.id
        assert claim.locator and claim.text.endswith("."), claim.id
        assert re.fullmatch(r"\d{4}-\d\d", claim.date) and claim.review_by > "2026-11-22", claim.id
        assert claim.id.startswith(f"{claim.source}-") and claim.label.startswith(claim.source.upper()), claim.id
    assert {claim.id for claim in claims if claim.verification == "unverified"} == UNVERIFIED


def test_what_nobody_verified_is_a_hint_and_marked(advisor: Advisor, knowledge: Knowledge) -> None:
    """No point rests on it, and where it is told it says so."""
    resting = [entry.term for entry in foundations(knowledge) if {claim.id for claim in entry.claims} & UNVERIFIED]
    assert {term.id for term in resting} == {"l52-sixty", "l02-five-points"}
    assert all(isinstance(term, Advice) and term.kind == "hint" for term in resting)
    answer = advisor.recommend(advisor.profile("question-answering", {"labelled-data": "little"}), AS_OF)
    assert "l52-sixty" in {hint["advice"] for hint in answer.core()["hints"]}
    assert answer.wording.claims(["l52-sixty", "l15-hundred"]) == "literature L52 (unverified), L15a"


def test_statements_rest_on_sources_and_never_on_cases(knowledge: Knowledge) -> None:
    """Every statement is derived from claims of published sources; no text refers to a case."""
    own = [entry for entry in foundations(knowledge, PACK) if re.match(r"l\d\d-", entry.term.id)]
    assert len(own) > 190
    for entry in own:
        assert entry.claims, entry.term.id
        assert {claim.source for claim in entry.claims} <= set(SOURCES), entry.term.id
    for file in (SHIPPED / PACK).glob("*.ttl"):
        assert not re.search(r"\b[DQG]\d{3}\b|dev\.jsonl", file.read_text(encoding="utf-8")), file.name


def test_files_are_short() -> None:
    """One theme a file, 300 lines at most."""
    for file in (SHIPPED / PACK).glob("*.ttl"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 300, file.name


def test_lines_between_numbers_name_who_drew_them(knowledge: Knowledge) -> None:
    """A number of examples falls into another band for each task, and each band names a source."""
    constraint = knowledge.constraints["labelled-data"]
    drawn = {}
    for task in ("question-answering", "text-classification", "translation", "text-editing", "content-generation"):
        band = band_of(knowledge, constraint, 600, task)  # type: ignore[arg-type]
        assert band is not None
        drawn[task] = (band.value, {knowledge.claims[claim].source for claim in band.claims} & set(SOURCES))
    assert drawn == {
        "question-answering": ("abundant", {"l24"}),
        "text-classification": ("abundant", {"l15"}),
        "translation": ("little", {"l16"}),
        "text-editing": ("little", {"l22"}),
        "content-generation": ("little", {"l13"}),
    }


# --- disagreement -------------------------------------------------------------------------------------------

SPECIAL_FIELD = {
    "domain-jargon": "high",
    "corpus-size": "large",
    "labelled-data": "abundant",
    "knowledge-volatility": "static",
}
PROFILES: dict[str, tuple[str, dict[str, str]]] = {
    "y01": (
        "question-answering",
        {
            "knowledge-volatility": "static",
            "task-definition": "stable",
            "labelled-data": "abundant",
            "answer-options": "fixed",
        },
    ),
    "y02": ("sentiment-analysis", {"domain-jargon": "high", "labelled-data": "abundant"}),
    "y03": ("summarization", {"output-format": "strict", "gap-type": "form", "labelled-data": "abundant"}),
    "y04": ("summarization", {"corpus-size": "large", "output-format": "free"}),
    "y06": (
        "code-generation",
        {"domain-jargon": "high", "knowledge-volatility": "static", "labelled-data": "abundant"},
    ),
    "y07": ("question-answering", SPECIAL_FIELD),
    "y10": ("question-answering", SPECIAL_FIELD),
    "y12": ("text-classification", {"cost-sensitivity": "high", "query-volume": "high", "labelled-data": "abundant"}),
    "y13": ("question-answering", {"retrieval-result": "insufficient", "retrieval-failure": "not-extracted"}),
}
"""For conflicts that turn an answer, one on which each bears."""


def test_every_conflict_is_resolved_once_in_words(knowledge: Knowledge) -> None:
    """Between claims that exist, of the literature against the article or against itself."""
    conflicts = [one for one in knowledge.conflicts.values() if one.pack == PACK and one.id.startswith("y")]
    assert len(conflicts) == 18
    for conflict in conflicts:
        assert len(conflict.between) >= 2
        assert {knowledge.claims[claim].pack for claim in conflict.between} & {PACK}, conflict.id
        resolutions = [one for one in knowledge.resolutions.values() if one.conflict == conflict.id]
        assert [bool(one.text) for one in resolutions] == [True], conflict.id
        assert {*resolutions[0].prefers, *resolutions[0].overrules} <= {*conflict.between}, conflict.id
    superseded = {
        claim
        for one in knowledge.resolutions.values()
        if one.decision == "supersedes" and one.pack == PACK
        for claim in one.overrules
    }
    assert superseded == SUPERSEDED


@pytest.mark.parametrize("conflict", PROFILES)
def test_conflict_is_shown_where_it_bears(advisor: Advisor, conflict: str) -> None:
    """Both sides are visible with what was decided; a superseded claim is seen among what is set aside."""
    answer = answered(advisor, *PROFILES[conflict])
    found = {entry["conflict"]: entry for entry in answer["conflicts"]}
    aside = {resolution for entry in answer["set_aside"] for resolution in entry["resolutions"]}
    assert conflict in {*found, *aside}
    if conflict in found:
        assert all(claim["text"] for claim in found[conflict]["between"])
        assert found[conflict]["resolutions"]


def test_the_article_alone_keeps_its_view(advisor: Advisor) -> None:
    """On settled material the article rules a combination out, which the literature finds to pay."""
    denied = dict.fromkeys(("fresh-knowledge", "live-records", "adaptable-rules"), "denied")
    profile = advisor.profile("question-answering", SPECIAL_FIELD, denied)
    article, both = (advisor.recommend(profile, AS_OF, packs).core() for packs in (ARTICLE, None))
    (hybrid,) = [entry for entry in article["ranking"] if entry["technique"] == "hybrid"]
    assert hybrid["status"] == "infeasible"
    assert both["recommended"]["technique"] == "hybrid"
    assert {entry["statement"] for entry in both["set_aside"]} >= {"hybrid-needs-both", "tuning-needs-a-budget"}
    assert article["set_aside"] == []


# --- what it recommends -------------------------------------------------------------------------------------


def examples() -> list[Scenario]:
    """The situations of single studies."""
    return [item for item in read_knowledge(load_packs()).scenarios.values() if item.pack == PACK]


@pytest.mark.parametrize("scenario", examples(), ids=lambda scenario: scenario.id)
def test_a_study_s_situation_gets_what_it_found_best(advisor: Advisor, scenario: Scenario) -> None:
    """Alone, and in the words of the profile only."""
    answer = answered(advisor, scenario.task, dict(scenario.values))
    assert answer["recommended"]["technique"] in scenario.expects
    assert not answer["recommended"]["tied"]


VARIANTS: dict[str, tuple[str | None, dict[str, Any], str, str]] = {
    "long-context": (
        "question-answering",
        {"corpus-size": "fits-prompt", "knowledge-volatility": "rapid"},
        "prompt-engineering",
        "l06-long-context-reads-all",
    ),
    "cached-context": (
        "question-answering",
        {"corpus-size": "fits-prompt", "knowledge-volatility": "static"},
        "prompt-engineering",
        "l42-cache-repeats",
    ),
    "few-shot-prompting": (
        "text-classification",
        {"labelled-data": "little", "time-to-market": "short"},
        "prompt-engineering",
        "l22-few-shot",
    ),
    "structured-output": (
        "information-extraction",
        {"output-format": "strict", "gap-type": "form"},
        "prompt-engineering",
        "l37-structured",
    ),
    "tool-use": ("question-answering", {"live-data": "yes"}, "rag", "j-tool-use-exact-records"),
    "graph-rag": ("question-answering", {"question-type": "global", "corpus-size": "large"}, "rag", "l27-graph-whole"),
    "iterative-retrieval": (
        "question-answering",
        {"question-type": "multi-step", "corpus-size": "large"},
        "rag",
        "j-iterative-joined-evidence",
    ),
    "adaptive-retrieval": (
        "question-answering",
        {"fact-popularity": "mixed", "corpus-size": "large"},
        "rag",
        "l51-adaptive",
    ),
    "contextual-retrieval": (
        "question-answering",
        {"retrieval-result": "partly", "retrieval-failure": "passage-missed", "corpus-size": "large"},
        "rag",
        "l42-contextual-mends",
    ),
    "lora": (
        "text-classification",
        {"labelled-data": "abundant", "task-definition": "stable"},
        "fine-tuning",
        "l50-lora-light",
    ),
    "full-fine-tuning": (
        "text-editing",
        {"labelled-data": "abundant", "training-text": "large", "hardware": "ample"},
        "fine-tuning",
        "l10-full-deep",
    ),
    "distillation": (
        "text-classification",
        {"labelled-data": "abundant", "strong-teacher": "yes", "query-volume": "high"},
        "fine-tuning",
        "l38-distil-teacher",
    ),
    "preference-tuning": (
        "text-editing",
        {"labelled-data": "abundant", "training-data-form": "preference-pairs"},
        "fine-tuning",
        "l25-preference",
    ),
    "reinforcement-tuning": (
        "code-generation",
        {"labelled-data": "abundant", "training-data-form": "verifiable-results", "gap-type": "behaviour"},
        "fine-tuning",
        "l25-reward",
    ),
    "retrieval-aware-tuning": (
        "question-answering",
        {**SPECIAL_FIELD, "training-with-context": "yes"},
        "hybrid",
        "l05-trained-reader",
    ),
}
"""For each variant an application that is best served by it, its family, and the statement that says why."""


@pytest.mark.parametrize("variant", VARIANTS)
def test_variant_is_named_after_its_family_and_says_why(advisor: Advisor, variant: str) -> None:
    """The family comes first; what the variant earns beyond it is told, with its source."""
    task, constraints, family, statement = VARIANTS[variant]
    answer = advisor.recommend(advisor.profile(task, constraints), AS_OF)
    recommended = answer.core()["recommended"]
    assert recommended["technique"] == family
    assert recommended["variant"]["technique"] == variant
    reasons = {one for reason in recommended["variant"]["reasons"] for one in reason["statements"]}
    assert statement in reasons
    told = advisor.why(answer).as_text()
    assert f"Best as {recommended['variant']['label']}:\n" in told
    assert f"is the kind of {recommended['label']} that I recommend." in advisor.why_not(answer, variant).as_text()


def test_a_variant_that_earns_no_more_is_not_named(advisor: Advisor) -> None:
    """Nor is it said to be worse for any drawback that it does not have."""
    answer = advisor.recommend(advisor.profile("question-answering", {"corpus-size": "large"}), AS_OF)
    assert answer.core()["recommended"]["variant"] is None
    assert "Best as" not in advisor.why(answer).as_text()
    assert "is a kind of RAG and earns no more here." in advisor.why_not(answer, "graph-rag").as_text()


def test_diagnosis_steers_the_answer(advisor: Advisor) -> None:
    """The same plateau leads to a mended search, or to a trained reader, by where retrieval was seen to fail."""
    plateau = {
        "retrieval-result": "insufficient",
        "corpus-size": "large",
        "labelled-data": "abundant",
        "domain-jargon": "high",
    }
    search = answered(advisor, "question-answering", {**plateau, "retrieval-failure": "passage-missed"})
    reading = answered(advisor, "question-answering", {**plateau, "retrieval-failure": "not-extracted"})
    scores = [{entry["technique"]: entry["score"] for entry in one["ranking"]} for one in (search, reading)]
    assert scores[0]["rag"] > scores[1]["rag"]
    assert scores[0]["fine-tuning"] < scores[1]["fine-tuning"]
    hints = [{hint["advice"] for hint in one["hints"]} for one in (search, reading)]
    assert "l19-passage-missed" in hints[0] and "l19-reader" not in hints[0]
    assert "l19-reader" in hints[1] and "l19-passage-missed" not in hints[1]


def test_a_path_is_not_crowded_by_what_is_not_known(advisor: Advisor) -> None:
    """Steps of the literature hold for their target whatever is said; what depends on a failure is advice."""
    answer = answered(advisor, "question-answering", {"corpus-size": "large"})
    assert {step["step"] for step in answer["path"] if step["step"].startswith("l")} == {"l22-diagnose"}


@pytest.mark.parametrize(
    ("constraint", "value", "technique"),
    [
        ("erasure-required", "yes", "fine-tuning"),
        ("tuning-access", "none", "fine-tuning"),
    ],
)
def test_what_cannot_be_is_ruled_out(advisor: Advisor, constraint: str, value: str, technique: str) -> None:
    """With its combinations."""
    said = {constraint: value, "personal-training-data": "yes", "labelled-data": "abundant"}
    statuses = {
        entry["technique"]: entry["status"] for entry in answered(advisor, "question-answering", said)["ranking"]
    }
    assert statuses[technique] in {"excluded", "infeasible"}
    assert statuses["hybrid"] in {"excluded", "infeasible"}


@pytest.mark.parametrize(
    ("constraints", "warning"),
    [
        ({"base-hallucination": "yes"}, "l04-confident"),
        ({"unknown-facts": "many"}, "l04-new-facts"),
        ({"corpus-writers": "untrusted"}, "l40-poison"),
        ({"citations-needed": "yes"}, "l20-citations"),
        ({"retrieved-passages": "many"}, "l09-middle"),
    ],
)
def test_warnings_come_with_what_calls_for_them(advisor: Advisor, constraints: dict[str, str], warning: str) -> None:
    """And not without it."""
    said = {"corpus-size": "large", "labelled-data": "abundant"}
    with_it = answered(advisor, "question-answering", {**said, **constraints})["warnings"]
    without = answered(advisor, "question-answering", said)["warnings"]
    assert warning in {one["advice"] for one in with_it}
    assert warning not in {one["advice"] for one in without}
