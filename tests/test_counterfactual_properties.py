"""Properties 5, 6 and 7 of the design against brute force: what is decided, what would change it, and why not.

Everything expected is enumerated with the naive implementation of :mod:`tests.reference`.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kb.model import Constraint, Contribution, Knowledge, Prerequisite, ValueIs
from tests.asking import advising, ask, blockers, recommend
from tests.checker_reading import atoms
from tests.generate import Builder, by_id, questions
from tests.reference import Case, Reference

SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
EFFORTS = {"fixed": 0, "easy": 1, "moderate-effort": 3, "hard-to-change": 9}
FEW = settings(max_examples=200 if SOAK else 25)
MORE = settings(max_examples=500 if SOAK else 50)
"""For what enumerates much."""


# --- questions --------------------------------------------------------------------------------------------------


class Wide(Builder):
    """Draws knowledge bases in which so many constraints can matter that not all completions are tried."""

    def vocabulary(self) -> None:
        """As usual, but with ten constraints of two values."""
        super().vocabulary()
        self.constraints = [self.constraint(number) for number in range(10)]

    def constraint(self, number: int) -> Constraint:
        """One with two values, nothing assumed."""
        found = super().constraint(number)
        return replace(found, values=found.values[:2], default=None)

    def condition(self, needs: Any, depth: int = 2) -> Any:
        """Something that asks for constraints, mostly."""
        return self.value_is() if self.chance() else super().condition(needs, depth)

    def rules(self) -> list[Any]:
        """Many, so that many constraints matter."""
        found = {rule.id: rule for _ in range(2) for rule in super(Wide, self).rules()}
        return [*found.values()]


@st.composite
def wide_questions(draw: Any) -> tuple[Knowledge, Case]:
    """Questions that leave most constraints open, with a rule or two for each of them."""
    builder = Wide(draw)
    knowledge = builder.build()
    rules = {}
    for number, constraint in enumerate(knowledge.constraints.values()):
        model = next(iter(knowledge.rules.values()))
        test = ValueIs(constraint.id, "is", (constraint.values[draw(st.integers(0, 1))].id,))
        need, strength = draw(st.sampled_from(sorted(knowledge.needs))), draw(st.sampled_from(["weak", "moderate"]))
        name = f"wide-{number}"
        rules[name] = replace(model, id=name, when=test, need=need, strength=strength)
    knowledge = replace(knowledge, rules={**knowledge.rules, **rules}, typical_values={})
    task = draw(st.sampled_from(sorted(knowledge.tasks)))
    needs = draw(st.dictionaries(st.sampled_from(sorted(knowledge.needs)), st.sampled_from(["strong", "required"])))
    case = Case(task=task, needs=needs)
    outcome = draw(st.sampled_from(["any", "any", "tie", "nothing"]))
    if outcome == "tie":
        knowledge = with_twin(knowledge, draw(st.sampled_from(sorted(knowledge.techniques))))
    if outcome == "nothing":
        case = replace(case, exclude=frozenset(knowledge.techniques))
    return knowledge, case


def with_twin(knowledge: Knowledge, technique: str) -> Knowledge:
    """The same with a second technique that differs in its name only."""
    techniques = {**knowledge.techniques, "twin": replace(knowledge.techniques[technique], id="twin")}
    copied: dict[str, Any] = {}
    for kind in ("contributions", "prerequisites", "penalties", "interactions"):
        statements = getattr(knowledge, kind)
        twins = [
            replace(item, id=f"{item.id}-twin", technique="twin")
            for item in statements.values()
            if item.technique == technique
        ]
        copied[kind] = {**statements, **{item.id: item for item in twins}}
    return replace(knowledge, techniques=techniques, **copied)


@st.composite
def demanding_questions(draw: Any) -> tuple[Knowledge, Case]:
    """Questions in which some technique cannot do without particular values of up to three constraints."""
    knowledge, case = draw(questions(packs=False))
    technique = next(item.id for item in knowledge.techniques.values() if item.refines is None)
    head = {"pack": next(iter(knowledge.packs)), "label": "wanted", "technique": technique}
    prerequisites, values = {}, dict(case.values)
    for constraint in [*knowledge.constraints.values()][: draw(st.integers(1, 3))]:
        stated, wanted = constraint.values[0].id, constraint.values[-1].id
        name, requires = f"wants-{constraint.id}", ValueIs(constraint.id, "is", (wanted,))
        prerequisites[name] = Prerequisite(id=name, requires=requires, hard=True, **head)
        values[constraint.id] = draw(st.sampled_from([stated, stated, wanted]))
    need = next(iter(knowledge.needs))
    serves = Contribution(id="serves", need=need, degree="makes", **head)
    case = replace(case, values=values, needs={**case.needs, need: "required"}, exclude=frozenset())
    knowledge = replace(
        knowledge,
        prerequisites={**knowledge.prerequisites, **prerequisites},
        contributions={**knowledge.contributions, "serves": serves},
    )
    return knowledge, case


@st.composite
def changeable(draw: Any) -> tuple[Knowledge, Case]:
    """Questions about knowledge bases whose constraints are more or less hard to change."""
    knowledge, case = draw(st.one_of(questions(), demanding_questions(), wide_questions()))
    efforts = [draw(st.sampled_from(list(EFFORTS))) for _ in knowledge.constraints]
    constraints = [
        replace(item, effort=effort, effort_weight=EFFORTS[effort])
        for item, effort in zip(knowledge.constraints.values(), efforts, strict=True)
    ]
    return replace(knowledge, constraints=by_id(constraints)), case


# --- brute force ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A constraint given another value."""

    constraint: str
    value: str
    kind: str
    difficulty: int


class Enumerated:
    """One question, and by enumeration what would be recommended were values other than they are."""

    def __init__(self, knowledge: Knowledge, case: Case) -> None:
        self.kb, self.case = knowledge, case
        self.here = Reference(knowledge, case)
        self._winners: dict[tuple[tuple[str, str], ...], frozenset[str]] = {}

    def winners(self, values: dict[str, str]) -> frozenset[str]:
        """The techniques of the first rank with these values stated instead."""
        key = tuple(sorted(values.items()))
        if key not in self._winners:
            changed = replace(self.case, values={**self.case.values, **values})
            self._winners[key] = Reference(self.kb, changed).winners
        return self._winners[key]

    @functools.cached_property
    def open(self) -> list[str]:
        """The constraints of which the user has said nothing."""
        return [constraint for constraint in self.kb.constraints if self.here.stated(constraint) is None]

    def scale(self, constraint: str) -> list[str]:
        """The values of a constraint."""
        return [value.id for value in self.kb.constraints[constraint].values]

    def completions(self) -> Iterator[dict[str, str]]:
        """Every way to fill in what is open."""
        for values in itertools.product(*map(self.scale, self.open)):
            yield dict(zip(self.open, values, strict=True))

    @functools.cached_property
    def stability(self) -> Fraction:
        """The share of completions in which the winners stay the winners."""
        found = [self.winners(values) == self.here.winners for values in self.completions()]
        return Fraction(sum(found), len(found))

    # --- changes ----------------------------------------------------------------------------------------------

    def universe(self, fixed: bool) -> list[Change]:
        """Every change of one constraint: of what is open, and of what was stated and can be changed."""
        found = []
        for constraint in self.kb.constraints.values():
            stated = self.here.stated(constraint.id)
            if stated is not None and constraint.effort_weight == 0 and not fixed:
                continue
            scale = self.scale(constraint.id)
            current = self.here.values.get(constraint.id, (None, ""))[0]
            for value in scale:
                if value != current:
                    steps = abs(scale.index(value) - scale.index(stated[0])) if stated and constraint.ordered else 1
                    kind = "change" if stated else "learn"
                    found.append(Change(constraint.id, value, kind, max(1, constraint.effort_weight) * steps))
        return found

    def minimal(self, target: str, size: int, fixed: bool) -> list[frozenset[Change]]:
        """The sets of changes with which the target alone wins, and with no part of which it does."""
        found: list[frozenset[Change]] = []
        universe = self.universe(fixed)
        for count in range(size + 1):
            for chosen in itertools.combinations(universe, count):
                values = {change.constraint: change.value for change in chosen}
                if len(values) < count or any(smaller <= set(chosen) for smaller in found):
                    continue
                if self.winners(values) == {target}:
                    found.append(frozenset(chosen))
        return found


def shown(found: Any) -> frozenset[Change]:
    """A set of changes as the advisor gives it."""
    return frozenset(
        Change(change["constraint"], change["value"], change["kind"], change["difficulty"])
        for change in found["changes"]
    )


# --- property 5 ---------------------------------------------------------------------------------------------------


@given(questions())
def test_decided_and_stability_are_those_of_all_completions(question: tuple[Knowledge, Case]) -> None:
    """Decided means: the same in every completion; stability is the share in which it is. Nothing is without a task."""
    expected = Enumerated(*question)
    answer = ask(*question)
    confidence = answer.reply["confidence"]
    assert confidence["method"] == "exact"
    assert Fraction(confidence["stable"], confidence["tried"]) == expected.stability
    assert confidence["decided"] == (question[1].task is not None and expected.stability == 1)
    assert answer.core()["confidence"]["stability"] == round(float(expected.stability), 3)


@given(questions())
def test_only_what_is_listed_as_unknown_can_matter(question: tuple[Knowledge, Case]) -> None:
    """Open constraints that are not listed change no winner, whatever they and the others are."""
    knowledge, case = question
    expected = Enumerated(knowledge, case)
    relevant = set(ask(knowledge, case).reply["confidence"]["relevant"])
    assert relevant <= set(expected.open)
    found: dict[frozenset[tuple[str, str]], frozenset[str]] = {}
    for values in expected.completions():
        key = frozenset((constraint, value) for constraint, value in values.items() if constraint in relevant)
        assert found.setdefault(key, expected.winners(values)) == expected.winners(values)


@settings(max_examples=100 if SOAK else 12)
@given(wide_questions())
def test_decided_is_sound_and_complete_beyond_what_is_tried(question: tuple[Knowledge, Case]) -> None:
    """With a thousand completions and more, sampling decides nothing; decided is still that of all of them."""
    knowledge, case = question
    answer, expected = ask(knowledge, case), Enumerated(knowledge, case)
    confidence = answer.reply["confidence"]
    same = (expected.winners(values) == expected.here.winners for values in expected.completions())
    assert confidence["decided"] == all(same)
    if confidence["method"] == "sampled":
        # within five standard deviations of the share of so many
        error = 5 * 0.5 / confidence["tried"] ** 0.5
        assert abs(Fraction(confidence["stable"], confidence["tried"]) - expected.stability) <= error


@given(questions())
def test_the_next_question_tells_what_each_answer_would_do(question: tuple[Knowledge, Case]) -> None:
    """It asks for an open constraint, no other moves the decision by more of its answers, and each outcome is true."""
    knowledge, case = question
    answer, expected = ask(knowledge, case), Enumerated(knowledge, case)
    flips = {
        constraint: Fraction(
            sum(expected.winners({constraint: value}) != expected.here.winners for value in expected.scale(constraint)),
            len(expected.scale(constraint)),
        )
        for constraint in expected.open
    }
    asked = answer.next_question
    if asked is None:
        assert answer.reply["confidence"]["decided"] or not any(flips.values())
        return
    assert not answer.reply["confidence"]["decided"]
    outcomes = {value["id"]: frozenset(value["leads_to"]) for value in asked["values"]}
    constraint = asked["constraint"]
    assert outcomes == {value: expected.winners({constraint: value}) for value in expected.scale(constraint)}
    # shares are compared in thousandths
    assert int(1000 * flips[constraint]) == max(int(1000 * share) for share in flips.values())


# --- property 6 ---------------------------------------------------------------------------------------------------


@MORE
@given(changeable(), st.booleans(), st.integers(2, 3))
def test_changes_are_all_the_minimal_ones(question: tuple[Knowledge, Case], fixed: bool, size: int) -> None:
    """For every technique: each set of changes with which it alone wins and no part of which suffices; no other."""
    knowledge, case = question
    expected = Enumerated(knowledge, case)
    with advising(knowledge) as advisor:
        answer = recommend(advisor, case)
        for target in knowledge.techniques:
            found = advisor.changes(answer, target, size, fixed)
            assert len(found.sets) == len({shown(one) for one in found.sets})
            assert {shown(one) for one in found.sets} == set(expected.minimal(target, size, fixed)), target
            difficulties = [one["difficulty"] for one in found.sets]
            assert difficulties == [sum(change.difficulty for change in shown(one)) for one in found.sets]
            assert difficulties == sorted(difficulties)
            assert found.as_dict()["already"] == (answer.winners == [target])


@MORE
@given(changeable(), st.booleans())
def test_changes_come_true(question: tuple[Knowledge, Case], fixed: bool) -> None:
    """Whoever states the changes is recommended what they were to bring about, and nothing else."""
    knowledge, case = question
    with advising(knowledge) as advisor:
        answer = recommend(advisor, case)
        for target in knowledge.techniques:
            for found in advisor.changes(answer, target, 2, fixed).sets[:4]:
                values = {change.constraint: change.value for change in shown(found)}
                assert advisor.what_if(answer, {"constraints": values}).after.winners == [target]


@FEW
@given(questions(), st.data())
def test_regions_are_right_cell_by_cell(question: tuple[Knowledge, Case], data: st.DataObject) -> None:
    """Each cell names those who win with its values, all else being as it is."""
    knowledge, case = question
    expected = Enumerated(knowledge, case)
    x = data.draw(st.sampled_from(sorted(knowledge.constraints)))
    y = data.draw(st.sampled_from([None, *(item for item in knowledge.constraints if item != x)]))
    with advising(knowledge) as advisor:
        regions = advisor.regions(recommend(advisor, case), x, y)
    cells = [(cell["x"], cell["y"], frozenset(cell["winners"])) for cell in regions.cells]
    places = [(across, up) for up in (expected.scale(y) if y else [None]) for across in expected.scale(x)]
    assert cells == [
        (across, up, expected.winners({x: across, **({y: up} if y and up else {})})) for across, up in places
    ]


# --- property 7 ---------------------------------------------------------------------------------------------------


def gaps_of(expected: Enumerated, statement: str) -> dict[str, int]:
    """For each ordered constraint that a prerequisite tests, the steps to the nearest value with another outcome."""
    item = expected.kb.prerequisites[statement]
    found = {}
    for test in atoms(item.requires) | atoms(item.when):
        if isinstance(test, ValueIs) and test.constraint in expected.here.values:
            value, scale = expected.here.values[test.constraint][0], expected.scale(test.constraint)
            outcome = expected.here.compare(test)
            other = [
                step
                for step, candidate in enumerate(scale)
                if Reference(
                    expected.kb, replace(expected.case, values={**expected.case.values, test.constraint: candidate})
                ).compare(test)
                != outcome
            ]
            if expected.kb.constraints[test.constraint].ordered and other:
                key = f"{test.constraint} {test.operator} {sorted(test.values)}"
                found[key] = min(abs(step - scale.index(value)) for step in other)
    return found


@MORE
@given(questions())
def test_why_not_lists_every_blocker_with_its_gap(question: tuple[Knowledge, Case]) -> None:
    """Every blocker there is, each unmet test of a prerequisite with the steps that it would take."""
    knowledge, case = question
    expected = Enumerated(knowledge, case)
    with advising(knowledge) as advisor:
        answer = recommend(advisor, case)
        for technique, verdict in expected.here.verdicts.items():
            found = advisor.why_not(answer, technique).as_dict()
            assert blockers(found) == verdict.blockers
            for blocker in found["blockers"]:
                if blocker["reason"] == "prerequisite":
                    assert blocker["gaps"], blocker
                    steps = gaps_of(expected, blocker["statements"][0])
                    for gap in blocker["gaps"]:
                        if gap.get("steps") is not None:
                            test = gap["test"]
                            key = f"{test['constraint']} {test['operator']} {sorted(test['values'])}"
                            assert gap["steps"] == steps[key]
                            assert gap["current"] == expected.here.values[test["constraint"]][0]


@MORE
@given(questions())
def test_why_not_lists_every_shortcoming(question: tuple[Knowledge, Case]) -> None:
    """The points that it falls short of the winner, need by need and loss by loss, add up to the distance."""
    knowledge, case = question
    expected = Reference(knowledge, case)
    with advising(knowledge) as advisor:
        answer = recommend(advisor, case)
        winner = answer.technique
        for technique, verdict in expected.verdicts.items():
            found = advisor.why_not(answer, technique).as_dict()
            if winner is None or winner == technique:
                assert found["shortcomings"] == []
                continue
            best = expected.verdicts[winner]
            assert found["distance"] == best.score - verdict.score
            ours, theirs = earned(verdict), earned(best)
            gaps = {item["id"]: item["difference"] for item in found["shortcomings"] if item["kind"] == "need"}
            assert gaps == {
                need: ours.get(need, 0) - theirs.get(need, 0)
                for need in {*ours, *theirs}
                if ours.get(need, 0) != theirs.get(need, 0)
            }
            assert sum(item["difference"] for item in found["shortcomings"]) == verdict.score - best.score


def earned(verdict: Any) -> dict[str, int]:
    """Points by need."""
    found: dict[str, int] = {}
    for line in verdict.lines:
        found[line.need] = found.get(line.need, 0) + line.points
    return found


@FEW
@given(changeable())
def test_repairs_lift_their_blockers(question: tuple[Knowledge, Case]) -> None:
    """A repair, applied, leaves the blocker out; no easier change of one constraint that the blocker tests does."""
    knowledge, case = question
    expected = Enumerated(knowledge, case)
    with advising(knowledge) as advisor:
        answer = recommend(advisor, case)
        for technique, verdict in expected.here.verdicts.items():
            if not verdict.blockers:
                continue
            for blocker in advisor.why_not(answer, technique, repair=True).as_dict()["blockers"]:
                (*about,) = blockers({"blockers": [blocker]})
                repair = blocker["repair"]
                if repair is not None:
                    changed = applied(case, repair)
                    assert not set(about) <= Reference(knowledge, changed).verdict(technique).blockers
                if blocker["reason"] == "prerequisite":
                    tested = {test["constraint"] for test in blocker["tests"] if "constraint" in test}
                    for change in expected.universe(False):
                        if change.constraint in tested and (repair is None or change.difficulty < repair["difficulty"]):
                            values = {**case.values, change.constraint: change.value}
                            after = Reference(knowledge, replace(case, values=values)).verdict(technique)
                            assert set(about) <= after.blockers, (change, repair)


def applied(case: Case, repair: Any) -> Case:
    """The case after a repair."""
    values = {change["constraint"]: change["value"] for change in repair["changes"]}
    return replace(case, values={**case.values, **values}, exclude=case.exclude - {*repair["admits"]})


# --- that something was tested --------------------------------------------------------------------------------------


def test_generated_questions_reach_what_is_tested() -> None:
    """Changes of every size and kind occur, and sampled answers that are decided and that are not."""
    seen: set[str] = set()
    wanted = {"nothing", "tie", "winner", "learn", "change", "no way", *(f"{count} changes" for count in range(4))}

    @settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate])
    @given(changeable())
    def look(question: tuple[Knowledge, Case]) -> None:
        expected = Enumerated(*question)
        if wanted <= seen or len(expected.open) > 4:
            return
        seen.add("nothing" if not expected.here.winners else "tie" if len(expected.here.winners) > 1 else "winner")
        for target in expected.kb.techniques:
            sets = expected.minimal(target, 3, True)
            seen.update(f"{len(found)} changes" for found in sets)
            seen.update(change.kind for found in sets for change in found)
            seen.update(["no way"] if not sets else [])

    look()
    assert wanted <= seen

    @settings(max_examples=60, derandomize=True, database=None, phases=[Phase.generate])
    @given(wide_questions())
    def look_wide(question: tuple[Knowledge, Case]) -> None:
        answer = ask(*question)
        confidence, winners = answer.reply["confidence"], len(answer.winners)
        seen.add(f"{confidence['method']} {confidence['decided']} {min(winners, 2)}")

    look_wide()
    assert seen >= {"sampled True 0", "sampled True 1", "sampled True 2", "sampled False 1"}
