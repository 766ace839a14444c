"""A proof checker: whether an exported proof follows from a knowledge base and says all there is to say.

It shares no code with ``engine/`` nor with ``tests/reference.py``. Each step is checked by what its premises say: a
condition is tested on the proof's own value and demand nodes, a score adds up the proof's own items, a rank compares
the proof's own scores. As every step is checked and nothing depends on itself, what is accepted holds. A step that
should be there and is not is a fault, as is one that should not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kb.model import Knowledge
from tests.checker_reading import Question, Reading
from tests.checker_steps import ITEMS, Checking, Fault


class InvalidProof(Exception):
    """A proof is not accepted; ``faults`` pairs the ids of nodes, or parts of the answer, with what is wrong there."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(f"{where}: {reason}" for where, reason in self.faults))


def check(
    proof: Mapping[str, Any],
    knowledge: Knowledge,
    profile: Mapping[str, Any],
    packs: Iterable[str],
    as_of: str,
    conclusion: Mapping[str, Any],
) -> None:
    """Accept a full proof and what is concluded from it.

    Args:
        proof: "root" and "nodes", as exported.
        knowledge: the version that answered.
        profile: what was stated: "task", "constraints" (values or numbers), "needs", "exclude".
        packs: the active packs.
        as_of: the date asked for.
        conclusion: the answer: its profile, packs, date, ranking, recommendation and margin are checked.

    Raises:
        InvalidProof: naming every node with a fault, and the fault.
    """
    question = Question(
        packs=frozenset(packs),
        task=profile.get("task"),
        values=profile.get("constraints", {}),
        needs=profile.get("needs", {}),
        exclude=frozenset(profile.get("exclude", ())),
    )
    checking = Checking(Reading(knowledge, question), proof)
    faults = checking.shape() or checking.steps()
    if not faults:
        faults = list(Concluding(checking, conclusion, as_of).faults())
    if faults:
        raise InvalidProof(faults)


class Concluding:
    """What an answer concludes, against the steps of its proof, which have been checked."""

    def __init__(self, checking: Checking, conclusion: Mapping[str, Any], as_of: str) -> None:
        self.checking, self.conclusion, self.as_of = checking, conclusion, as_of
        self.kb, self.question = checking.kb, checking.question
        self.nodes = checking.nodes

    def faults(self) -> Iterator[Fault]:
        """All of them."""
        if self.conclusion["as_of"] != self.as_of:
            yield "as_of", f"says {self.conclusion['as_of']}, asked was {self.as_of}"
        if sorted(self.conclusion["packs"]) != sorted(self.question.packs):
            yield "packs", f"says {self.conclusion['packs']}, asked was {sorted(self.question.packs)}"
        yield from self._profile()
        yield from self._ranking()
        yield from self._recommended()

    def _profile(self) -> Iterator[Fault]:
        profile = self.conclusion["profile"]
        known = {item: self.checking.known(item) for item in self.kb.constraints}
        known = {item: found for item, found in known.items() if found.value is not None}
        for name, right in (
            ("task", self.question.task),
            ("constraints", {item: found.value for item, found in known.items()}),
            ("origin", {item: found.origin for item, found in known.items()}),
            ("needs", dict(self.question.needs)),
            ("exclude", sorted(self.question.exclude)),
        ):
            if profile[name] != right:
                yield f"profile/{name}", f"says {profile[name]!r}, but what follows is {right!r}"
        inherited = {
            item: {one.task for one in found.says} for item, found in known.items() if found.origin == "inherited"
        }
        named = profile["inherited_from"]
        if set(named) != set(inherited) or any(named[item] not in tasks for item, tasks in inherited.items()):
            yield "profile/inherited_from", f"says {named!r}, but what follows is {inherited!r}"

    def _ranking(self) -> Iterator[Fault]:
        ranking = self.conclusion["ranking"]
        families = sorted(item.id for item in self.kb.techniques.values() if item.refines is None)
        if sorted(entry["technique"] for entry in ranking) != families:
            yield "ranking", f"does not list each of {families} once"
            return
        for entry in ranking:
            yield from self._entry(entry)
        ranks = [entry["rank"] or len(ranking) + 1 for entry in ranking]
        if ranks != sorted(ranks):
            yield "ranking", "is not in the order of ranks, what cannot be chosen last"
        standings = sorted(map(self.checking.standing, self.checking.candidates()))
        margin = standings[1][0] - standings[0][0] if len(standings) > 1 else None
        if self.conclusion["confidence"]["margin"] != margin:
            yield "margin", f"says {self.conclusion['confidence']['margin']}, but what follows is {margin}"

    def _entry(self, entry: Mapping[str, Any]) -> Iterator[Fault]:
        technique = entry["technique"]
        where = f"ranking/{technique}"
        shown = self.nodes[f"technique:{technique}"]
        for name in ("score", "status", "rank"):
            if entry[name] != shown[name]:
                yield where, f"{name}: says {entry[name]!r}, the proof {shown[name]!r}"
        items = self.checking.about(technique, *ITEMS)
        right = Counter((item.get("need"), tuple(item["statements"]), item["points"]) for item in items)
        reasons = [item for item in entry["reasons"] if item["points"] is not None]
        if Counter((item.get("need"), tuple(item["statements"]), item["points"]) for item in reasons) != right:
            yield where, "its reasons are not the items of its score"
        blockers = [item for item in entry["reasons"] if item["points"] is None]
        right = Counter(item["reason"] for item in self.checking.about(technique, "blocker"))
        if Counter(item["reason"] for item in blockers) != right:
            yield where, "its reasons against are not its blockers"
        provisos = [item["statements"][0] for item in self.checking.about(technique, "proviso")]
        if sorted(item["prerequisite"] for item in entry["provisos"]) != sorted(provisos):
            yield where, "its provisos are not those of the proof"

    def _recommended(self) -> Iterator[Fault]:
        recommended = self.conclusion["recommended"]
        winners = sorted(item for item in self.kb.techniques if self.nodes[f"technique:{item}"]["rank"] == 1)
        if recommended is None or not winners:
            if recommended or winners:
                yield "recommended", f"says {recommended}, but what can be chosen is {winners}"
            return
        if sorted([recommended["technique"], *recommended["tied"]]) != winners:
            yield "recommended", f"says {recommended['technique']}, but the first rank is {winners}"
            return
        variant = recommended["variant"]["technique"] if recommended["variant"] else None
        best = self._variants(recommended["technique"])
        if variant not in (best or [None]):
            yield "recommended/variant", f"says {variant}, but what follows is one of {best or [None]}"

    def _variants(self, family: str) -> list[str]:
        """The best that refine the family, can be chosen and come strictly before it."""
        found = [
            item
            for item in self.kb.techniques
            if item != family
            and family in self.checking.reading.families(item)
            and self.nodes[f"technique:{item}"]["status"] == "viable"
            and self.checking.standing(item) < self.checking.standing(family)
        ]
        best = min(map(self.checking.standing, found), default=None)
        level = [item for item in found if self.checking.standing(item) == best]
        named = [
            item
            for item in level
            if not any(other != item and other in self.checking.reading.families(item) for other in level)
        ]
        return named if len(named) == 1 else []
