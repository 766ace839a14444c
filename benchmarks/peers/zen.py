"""zen-engine: a decision graph of tables, with their trace.

Knowledge is in tables that collect every row that holds, a row a statement, its condition a cell of the expression
language. Between the tables, functions of the engine add up what was collected, as its documentation has it for what
tables do not say.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from typing import Any

import zen

from benchmarks.peers.flat import Counted, Flat, FlatTheory, Opposite, Raised, Task, Together, Value
from benchmarks.peers.outcome import Outcome, first_ranked
from benchmarks.peers.profiles import Case
from benchmarks.peers.theory import Theory

RAISE = """
export const handler = async (input) => {
  const raised = { ...(input.raised ?? input.stated) };
  const maybe = { ...(input.maybe ?? {}) };
  for (const { row } of input.fired ?? []) {
    if (row.need in input.given) continue;
    const weights = row.certain ? raised : maybe;
    if ((weights[row.need] ?? 0) < row.weight) weights[row.need] = row.weight;
  }
  const counted = {};
  for (const need of Object.keys(raised)) {
    const wider = (narrower[need] ?? []).some((other) => (raised[other] ?? 0) >= raised[need]);
    if (!wider) counted[need] = raised[need];
  }
  return { ...input, raised, maybe, counted };
};
"""

DECIDE = """
export const handler = async (input) => {
  const { counted, exclude, collected } = input;
  const found = {};
  for (const t of techniques) {
    found[t.id] = { score: 0, lost: 0, supply: {}, damage: {}, hard: [], unmet: [], by: [] };
  }
  for (const { row } of collected ?? []) {
    const own = found[row.technique];
    if (row.kind === 'supply') {
      const side = row.damages ? own.damage : own.supply;
      const held = side[row.need];
      if (held === undefined || (row.damages ? row.degree < held : row.degree > held)) side[row.need] = row.degree;
      own.by.push(row.id);
    } else if (row.kind === 'change') {
      if (row.need === null) { own.lost += row.lost; own.score -= row.lost; }
      else if (row.need in counted) own.score += counted[row.need] * row.degree;
      own.by.push(row.id);
    } else own.unmet.push(row.id);
  }
  const verdicts = [];
  for (const t of techniques) {
    const own = found[t.id];
    for (const need of Object.keys(own.supply)) {
      own.score += counted[need] * own.supply[need];
      if (counted[need] >= required && own.supply[need] < 0) own.hard.push(need);
    }
    for (const need of Object.keys(own.damage)) {
      own.score += counted[need] * own.damage[need];
      if (counted[need] >= required && own.damage[need] <= -2) own.hard.push(need);
    }
    if (t.involved.some((one) => exclude.includes(one))) own.hard.push('ruled-out');
    for (const other of t.simpler) {
      const it = found[other];
      const enough = it.status === 'viable' && Object.keys(counted).every((need) =>
        counted[need] < strong || kinds[need] !== 'requirement'
        || ((it.supply[need] ?? 0) > 0 && (it.damage[need] ?? 0) > -2));
      if (enough) own.hard.push(other);
    }
    own.status = own.hard.length ? 'excluded' : own.unmet.length ? 'infeasible' : 'viable';
    verdicts.push({ technique: t.id, status: own.status, score: own.score, lost: own.lost, complexity: t.complexity,
                    variant: t.variant, because: own.by, barred: [...own.hard, ...own.unmet] });
  }
  verdicts.sort((a, b) => (a.score === b.score ? a.lost - b.lost : b.score - a.score));
  return { verdicts };
};
"""


class Zen:
    """A decision that is compiled once and evaluated for every case, traced."""

    explains = "every node's input and output, and the rows that held"

    def __init__(self, theory: Theory, name: str) -> None:
        self.name, self.theory = name, theory
        self.weights = {one.id: one.weight for one in theory.knowledge.strengths.values()}
        self.unknown = dict.fromkeys(theory.knowledge.constraints, "unknown")
        self.decision = zen.ZenEngine().create_decision(json.dumps(_graph(FlatTheory(theory))))

    def decide(self, case: Case) -> tuple[Outcome, Mapping[str, Any]]:
        """The outcome and the trace."""
        given = {need: 0 if one == "denied" else self.weights[one] for need, one in case.needs.items()}
        lineage = self.theory.lineages[case.task] if case.task else ("unknown",)
        request = {
            "values": {**self.unknown, **self.theory.defaults, **case.values},
            "lineage": list(lineage),
            "given": given,
            "stated": {need: weight for need, weight in given.items() if weight},
            "exclude": list(case.exclude),
        }
        reply = self.decision.evaluate(request, {"trace": True})
        keys = ("technique", "status", "score", "lost", "complexity", "variant")
        return first_ranked(tuple(one[key] for key in keys) for one in reply["result"]["verdicts"]), reply["trace"]

    def outcome(self, found: tuple[Outcome, Mapping[str, Any]]) -> Outcome:
        """What was decided."""
        return found[0]

    def close(self) -> None:
        """Nothing is held."""


def peer(theory: Theory, name: str) -> Zen:
    """The engine with this knowledge."""
    return Zen(theory, name)


def _written(row: Flat) -> str:
    """A condition in the expression language."""
    match row:
        case bool():
            return str(row).lower()
        case Value():
            accepted = [*row.accepted, "unknown"] if row.possibly else row.accepted
            return f"values[{_text(row.constraint)}] in [{', '.join(map(_text, accepted))}]"
        case Task():
            known = f"{_text(row.task)} in lineage"
            return f"({known} or 'unknown' in lineage)" if row.possibly else known
        case Raised():
            sets = ("raised", "maybe") if row.possibly else ("raised",)
            tests = [f"({one}[{_text(need)}] ?? 0) >= {row.minimum}" for one in sets for need in row.within]
            return f"({' or '.join(tests)})"
        case Counted():
            return f"counted[{_text(row.need)}] != null"
        case Opposite():
            return f"not ({_written(row.inner)})"
        case Together():
            return f"({(' and ' if row.every else ' or ').join(map(_written, row.parts))})"


def _text(name: str) -> str:
    return f"'{name}'"


def _table(name: str, output: str, rows: Iterable[tuple[Flat, Mapping[str, Any]]]) -> dict[str, Any]:
    """A table that collects, into ``output``, the values of all rows that hold."""
    rules = [
        {"_id": str(number), "when": _written(when), "row": json.dumps(values)}
        for number, (when, values) in enumerate(rows)
    ]
    return {
        "id": name,
        "name": name,
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": "collect",
            "inputs": [{"id": "when", "name": "when"}],
            "outputs": [{"id": "row", "name": "row", "field": "row"}],
            "rules": rules,
            "passThrough": True,
            "inputField": None,
            "outputPath": output,
            "executionMode": "single",
        },
    }


def _function(name: str, source: str, constants: Mapping[str, Any]) -> dict[str, Any]:
    """A function with constants before it."""
    head = "".join(f"const {key} = {json.dumps(value)};\n" for key, value in constants.items())
    return {"id": name, "name": name, "type": "functionNode", "content": {"source": head + source}}


def _graph(rows: FlatTheory) -> dict[str, Any]:
    """The decision: tables of rules stage by stage, the table of techniques, and what adds them up."""
    theory = rows.theory
    narrower: dict[str, list[str]] = {}
    for need, other in rows.narrower:
        narrower.setdefault(need, []).append(other)
    nodes: list[dict[str, Any]] = [{"id": "in", "name": "in", "type": "inputNode"}]
    for stage in range(theory.stages):
        nodes.append(_table(f"rules-{stage}", "fired", _rules(rows, stage)))
        nodes.append(_function(f"raise-{stage}", RAISE, {"narrower": narrower}))
    nodes.append(_table("techniques", "collected", _collected(rows)))
    constants = {
        "techniques": [
            {"id": one.id, "complexity": one.complexity, "variant": one.family is not None,
             "involved": sorted(one.involved), "simpler": one.simpler}
            for one in theory.candidates
        ],
        "required": theory.required,
        "strong": theory.strong,
        "kinds": dict(theory.kinds),
    }  # fmt: skip
    nodes.append(_function("decide", DECIDE, constants))
    nodes.append({"id": "out", "name": "out", "type": "outputNode"})
    edges = [
        {"id": f"{one['id']}-{other['id']}", "type": "edge", "sourceId": one["id"], "targetId": other["id"]}
        for one, other in itertools.pairwise(nodes)
    ]
    return {"nodes": nodes, "edges": edges}


def _rules(rows: FlatTheory, stage: int) -> Iterable[tuple[Flat, Mapping[str, Any]]]:
    for rule, certain, possible in rows.rules:
        if rule.stage == stage:
            yield certain, {"id": rule.id, "need": rule.need, "weight": rule.weight, "certain": True}
            if rule.need in rows.tested:
                yield possible, {"id": rule.id, "need": rule.need, "weight": rule.weight, "certain": False}


def _collected(rows: FlatTheory) -> Iterable[tuple[Flat, Mapping[str, Any]]]:
    for one in rows.supplies:
        yield one.when, {
            "kind": "supply", "technique": one.technique, "need": one.need, "damages": one.damages,
            "degree": one.degree, "id": one.id,
        }  # fmt: skip
    for change in rows.changes:
        yield change.when, {
            "kind": "change", "technique": change.technique, "lost": change.lost, "need": change.need,
            "degree": change.degree, "id": change.id,
        }  # fmt: skip
    for bar in rows.bars:
        yield bar.when, {"kind": "bar", "technique": bar.technique, "id": bar.id}
