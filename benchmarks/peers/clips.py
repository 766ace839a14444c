"""CLIPS (clipspy): a defrule for each statement, phases by salience, the reasons as facts.

Conditions are patterns over facts of the case, so that the Rete network matches them; a case is a reset, its facts, and
a run. What fired is told by the ids in the facts that the rules assert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import clips  # type: ignore[import-untyped,import-not-found,unused-ignore]

from benchmarks.peers.flat import Counted, Flat, FlatTheory, Opposite, Raised, Supply, Task, Together, Value
from benchmarks.peers.outcome import Outcome, first_ranked
from benchmarks.peers.profiles import Case
from benchmarks.peers.theory import Candidate, Theory

TEMPLATES = """
(deftemplate value (slot of (type SYMBOL)) (slot is (type SYMBOL)))
(deftemplate lineage (slot task (type SYMBOL)))
(deftemplate given (slot need (type SYMBOL)))
(deftemplate excluded (slot technique (type SYMBOL)))
(deftemplate raised (slot need (type SYMBOL)) (slot weight (type INTEGER)) (slot by (type SYMBOL)))
(deftemplate maybe (slot need (type SYMBOL)) (slot weight (type INTEGER)) (slot by (type SYMBOL)))
(deftemplate narrower (slot need (type SYMBOL)) (slot other (type SYMBOL)))
(deftemplate kind (slot need (type SYMBOL)) (slot is (type SYMBOL)))
(deftemplate counted (slot need (type SYMBOL)) (slot weight (type INTEGER)))
(deftemplate gives (slot technique (type SYMBOL)) (slot need (type SYMBOL)) (slot damages (type SYMBOL))
  (slot degree (type INTEGER)) (slot by (type SYMBOL)))
(deftemplate line (slot technique (type SYMBOL)) (slot need (type SYMBOL)) (slot damages (type SYMBOL))
  (slot degree (type INTEGER)) (slot weight (type INTEGER)))
(deftemplate change (slot technique (type SYMBOL)) (slot points (type INTEGER)) (slot lost (type INTEGER))
  (slot by (type SYMBOL)))
(deftemplate barred (slot technique (type SYMBOL)) (slot hard (type SYMBOL)) (slot by (type SYMBOL)))
"""

COUNT = """
(defrule count (declare (salience 700))
  (raised (need ?n) (weight ?w))
  (not (raised (need ?n) (weight ?v&:(> ?v ?w))))
  (not (and (narrower (need ?n) (other ?o)) (raised (need ?o) (weight ?x&:(>= ?x ?w)))))
  => (assert (counted (need ?n) (weight ?w))))
(defrule best-supply (declare (salience 500))
  (gives (technique ?t) (need ?n) (damages no) (degree ?d))
  (not (gives (technique ?t) (need ?n) (damages no) (degree ?e&:(> ?e ?d))))
  (counted (need ?n) (weight ?w))
  => (assert (line (technique ?t) (need ?n) (damages no) (degree ?d) (weight ?w))))
(defrule worst-damage (declare (salience 500))
  (gives (technique ?t) (need ?n) (damages yes) (degree ?d))
  (not (gives (technique ?t) (need ?n) (damages yes) (degree ?e&:(< ?e ?d))))
  (counted (need ?n) (weight ?w))
  => (assert (line (technique ?t) (need ?n) (damages yes) (degree ?d) (weight ?w))))
(defrule lacks (declare (salience 400))
  (line (technique ?t) (need ?n) (damages no) (degree ?d&:(< ?d 0)) (weight ?w&:(>= ?w %(required)d)))
  => (assert (barred (technique ?t) (hard yes) (by ?n))))
(defrule breaks (declare (salience 400))
  (line (technique ?t) (need ?n) (damages yes) (degree ?d&:(<= ?d -2)) (weight ?w&:(>= ?w %(required)d)))
  => (assert (barred (technique ?t) (hard yes) (by ?n))))
"""

SIMPLER = """
(defrule simpler-%(place)d-%(other)s (declare (salience %(salience)d))
  (not (barred (technique %(other)s)))
  (not (and (counted (need ?n) (weight ?w&:(>= ?w %(strong)d))) (kind (need ?n) (is requirement))
            (not (line (technique %(other)s) (need ?n) (damages no) (degree ?d&:(> ?d 0))))))
  (not (and (counted (need ?n) (weight ?w&:(>= ?w %(strong)d))) (kind (need ?n) (is requirement))
            (line (technique %(other)s) (need ?n) (damages yes) (degree ?d&:(<= ?d -2)))))
  => (assert (barred (technique %(technique)s) (hard yes) (by %(other)s))))
"""


class Clips:
    """An environment that is reset for every case."""

    explains = "the facts that rules asserted, with the rules' ids"

    def __init__(self, theory: Theory, name: str) -> None:
        self.name, self.theory = name, theory
        self.weights = {one.id: one.weight for one in theory.knowledge.strengths.values()}
        self.environment = clips.Environment()
        for construct in _constructs(FlatTheory(theory)):
            self.environment.build(construct)
        names = ("value", "lineage", "given", "excluded", "raised")
        self.templates = {one: self.environment.find_template(one) for one in names}
        self.told = [self.environment.find_template(one) for one in ("raised", "gives", "line", "change", "barred")]
        symbols = {value.id for one in theory.knowledge.constraints.values() for value in one.values}
        symbols |= {*theory.knowledge.constraints, *theory.lineages, *theory.within, "unknown", "stated"}
        symbols |= {one.id for one in theory.candidates}
        self.symbols = {one: clips.Symbol(one) for one in symbols}
        self.unknown = dict.fromkeys(theory.knowledge.constraints, "unknown")

    def decide(self, case: Case) -> tuple[Outcome, dict[str, list[dict[str, object]]]]:
        """The outcome, and every fact that a rule asserted."""
        symbols, templates = self.symbols, self.templates
        self.environment.reset()
        for constraint, value in {**self.unknown, **self.theory.defaults, **case.values}.items():
            templates["value"].assert_fact(of=symbols[constraint], **{"is": symbols[value]})
        for task in self.theory.lineages[case.task] if case.task else ("unknown",):
            templates["lineage"].assert_fact(task=symbols[task])
        for need, strength in case.needs.items():
            templates["given"].assert_fact(need=symbols[need])
            if strength != "denied":
                weight = self.weights[strength]
                templates["raised"].assert_fact(need=symbols[need], weight=weight, by=symbols["stated"])
        for technique in case.exclude:
            templates["excluded"].assert_fact(technique=symbols[technique])
        self.environment.run()
        told = {template.name: [dict(fact) for fact in template.facts()] for template in self.told}
        return self._outcome(told), told

    def _outcome(self, told: dict[str, list[dict[str, object]]]) -> Outcome:
        """Add up what the facts say, which CLIPS has no aggregates for."""
        points = {one.id: 0 for one in self.theory.candidates}
        lost = dict(points)
        for line in told["line"]:
            points[line["technique"]] += line["weight"] * line["degree"]  # type: ignore[index, operator]
        for change in told["change"]:
            points[change["technique"]] += change["points"]  # type: ignore[index, operator]
            lost[change["technique"]] += change["lost"]  # type: ignore[index, operator]
        gates = {}
        for bar in told["barred"]:
            if bar["hard"] == "yes" or bar["technique"] not in gates:
                gates[bar["technique"]] = "excluded" if bar["hard"] == "yes" else "infeasible"
        return first_ranked(
            (one.id, gates.get(one.id, "viable"), points[one.id], lost[one.id], one.complexity, one.family is not None)
            for one in self.theory.candidates
        )

    def outcome(self, found: tuple[Outcome, object]) -> Outcome:
        """What was decided."""
        return found[0]

    def close(self) -> None:
        """Give the network back."""
        self.environment.clear()


def peer(theory: Theory, name: str) -> Clips:
    """The engine with this knowledge."""
    return Clips(theory, name)


def _constructs(rows: FlatTheory) -> Iterator[str]:
    theory = rows.theory
    yield from (f"(deftemplate{one}" for one in TEMPLATES.split("(deftemplate")[1:])
    facts = [f"(narrower (need {need}) (other {other}))" for need, other in rows.narrower]
    facts += [f"(kind (need {need}) (is {kind}))" for need, kind in theory.kinds.items()]
    yield f"(deffacts knowledge {' '.join(facts)})"
    for rule, certain, possible in rows.rules:
        salience, given = 1000 - rule.stage, f"(not (given (need {rule.need})))"
        fact = f"(need {rule.need}) (weight {rule.weight}) (by {rule.id})"
        yield _rule(f"rule-{rule.id}", salience, f"{_pattern(certain)} {given}", f"(raised {fact})")
        if rule.need in rows.tested:
            yield _rule(f"maybe-{rule.id}", salience, f"{_pattern(possible)} {given}", f"(maybe {fact})")
    settings = {"required": theory.required}
    yield from (f"(defrule{one}" for one in (COUNT % settings).split("(defrule")[1:])
    for number, supply in enumerate(rows.supplies):
        yield _rule(f"gives-{number}", 600, _pattern(supply.when), _gives(supply))
    for number, one in enumerate(rows.changes):
        head = f"(change (technique {one.technique}) (by {one.id})"
        if one.need is None:
            then = f"{head} (points {-one.lost}) (lost {one.lost}))"
            yield _rule(f"change-{number}", 600, _pattern(one.when), then)
        else:
            then = f"{head} (points (* ?w {one.degree})) (lost 0))"
            when = f"(counted (need {one.need}) (weight ?w)) {_pattern(one.when)}"
            yield _rule(f"change-{number}", 600, when, then)
    for number, bar in enumerate(rows.bars):
        then = f"(barred (technique {bar.technique}) (hard no) (by {bar.id}))"
        yield _rule(f"bar-{number}", 600, _pattern(bar.when), then)
    for place, candidate in enumerate(theory.candidates):
        yield from _gates(theory, candidate, place)


def _gates(theory: Theory, candidate: Candidate, place: int) -> Iterator[str]:
    """What the user rules out, and what simpler techniques make superfluous; simpler ones are settled first."""
    anyone = "|".join(sorted(candidate.involved))
    then = f"(barred (technique {candidate.id}) (hard yes) (by ?t))"
    yield _rule(f"excluded-{place}", 600, f"(excluded (technique ?t&{anyone}))", then)
    for other in candidate.simpler:
        yield SIMPLER % {
            "place": place, "other": other, "technique": candidate.id, "strong": theory.strong,
            "salience": 300 - candidate.complexity,
        }  # fmt: skip


def _gives(row: Supply) -> str:
    damages = "yes" if row.damages else "no"
    return (
        f"(gives (technique {row.technique}) (need {row.need}) (damages {damages}) (degree {row.degree}) (by {row.id}))"
    )


def _rule(name: str, salience: int, when: str, then: str) -> str:
    return f"(defrule {name} (declare (salience {salience})) {when} => (assert {then}))"


def _pattern(row: Flat) -> str:
    """A condition as a pattern."""
    match row:
        case bool():
            return "" if row else "(test (eq 1 0))"
        case Value():
            return f"(value (of {row.constraint}) (is {_any(row.accepted, row.possibly)}))"
        case Task():
            return f"(exists (lineage (task {_any((row.task,), row.possibly)})))"
        case Raised():
            tests = [_raised(one, row) for one in (("raised", "maybe") if row.possibly else ("raised",))]
            return tests[0] if len(tests) == 1 else f"(or {' '.join(tests)})"
        case Counted():
            return f"(counted (need {row.need}))"
        case Opposite():
            return f"(not {_pattern(row.inner)})"
        case Together():
            inner = " ".join(map(_pattern, row.parts))
            return f"(and {inner})" if row.every else f"(exists (or {inner}))"


def _raised(template: str, row: Raised) -> str:
    return f"(exists ({template} (need {_any(row.within, False)}) (weight ?w&:(>= ?w {row.minimum}))))"


def _any(names: Sequence[str], possibly: bool) -> str:
    return "|".join((*names, "unknown") if possibly else names)
