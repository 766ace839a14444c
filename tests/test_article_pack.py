"""The pack of the article: complete, faithful in form, and right on the article's own examples."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reference import Case, Reference

from engine.advisor import Advisor
from engine.live import LiveAdvisor
from kb.model import Knowledge, Scenario, Statement
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from kb.store import Store

PACK = "article"
CLAIMS = [f"a{number:02}" for number in range(1, 89)]
CONFLICTS = [f"x{number:02}" for number in range(1, 33)]
SENTENCES = {f"S{number}" for number in range(1, 67)}
COPIED_RUN = 8
VIEW = ("article", "core")
"""The article's view: what other packs say is left out; vocabulary and our judgements are always there."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What ships."""
    return read_knowledge(load_packs())


def statements_of(knowledge: Knowledge) -> list[Statement]:
    """Every statement of the pack."""
    return [statement for _, statement in knowledge.statements() if statement.pack == PACK]


def claims_used(knowledge: Knowledge) -> set[str]:
    """Claims on which a statement or a scenario of the pack rests, or a definition anywhere."""
    scenarios = [scenario for scenario in knowledge.scenarios.values() if scenario.pack == PACK]
    defined = (knowledge.techniques, knowledge.tasks, knowledge.constraints, knowledge.needs, knowledge.qualities)
    terms = [term for terms in defined for term in terms.values()]
    return {claim for item in [*statements_of(knowledge), *scenarios, *terms] for claim in item.claims}


def test_every_claim_is_there(knowledge: Knowledge) -> None:
    """All 88 claims, each in words, read in the source itself and located in it."""
    found = {claim.id: claim for claim in knowledge.claims.values() if claim.source == PACK}
    assert sorted(found) == CLAIMS
    for claim in found.values():
        assert (claim.pack, claim.kind, claim.verification) == (PACK, "from-source", "primary"), claim.id
        assert claim.label == claim.id.upper()
        assert claim.text.endswith("."), claim.id


def test_every_sentence_is_covered(knowledge: Knowledge) -> None:
    """Together the claims locate every sentence of the article and nothing else."""
    located = {place for claim in CLAIMS for place in knowledge.claims[claim].locator.split(", ")}
    assert located == SENTENCES


def test_every_claim_is_accounted_for(knowledge: Knowledge) -> None:
    """A claim is used, or says why it is not, and never both."""
    used = claims_used(knowledge)
    wrong = [claim for claim in CLAIMS if (claim in used) == bool(knowledge.claims[claim].unused_because)]
    assert not wrong


def test_every_statement_rests_on_the_article_alone(knowledge: Knowledge) -> None:
    """No statement of the pack is without a claim, and none rests on a claim of another pack."""
    for statement in statements_of(knowledge):
        assert statement.claims, statement.id
        assert set(statement.claims) <= set(CLAIMS), statement.id


def test_the_slip_of_the_article_is_marked(knowledge: Knowledge) -> None:
    """The one erratum is kept with the claim that carries it."""
    assert [claim for claim in CLAIMS if knowledge.claims[claim].erratum] == ["a14"]


def test_demands_and_degrees_are_as_strong_as_the_words(knowledge: Knowledge) -> None:
    """What rests on a calibrated word of the article has the strength or degree to which it is calibrated."""
    for statement in statements_of(knowledge):
        words = [knowledge.words[word] for c in statement.claims if (word := knowledge.claims[c].strength_word)]
        meant = {word.calibrates_to for word in words if word.calibrates_to}
        stated = getattr(statement, "strength", None) or getattr(statement, "degree", None)
        scale = knowledge.strengths if hasattr(statement, "strength") else knowledge.degrees
        meant &= set(scale)
        if stated and meant and not (stated in knowledge.degrees and knowledge.degrees[stated].damages):
            assert stated == max(meant, key=lambda name: scale[name].weight), statement.id


def test_demands_follow_words_of_degree(knowledge: Knowledge) -> None:
    """A rule on claims with words of degree only is strong for "makes" and moderate for "helps"."""
    seen = set()
    for rule in knowledge.rules.values():
        if rule.pack != PACK:
            continue
        words = [knowledge.words[word] for c in rule.claims if (word := knowledge.claims[c].strength_word)]
        meant = {word.calibrates_to for word in words if word.calibrates_to}
        if meant and meant <= set(knowledge.degrees):
            assert rule.strength == ("strong" if "makes" in meant else "moderate"), rule.id
            seen.add(rule.strength)
    assert seen == {"strong", "moderate"}


def test_every_conflict_is_resolved_once(knowledge: Knowledge) -> None:
    """All 32 conflicts name claims of the article and have one resolution in words."""
    conflicts = {conflict.id: conflict for conflict in knowledge.conflicts.values() if conflict.pack == PACK}
    assert sorted(conflicts) == CONFLICTS
    for conflict in conflicts.values():
        assert len(conflict.between) >= 2, conflict.id
        resolutions = [item for item in knowledge.resolutions.values() if item.conflict == conflict.id]
        assert [bool(item.text) for item in resolutions] == [True], conflict.id
        assert set(resolutions[0].overrules) <= set(conflict.between), conflict.id
        assert set(resolutions[0].prefers) <= {*conflict.between, *knowledge.claims} - set(resolutions[0].overrules)


def test_nothing_else_of_the_article_is_set_aside(knowledge: Knowledge) -> None:
    """Only the example that proves nothing is superseded, and no statement falls with it."""
    reference = Reference(knowledge, Case(packs=frozenset(VIEW)))
    assert reference.overruled & set(CLAIMS) == {"a50"}
    assert all(reference.counts(statement) for statement in statements_of(knowledge))


def examples() -> list[Scenario]:
    """The worked examples."""
    return [item for item in read_knowledge(load_packs()).scenarios.values() if item.pack == PACK]


def test_there_are_fifteen_examples() -> None:
    """As many as the article gives."""
    assert len(examples()) == 15


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Advisor]:
    """What answers from the packs as they ship."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('article')}/knowledge.sqlite")
    store.open()
    live = LiveAdvisor(store)
    yield live.current()
    live.close()


@pytest.mark.parametrize("scenario", examples(), ids=lambda scenario: scenario.id)
def test_example_gets_the_technique_of_the_article(advisor: Advisor, scenario: Scenario) -> None:
    """The article's technique is recommended alone, and a line of proof leads from the example's features to claims."""
    answer = advisor.recommend(advisor.profile(scenario.task, dict(scenario.values)), packs=VIEW).core()
    assert (answer["recommended"]["technique"],) == scenario.expects
    assert not answer["recommended"]["tied"]
    nodes = {node["id"]: node for node in answer["trace"]["nodes"]}
    lines = [
        (leaves_below(nodes, rule), {*nodes[line]["claims"], *nodes[rule]["claims"]})
        for line, rule in lines_of_argument(nodes, *scenario.expects)
    ]
    features = {"task"} | {f"value:{constraint}" for constraint, _ in scenario.values}
    assert any(leaves <= features and claims <= set(CLAIMS) for leaves, claims in lines)


@pytest.mark.parametrize("scenario", examples(), ids=lambda scenario: scenario.id)
def test_every_other_technique_has_a_reason_against_it(advisor: Advisor, scenario: Scenario) -> None:
    """Why-not names a blocker or a need served worse for every technique that the article does not choose."""
    answer = advisor.recommend(advisor.profile(scenario.task, dict(scenario.values)), packs=VIEW)
    families = {technique.id for technique in advisor.knowledge.techniques.values() if not technique.refines}
    for technique in families - set(scenario.expects):
        why_not = advisor.why_not(answer, technique)
        assert why_not.blockers or why_not.shortcomings, technique


LIVE_AND_INGRAINED = "Both behaviour to be ingrained and information that is live. [article A65]"
NOT_WORTH_IT = "It is not worth its complexity: "
TOO_MUCH = (NOT_WORTH_IT,)
REASONS: dict[str, dict[str, tuple[str, ...]]] = {
    "headwinds": {"rag": ("domain fluency",), "hybrid": TOO_MUCH},
    "support-chatbot-policy-updates": {
        "fine-tuning": ("cannot supply fresh knowledge", "Labelled examples"),
        "hybrid": (NOT_WORTH_IT, LIVE_AND_INGRAINED),
    },
    "documentation-qa": {
        "fine-tuning": ("cannot supply fresh knowledge",),
        "hybrid": (NOT_WORTH_IT, LIVE_AND_INGRAINED),
    },
    "news-qa": {"fine-tuning": ("cannot supply fresh knowledge",), "hybrid": (NOT_WORTH_IT, LIVE_AND_INGRAINED)},
    "customer-service-bot-launches": {
        "fine-tuning": ("cannot supply fresh knowledge",),
        "hybrid": (NOT_WORTH_IT, LIVE_AND_INGRAINED),
    },
    "medical-exam-qa": {"rag": ("does not supply learned patterns",), "hybrid": TOO_MUCH},
    "beat-estimates": {"rag": ("domain fluency", "use of labelled examples"), "hybrid": TOO_MUCH},
    "content-moderation": {"fine-tuning": ("cannot supply adaptable rules",), "hybrid": TOO_MUCH},
    "radiology-reports": {"rag": ("consistent output", "use of labelled examples"), "hybrid": TOO_MUCH},
    "research-paper-summary": {
        "fine-tuning": ("does not supply external knowledge",),
        "hybrid": (NOT_WORTH_IT, LIVE_AND_INGRAINED),
    },
    "github-copilot": {"rag": ("does not supply learned patterns",), "hybrid": TOO_MUCH},
    "api-docs-codegen": {"fine-tuning": ("cannot supply fresh knowledge",), "hybrid": TOO_MUCH},
    "banking-chatbot": {
        "rag": ("does not supply personality",),
        "fine-tuning": ("cannot supply live records, and that is required",),
        "prompt-engineering": ("cannot supply live records, and that is required",),
    },
    "hft-sentiment": {"rag": ("consistent output", "hurts low latency"), "hybrid": (NOT_WORTH_IT, "hurts low latency")},
    "news-aggregation": {
        "fine-tuning": ("cannot supply fresh knowledge",),
        "hybrid": (NOT_WORTH_IT, LIVE_AND_INGRAINED),
    },
}
"""For each example and each technique that the article weighs and does not choose: what it has against it."""


def test_reasons_are_given_for_every_example() -> None:
    """The table leaves out no example and neither rival."""
    expected = {scenario.id: set(scenario.expects) for scenario in examples()}
    assert set(REASONS) == set(expected)
    for scenario, reasons in REASONS.items():
        assert set(reasons) >= {"rag", "fine-tuning", "hybrid"} - expected[scenario], scenario


@pytest.mark.parametrize("scenario", examples(), ids=lambda scenario: scenario.id)
def test_why_not_names_what_the_article_gives_or_implies(advisor: Advisor, scenario: Scenario) -> None:
    """In words, as they are shown."""
    answer = advisor.recommend(advisor.profile(scenario.task, dict(scenario.values)), packs=VIEW)
    for technique, reasons in REASONS[scenario.id].items():
        told = advisor.why_not(answer, technique).as_text()
        assert [reason for reason in reasons if reason not in told] == [], told


def lines_of_argument(nodes: dict[str, Any], technique: str) -> list[tuple[str, str]]:
    """Contributions that earn the technique points, each with a rule that raises the need it serves."""
    earned = [node for node in nodes.values() if node["kind"] == "contribution" and node["technique"] == technique]
    return [
        (node["id"], rule)
        for node in earned
        if node["points"] > 0
        for rule in nodes[f"demand:{node['need']}"]["premises"]
        if nodes[rule]["kind"] == "rule"
    ]


def leaves_below(nodes: dict[str, Any], name: str) -> set[str]:
    """The nodes below this one that rest on nothing else."""
    below = nodes[name]["premises"]
    return set().union(*(leaves_below(nodes, premise) for premise in below)) if below else {name}


def test_hybrid_is_gated_by_both_needs(knowledge: Knowledge) -> None:
    """Without anything to look up a hybrid is infeasible, whatever else speaks for it."""
    denied = {name: "denied" for name in knowledge.needs if name != "personality"}
    reference = Reference(knowledge, Case(needs={**denied, "personality": "strong"}, packs=frozenset(VIEW)))
    assert ("unmet", "hybrid-needs-both") in reference.verdict("hybrid").blockers
    needs = {**denied, "personality": "strong", "live-records": "strong"}
    both = Reference(knowledge, Case(needs=needs, packs=frozenset(VIEW)))
    assert ("unmet", "hybrid-needs-both") not in both.verdict("hybrid").blockers


def words_in(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return re.findall(r"[a-z0-9]+", text.lower())


def test_nothing_is_copied() -> None:
    """No text of the pack but the article's title shares eight words in a row with the article."""
    path = os.environ.get("ADAPTWISE_ARTICLE")
    if not path:
        pytest.skip("the article is not part of the repository: set ADAPTWISE_ARTICLE to its file to compare")
    article = words_in(Path(path).read_text(encoding="utf-8"))
    runs = {tuple(article[start : start + COPIED_RUN]) for start in range(len(article) - COPIED_RUN + 1)}
    assert len(runs) > 500, "this is not the article"
    for file in sorted((SHIPPED / PACK).glob("*.ttl")):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "dcterms:title" not in line]
        for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', "\n".join(lines)):
            words = words_in(quoted)
            copied = [
                words[at : at + COPIED_RUN] for at in range(len(words)) if tuple(words[at : at + COPIED_RUN]) in runs
            ]
            assert not copied, file.name
