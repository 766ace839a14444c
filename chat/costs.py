"""The act "cost": what techniques cost, with the time and the volume that the question names."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from chat import wording
from chat.advice import Advice
from chat.intent import Intent
from chat.numbers import Units
from chat.outcome import Outcome
from chat.scales import plain_number
from chat.state import Number
from chat.vocabulary import vocabulary_of
from engine.answer import Recommendation
from engine.cost_model import CostModel, Role
from kb.dimensions import measure
from kb.formulas import measure_of

_TOLD = 3


class Costing:
    """Tells costs in a conversation.

    Args:
        advice: the advisor on this conversation.
        text: the message.
    """

    def __init__(self, advice: Advice, text: str) -> None:
        self._advice, self._text = advice, text

    def cost(self, intent: Intent, recommendation: Recommendation) -> Outcome:
        """What each technique costs; where no formulas are known, what can be said instead."""
        numbers = self._stated(recommendation)
        costs = self._advice.advisor.costs(recommendation, numbers)
        parts = [costs.as_text(_TOLD, short=True)] if costs.totals else [costs.as_text(), wording.instead_tradeoffs()]
        suggestions = [wording.ask_downsides(), *self._advice.suggestions(recommendation)[:2]]
        return Outcome("cost", parts, self._advice.state, recommendation, suggestions=suggestions)

    def _stated(self, recommendation: Recommendation) -> dict[str, Number]:
        """The time and the volume named in the question, by what their units measure."""
        knowledge = self._advice.knowledge
        model = CostModel(knowledge, recommendation.packs)
        found: dict[str, Number] = {}
        if not model.parts:
            return found
        roles: tuple[Role, ...] = ("horizon", "volume")
        for quantity in Units(knowledge).read(vocabulary_of(knowledge).read(self._text)):
            if quantity.unit is None or quantity.repeated or quantity.amount <= 0:
                continue
            said = measure(knowledge, quantity.unit)
            for role in roles:
                own = measure_of(knowledge, model.in_role(role))
                if said.dimension == own.dimension and role not in found:
                    number = Fraction(quantity.middle) * said.size / own.size
                    found[role] = plain_number(Decimal(number.numerator) / Decimal(number.denominator))
        return found
