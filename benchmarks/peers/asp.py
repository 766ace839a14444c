"""clingo: the decision as a stratified answer set program, grounded for every case.

A statement is a rule, its condition the body. The program has one answer set, whose atoms with the ids of statements
are what there is of an explanation. A control is made for each case: with external atoms instead, grounded once, scores
would have to be grounded for every sum that some case could reach. Reading the program is two fifths of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import clingo

from benchmarks.peers.flat import Counted, Flat, FlatTheory, Opposite, Raised, Supply, Task, Together, Value
from benchmarks.peers.outcome import Outcome, first_ranked
from benchmarks.peers.profiles import Case
from benchmarks.peers.theory import Theory

GENERIC = """
#defined given/2. #defined excluded/1. #defined narrower/2. #defined maybe/3. #defined adds/3. #defined unmet/2.
#defined loses/3.
raised(N,W,stated) :- given(N,W), W > 0.
demand(N,W) :- W = #max { V,B : raised(N,V,B) }, raised(N,_,_).
subsumed(N) :- demand(N,W), narrower(N,O), demand(O,V), V >= W.
counted(N,W) :- demand(N,W), not subsumed(N).
supply(T,N,D) :- D = #max { E,I : gives(T,N,no,E,I) }, gives(T,N,no,_,_).
damage(T,N,D) :- D = #min { E,I : gives(T,N,yes,E,I) }, gives(T,N,yes,_,_).
lost(T,L) :- L = #sum { P,I : loses(T,P,I) }, technique(T).
score(T,S) :- technique(T), lost(T,L),
  S = #sum { W*D,N,supply : supply(T,N,D), counted(N,W); W*D,N,damage : damage(T,N,D), counted(N,W);
             P,I : adds(T,P,I); -L }.
hard(T,N) :- supply(T,N,D), D < 0, counted(N,W), W >= required.
hard(T,N) :- damage(T,N,D), D <= -2, counted(N,W), W >= required.
hard(T,O) :- involved(T,O), excluded(O).
wanted(N) :- counted(N,W), W >= strong, kind(N,requirement).
fails(T,N) :- wanted(N), technique(T), not served(T,N).
fails(T,N) :- wanted(N), damage(T,N,D), D <= -2.
served(T,N) :- supply(T,N,D), D > 0.
#show raised/3. #show gives/5. #show loses/3. #show adds/3. #show score/2. #show lost/2. #show hard/2. #show unmet/2.
"""


class Asp:
    """A control for each case."""

    explains = "the atoms derived, with the ids of statements"

    def __init__(self, theory: Theory, name: str) -> None:
        self.name, self.theory = name, theory
        self.weights = {one.id: one.weight for one in theory.knowledge.strengths.values()}
        self.unknown = dict.fromkeys(theory.knowledge.constraints, "unknown")
        self.program = "\n".join(_program(FlatTheory(theory)))

    def decide(self, case: Case) -> tuple[Outcome, Sequence[Any]]:
        """The outcome, and the answer set."""
        control = clingo.Control(["--warn=none"])
        control.add("base", [], self.program)
        control.add("base", [], self._facts(case))
        control.ground([("base", [])])
        with control.solve(yield_=True) as handle:
            model = handle.model()
            if model is None:
                raise RuntimeError("the program has no answer set")
            atoms = model.symbols(shown=True)
        return self._outcome(atoms), atoms

    def _facts(self, case: Case) -> str:
        values = {**self.unknown, **self.theory.defaults, **case.values}
        found = [f'value("{constraint}","{value}").' for constraint, value in values.items()]
        found += [f'lineage("{task}").' for task in (self.theory.lineages[case.task] if case.task else ("unknown",))]
        for need, strength in case.needs.items():
            found.append(f'given("{need}",{0 if strength == "denied" else self.weights[strength]}).')
        found += [f'excluded("{technique}").' for technique in case.exclude]
        return "".join(found)

    def _outcome(self, atoms: Sequence[Any]) -> Outcome:
        scores: dict[str, int] = {}
        lost: dict[str, int] = {}
        gates: dict[str, str] = {}
        for atom in atoms:
            if atom.name == "score":
                scores[atom.arguments[0].string] = atom.arguments[1].number
            elif atom.name == "lost":
                lost[atom.arguments[0].string] = atom.arguments[1].number
            elif atom.name == "hard":
                gates[atom.arguments[0].string] = "excluded"
            elif atom.name == "unmet":
                gates.setdefault(atom.arguments[0].string, "infeasible")
        return first_ranked(
            (one.id, gates.get(one.id, "viable"), scores[one.id], lost[one.id], one.complexity, one.family is not None)
            for one in self.theory.candidates
        )

    def outcome(self, found: tuple[Outcome, object]) -> Outcome:
        """What was decided."""
        return found[0]

    def close(self) -> None:
        """Nothing is held."""


def peer(theory: Theory, name: str) -> Asp:
    """The engine with this knowledge."""
    return Asp(theory, name)


def _program(rows: FlatTheory) -> Iterator[str]:
    theory, bodies = rows.theory, _Bodies()
    yield f"#const strong={theory.strong}. #const required={theory.required}."
    yield GENERIC
    yield "".join(f'narrower("{need}","{other}").' for need, other in rows.narrower)
    yield "".join(f'kind("{need}",{kind}).' for need, kind in theory.kinds.items())
    for rule, certain, possible in rows.rules:
        head, given = f'("{rule.need}",{rule.weight},"{rule.id}")', f'not stated("{rule.need}")'
        yield f"raised{head} :- {bodies.of(certain)}, {given}."
        if rule.need in rows.tested:
            yield f"maybe{head} :- {bodies.of(possible)}, {given}."
    yield "stated(N) :- given(N,_)."
    for supply in rows.supplies:
        yield f"{_gives(supply)} :- {bodies.of(supply.when)}."
    for one in rows.changes:
        if one.need is None:
            yield f'loses("{one.technique}",{one.lost},"{one.id}") :- {bodies.of(one.when)}.'
        else:
            body = f'counted("{one.need}",W), {bodies.of(one.when)}'
            yield f'adds("{one.technique}",W*{one.degree},"{one.id}") :- {body}.'
    for bar in rows.bars:
        yield f'unmet("{bar.technique}","{bar.id}") :- {bodies.of(bar.when)}.'
    for candidate in theory.candidates:
        yield f'technique("{candidate.id}").'
        yield "".join(f'involved("{candidate.id}","{one}").' for one in sorted(candidate.involved))
        for other in candidate.simpler:
            yield (f'hard("{candidate.id}","{other}") :- not barred("{other}"), not lacking("{other}").')
            yield f'barred("{other}") :- hard("{other}",_). barred("{other}") :- unmet("{other}",_).'
            yield f'lacking("{other}") :- fails("{other}",_).'
    yield from bodies.rules


def _gives(row: Supply) -> str:
    return f'gives("{row.technique}","{row.need}",{"yes" if row.damages else "no"},{row.degree},"{row.id}")'


class _Bodies:
    """Writes conditions as bodies; what is no conjunction of literals gets an atom of its own."""

    def __init__(self) -> None:
        self.rules: list[str] = []
        self.known: dict[Flat, str] = {}

    def of(self, row: Flat) -> str:
        """The body for a condition."""
        match row:
            case bool():
                return "#true" if row else "#false"
            case Task() if not row.possibly:
                return f'lineage("{row.task}")'
            case Counted():
                return f'counted("{row.need}",_)'
            case Together() if row.every:
                return ", ".join(map(self.of, row.parts))
            case Opposite():
                return f"not {self.atom(row.inner)}"
        return self.atom(row)

    def atom(self, row: Flat) -> str:
        """An atom that holds where the condition does."""
        if row not in self.known:
            name = f"holds({len(self.known)})"
            self.known[row] = name
            self.rules += [f"{name} :- {body}." for body in self._ways(row)]
        return self.known[row]

    def _ways(self, row: Flat) -> list[str]:
        match row:
            case Value():
                accepted = (*row.accepted, "unknown") if row.possibly else row.accepted
                return [f'value("{row.constraint}","{value}")' for value in accepted]
            case Task():
                return [f'lineage("{task}")' for task in ((row.task, "unknown") if row.possibly else (row.task,))]
            case Raised():
                sets = ("raised", "maybe") if row.possibly else ("raised",)
                return [f'{one}("{need}",W,_), W >= {row.minimum}' for one in sets for need in row.within]
            case Together() if not row.every:
                return [self.of(part) for part in row.parts]
        return [self.of(row)]
