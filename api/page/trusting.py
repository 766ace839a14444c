"""How far the advice can be trusted: the version in use, its record on worked cases, and what in it is in doubt."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from api.page.layout import page
from api.page.words import Item, Words
from api.services import services
from engine.records import read_records
from engine.render.about import ALL_PHRASES
from kb.model import Claim, Knowledge
from kb.users import Users

MOST_SHOWN = 10
"""How many terms of each sort are shown; the rest is counted."""


@dataclass(frozen=True)
class Doubts:
    """Terms of one sort that are in doubt: some of them, each with how much it touches, and how many there are."""

    items: tuple[tuple[Item, int], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A share of cases by what they are, and how many they are."""

    name: str
    share: float
    cases: int | None = None


@dataclass(frozen=True, slots=True)
class Fair:
    """A share that can be shown first, and whether it is that of cases read without their own phrases."""

    share: float
    without: bool


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/knowledge/trust", "trust", trust)
    blueprint.add_url_rule("/knowledge/trust/scenarios", "scenarios", scenarios)


def trust() -> Response:
    """The version in use, what was measured, and what is in doubt; scenarios are asked when they are looked at."""
    advisor = services().advisor()
    knowledge = advisor.knowledge
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    claims = knowledge.claims.values()
    content = advisor.version.content_hash
    return page(
        "know/trust.html",
        version=advisor.version,
        packs=list(knowledge.packs.values()),
        records=[record.as_dict(content) for record in read_records(services().store.packs)],
        technique=lambda one: _called(knowledge, one),
        by_technique=lambda record: _by_technique(knowledge, record),
        by_stability=_by_stability,
        beside=_beside,
        fairest=_fairest,
        expired=_doubted(knowledge, [one for one in claims if one.review_by and one.review_by < today]),
        due=min((one.review_by for one in claims if one.review_by >= today), default=""),
        unverified=_doubted(knowledge, [one for one in claims if one.verification == "unverified"]),
        slips=_doubted(knowledge, [one for one in claims if one.erratum]),
        judged=sum(one.kind == "judgement" for one in claims),
        claims=len(knowledge.claims),
        conflicts=_open_conflicts(knowledge),
        all_conflicts=len(knowledge.conflicts),
    )


def _called(knowledge: Knowledge, technique: str) -> str:
    return knowledge.techniques[technique].label if technique in knowledge.techniques else technique


def _fairest(record: Mapping[str, Any]) -> Fair:
    """Of a record on texts the figures for which no case was read by its own phrases, if there are such."""
    without = [one["acceptable"] for name, one in (record["understanding"] or {}).items() if name != ALL_PHRASES]
    return Fair(min(without), True) if without else Fair(record["acceptable"], False)


def _by_technique(knowledge: Knowledge, record: Mapping[str, Any]) -> list[Row]:
    counts: Counter[str] = Counter()
    for one in record["confusion"]:
        counts[one["expected"]] += one["cases"]
    return [Row(_called(knowledge, one), share, counts[one]) for one, share in record["per_technique"].items()]


def _by_stability(record: Mapping[str, Any]) -> list[Row]:
    return [
        Row(f"{one['from']:.0%} to {one['to']:.0%} of what is open", one["acceptable"], one["cases"])
        for one in record["calibration"]
    ]


def _beside(record: Mapping[str, Any]) -> list[Row]:
    return [
        Row("this advice", record["acceptable"]),
        *(Row(one["name"], one["acceptable"]) for one in record["compared"]),
    ]


def scenarios() -> Response:
    """The scenarios of the knowledge base, asked now."""
    advisor = services().advisor()
    found, words = advisor.accuracy().as_dict(), Words(advisor.knowledge)
    return page("know/scenarios.html", here="know.trust", found=found, words=words)


def _doubted(knowledge: Knowledge, claims: Iterable[Claim]) -> Doubts:
    """Claims with how much rests on each, those on which most rests first."""
    users, words = Users.of(knowledge), Words(knowledge)
    by_weight = sorted((-users.count(("claim", one.id)), one.id) for one in claims)
    return Doubts(tuple((words.item(("claim", one)), -less) for less, one in by_weight[:MOST_SHOWN]), len(by_weight))


def _open_conflicts(knowledge: Knowledge) -> Doubts:
    """Conflicts about which nothing was decided, or only that they stay open."""
    decided = {one.conflict for one in knowledge.resolutions.values() if one.decision != "open"}
    found = [one for one in knowledge.conflicts if one not in decided]
    words = Words(knowledge)
    items = ((words.item(("conflict", one)), len(knowledge.conflicts[one].between)) for one in found[:MOST_SHOWN])
    return Doubts(tuple(items), len(found))
