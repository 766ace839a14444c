"""Task types in a few lines: what is inherited, added and overridden is told apart in every explanation."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.inheritance import Inheritance
from kb.model import AllOf, DemandRule, Knowledge, Task, TaskIs, TypicalValue, ValueIs
from kb.packs import read_packs
from kb.reader import read_quads
from tests.asking import advising
from tests.changing import with_terms
from tests.generate import Draw, cases, knowledge_bases
from tests.reference import Case, Reference

TINY = Path(__file__).parent / "fixtures" / "tiny"
MANY, RED = ValueIs("amount", "is", ("many",)), ValueIs("colour", "is", ("red",))


def rule(name: str, task: str, need: str, strength: str, *more: ValueIs) -> DemandRule:
    """A rule about a task."""
    when = AllOf((TaskIs(task), *more)) if more else TaskIs(task)
    return DemandRule(id=name, pack="base", label=name, claims=("c",), when=when, need=need, strength=strength)


def typical(name: str, task: str, constraint: str, value: str) -> TypicalValue:
    """A typical value of a task."""
    return TypicalValue(id=name, pack="base", label=name, claims=("c",), task=task, constraint=constraint, value=value)


def three_generations() -> Knowledge:
    """The tiny knowledge base with poker sorting below card sorting below sorting, and something said of each."""
    terms = [
        Task(id="poker", pack="base", label="poker sorting", broader=("card-sorting",)),
        rule("any-care", "sorting", "care", "weak"),
        rule("red-speed", "sorting", "speed", "moderate", RED),
        rule("many-care", "sorting", "care", "strong", MANY),
        rule("card-care", "card-sorting", "care", "moderate"),
        rule("poker-speed", "poker", "speed", "required", MANY),
        typical("few-things", "sorting", "amount", "few"),
        typical("red-things", "sorting", "colour", "red"),
        typical("many-cards", "card-sorting", "amount", "many"),
    ]
    kinds = {Task: "task", DemandRule: "rule", TypicalValue: "typical"}
    return with_terms(
        read_quads(read_packs(TINY)),
        {(kinds[type(term)], term.id): term for term in terms},  # type: ignore[misc]
    )


def test_a_task_sees_what_is_its_own_inherited_and_overridden() -> None:
    """What a nearer rule covers and outdoes is overridden; what is only weaker elsewhere is not."""
    found = Inheritance(three_generations(), "poker")
    assert found.distances == {"poker": 0, "card-sorting": 1, "sorting": 2}
    shares = {
        share: {entry.statement.id for entry in found.of(share)} for share in ("added", "inherited", "overridden")
    }
    assert shares == {
        "added": {"poker-speed"},
        "inherited": {"card-care", "many-care", "red-speed", "many-cards", "red-things"},
        "overridden": {"any-care", "few-things"},
    }
    document = found.as_dict()
    (weak,) = document["overridden"]["demands"]
    assert (weak["rule"], weak["from"], weak["overridden_by"]) == ("any-care", "sorting", ["card-care"])
    (few,) = document["overridden"]["typical_values"]
    assert (few["typical"], few["from"], few["overridden_by"]) == ("few-things", "sorting", ["many-cards"])
    assert document["added"]["demands"][0]["from"] is None


def test_the_three_are_told_apart_in_words() -> None:
    """Each list has its title, each line says from where."""
    assert Inheritance(three_generations(), "poker").as_text().splitlines() == [
        "Poker sorting is a kind of card sorting and sorting.",
        "Of its own:",
        "• There is a required need for speed where amount is “many”.",
        "Inherited:",
        "• There is a moderate need for care (from card sorting).",
        "• There is a strong need for care where amount is “many” (from sorting).",
        "• There is a moderate need for speed where colour is “red” (from sorting).",
        "• Amount is “many”, typically (from card sorting).",
        "• Colour is “red”, typically (from sorting).",
        "Inherited, and overridden:",
        "• There is a weak need for care (from sorting; overridden by rule:card-care).",
        "• Amount is “few”, typically (from sorting; overridden by typical:many-cards).",
    ]


def test_a_task_of_which_nothing_is_said_says_so() -> None:
    """Without rules there is nothing to tell apart."""
    tiny = read_quads(read_packs(TINY))
    assert Inheritance(tiny, "sorting").as_text() == (
        "Sorting lies below no other task.\nNothing is said of it beyond what is said of every task."
    )


def test_an_explanation_tells_what_is_inherited() -> None:
    """Steps of the proof, the sentence that begins with because, and the profile name the broader task."""
    with advising(three_generations()) as advisor:
        answer = advisor.recommend(advisor.profile("poker"))
        why = advisor.why(answer)
    nodes = {node["id"]: node for node in why.as_dict()["proof"]["nodes"]}
    assert nodes["rule:card-care"]["inherited_from"] == ["card-sorting"]
    assert nodes["rule:card-care"]["text"] == "Card-care (inherited from card sorting)."
    assert "inherited_from" not in nodes["rule:poker-speed"]
    assert answer.core()["profile"]["inherited_from"] == {"amount": "card-sorting", "colour": "sorting"}
    assert "inherited from sorting" in why.as_markdown()


def test_because_names_the_broader_task() -> None:
    """The sentence that says why a need is demanded names the task for which the rule was written."""
    with advising(three_generations()) as advisor:
        text = advisor.why(advisor.recommend(advisor.profile("card-sorting", {"amount": "few"}))).as_text()
    reason = "Because the task is card sorting (a kind of sorting) and colour is “red”, as is typical of sorting: "
    assert reason in text


@st.composite
def tasks_and_cases(draw: Draw) -> tuple[Knowledge, str, Case]:
    """A knowledge base with one of its tasks, and a case of that task."""
    knowledge = draw(knowledge_bases())
    task = draw(st.sampled_from(sorted(knowledge.tasks)))
    case = draw(cases(knowledge, packs=False))
    return knowledge, task, Case(task, case.values)


@given(tasks_and_cases())
def test_what_is_overridden_never_decides(drawn: tuple[Knowledge, str, Case]) -> None:
    """Whenever an overridden rule fires, the rules that override it fire too, and demand more."""
    knowledge, task, case = drawn
    reference = Reference(knowledge, case)
    for entry in Inheritance(knowledge, task).demands:
        if entry.overridden_by and reference.truth(entry.statement.when) is True:
            for other in entry.overridden_by:
                nearer = knowledge.rules[other]
                assert reference.truth(nearer.when) is True
                weights = [knowledge.strengths[one.strength].weight for one in (nearer, entry.statement)]
                assert weights[0] > weights[1]
