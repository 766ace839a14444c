"""The core pack: ids of cases are understood, scales are complete, and every term says what it means and why."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

import pytest

from kb.model import Constraint, Kind, Knowledge, Term
from kb.namespaces import BASE
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge

# The vocabulary of the worked cases: what a profile may say. Free values are given by example.
TASKS = [
    "question-answering",
    "conversational-ai",
    "text-classification",
    "sentiment-analysis",
    "content-moderation",
    "summarization",
    "code-generation",
    "content-generation",
    "information-extraction",
    "query-generation",
    "agent",
    "text-editing",
    "translation",
    "recommendation",
    "other",
]
TECHNIQUES = ["prompt-engineering", "rag", "fine-tuning", "hybrid"]
VARIANTS = {
    "prompt-engineering": "few-shot-prompting long-context structured-output",
    "long-context": "cached-context",
    "rag": "tool-use contextual-retrieval graph-rag iterative-retrieval adaptive-retrieval routed-retrieval",
    "fine-tuning": "lora full-fine-tuning distillation preference-tuning reinforcement-tuning continued-pretraining "
    "synthetic-pretraining",
    "hybrid": "retrieval-aware-tuning",
}
VALUES = {
    line.split()[0]: line.split()[1:]
    for line in """labelled-data none little abundant
    domain-jargon low medium high
    corpus-size fits-prompt small medium large
    knowledge-volatility static slow rapid
    latency-criticality low medium high
    style-control low medium high
    query-volume low medium high
    output-consistency high
    cost-sensitivity medium high
    output-format strict simple
    prompting-result insufficient partly sufficient
    retrieval-result insufficient partly sufficient
    tuning-result insufficient partly sufficient
    privacy medium high
    training-budget none low high
    citations-needed yes
    live-data yes
    customer-specific-data yes no
    time-to-market short
    task-definition stable changing simple
    regulatory yes
    personality yes
    output-accuracy critical
    ml-expertise none low high
    hardware no-gpu consumer limited
    languages low-resource many
    update-frequency monthly
    output-classes many
    human-review yes
    offline yes
    on-prem yes
    output-rules explicit complex simple
    prompt-length long
    model-control required
    access-control yes
    memory small""".splitlines()
}
# What sources beyond the cases tell apart.
MORE_VALUES = {
    line.split()[0]: line.split()[1:]
    for line in """gap-type knowledge behaviour form both
    retrieval-failure missing-content passage-missed not-in-context not-extracted wrong-format incomplete
    base-hallucination no yes
    retrieval-delay small large
    test-set none small sufficient
    question-type lookup multi-step global implicit
    fact-popularity popular mixed long-tail
    facts-after-cutoff no yes
    answer-options open fixed
    retrieved-passages few many
    corpus-writers trusted untrusted
    prior-knowledge none partly well
    model-size small medium large
    model-strength weak mid frontier
    general-ability expendable keep
    tuning-access none hosted open-weights
    behaviour-variants one many
    jurisdiction eu elsewhere
    training-data-form labelled-pairs preference-pairs raw-text verifiable-results logs
    training-text small medium large
    training-with-context no yes
    unknown-facts few many
    personal-training-data no yes
    erasure-required no yes
    strong-teacher no yes""".splitlines()
}
VALUES |= MORE_VALUES
NEEDS = [
    "external-knowledge",
    "fresh-knowledge",
    "live-records",
    "adaptable-rules",
    "information-on-demand",
    "source-citations",
    "personality",
    "consistent-voice",
    "domain-fluency",
    "consistent-output",
    "learned-patterns",
    "ingrained-behaviour",
    "low-latency",
    "low-running-cost",
    "quick-start",
    "small-private-model",
    "simple-operation",
    "labelled-example-use",
    "beyond-prompting",
    "beyond-retrieval",
    "beyond-tuning",
]
MORE_NEEDS = [
    "whole-view",
    "joined-evidence",
    "kept-abilities",
    "erasable-data",
    "mended-search",
    "readable-whole",
    "enforceable-form",
    "stable-prefix",
    "examples-in-prompt",
    "light-training",
    "preference-use",
    "raw-text-use",
    "reward-use",
    "teacher-use",
    "deep-shift",
    "many-behaviours",
    "exact-records",
    "selective-lookup",
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """All shipped packs."""
    return read_knowledge(load_packs())


@pytest.fixture(scope="module")
def own(knowledge: Knowledge) -> dict[str, list[Term]]:
    """The core pack's terms by kind."""
    kinds: list[Kind] = ["task", "constraint", "band", "unit", "need", "quality", "technique", "word"]
    return {kind: [term for term in knowledge.of(kind).values() if term.pack == "core"] for kind in kinds}


def value_for(knowledge: Knowledge, constraint: Constraint, number: str, unit: str, task: str | None = None) -> str:
    """The value that a number in some unit stands for, by the pack's bands."""
    amount, record = Decimal(number), knowledge.units[unit]
    while record.converts_to is not None:
        amount = record.factor / amount if record.inverse else record.factor * amount
        record = knowledge.units[record.converts_to]
    assert record.id == constraint.unit
    bands = [band for band in knowledge.bands.values() if band.constraint == constraint.id]
    chosen = [band for band in bands if band.task == task] or [band for band in bands if band.task is None]
    found = [b for b in chosen if (b.start is None or b.start <= amount) and (b.end is None or amount < b.end)]
    assert len(found) == 1, f"{constraint.id}: {amount} lies in {len(found)} bands"
    return found[0].value


def test_every_task_technique_and_need_exists(knowledge: Knowledge) -> None:
    """The ids that others rely on are there, and no others that nobody expects."""
    assert set(knowledge.tasks) == set(TASKS)
    refined = {technique.id: technique.refines for technique in knowledge.techniques.values()}
    variants = {variant: family for family, listed in VARIANTS.items() for variant in listed.split()}
    assert refined == {**dict.fromkeys(TECHNIQUES), **variants}
    assert set(knowledge.needs) == {*NEEDS, *MORE_NEEDS}


def test_no_variant_is_named_for_its_place_alone(knowledge: Knowledge) -> None:
    """A variant has the complexity of its family: by equal score the family is named."""
    for technique in knowledge.techniques.values():
        if technique.refines:
            assert technique.complexity == knowledge.techniques[technique.refines].complexity, technique.id


@pytest.mark.parametrize("constraint", VALUES)
def test_every_constraint_has_the_values_that_profiles_state(knowledge: Knowledge, constraint: str) -> None:
    """A profile written in the vocabulary of the cases is understood."""
    scale = [value.id for value in knowledge.constraints[constraint].values]
    assert set(VALUES[constraint]) <= set(scale)


def test_no_constraint_is_missing_from_the_vocabulary(knowledge: Knowledge) -> None:
    """The list of the test and the pack agree on what a profile may say."""
    assert set(knowledge.constraints) == set(VALUES)


def test_scales_are_complete(knowledge: Knowledge) -> None:
    """Each scale offers a choice, ordered scales run upwards, and "unknown" is never a value."""
    ladder = ["none", "low", "medium", "high"]
    for constraint in knowledge.constraints.values():
        scale = [value.id for value in constraint.values]
        assert len(scale) >= 2, constraint.id
        assert len(set(scale)) == len(scale), constraint.id
        assert "unknown" not in scale, constraint.id
        steps = [ladder.index(value) for value in scale if value in ladder]
        assert not constraint.ordered or steps == sorted(steps), constraint.id
        assert {"yes", "no"} & set(scale) in (set(), {"yes", "no"}), constraint.id


def test_every_constraint_asks_a_question(knowledge: Knowledge) -> None:
    """A person can be asked for each constraint in a sentence of its own."""
    questions = [constraint.question for constraint in knowledge.constraints.values()]
    assert all(question.endswith("?") for question in questions)
    assert len(set(questions)) == len(questions)


def test_bands_cover_every_number_once(knowledge: Knowledge) -> None:
    """The bands of a constraint, and those of one task, meet without gap or overlap and cover its whole scale."""
    groups: dict[tuple[str, str | None], list[tuple[Decimal, Decimal | None, str]]] = {}
    for band in knowledge.bands.values():
        start = Decimal(0) if band.start is None else band.start
        groups.setdefault((band.constraint, band.task), []).append((start, band.end, band.value))
    assert groups
    for (constraint, _task), bands in groups.items():
        bands.sort()
        record = knowledge.constraints[constraint]
        assert record.unit is not None, constraint
        assert bands[0][0] <= 1, constraint
        assert bands[-1][1] is None, constraint
        assert all(one[1] == other[0] for one, other in itertools.pairwise(bands)), constraint
        assert {value for _start, _end, value in bands} == {value.id for value in record.values}, constraint


@pytest.mark.parametrize(
    ("constraint", "number", "unit", "task", "value"),
    [
        ("labelled-data", "0", "example", None, "none"),
        ("labelled-data", "120", "example", None, "little"),
        ("labelled-data", "5000", "example", None, "abundant"),
        ("labelled-data", "400", "example", "text-classification", "abundant"),
        ("labelled-data", "1500", "example", "translation", "little"),
        ("update-frequency", "5", "minute", None, "real-time"),
        ("update-frequency", "1", "week", None, "weekly"),
        ("update-frequency", "1", "month", None, "monthly"),
        ("update-frequency", "1", "quarter", None, "rarely"),
        ("update-frequency", "3", "times-per-week", None, "daily"),
        ("latency-criticality", "300", "millisecond", None, "high"),
        ("latency-criticality", "5", "second", None, "medium"),
        ("query-volume", "1000", "query-per-day", None, "medium"),
        ("query-volume", "20000000", "query-per-year", None, "high"),
        ("corpus-size", "2", "page", None, "fits-prompt"),
        ("corpus-size", "1000", "document", None, "medium"),
        ("output-classes", "12", "class", None, "few"),
        ("output-classes", "10000", "class", None, "many"),
        ("training-budget", "15000", "usd", None, "high"),
        ("prompt-length", "6000", "prompt-token", None, "long"),
        ("time-to-market", "3", "week", None, "short"),
    ],
)
def test_numbers_fall_into_the_value_that_people_mean(
    knowledge: Knowledge, constraint: str, number: str, unit: str, task: str | None, value: str
) -> None:
    """A number in any unit that people use stands for the expected value."""
    assert value_for(knowledge, knowledge.constraints[constraint], number, unit, task) == value


def test_every_term_of_the_vocabulary_is_labelled_defined_and_justified(own: dict[str, list[Term]]) -> None:
    """Nothing of the vocabulary is without a name, a definition and the claim that says why it is there."""
    for kind in ("task", "constraint", "unit", "need", "quality", "technique", "word"):
        assert own[kind], kind
        for term in own[kind]:
            assert term.label, f"{kind} {term.id}"
            assert term.definition.endswith("."), f"{kind} {term.id}"
            assert term.claims, f"{kind} {term.id}"
    assert all(band.claims and band.label != band.id for band in own["band"])


def test_people_have_words_for_every_value(knowledge: Knowledge) -> None:
    """Each value has a definition, synonyms and phrases in which people say it."""
    for constraint in knowledge.constraints.values():
        for value in constraint.values:
            name = f"{constraint.id}.{value.id}"
            assert value.definition.endswith("."), name
            assert value.synonyms, name
            assert value.examples, name


def test_no_word_means_two_values_of_one_constraint(knowledge: Knowledge) -> None:
    """Within a constraint a synonym or example stands for one value only."""
    for constraint in knowledge.constraints.values():
        seen: dict[str, str] = {}
        for value in constraint.values:
            for word in {text.lower() for text in (value.label, *value.synonyms, *value.hidden, *value.examples)}:
                assert seen.setdefault(word, value.id) == value.id, f"{constraint.id}: {word}"


def test_every_statement_rests_on_a_signed_judgement(knowledge: Knowledge) -> None:
    """Each of the pack's statements has a label and is derived from dated judgements that say why."""
    count = 0
    for kind, statement in knowledge.statements():
        if statement.pack != "core":
            continue
        count += 1
        assert statement.id.startswith("j-"), f"{kind} {statement.id}"
        assert statement.label != statement.id, f"{kind} {statement.id}"
        assert statement.claims, f"{kind} {statement.id}"
        for claim in (knowledge.claims[name] for name in statement.claims):
            assert (claim.kind, claim.author, claim.date) == ("judgement", "Adaptwise developers", "2026-11-22")
    assert count > 100


def test_every_judgement_is_used(knowledge: Knowledge, own: dict[str, list[Term]]) -> None:
    """No judgement stands without a statement or a term that rests on it, unless it says why."""
    claims = [claim for claim in knowledge.claims.values() if claim.pack == "core"]
    used = {claim for _kind, statement in knowledge.statements() for claim in statement.claims}
    used |= {claim for terms in own.values() for term in terms for claim in term.claims}
    assert [claim.id for claim in claims if claim.id not in used and not claim.unused_because] == []


def test_every_need_is_raised_and_served(knowledge: Knowledge) -> None:
    """Each narrowest need can be raised, and some technique serves it; the first ones by the core pack alone."""
    broader = {name for need in knowledge.needs.values() for name in need.broader}
    for packs, needs in (({"core"}, NEEDS), ({"core", "literature"}, MORE_NEEDS)):
        raised = {rule.need for rule in knowledge.rules.values() if rule.pack in packs}
        given = [item for item in knowledge.contributions.values() if item.pack in packs]
        serving = {item.need for item in given if knowledge.degrees[item.degree].weight > 0}
        for need in (knowledge.needs[name] for name in needs):
            if need.id not in broader:
                assert need.id in raised, need.id
                assert {need.id, *need.broader} & serving, need.id


def test_a_word_of_strength_calibrates_to_one_thing(knowledge: Knowledge) -> None:
    """Words count as a strength or as a degree, or only give a direction."""
    known = {*knowledge.strengths, *knowledge.degrees, None}
    assert all(word.calibrates_to in known for word in knowledge.words.values())


def test_the_id_table_holds(knowledge: Knowledge) -> None:
    """Every name in the README's id table is understood as the term beside it."""
    text = (SHIPPED / "core" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z_, ]+) \| ([a-z]+):([a-z.-]+) \|$", text, flags=re.MULTILINE)
    assert len(rows) > 40
    for names, kind, term_id in rows:
        term: Term | None
        if kind == "value":
            constraint, _, value = term_id.partition(".")
            term = knowledge.constraints[constraint].value(value)
        else:
            term = knowledge.find(kind, term_id)
        assert term is not None, f"{kind}:{term_id}"
        words = {text.lower() for text in (term.label, *term.synonyms, *term.hidden)}
        for name in names.split(", "):
            assert name in words, f"{name} is no word for {kind}:{term_id}"


def test_files_are_short_and_name_no_foreign_base() -> None:
    """Each file has at most 500 lines and puts every term under the one base IRI."""
    for file in (SHIPPED / "core").glob("*.ttl"):
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 500, file.name
        foreign = set(re.findall(r"@prefix (?:\w+):\s+<([^>]+)>", text))
        standard = ("http://www.w3.org/", "http://purl.org/dc/terms/")
        assert all(name.startswith((BASE, *standard)) for name in foreign), file.name
