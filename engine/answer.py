"""A recommendation: the engine's reply with the labels and words of the knowledge base around it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.profile import Profile, Unsettled, plain_number
from engine.proof import Proof
from engine.render.english import lowered, sentence
from engine.render.wording import Wording
from engine.validity import expired, statements_behind, unverified
from kb.model import Kind, Knowledge, Term


def sampling_error(tried: int) -> float:
    """How far a sampled share is off at most, in 95 of 100 samples.

    Half the width of the normal approximation's interval, 1.96 standard errors, where it is widest: at a share of
    one half.
    """
    return round(0.98 / math.sqrt(tried), 3)


@dataclass(frozen=True)
class Recommendation:
    """One answer.

    Attributes:
        id: hash of what the answer depends on.
        profile: what was asked.
        packs: the active packs.
        as_of: the date for which it was answered.
        explain: how much of the proof the reply carries: "none", "summary" or "full".
        reply: the engine's reply, ids only.
        knowledge: the version that answered.
    """

    id: str
    profile: Profile
    packs: tuple[str, ...]
    as_of: datetime.date
    explain: str
    reply: Mapping[str, Any]
    knowledge: Knowledge

    @cached_property
    def wording(self) -> Wording:
        """Sentences about the version that answered."""
        return Wording(self.knowledge)

    @cached_property
    def proof(self) -> Proof:
        """The proof, as far as it was asked for.

        Raises:
            LookupError: if it was not.
        """
        if self.reply["proof"] is None:
            raise LookupError("this answer was asked for without its proof")
        return Proof(self.reply["proof"])

    @cached_property
    def statements(self) -> tuple[tuple[Kind, Term], ...]:
        """The statements on which the answer rests, each with its kind."""
        return tuple(statements_behind(self))

    @property
    def winners(self) -> list[str]:
        """The techniques of rank one: none, one, or several that share it."""
        return list(self.reply["winners"])

    @property
    def technique(self) -> str | None:
        """The recommended technique, or None if nothing is left to recommend."""
        return self.winners[0] if self.winners else None

    @cached_property
    def ranking(self) -> list[Mapping[str, Any]]:
        """The families in the order of their ranking, as the engine gave them."""
        return [result for result in self.reply["ranking"] if result["family"] is None]

    def result(self, technique: str) -> Mapping[str, Any]:
        """One technique's place.

        Raises:
            KeyError: if the technique was not ranked.
        """
        for result in self.reply["ranking"]:
            if result["technique"] == technique:
                return result  # type: ignore[no-any-return]
        raise KeyError(technique)

    def core(self, explain: str | None = None) -> dict[str, Any]:
        """The answer as JSON-able data: everything but the version's number and links (DESIGN, section 5).

        Args:
            explain: less of the proof than the reply carries; by default all it carries.
        """
        confidence = self.reply["confidence"]
        return {
            "id": self.id,
            "as_of": self.as_of.isoformat(),
            "packs": list(self.packs),
            "profile": self._profile(),
            "recommended": self._recommended(),
            "ranking": [self._ranked(result) for result in self.ranking],
            "confidence": {
                "decided": confidence["decided"],
                "margin": confidence["margin"],
                "stability": round(confidence["stable"] / confidence["tried"], 3),
                "completions": {
                    "tried": confidence["tried"],
                    "method": confidence["method"],
                    "error": sampling_error(confidence["tried"]) if confidence["method"] == "sampled" else 0.0,
                },
            },
            "path": [self._step(step) for step in self.reply["steps"]],
            "unknowns": [self._unknown(constraint) for constraint in confidence["relevant"]],
            "next_question": self.next_question,
            "tradeoffs": [self._tradeoff(found) for found in self.reply["tradeoffs"]],
            "warnings": self._advice("warning"),
            "hints": self._advice("hint"),
            "set_aside": self._set_aside(),
            "expired": expired(self),
            "unverified": unverified(self),
            "conflicts": [self._conflict(entry) for entry in self.reply["conflicts"]],
            "trace": None if explain == "none" or self.reply["proof"] is None else self._trace(),
        }

    # --- parts ------------------------------------------------------------------------------------------------

    def _profile(self) -> dict[str, Any]:
        values = self.reply["values"]
        return {
            "task": self.profile.task,
            "constraints": {entry["constraint"]: entry["value"] for entry in values},
            "origin": {entry["constraint"]: entry["origin"] for entry in values},
            "inherited_from": {
                entry["constraint"]: entry["inherited_from"] for entry in values if entry["inherited_from"]
            },
            "numbers": {
                value.constraint: {
                    "number": plain_number(value.number),
                    **({"to": plain_number(value.to)} if value.to is not None else {}),
                    "unit": value.unit,
                    "band": value.band,
                }
                for value in self.profile.values
                if value.number is not None
            },
            "unsettled": [self._unsettled(one) for one in self.profile.unsettled],
            "needs": dict(self.profile.needs),
            "exclude": list(self.profile.exclude),
        }

    def _unsettled(self, one: Unsettled) -> dict[str, Any]:
        """A range that stands for several values, so that none of them is known."""
        return {
            "constraint": one.constraint,
            "number": plain_number(one.number),
            "to": plain_number(one.to),
            "unit": one.unit,
            "values": list(one.values),
            "text": self.wording.unsettled(one.constraint, one.said, one.values),
        }

    def _recommended(self) -> dict[str, Any] | None:
        technique = self.technique
        if technique is None:
            return None
        variant = self.reply["variant"]
        return {
            "technique": technique,
            "label": self.wording.technique(technique),
            "variant": variant and self._variant(variant, technique),
            "tied": self.winners[1:],
        }

    def _variant(self, variant: str, family: str) -> dict[str, Any]:
        """The kind of the recommended technique that fits best, and what it earns beyond its family."""
        shared = {(item["kind"], tuple(item["statements"])) for item in self.result(family)["items"]}
        own = self.reasons(self.result(variant))
        reasons = [
            item for item in own if (item["kind"], tuple(item["statements"])) not in shared and item["points"] > 0
        ]
        return {"technique": variant, "label": self.wording.technique(variant), "reasons": reasons}

    def _ranked(self, result: Mapping[str, Any]) -> dict[str, Any]:
        technique = result["technique"]
        return {
            "technique": technique,
            "label": self.wording.technique(technique),
            "rank": result["rank"],
            "score": result["score"],
            "status": result["status"],
            "reasons": self.reasons(result),
            "provisos": [
                {"prerequisite": proviso, "text": sentence(self.wording.statement("prerequisite", proviso))}
                for proviso in result["provisos"]
            ],
        }

    def reasons(self, result: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What speaks against a technique's being chosen at all, then for and against it, weightiest first."""
        technique = result["technique"]
        blockers = [
            {"text": self.wording.blocker(blocker, technique), "points": None, **blocker}
            for blocker in result["blockers"]
        ]
        ordered = sorted(result["items"], key=lambda item: (-abs(item["points"]), item["points"]))
        items = [{"text": self.wording.reason(item, technique), **item} for item in ordered]
        return blockers + items

    def _step(self, step: Mapping[str, Any]) -> dict[str, Any]:
        record = self.knowledge.steps[step["step"]]
        technique = step["technique"]
        return {
            "order": step["order"],
            "step": step["step"],
            "technique": technique,
            "label": technique and self.wording.technique(technique),
            "text": record.text or record.label,
            "test": record.test,
            "applies": step["truth"],
            "claims": list(record.claims),
        }

    def _unknown(self, constraint: str) -> dict[str, Any]:
        record = self.knowledge.constraints[constraint]
        return {"constraint": constraint, "label": record.label, "question": record.question}

    @cached_property
    def next_question(self) -> dict[str, Any] | None:
        """The open question whose answer can move the decision most, with what each answer would do."""
        asked = self.reply["question"]
        if asked is None:
            return None
        record = self.knowledge.constraints[asked["constraint"]]
        values = [
            {
                "id": answer["value"],
                "label": self.wording.value(record.id, answer["value"]),
                "leads_to": list(answer["winners"]),
            }
            for answer in asked["answers"]
        ]
        return {
            "constraint": record.id,
            "label": record.label,
            "question": record.question,
            "values": values,
            "why": self.wording.why_asked(record.label, values, self.winners),
        }

    def _tradeoff(self, found: Mapping[str, Any]) -> dict[str, Any]:
        record = self.knowledge.tradeoffs[found["tradeoff"]]
        quality = self.knowledge.qualities.get(record.quality)
        return {
            "tradeoff": record.id,
            "technique": record.technique,
            "quality": record.quality,
            "quality_label": quality.label if quality else record.quality,
            "level": record.level,
            "than": record.than,
            "component": record.component,
            "text": self._of_part(record.technique, record.text or record.label),
            "claims": list(record.claims),
        }

    def _of_part(self, technique: str, text: str) -> str:
        """What holds of a part need not hold of the composite: it is told as said of the part."""
        whole = technique == self.technique
        return sentence(text if whole else f"of its part {self.wording.technique(technique)}: {lowered(text)}")

    def _advice(self, kind: str) -> list[dict[str, Any]]:
        found = []
        for entry in self.reply["advice"]:
            record = self.knowledge.advice[entry["advice"]]
            if record.kind == kind:
                text = sentence(record.text or record.label)
                found.append(
                    {"advice": record.id, "technique": entry["technique"], "text": text, "claims": list(record.claims)}
                )
        return found

    def _set_aside(self) -> list[dict[str, Any]]:
        entries = []
        for entry in self.reply["set_aside"]:
            resolutions = [self.knowledge.resolutions[resolution] for resolution in entry["resolutions"]]
            entries.append({**entry, "text": " ".join(sentence(record.text) for record in resolutions)})
        return entries

    def _conflict(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Claims that disagree and what was decided; "bears" are those on which this answer rests."""
        record = self.knowledge.conflicts[entry["conflict"]]
        resolutions = [self.knowledge.resolutions[resolution] for resolution in entry["resolutions"]]
        return {
            "conflict": record.id,
            "label": record.label,
            "between": [self._cited(claim) for claim in record.between],
            "bears": list(entry["claims"]),
            "resolutions": [
                {"resolution": one.id, "decision": one.decision, "text": sentence(one.text)} for one in resolutions
            ],
        }

    def _cited(self, claim: str) -> dict[str, Any]:
        record = self.knowledge.claims.get(claim)
        text, erratum = (record.text, record.erratum or None) if record else ("", None)
        return {"claim": claim, "text": text, "erratum": erratum}

    def _trace(self) -> dict[str, Any]:
        trace = self.proof.as_dict()
        for node in trace["nodes"]:
            node["text"] = self.wording.node(self.proof.nodes[node["id"]])
        return trace
