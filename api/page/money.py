"""Costs with what can be varied: sliders for time and use, numbers for the rest, the chart and where lines cross."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.page.asked import Asked
from engine.costs import Costs, decimal
from engine.render.cost import money, quantity

SHOWN = 6
"""How many numbers are in view: those on which the totals depend most."""

PICTURE = frozenset({"inline", "dark"})
"""What an address says of how a chart is to look, not of costs."""

PLACES = 100
"""How many places a slider has for each power of ten: equal ways on it are equal factors."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A number that can be slid by powers of ten around what is assumed.

    Attributes:
        name: the parameter of the address.
        label: what it counts.
        number: its number now.
        place: where the slider stands.
        least: its first place.
        most: its last.
    """

    name: str
    label: str
    number: int | float
    place: int
    least: int
    most: int


def numbers_of(query: Mapping[str, str]) -> dict[str, Any]:
    """The numbers that an address states; a text with a unit stays a text, and an empty field states nothing."""
    return {name: _number(value) for name, value in query.items() if value.strip() and name not in PICTURE}


def _number(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def cost_of(asked: Asked) -> dict[str, Any]:
    """Totals, sliders and numbers of a cost."""
    costs = asked.advisor.costs(asked.recommendation, numbers_of(asked.query))
    if not costs.totals:
        return {"costs": None}
    data = costs.as_dict()
    names = costs.recommendation.wording
    return {
        "costs": costs,
        "data": data,
        "sliders": [_slider(costs, "horizon"), _slider(costs, "volume")],
        "totals": [
            {
                "label": names.technique(technique),
                "recommended": technique in asked.recommendation.winners,
                "total": money(costs, costs.totals[technique]),
                "once": money(costs, costs.split(technique)["once"]),
                "period": money(costs, costs.split(technique)["each-period"]),
                "use": money(costs, costs.split(technique)["each-use"]),
            }
            for technique in costs.shown
        ],
        "break_even": [one["text"] for one in data["break_even"] if _shown(costs, one["techniques"])],
        "numbers": [_entry(costs, entry) for entry in data["numbers"] if entry["parameter"] not in _roles(costs)],
        "shown": SHOWN,
    }


def _roles(costs: Costs) -> set[str]:
    return {costs.model.in_role("horizon").id, costs.model.in_role("volume").id}


def _shown(costs: Costs, techniques: list[str]) -> bool:
    """Whether a crossing is told: the recommended technique against another that is shown."""
    return costs.subject in techniques and {*techniques} <= {*costs.shown}


def _slider(costs: Costs, role: Any) -> Slider:
    parameter = costs.model.in_role(role)
    number, assumed = float(costs.taken[parameter.id]), float(parameter.number) or 1.0
    reach = 1 if role == "horizon" else 3
    place, middle = round(math.log10(number) * PLACES), round(math.log10(assumed) * PLACES)
    least, most = min(place, max(0, middle - reach * PLACES)), max(place, middle + reach * PLACES)
    return Slider(role, parameter.label, decimal(costs.taken[parameter.id]), place, least, most)


def _entry(costs: Costs, entry: Mapping[str, Any]) -> dict[str, Any]:
    """One number with where it comes from."""
    knowledge = costs.model.knowledge
    record = knowledge.parameters[entry["parameter"]]
    origins = {"default": "assumed", "fitted": "fitted to what you said", "case": "from what you said"}
    sources = ", ".join(source["title"] for source in entry["sources"])
    return {
        **entry,
        "said": quantity(knowledge, record, costs.taken[record.id]),
        "how": origins.get(entry["origin"], "set by you"),
        "from": ", ".join(part for part in (sources, entry["date"] or "") if part),
    }
