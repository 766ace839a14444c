"""A task that somebody is describing in a conversation: plain data, kept with the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from kb.definitions import Demand, TaskDescription
from kb.model import Knowledge

Slot: TypeAlias = Literal["label", "synonyms", "broader", "needs", "strength", "review"]
"""What is asked for; "review" when all of it was."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A task as described so far.

    Attributes:
        label: its name; empty until it has one.
        synonyms: other names.
        broader: ids of the tasks whose rules it inherits.
        demands: what it needs; the strength is empty until it was said.
        definition: what it is.
        reason: why it is added.
        settled: the slots that were answered, or passed over.
        choices: ids of the terms that were offered last, for "the second".
        spoken_of: the need spoken of last, for "only if ...".
        base: the version for which its effects were shown as it is now; 0 where they were not.
    """

    label: str = ""
    synonyms: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()
    definition: str = ""
    reason: str = ""
    settled: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    spoken_of: str = ""
    base: int = 0

    @property
    def slot(self) -> Slot:
        """What is to be asked next."""
        if not self.label:
            return "label"
        if "synonyms" not in self.settled:
            return "synonyms"
        if "broader" not in self.settled:
            return "broader"
        if self.unweighed is not None:
            return "strength"
        return "review" if "needs" in self.settled else "needs"

    @property
    def unweighed(self) -> str | None:
        """The first need of which nobody has said yet how much it matters."""
        return next((demand.need for demand in self.demands if not demand.strength), None)

    def demand(self, need: str) -> Demand | None:
        """What was said of a need."""
        return next((demand for demand in self.demands if demand.need == need), None)

    def settle(self, slot: str, keep: bool = False) -> Draft:
        """The draft with a slot answered; what was offered is forgotten unless it is to be kept."""
        settled = tuple(dict.fromkeys((*self.settled, slot)))
        return replace(self, settled=settled, choices=self.choices if keep else ())

    def settled_by_what_it_has(self) -> Draft:
        """The draft with those slots answered of which it has something, apart from needs, which may be more."""
        draft = self.settle("synonyms", keep=True) if self.synonyms else self
        return draft.settle("broader", keep=True) if self.broader else draft

    def without(self, need: str) -> Draft:
        """The draft without a demand."""
        return replace(self, demands=tuple(one for one in self.demands if one.need != need))

    def demanding(self, demand: Demand) -> Draft:
        """The draft with a demand added, or what is new about one: a strength, a condition."""
        old = self.demand(demand.need)
        if old is None:
            return replace(self, demands=(*self.demands, demand), spoken_of=demand.need)
        new = Demand(demand.need, demand.strength or old.strength, demand.when or old.when)
        demands = tuple(new if one is old else one for one in self.demands)
        return replace(self, demands=demands, spoken_of=demand.need)

    def known_to(self, knowledge: Knowledge) -> Draft:
        """The draft without what the knowledge base does not have (any more)."""
        demands = []
        for one in self.demands:
            when = {name: values for name, values in one.when.items() if _has(knowledge, name, values)}
            if one.need in knowledge.needs and one.strength in {"", *knowledge.strengths}:
                demands.append(Demand(one.need, one.strength, when))
        broader = tuple(task for task in self.broader if task in knowledge.tasks)
        return replace(self, broader=broader, demands=tuple(demands))

    def description(self) -> TaskDescription:
        """The task as it is added."""
        return TaskDescription(
            label=self.label,
            synonyms=self.synonyms,
            broader=self.broader,
            demands=self.demands,
            definition=self.definition,
            reason=self.reason,
        )

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "label": self.label,
            "synonyms": list(self.synonyms),
            "broader": list(self.broader),
            "demands": [_demand_as_dict(one) for one in self.demands],
            "definition": self.definition,
            "reason": self.reason,
            "settled": list(self.settled),
            "choices": list(self.choices),
            "spoken_of": self.spoken_of,
            "base": self.base,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Draft:
        """From :meth:`as_dict`."""
        demands = tuple(
            Demand(one["need"], one["strength"], {name: tuple(values) for name, values in one["when"].items()})
            for one in data["demands"]
        )
        return cls(
            label=data["label"],
            synonyms=tuple(data["synonyms"]),
            broader=tuple(data["broader"]),
            demands=demands,
            definition=data["definition"],
            reason=data["reason"],
            settled=tuple(data["settled"]),
            choices=tuple(data["choices"]),
            spoken_of=data["spoken_of"],
            base=data["base"],
        )


def _demand_as_dict(demand: Demand) -> dict[str, Any]:
    when = {name: [values] if isinstance(values, str) else list(values) for name, values in demand.when.items()}
    return {"need": demand.need, "strength": demand.strength, "when": when}


def _has(knowledge: Knowledge, constraint: str, values: Any) -> bool:
    record = knowledge.constraints.get(constraint)
    return record is not None and all(record.value(value) for value in values)
