"""The advisor: what everyone calls. One advisor answers from one version of the knowledge.

It turns a profile into a question for Prolog and the reply into records; it neither scores nor decides.
"""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from engine.answer import Recommendation
from engine.bridge import Engine
from engine.errors import EngineTimeout
from engine.explanation import Difference, WhyAnswer, WhyNotAnswer
from engine.facts import Facts
from engine.profile import DENIED, InvalidProfile, Problem, Profile
from engine.profile_reader import ProfileReader
from engine.recent import Recent
from engine.terms import Compound, PrologTerm, compound
from kb.lexicon import Lexicon
from kb.model import Knowledge
from kb.store import Snapshot, Version

# What answers the other questions is imported where it is asked for: a command asks one of them.
if TYPE_CHECKING:
    from engine.about import Definition, Method
    from engine.accuracy import Accuracy
    from engine.contrast import Contrast
    from engine.costs import Costs
    from engine.counterfactual import Changes, Regions
    from engine.evidence import Evidence
    from engine.records import Record
    from engine.render.decision_record import DecisionRecord

REPLIES_KEPT = 128
"""How many replies an advisor remembers: a conversation asks why and why not of the same answer."""


class Advisor:
    """Answers from one snapshot of the knowledge.

    Args:
        snapshot: the version to answer from.
        engine: where to ask.
        base: the facts in Prolog, if they follow the newest version; or the name of a knowledge base that is loaded for
            this advisor alone.
    """

    def __init__(
        self, snapshot: Snapshot, engine: Engine, base: str | Facts, records: Callable[[], tuple[Record, ...]] = tuple
    ) -> None:
        self.snapshot = snapshot
        self._records = records
        self.knowledge: Knowledge = snapshot.knowledge
        self.version: Version = snapshot.version
        self._owns_facts = isinstance(base, str)
        self._facts = Facts(engine, base) if isinstance(base, str) else base
        self._measuring = threading.Lock()
        self._accuracy: Accuracy | None = None
        self._replies: Recent[tuple[str, str], Mapping[str, Any]] = Recent(REPLIES_KEPT)
        if self._owns_facts:
            self._facts.follow(self.knowledge)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words by which this version's terms are known."""
        return Lexicon(self.knowledge)

    @cached_property
    def _reader(self) -> ProfileReader:
        return ProfileReader(self.knowledge, self.lexicon)

    # --- questions ------------------------------------------------------------------------------------------

    def profile(
        self,
        task: str | None = None,
        constraints: Mapping[str, Any] | None = None,
        needs: Mapping[str, Any] | None = None,
        exclude: Iterable[str] = (),
        on: datetime.date | None = None,
    ) -> Profile:
        """Read what a client stated; unknown values are dropped, numbers become values by their bands.

        Dates become the time until then, from ``on``, today by default.

        Raises:
            InvalidProfile: naming every problem, where it is, and the nearest valid choices.
        """
        return self._reader.read(task, constraints or {}, needs or {}, exclude, on)

    def active(self, packs: Iterable[str] | None = None) -> tuple[str, ...]:
        """Ids of the packs that count.

        Args:
            packs: those asked for; by default those that are switched on.

        Raises:
            InvalidProfile: naming every pack that is not installed.
        """
        if packs is None:
            return tuple(pack.id for pack in self.knowledge.packs.values() if pack.active)
        wanted = sorted(set(packs))
        unknown = [pack for pack in wanted if pack not in self.knowledge.packs]
        if unknown:
            raise InvalidProfile(
                [
                    Problem(
                        "/packs",
                        f"there is no pack “{pack}”",
                        expected="the id of an installed pack",
                        nearest=tuple(self.knowledge.packs),
                    )
                    for pack in unknown
                ]
            )
        return tuple(wanted)

    def recommend(
        self,
        profile: Profile,
        as_of: datetime.date | None = None,
        packs: Iterable[str] | None = None,
        explain: str = "full",
    ) -> Recommendation:
        """Recommend for a profile.

        Args:
            profile: from :meth:`profile`.
            as_of: the date for which to answer; today by default.
            packs: ids of the active packs; by default those that are switched on. The packs that carry vocabulary
                only lose their statements.
            explain: how much of the proof to bring along: "none", "summary" or "full".

        Raises:
            InvalidProfile: for an unknown pack.
            EngineError: and its kinds, if the engine could not answer.
        """
        active = self.active(packs)
        date = as_of or datetime.datetime.now(tz=datetime.UTC).date()
        answer_id = self._identity(profile, active, date)
        reply = self._replies.get((answer_id, explain))
        if reply is None:
            seed = int(answer_id[:15], 16)
            reply = self._ask("recommend", self._description(profile, active), seed, explain)
            self._replies.put((answer_id, explain), reply)
        return Recommendation(
            id=answer_id,
            profile=profile,
            packs=active,
            as_of=date,
            explain=explain,
            reply=reply,
            knowledge=self.knowledge,
        )

    def decide(self, profile: Profile, packs: Iterable[str] | None = None) -> Recommendation:
        """The decision for a profile and its whole proof, for comparing many: without confidence and next question.

        Raises:
            InvalidProfile: for an unknown pack.
            EngineError: and its kinds, if the engine could not answer.
        """
        active, date = self.active(packs), datetime.datetime.now(tz=datetime.UTC).date()
        reply = self._ask("decide", self._description(profile, active))
        answer_id = self._identity(profile, active, date)
        return Recommendation(answer_id, profile, active, date, "full", reply, self.knowledge)

    def decide_if(self, recommendation: Recommendation, changes: Mapping[str, Any]) -> Recommendation:
        """The decision under changes, as :meth:`what_if` takes them, and its whole proof, for trying many.

        Raises:
            InvalidProfile: for invalid changes.
            EngineError: and its kinds, if the engine could not answer.
        """
        profile = self._reader.changed(recommendation.profile, changes)
        return self.decide(profile, changes.get("packs", recommendation.packs))

    def why(self, recommendation: Recommendation) -> WhyAnswer:
        """Why what is recommended is recommended: the whole proof, and in words what carries it."""
        full = self._full(recommendation)
        return WhyAnswer(full, full.proof)

    def why_not(self, recommendation: Recommendation, technique: str, repair: bool = False) -> WhyNotAnswer:
        """Every reason why ``technique`` is not recommended, with its gap.

        Args:
            recommendation: the answer to start from.
            technique: the technique asked about.
            repair: whether to search the cheapest ways out as well, for each blocker and to make it win.

        Raises:
            InvalidProfile: for an unknown technique.
        """
        from engine.repair import repairs

        found = self._reader.technique(technique, "/technique")
        full = self._full(recommendation)
        searched = repairs(self, full, full.proof, found) if repair else None
        return WhyNotAnswer(full, full.proof, found, searched)

    def what_if(self, recommendation: Recommendation, changes: Mapping[str, Any]) -> Difference:
        """The recommendation under changes, and what differs. Nothing is stored.

        Args:
            recommendation: the answer to start from.
            changes: "task", "constraints" (a value of None or "unknown" takes a statement back), "needs", "exclude",
                "packs".

        Raises:
            InvalidProfile: for invalid changes.
        """
        profile = self._reader.changed(recommendation.profile, changes)
        packs = changes.get("packs", recommendation.packs)
        # what differs is told without the proof, which is there for the asking
        return Difference(recommendation, self.recommend(profile, recommendation.as_of, packs, explain="none"))

    def contrast(self, recommendation: Recommendation, technique: str, than: str) -> Contrast:
        """Why ``technique`` rather than ``than``: only what differs.

        Raises:
            InvalidProfile: for an unknown technique.
        """
        from engine.contrast import Contrast

        first = self._reader.technique(technique, "/technique")
        second = self._reader.technique(than, "/than")
        full = self._full(recommendation)
        return Contrast(full, full.proof, first, second)

    def changes(self, recommendation: Recommendation, to: str, size: int | None = None, fixed: bool = False) -> Changes:
        """The smallest sets of changes that make ``to`` win.

        Args:
            recommendation: the answer to start from.
            to: the technique that is to win.
            size: the most changes in a set, up to :data:`~engine.counterfactual.LARGEST_SET`, the default.
            fixed: whether to vary what was stated and nobody can change.

        Raises:
            InvalidProfile: for an unknown technique or too large a size.
        """
        from engine.counterfactual import LARGEST_SET, Changes

        size = LARGEST_SET if size is None else size
        target = self._reader.technique(to, "/to")
        if not 1 <= size <= LARGEST_SET:
            expected = f"a number from 1 to {LARGEST_SET}"
            raise InvalidProfile([Problem("/size", f"{size} changes cannot be searched", expected)])
        asked = self._description(recommendation.profile, recommendation.packs)
        reply = self._ask("changes", asked, target, size, "true" if fixed else "false")
        return Changes(recommendation, target, size, fixed, reply["sets"])

    def regions(self, recommendation: Recommendation, x: str, y: str | None = None) -> Regions:
        """For each value of ``x``, or pair of values of ``x`` and ``y``, which technique wins.

        Raises:
            InvalidProfile: for an unknown constraint, or the same one twice.
        """
        from engine.counterfactual import Regions

        across = self._reader.constraint(x, "/x")
        up = self._reader.constraint(y, "/y") if y is not None else None
        if across == up:
            raise InvalidProfile([Problem("/y", f"“{up}” is on both axes", "another constraint than /x")])
        asked = self._description(recommendation.profile, recommendation.packs)
        reply = self._ask("regions", asked, across, up or "no_constraint")
        return Regions(recommendation, across, up, reply["cells"])

    def costs(self, recommendation: Recommendation, numbers: Mapping[str, Any] | None = None) -> Costs:
        """What each technique costs over a horizon, and from where on which is cheaper. It decides nothing.

        Args:
            recommendation: the answer to start from.
            numbers: what is to be taken instead of assumed numbers, by any name of a parameter: a number in its unit, a
                text with a unit, or the name of a parameter that is an alternative to it. "horizon" and "volume" name
                the parameters of these roles.

        Raises:
            InvalidProfile: for numbers that there are not, or that do not go together.
        """
        from engine.cost_model import CostModel
        from engine.cost_reader import CostReader
        from engine.costs import Costs

        model = CostModel(self.knowledge, recommendation.packs)
        full = self._full(recommendation)
        read = CostReader(model, self.lexicon, full).read(numbers or {})
        return Costs(full, model, read)

    def who_says_so(self, recommendation: Recommendation, node: str | None = None) -> Evidence:
        """The claims and sources behind an answer, or behind one node of its proof, and their conflicts.

        Raises:
            InvalidProfile: if the proof has no such node.
        """
        from engine.evidence import Evidence

        full = self._full(recommendation)
        return Evidence(full, full.proof, node)

    def decision_record(self, recommendation: Recommendation) -> DecisionRecord:
        """The answer as an architecture decision record, with the single changes that would turn it."""
        from engine.render.decision_record import DecisionRecord

        flips: dict[str, Changes | None] = {}
        for result in recommendation.ranking:
            if result["technique"] not in recommendation.winners:
                try:
                    flips[result["technique"]] = self.changes(recommendation, result["technique"], size=1)
                except EngineTimeout:
                    flips[result["technique"]] = None
        full = self._full(recommendation)
        return DecisionRecord(full, full.proof, flips)

    # --- questions about the expert itself ------------------------------------------------------------------

    def how_it_decides(self, packs: Iterable[str] | None = None) -> Method:
        """How answers come about in general, and how much knowledge is active.

        Raises:
            InvalidProfile: for an unknown pack.
        """
        from engine.about import Method

        return Method(self.knowledge, self.active(packs))

    def accuracy(self) -> Accuracy:
        """How this version answers its own scenarios (asked once, then remembered), and what was recorded of others."""
        from engine.accuracy import measured

        with self._measuring:
            if self._accuracy is None:
                self._accuracy = measured(self)
            return replace(self._accuracy, records=self._records())

    def define(self, term: str) -> Definition:
        """What a term means, by any name that it goes by.

        Raises:
            InvalidProfile: if no term goes by that name.
        """
        from engine.about import define

        return define(self.knowledge, self.lexicon, term)

    def forget(self) -> None:
        """Forget the replies that were remembered; questions are asked anew."""
        self._replies = Recent(REPLIES_KEPT)

    def close(self) -> None:
        """Unload the facts if they are this advisor's own; the next question loads them again."""
        if self._owns_facts:
            self._facts.unload()

    # --- how it is done -----------------------------------------------------------------------------------------

    def _ask(self, operation: str, *arguments: PrologTerm) -> Any:
        return self._facts.ask(self.knowledge, operation, *arguments)

    def _full(self, recommendation: Recommendation) -> Recommendation:
        """The same answer with its whole proof, which alone tells of every kind of every technique."""
        if recommendation.explain == "full":
            return recommendation
        return self.recommend(recommendation.profile, recommendation.as_of, recommendation.packs)

    def _identity(self, profile: Profile, packs: tuple[str, ...], date: datetime.date) -> str:
        """The id of an answer: a hash of what it depends on, and of nothing else (DESIGN, section 3)."""
        contents, vocabularies = self.snapshot.pack_hashes, self.snapshot.vocabulary_hashes
        material = {
            "packs": {pack: contents.get(pack, "") for pack in packs},
            "vocabulary": {pack: vocabularies[pack] for pack in sorted(vocabularies) if pack not in packs},
            "profile": profile.canonical(),
            "as_of": date.isoformat(),
        }
        return hashlib.sha256(orjson.dumps(material, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]

    def _description(self, profile: Profile, packs: tuple[str, ...]) -> Compound:
        values = [
            compound("v", value.constraint, value.value, compound("derived", value.band) if value.band else "stated")
            for value in profile.values
        ]
        needs = [compound("n", need, self._weight(strength)) for need, strength in profile.needs]
        return compound("case", profile.task or "none", values, needs, list(profile.exclude), list(packs))

    def _weight(self, strength: str) -> int:
        return 0 if strength == DENIED else self.knowledge.strengths[strength].weight
