"""What kinds of terms are called on the page, and where they are found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import url_for

from kb.model import ATTRIBUTE_OF_KIND, Kind


@dataclass(frozen=True, slots=True)
class Called:
    """The names of a kind.

    Attributes:
        one: of one term.
        many: of several.
        about: what it is, in a few words.
    """

    one: str
    many: str
    about: str


CALLED: Mapping[Kind, Called] = MappingProxyType(
    {
        "task": Called("task", "tasks", "What is to be done"),
        "constraint": Called("constraint", "constraints", "On what cases differ"),
        "need": Called("need", "needs", "What a case asks of its technique"),
        "technique": Called("technique", "techniques", "What can be recommended"),
        "quality": Called("quality", "qualities", "On what techniques are compared"),
        "rule": Called("rule", "rules", "When a need is raised, and how strongly"),
        "contribution": Called("contribution", "contributions", "What a technique does for a need"),
        "prerequisite": Called("prerequisite", "prerequisites", "What a technique cannot do without"),
        "penalty": Called("penalty", "penalties", "What a technique loses whatever is needed"),
        "interaction": Called("interaction", "interactions", "What combining adds to the parts"),
        "tradeoff": Called("tradeoff", "tradeoffs", "Where a technique stands on a quality"),
        "advice": Called("piece of advice", "pieces of advice", "Warnings and hints"),
        "step": Called("step", "steps", "What to do on the way, and when to go on"),
        "typical": Called("typical value", "typical values", "What is taken for granted of a task"),
        "parameter": Called("parameter", "parameters", "Dated numbers with their unit"),
        "formula": Called("formula", "formulas", "Calculations over these numbers"),
        "claim": Called("claim", "claims", "What a source says, in our words"),
        "source": Called("source", "sources", "Publications, price lists, people who judge"),
        "conflict": Called("conflict", "conflicts", "Where claims disagree"),
        "resolution": Called("resolution", "resolutions", "What was decided about a conflict"),
        "scenario": Called("scenario", "scenarios", "Worked cases that test the rest"),
        "pack": Called("pack", "packs", "Who brought what, under which licence"),
        "word": Called("strength word", "strength words", "A source's words, and for what they count"),
        "strength": Called("strength", "strengths", "How strongly a need is demanded"),
        "degree": Called("degree", "degrees", "How well a technique serves a need"),
        "unit": Called("unit", "units", "In what numbers are given"),
        "band": Called("band", "bands", "Which numbers stand for which value"),
        "system": Called("system", "systems", "How the whole presents itself"),
    }
)

GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("What is told apart", ("task", "constraint", "need", "technique", "quality")),
    (
        "What is stated",
        ("rule", "contribution", "prerequisite", "penalty", "interaction", "tradeoff", "advice", "step", "typical"),
    ),
    ("Where it comes from", ("claim", "source", "conflict", "resolution", "scenario", "pack")),
    ("Numbers and scales", ("parameter", "formula", "unit", "band", "strength", "degree", "word", "system")),
)
"""All kinds as the first page of the knowledge has them."""

IN_SEARCH: tuple[Kind, ...] = tuple(kind for _, kinds in GROUPS for kind in kinds if kind not in {"band", "system"})
"""The kinds that are searched where nobody says which, in the order in which equals are shown."""

_KIND_OF_PLURAL: Mapping[str, Kind] = MappingProxyType(
    {name.replace("_", "-"): kind for kind, name in ATTRIBUTE_OF_KIND.items()}
)


def plural(kind: Kind) -> str:
    """The name of a kind's list in addresses, as in those of the programming interface."""
    return ATTRIBUTE_OF_KIND[kind].replace("_", "-")


def kind_of(name: str) -> Kind | None:
    """The kind whose list has this name in addresses."""
    return _KIND_OF_PLURAL.get(name)


def address(kind: Kind, term_id: str) -> str:
    """The page of a term."""
    return url_for("know.term", plural=plural(kind), term_id=term_id)


def counted(number: int, kind: Kind) -> str:
    """So many terms of a kind."""
    return f"{number:,} {CALLED[kind].one if number == 1 else CALLED[kind].many}"
