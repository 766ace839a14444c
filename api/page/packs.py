"""By which packs an answer is given: shown with it, and chosen for one question without changing it for others."""

from __future__ import annotations

from dataclasses import dataclass

from chat.wording import listing
from engine.answer import Recommendation


@dataclass(frozen=True, slots=True)
class Packs:
    """By which packs an answer was given.

    Attributes:
        all: id and label of each pack, and whether it counts.
        usual: whether those count that are switched on.
    """

    all: tuple[tuple[str, str, bool], ...]
    usual: bool

    @property
    def told(self) -> str:
        """Which count, in words."""
        on, off = ([label for _, label, counts in self.all if counts is which] for which in (True, False))
        if not off:
            return f"all {len(on)} count" if len(on) > 1 else "the only one counts"
        if not on:
            return "none counts"
        return f"without {listing(off)}" if len(off) < len(on) else f"only {listing(on)}"


def packs_of(recommendation: Recommendation) -> Packs:
    """By which packs an answer was given."""
    packs = recommendation.knowledge.packs.values()
    return Packs(
        tuple((pack.id, pack.label, pack.id in recommendation.packs) for pack in packs),
        {pack.id for pack in packs if pack.active} == {*recommendation.packs},
    )
