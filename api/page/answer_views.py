"""What each view of an answer shows. All of it is the engine's; here it is arranged for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from api.page.asked import Asked
from api.page.maps import map_of
from api.page.money import cost_of
from api.page.ranking import STANDING, bars
from engine.render.drawn import claim_document
from engine.render.prose import html
from kb.model import Knowledge


def words(text: str) -> Markup:
    """Plain text of the engine as markup; the engine escapes what it says."""
    return Markup(html(text))  # noqa: S704 - made by an escaping template


def cited(knowledge: Knowledge, claims: Iterable[str]) -> Iterator[dict[str, str]]:
    """Claims with where they come from, sources before judgements, each with the page that has all of it."""
    records = [knowledge.claims[claim] for claim in dict.fromkeys(claims) if claim in knowledge.claims]
    for record in sorted(records, key=lambda one: (one.kind == "judgement", one.pack, one.id)):
        source = knowledge.sources.get(record.source or "")
        browsed = "know.term" in current_app.view_functions
        yield {
            **claim_document(knowledge, record),
            "id": record.id,
            "address": source.url if source else "",
            "page": url_for("know.term", plural="claims", term_id=record.id) if browsed else "",
            "kind": record.kind,
            "erratum": record.erratum,
        }


def _answer(asked: Asked) -> dict[str, Any]:
    minded: dict[str, list[str]] = {}
    for item in asked.core["tradeoffs"]:
        minded.setdefault(item["quality_label"], []).append(item["text"])
    return {"bars": bars(asked.core["ranking"]), "standing": STANDING, "tradeoffs": minded.items()}


def _why(asked: Asked) -> dict[str, Any]:
    answer = asked.advisor.why(asked.recommendation)
    outline = answer.outline(asked.query.get("node") or None)
    found = cited(asked.recommendation.knowledge, [claim for step in outline.steps() for claim in step.claims])
    claims = list(found)
    return {
        "outline": outline,
        "claims": claims,
        "numbers": {claim["id"]: number for number, claim in enumerate(claims, start=1)},
    }


def _why_not(asked: Asked) -> dict[str, Any]:
    chosen = asked.query.get("technique")
    told = []
    for entry in asked.others():
        repair = chosen == entry["technique"]
        answer = asked.advisor.why_not(asked.recommendation, entry["technique"], repair=repair)
        lead, _, rest = answer.as_text().partition("\n")
        told.append({"entry": entry, "lead": lead, "text": words(rest), "open": repair})
    if chosen and chosen not in {one["entry"]["technique"] for one in told}:
        asked.advisor.why_not(asked.recommendation, chosen)  # says what is wrong with the name
    return {"told": told, "standing": STANDING}


def pair_of(asked: Asked) -> tuple[str, str]:
    """The two techniques that are compared: those asked for, else the best and the next."""
    ranked = [entry["technique"] for entry in asked.core["ranking"]]
    one = asked.query.get("technique") or ranked[0]
    return one, asked.query.get("than") or next((name for name in ranked if name != one), one)


def _compare(asked: Asked) -> dict[str, Any]:
    contrast = asked.advisor.contrast(asked.recommendation, *pair_of(asked))
    wording = asked.recommendation.wording
    rows = [
        {
            "label": wording.need(row["id"]) if row["kind"] == "need" else wording.statement(row["kind"], row["id"]),
            "one": _side(asked, row["technique"]),
            "other": _side(asked, row["other"]),
            "difference": row["difference"],
        }
        for row in contrast.differences
    ]
    return {
        "contrast": contrast,
        "labels": (wording.technique(contrast.technique), wording.technique(contrast.other)),
        "rows": rows,
        "summary": contrast.as_text().partition("\n")[0],
        "choices": [(entry["technique"], entry["label"]) for entry in asked.core["ranking"]],
        "tradeoffs": tradeoffs(asked, contrast.technique, contrast.other),
    }


def _side(asked: Asked, side: Mapping[str, Any]) -> dict[str, Any]:
    """What one technique does for a need, in words, and its points."""
    wording = asked.recommendation.wording
    does = [wording.effect(effect["side"], effect["degree"]) for effect in side["effects"]]
    return {"text": " and ".join(does), "points": side["points"]}


def tradeoffs(asked: Asked, one: str, other: str) -> list[dict[str, Any]]:
    """What is known of two techniques on each quality, side by side, whatever the case."""
    knowledge, packs = asked.recommendation.knowledge, asked.recommendation.packs
    found: dict[str, dict[str, list[str]]] = {}
    for record in knowledge.tradeoffs.values():
        between = record.than in (None, one, other) and record.technique in (one, other)
        if record.pack in packs and between:
            quality = knowledge.qualities.get(record.quality)
            sides = found.setdefault(quality.label if quality else record.quality, {one: [], other: []})
            sides[record.technique].append(record.text or record.label)
    return [{"quality": quality, "one": sides[one], "other": sides[other]} for quality, sides in sorted(found.items())]


def target_of(asked: Asked) -> str:
    """The technique that is to win: the one asked for, else the next best."""
    others = [entry["technique"] for entry in asked.others()]
    return asked.query.get("to") or next(iter(others), asked.recommendation.technique or "")


def _changes(asked: Asked) -> dict[str, Any]:
    others = list(asked.others())
    answer = asked.advisor.changes(asked.recommendation, target_of(asked), fixed="fixed" in asked.query)
    wording = asked.recommendation.wording
    sets = [
        {
            "difficulty": found["difficulty"],
            "changes": [
                {
                    "label": wording.constraint(change["constraint"]),
                    "value": wording.value(change["constraint"], change["value"]),
                    "before": _before(asked, change["constraint"]),
                    "kind": change["kind"],
                }
                for change in found["changes"]
            ],
            "query": {change["constraint"]: change["value"] for change in found["changes"]},
        }
        for found in answer.sets
    ]
    return {
        "target": answer.target,
        "label": wording.technique(answer.target),
        "sets": sets,
        "already": bool(sets) and not sets[0]["changes"],
        "summary": answer.as_text().partition("\n")[0],
        "choices": [(entry["technique"], entry["label"]) for entry in others],
        "fixed": answer.fixed,
    }


def _before(asked: Asked, constraint: str) -> str:
    value = asked.core["profile"]["constraints"].get(constraint)
    return asked.recommendation.wording.value(constraint, value) if value else ""


def _sources(asked: Asked) -> dict[str, Any]:
    evidence = asked.advisor.who_says_so(asked.recommendation, asked.query.get("node") or None)
    found: dict[str, list[dict[str, str]]] = {}
    knowledge = asked.recommendation.knowledge
    for claim in cited(knowledge, evidence.claims):
        source = knowledge.sources.get(knowledge.claims[claim["id"]].source or "")
        title = "Our own judgement" if claim["kind"] == "judgement" else source.title if source else claim["source"]
        found.setdefault(title, []).append(claim)
    return {"subject": evidence.subject, "sources": found, "conflicts": evidence.conflicts}


def _what_if(asked: Asked) -> dict[str, Any]:
    changes: dict[str, Any] = {"constraints": {name: value for name, value in asked.query.items() if name != "task"}}
    if asked.query.get("task"):
        changes["task"] = asked.query["task"]
    difference = asked.advisor.what_if(asked.recommendation, changes)
    after = difference.after.core("none")
    wording = asked.recommendation.wording
    return {
        "changed": [
            (
                wording.constraint(name),
                wording.value(name, pair["before"]) if pair["before"] else "not known",
                wording.value(name, pair["after"]) if pair["after"] else "not known",
            )
            for name, pair in difference.changed_constraints.items()
        ],
        "set_to": changes["constraints"],
        "text": words(difference.as_text()),
        "after": after,
        "bars": bars(after["ranking"], asked.core["ranking"]),
    }


VIEWS: Mapping[str, Callable[[Asked], dict[str, Any]]] = {
    "answer": _answer,
    "why": _why,
    "why-not": _why_not,
    "compare": _compare,
    "changes": _changes,
    "map": map_of,
    "cost": cost_of,
    "sources": _sources,
    "what-if": _what_if,
}
"""From the name of a view to what its template is given."""
