"""Costs: worked results come out again, what nobody stated is told as assumed, and "never" is an answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.costs import BreakEven, Costs
from engine.lines import LineArithmetic, Lines, NotLinear, Piece
from engine.profile import InvalidProfile
from kb.expressions import FormulaError, Numbers, parse, work_out
from kb.formulas import worked_out
from kb.model import Knowledge
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from tests.asking import AS_OF, advising

SECOND = Path(__file__).parent / "second_domain" / "packs"
ALL = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}}


@cache
def knowledge(root: Path = SHIPPED) -> Knowledge:
    """The knowledge base in a folder."""
    return read_knowledge(load_packs(root))


@pytest.fixture(scope="module")
def advisor() -> Iterator[Advisor]:
    """An advisor on the shipped packs."""
    with advising(knowledge()) as found:
        yield found


def answer(advisor: Advisor, constraints: dict[str, Any] | None = None, **options: Any) -> Recommendation:
    """A recommendation by all packs."""
    profile = advisor.profile("question-answering", constraints or {})
    options = {"as_of": AS_OF, "packs": knowledge().packs, **options}
    return advisor.recommend(profile, **options)


@pytest.fixture(scope="module")
def asked(advisor: Advisor) -> Recommendation:
    """The case for which costs are asked; it states no number."""
    return answer(advisor)


def break_even(costs: Costs, one: str, other: str, over: str = "volume") -> BreakEven:
    """The break-even of two techniques."""
    (found,) = [
        item for item in costs.break_evens if item.over == over and {item.technique, item.other} == {one, other}
    ]
    return found


def named(prices: str, *parameters: str) -> dict[str, str]:
    """The alternative of this name for each of some parameters."""
    return {parameter: f"{parameter}-{prices}" for parameter in parameters}


BASE = ("input-price", "instruction-price", "output-price")
TUNED = ("tuned-input-price", "tuned-output-price")
WORKED = {
    "default": ({}, 555_046),
    "36 months": ({"horizon": 36}, 92_861),
    "hosted file search": (
        {**named("hosted", "retrieval-fee", "storage-price"), "read-price": 0, "store-minimum": 0},
        87_430,
    ),
    "16,000 tokens of found text": ({"found-text-tokens": 16_000}, 33_701),
    "hosted by the hour": (named("azure", "hosting-price", *TUNED), 1_563_912),
    "a smaller tuned model": ({**named("large", *BASE), **named("small", *TUNED, "training-price")}, 28_114),
    "a larger model on both sides": (named("large", *BASE, *TUNED, "training-price"), 64_000),
    "a GPU of one's own": (
        {"hosting-price": "hosting-price-gpu", "training-price": "training-price-adapter"} | dict.fromkeys(TUNED, 0),
        1_711_214,
    ),
    "trained again each month": ({"monthly-retrainings": 1}, 2_521_897),
    "trained again each week": ({"monthly-retrainings": 4}, 8_176_384),
    "labels by experts": ({"label-price": "label-price-expert"}, 4_399_779),
    "200 labels by experts": ({"label-price": 10, "examples-to-train": 200}, 322_634),
}
"""Section 4.3 of the notes: what is changed, and from how many requests a month tuning is cheaper than retrieval."""


@pytest.mark.parametrize("name", WORKED)
def test_worked_results_come_out_again(name: str, advisor: Advisor, asked: Recommendation) -> None:
    """To the digits that are printed there."""
    numbers, expected = WORKED[name]
    found = break_even(advisor.costs(asked, numbers), "rag", "fine-tuning")
    (point,) = found.points
    assert round(point) == expected
    assert [technique for *_, technique in found.stretches] == ["rag", "fine-tuning"]


@pytest.mark.parametrize(
    ("numbers", "cheaper"),
    [
        ({"found-text-tokens": 500}, "rag"),
        ({"answer-tokens": 1_000}, "rag"),
        ({"label-price": "label-price-synthetic"}, "fine-tuning"),
    ],
)
def test_never_is_an_answer(numbers: dict[str, Any], cheaper: str, advisor: Advisor, asked: Recommendation) -> None:
    """Where the lines do not meet, one is always cheaper, and the text says why."""
    costs = advisor.costs(asked, numbers)
    found = break_even(costs, "rag", "fine-tuning")
    assert (found.points, [technique for *_, technique in found.stretches]) == ((), [cheaper])
    entry = next(item for item in costs.as_dict()["break_even"] if set(item["techniques"]) == {"rag", "fine-tuning"})
    assert "never gets cheaper" in entry["text"]
    assert "against" in entry["text"]


@pytest.mark.parametrize(("tokens", "expected"), [(500, None), (2_000, 1_623_148), (6_000, 298_129)])
def test_examples_in_a_prompt(tokens: int, expected: int | None, advisor: Advisor, asked: Recommendation) -> None:
    """Tuning against a prompt with examples, without retrieval."""
    costs = advisor.costs(asked, {"prompt-example-tokens": tokens})
    assert [round(point) for point in break_even(costs, "prompt-engineering", "fine-tuning").points] == (
        [expected] if expected else []
    )


LONG_CONTEXT = [(20_000, 293_754), (50_000, 77_653), (100_000, 34_883), (200_000, 16_599)]
RUNNING_ONLY = [(20_000, 46_382), (50_000, 12_261), (100_000, 5_508), (200_000, 2_621)]


@pytest.mark.parametrize(
    ("tokens", "expected", "hours"),
    [(*one, {}) for one in LONG_CONTEXT]
    + [(*one, dict.fromkeys(("retrieval-build-hours", "context-build-hours"), 0)) for one in RUNNING_ONLY],
)
def test_all_text_from_the_cache(
    tokens: int, expected: int, hours: dict[str, int], advisor: Advisor, asked: Recommendation
) -> None:
    """A cached context is cheaper than retrieval below so many requests, with and without building."""
    found = break_even(advisor.costs(asked, {"corpus-tokens": tokens, **hours}), "cached-context", "rag")
    assert [round(point) for point in found.points] == [expected]
    assert [technique for *_, technique in found.stretches] == ["cached-context", "rag"]


def test_a_store_without_minimum(advisor: Advisor, asked: Recommendation) -> None:
    """Of the cached context's lead only building remains: about 29,400 requests for 100,000 tokens."""
    numbers = {"corpus-tokens": 100_000, "store-minimum": 0, **named("objects", "storage-price", "read-price")}
    (point,) = break_even(advisor.costs(asked, numbers), "cached-context", "rag").points
    assert round(point, -2) == 29_400


def test_anchors_of_training() -> None:
    """Compute, generation and memory; the notes round 1,062.40 dollars up."""
    assert worked_out(knowledge(), "synthetic-training-cost") == Fraction("1062.4")
    assert worked_out(knowledge(), "synthetic-generation-cost") == 728
    assert worked_out(knowledge(), "synthetic-generation-cost", {"output-price": Fraction(8)}) == 3_640
    assert worked_out(knowledge(), "full-training-memory") == 128
    assert worked_out(knowledge(), "full-training-memory", {"model-parameters": Fraction(70 * 10**9)}) == 1_120


def test_totals_of_the_default(advisor: Advisor, asked: Recommendation) -> None:
    """What is paid once, each month and for each request, as the notes have it."""
    costs = advisor.costs(asked)
    retrieval, tuning = costs.split("rag"), costs.split("fine-tuning")
    assert (round(retrieval["once"]), round(retrieval["each-period"])) == (4_000, 50)
    assert (tuning["once"], tuning["each-period"]) == (7_012, 0)
    assert f"{float(retrieval['each-use']):.5f} {float(tuning['each-use']):.5f}" == "0.00148 0.00112"
    training = next(part for part in costs.model.parts["fine-tuning"] if part.id == "tuning-training")
    assert costs.model.amount(training, costs.taken) == 12


def test_quality_outweighs_cost(advisor: Advisor, asked: Recommendation) -> None:
    """With a help desk's numbers one more right answer in a hundred is worth a dollar: about 3,000 times the tokens."""
    costs = advisor.costs(asked, {"volume": 1_000_000})
    data = costs.as_dict()
    (figure,) = [one for one in data["figures"] if one["formula"] == "needed-accuracy"]
    assert round(figure["amount"], 3) == 0.815
    (found,) = data["yardsticks"]
    assert found["amount"] == 1.08
    saved = costs.split("rag")["each-use"] - costs.split("fine-tuning")["each-use"]
    assert round(Fraction("1.08") / saved, -3) == 3_000
    assert found["outweighs"]
    assert found["text"] in costs.as_text()
    cents = advisor.costs(asked, {"success-gain": 0.1, "common-failure-loss": 0, "rare-failure-loss": 0})
    assert not cents.as_dict()["yardsticks"][0]["outweighs"]
    assert found["text"] not in cents.as_text()


def test_longest_answer_that_saves() -> None:
    """Formula 9 of the notes."""
    assert worked_out(knowledge(), "longest-saving-answer") == 525


VARIED = ("found-text-tokens", "answer-tokens", "label-price", "monthly-retrainings", "store-minimum", "read-price")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.integers(0, 3_000), min_size=len(VARIED), max_size=len(VARIED)), st.integers(1, 60))
def test_break_even_points_hold_against_totals(
    advisor: Advisor, asked: Recommendation, varied: list[int], horizon: int
) -> None:
    """At each point two techniques cost the same, and on each side of it the one that is named costs less."""
    costs = advisor.costs(asked, {**dict(zip(VARIED, varied, strict=True)), "horizon": horizon})
    roles = {role: costs.model.in_role(role).id for role in ("horizon", "volume")}
    for found in costs.break_evens:
        for start, end, cheaper in found.stretches:
            inside = (start + end) / 2 if end is not None else start * 2 + 1
            totals = costs.model.totals({**costs.taken, roles[found.over]: inside})
            one, other = totals[found.technique], totals[found.other]
            assert cheaper == (None if one == other else found.technique if one < other else found.other)
        for point in found.points:
            totals = costs.model.totals({**costs.taken, roles[found.over]: point})
            assert totals[found.technique] == totals[found.other]


# --- what is taken --------------------------------------------------------------------------------------------------


def entry(costs: Costs, parameter: str) -> dict[str, Any]:
    """What an answer says of a number."""
    return next(one for one in costs.as_dict()["numbers"] if one["parameter"] == parameter)


def test_numbers_of_the_case_are_taken(advisor: Advisor) -> None:
    """A stated number is taken in the parameter's unit, a value bounds the default, what is at hand is not bought."""
    recommendation = answer(
        advisor, {"query-volume": "2000 requests per day", "labelled-data": 400, "corpus-size": "fits-prompt"}
    )
    costs = advisor.costs(recommendation)
    assert (entry(costs, "monthly-requests")["number"], entry(costs, "monthly-requests")["origin"]) == (60_000, "case")
    labelling = next(part for part in costs.model.parts["fine-tuning"] if part.id == "tuning-labelling")
    assert costs.model.amount(labelling, costs.taken) == 600 * 3
    corpus = entry(costs, "corpus-tokens")
    assert (corpus["number"], corpus["origin"]) == (200_000, "fitted")
    assert "fits into the prompt" in corpus["fitted_to"]


def test_every_default_is_dated_and_sourced(advisor: Advisor, asked: Recommendation) -> None:
    """And what is stated for the question is told as stated."""
    costs = advisor.costs(asked, {"horizon": "2 years", "monthly churn": 0.2, "label-price": "label-price-expert"})
    numbers = {one["parameter"]: one for one in costs.as_dict()["numbers"]}
    assert numbers["planning-horizon"]["number"] == 24
    origins = {name: one["origin"] for name, one in numbers.items() if one["origin"] != "default"}
    assert origins == {"planning-horizon": "stated", "monthly-churn": "stated", "label-price": "chosen"}
    assert numbers["label-price"]["taken_from"] == "label-price-expert"
    for one in numbers.values():
        assert one["origin"] == "stated" or (one["date"] and one["claims"] and one["sources"]), one


@pytest.mark.parametrize(
    ("numbers", "pointer", "message"),
    [
        ({"found-text-token": 1}, "/found-text-token", "there is no number"),
        ({"answer-tokens": -1}, "/answer-tokens", "less than zero"),
        ({"horizon": 0}, "/horizon", "must be more than 0"),
        ({"horizon": "3 pages"}, "/horizon", "is no unit"),
        ({"answer-tokens": "many"}, "/answer-tokens", "is no number"),
        ({"answer-tokens": [1]}, "/answer-tokens", "takes a number"),
        ({"horizon": 1, "planning-horizon": 2}, "/planning-horizon", "stated twice"),
        ({"chunk-overlap": 800}, "", "divides by zero"),
        ({"chunk-overlap": 900}, "", "less than nothing"),
        ({"label-price": "input-price-large"}, "/label-price", "is no number"),
    ],
)
def test_what_cannot_be_taken_is_refused(
    numbers: dict[str, Any], pointer: str, message: str, advisor: Advisor, asked: Recommendation
) -> None:
    """With where it is, what is wrong, and what was expected."""
    with pytest.raises(InvalidProfile) as refused:
        advisor.costs(asked, numbers)
    problem = refused.value.problems[0]
    assert (problem.pointer, message in problem.message, bool(problem.expected)) == (pointer, True, True), problem


def test_a_misspelt_number_gets_the_nearest(advisor: Advisor, asked: Recommendation) -> None:
    """Only those that bear on the costs are offered."""
    with pytest.raises(InvalidProfile) as refused:
        advisor.costs(asked, {"found-text-token": 1})
    assert refused.value.problems[0].nearest[0] == "found-text-tokens"


def test_old_prices_are_told_as_old(advisor: Advisor) -> None:
    """A number that was due for review before the day of the answer is flagged; on the day itself it is not."""
    fresh = advisor.costs(answer(advisor, as_of=datetime.date(2026, 12, 27))).as_dict()
    late = advisor.costs(answer(advisor, as_of=datetime.date(2026, 12, 28))).as_dict()
    assert "output-price" not in fresh["stale"]
    assert {"output-price", "tuned-input-price"} <= set(late["stale"])
    assert "out of date" in late["text"]
    stated = advisor.costs(answer(advisor, as_of=datetime.date(2026, 12, 28)), {"output-price": 2})
    assert "output-price" not in stated.as_dict()["stale"]


def test_without_the_pack_nothing_is_made_up(advisor: Advisor) -> None:
    """Costs belong to a pack like everything else."""
    costs = advisor.costs(answer(advisor, packs=["core", "article"]))
    assert (costs.as_dict()["techniques"], costs.as_dict()["unit"]) == ([], None)
    assert "no formulas" in costs.as_text()
    assert ET.fromstring(costs.as_svg()) is not None
    with pytest.raises(InvalidProfile):
        advisor.costs(answer(advisor, packs=["core", "article"]), {"horizon": 24})


def test_costs_decide_nothing(advisor: Advisor, asked: Recommendation) -> None:
    """They are told beside the ranking."""
    before = asked.core()
    advisor.costs(asked, {"label-price": 0, "answer-tokens": 5_000})
    assert asked.core() == before


def test_parts_add_up(advisor: Advisor, asked: Recommendation) -> None:
    """The parts that are shown come to the total that is shown."""
    for technique in advisor.costs(asked, {"volume": 5_000_000}).as_dict()["techniques"]:
        assert sum(part["total"] for part in technique["parts"]) == pytest.approx(technique["total"])
        split = technique["split"]
        total = split["once"] + 12 * (split["each_period"] + 5_000_000 * split["each_use"])
        assert total == pytest.approx(technique["total"])


def test_the_chart_marks_where_lines_meet(advisor: Advisor, asked: Recommendation) -> None:
    """A line and a name for each technique; a circle only for what lies within the horizon."""
    near = ET.fromstring(advisor.costs(asked, {"volume": 2_000_000}).as_svg())
    far = ET.fromstring(advisor.costs(asked).as_svg())
    names = ["".join(text.itertext()) for text in near.iter("{http://www.w3.org/2000/svg}text")]
    for technique in ("RAG", "Fine-tuning", "Prompt engineering"):
        assert any(name.casefold().startswith(technique.casefold()) for name in names), names
    assert len(list(near.iter("{http://www.w3.org/2000/svg}polyline"))) >= 4
    assert len(list(near.iter("{http://www.w3.org/2000/svg}circle"))) > len(
        list(far.iter("{http://www.w3.org/2000/svg}circle"))
    )


# --- the arithmetic ---------------------------------------------------------------------------------------------------

numbers = st.fractions(min_value=-20, max_value=20, max_denominator=8)
leaves = st.one_of(numbers.filter(lambda one: one >= 0).map(lambda one: f"{float(one):f}"), st.just("some-name"))
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda three: f"({three[0]} {three[1]} {three[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda three: f"{three[0]}({three[1]}, {three[2]})"
        ),
        st.tuples(inner, st.sampled_from([2, 5])).map(lambda two: f"{two[0]} / {two[1]}"),
    ),
    max_leaves=8,
)


@given(expressions, st.lists(st.fractions(min_value=0, max_value=50, max_denominator=7), min_size=1, max_size=5))
def test_lines_say_the_same_as_numbers(text: str, points: list[Fraction]) -> None:
    """A function of straight lines has at each point the value that plain arithmetic gives there."""
    expression = parse(text)
    variable = Lines((Piece(Fraction(0), Fraction(1), Fraction(0)),))
    try:
        lines = work_out(expression, LineArithmetic(), lambda _: variable)
    except NotLinear:
        assert text.count("some-name") > 1
        return
    for point in points:
        assert lines.at(point) == work_out(expression, Numbers(), lambda _, at=point: at)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=4))
def test_signs_are_where_the_line_is(pairs: list[tuple[Fraction, Fraction]]) -> None:
    """Between the points named the sign does not change, and neighbours differ."""
    arithmetic = LineArithmetic()
    lines = arithmetic.greatest([Lines((Piece(Fraction(0), slope, base),)) for slope, base in pairs])
    signs = lines.signs()
    assert signs[0][0] == 0
    assert signs[-1][1] is None
    for (_, end, one), (start, _, other) in pairwise(signs):
        assert (end, one != other) == (start, True)
    for start, end, sign in signs:
        for part in (Fraction(1, 3), Fraction(2, 3)):
            value = lines.at(start + part * (end - start) if end is not None else start + 1 + part)
            assert (value > 0) - (value < 0) == sign


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 2 - 3", 5),
        ("12 / 3 / 2", 2),
        ("-2 + 5", 3),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("min(3, 1, 2) + max(1, 2)", 3),
        ("ceil(2.1) + ceil(-0.5)", 3),
        ("if(1 < 2, 10, 20)", 10),
        ("if(2 <= 1, 10, 20)", 20),
        ("if(1 = 1, if(2 > 3, 1, 2), 3)", 2),
        ("if(2 >= 2, 5, 6)", 5),
    ],
)
def test_arithmetic(text: str, expected: int) -> None:
    """Operators bind as in school, and decimals are exact."""
    assert work_out(parse(text), Numbers(), lambda _: Fraction(0)) == expected


@pytest.mark.parametrize(
    "text", ["", "1 +", "(1", "1)", "two three", "import(1)", "__class__", "1 ** 2", "a.b", "(" * 99]
)
def test_nothing_else_is_an_expression(text: str) -> None:
    """What is no arithmetic is refused with where it stands."""
    with pytest.raises(FormulaError):
        parse(text)


def test_what_is_too_long_is_refused() -> None:
    """Before it is read."""
    with pytest.raises(FormulaError, match="give its parts names"):
        parse("1" + " + 1" * 1_000)
