"""Generated cases: any task or none, some values, sometimes needs that are stated or denied, or something excluded."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from kb.model import Knowledge


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: ids only. ``needs`` has strengths, or "denied"."""

    task: str | None
    values: Mapping[str, str]
    needs: Mapping[str, str]
    exclude: tuple[str, ...]


def generated(knowledge: Knowledge, number: int, seed: int = 1) -> list[Case]:
    """So many cases, the same each time."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    tasks, needs = sorted(knowledge.tasks), sorted(knowledge.needs)
    constraints = sorted(knowledge.constraints.values(), key=lambda one: one.id)
    strengths = [*sorted(knowledge.strengths), "denied"]
    techniques = sorted(knowledge.techniques)
    found = []
    for _ in range(number):
        stated = chance.sample(constraints, chance.randint(2, min(12, len(constraints))))
        found.append(
            Case(
                task=chance.choice(tasks) if chance.random() < 0.9 else None,
                values={one.id: chance.choice(one.values).id for one in stated},
                needs={one: chance.choice(strengths) for one in chance.sample(needs, chance.choice((0, 0, 1, 2)))},
                exclude=(chance.choice(techniques),) if chance.random() < 0.1 else (),
            )
        )
    return found
