"""Generated knowledge: so many tasks, rules, constraints or techniques for each one that a knowledge base has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from kb.model import Knowledge

CHUNK = 500
"""So many terms are parsed together."""

PREFIXES = """
@prefix aw: <https://w3id.org/adaptwise/schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
""" + "".join(
    f"@prefix {kind}: <https://w3id.org/adaptwise/{kind}/> .\n"
    for kind in ("pack", "claim", "task", "constraint", "value", "need", "technique", "rule", "contribution")
)
PACK = """
pack:grown a aw:Pack ; skos:prefLabel "Grown"@en ; skos:definition "Generated to measure growth."@en ;
    aw:precedence 5 ; owl:versionInfo "1" ; dcterms:creator "A benchmark" ; dcterms:license "None" ;
    dcterms:created "2026-01-01"^^xsd:date .
claim:grown a aw:Claim ; aw:text "Generated."@en ; aw:claimKind aw:judgement ; aw:verification aw:judged ;
    dcterms:creator "A benchmark" ; dcterms:date "2026-01-01"^^xsd:date .
"""


class Grower:
    """Writes generated terms as Turtle, out of the ids of a knowledge base."""

    def __init__(self, knowledge: Knowledge, asked: str) -> None:
        """``asked`` is the task that recommendations will be for."""
        self.chance = random.Random(1)  # noqa: S311 (the same each time)
        self.knowledge = knowledge
        self.tasks = sorted(knowledge.tasks)
        self.others = [task for task in self.tasks if task != asked and asked not in knowledge.tasks[task].broader]
        self.needs, self.strengths = sorted(knowledge.needs), sorted(knowledge.strengths)
        self.degrees = sorted(knowledge.degrees)
        self.values = [f"{one.id}.{value.id}" for one in knowledge.constraints.values() for value in one.values]

    def terms(self, kind: str, times: int) -> Iterator[str]:
        """So many of a kind for each one that there is, beside that one."""
        sizes = self.knowledge
        if kind in ("tasks", "all together"):
            for number in range(len(sizes.tasks) * (times - 1)):
                yield self.task(number)
        if kind in ("rules of other tasks", "rules"):
            tasks = self.others if kind != "rules" else None
            for number in range(len(sizes.rules) * (times - 1)):
                yield self.rule(f"grown-{number}", self.chance.choice(tasks) if tasks else None)
        if kind in ("constraints", "all together"):
            for number in range(len(sizes.constraints) * (times - 1)):
                yield self.constraint(number)
        if kind in ("techniques", "all together"):
            for number in range(len(sizes.techniques) * (times - 1)):
                yield self.technique(number)

    def task(self, number: int) -> str:
        """A task with as many rules as a task has on average."""
        name = f"grown-{number}"
        rules = len(self.knowledge.rules) // len(self.knowledge.tasks)
        return (
            f'task:{name} a aw:Task ; skos:prefLabel "grown task {number}"@en ; skos:definition "Generated."@en ;'
            f" skos:broader task:{self.chance.choice(self.others)} ; prov:wasDerivedFrom claim:grown .\n"
        ) + "".join(self.rule(f"{name}-{place}", name) for place in range(rules))

    def rule(self, name: str, task: str | None) -> str:
        """A demand rule on a value, of a task or of all."""
        of_task = f"aw:when [ aw:task task:{task} ] ; " if task else ""
        return (
            f'rule:{name} a aw:DemandRule ; skos:prefLabel "{name}"@en ; {of_task}'
            f"aw:when [ aw:is value:{self.chance.choice(self.values)} ] ;"
            f" aw:raises need:{self.chance.choice(self.needs)} ;"
            f" aw:strength aw:{self.chance.choice(self.strengths)} ; prov:wasDerivedFrom claim:grown .\n"
        )

    def constraint(self, number: int) -> str:
        """A constraint with three values, of which one rule of another task speaks."""
        name = f"grown-{number}"
        values = " ".join(f"value:{name}.{value}" for value in ("low", "mid", "high"))
        said = "".join(
            f'value:{name}.{value} a aw:Value ; skos:prefLabel "{value} {number}"@en ;'
            f' skos:definition "Generated."@en ; prov:wasDerivedFrom claim:grown .\n'
            for value in ("low", "mid", "high")
        )
        return (
            f'constraint:{name} a aw:Constraint ; skos:prefLabel "grown constraint {number}"@en ; aw:scale aw:ordered ;'
            f' skos:definition "Generated."@en ; aw:question "How is {number}?"@en ; aw:values ( {values} ) ;'
            f" aw:changeEffort aw:fixed ; prov:wasDerivedFrom claim:grown .\n{said}"
            f'rule:{name}-tests a aw:DemandRule ; skos:prefLabel "tests {number}"@en ;'
            f" aw:when [ aw:task task:{self.chance.choice(self.others)} ] ; aw:when [ aw:is value:{name}.high ] ;"
            f" aw:raises need:{self.chance.choice(self.needs)} ; aw:strength aw:weak ;"
            f" prov:wasDerivedFrom claim:grown .\n"
        )

    def technique(self, number: int) -> str:
        """A technique with as many contributions as one has on average."""
        name = f"grown-{number}"
        given = len(self.knowledge.contributions) // len(self.knowledge.techniques)
        return (
            f'technique:{name} a aw:Technique ; skos:prefLabel "grown technique {number}"@en ;'
            f' skos:definition "Generated."@en ; aw:complexity {self.chance.randint(0, 3)} ;'
            f" prov:wasDerivedFrom claim:grown .\n"
        ) + "".join(
            f'contribution:{name}-{need} a aw:Contribution ; skos:prefLabel "{name} on {need}"@en ;'
            f" aw:technique technique:{name} ; aw:need need:{need} ; aw:degree aw:{self.chance.choice(self.degrees)} ;"
            f" prov:wasDerivedFrom claim:grown .\n"
            for need in self.chance.sample(self.needs, given)
        )

    def quads(self, kind: str, times: int) -> Iterator[Any]:
        """The same as quads of a pack of their own, parsed by the hundred."""
        from kb.packs import parse_pack

        waiting = [PACK]
        for term in self.terms(kind, times):
            waiting.append(term)
            if len(waiting) >= CHUNK:
                yield from parse_pack(PREFIXES + "".join(waiting), pack="grown")
                waiting = []
        yield from parse_pack(PREFIXES + "".join(waiting), pack="grown")
