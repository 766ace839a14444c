"""How far the advice can be trusted: the version in use, its record on worked cases, and what in it is in doubt."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response

from api.page.layout import page
from api.page.words import Item, Words
from api.services import services
from engine.records import read_records
from kb.model import Claim, Knowledge
from kb.users import Users

MOST_SHOWN = 10
"""How many terms of each sort are shown; the rest is counted."""


@dataclass(frozen=True)
class Doubts:
    """Terms of one sort that are in doubt: some of them, each with how much it touches, and how many there are."""

    items: tuple[tuple[Item, int], ...]
    count: int


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
        technique=lambda one: knowledge.techniques[one].label if one in knowledge.techniques else one,
        expired=_doubted(knowledge, [one for one in claims if one.review_by and one.review_by < today]),
        due=min((one.review_by for one in claims if one.review_by >= today), default=""),
        unverified=_doubted(knowledge, [one for one in claims if one.verification == "unverified"]),
        slips=_doubted(knowledge, [one for one in claims if one.erratum]),
        judged=sum(one.kind == "judgement" for one in claims),
        claims=len(knowledge.claims),
        conflicts=_open_conflicts(knowledge),
        all_conflicts=len(knowledge.conflicts),
    )


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
