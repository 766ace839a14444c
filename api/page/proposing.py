"""Proposals: changes that wait for the holder of another key to look at them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from api.deciding import close_proposal, commit_proposal, find_proposal, preview_of
from api.page.forms import REFUSALS, as_problem, refusal
from api.page.layout import page
from api.page.signing import keep_if_wanted, kept, require_key, token
from api.page.versions import groups_of
from api.problems import Fault, invalid
from api.services import services
from engine.history import Difference
from engine.render import prose
from kb.history import delta_of

PER_PAGE = 25
"""How many proposals a list shows at once."""


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/knowledge/proposals", "proposals", proposals)
    blueprint.add_url_rule("/knowledge/proposals/<int:number>", "proposal", proposal)
    blueprint.add_url_rule("/knowledge/proposals/<int:number>", "decide", decide, methods=["POST"])


def proposals() -> Response:
    """All proposals, newest first."""
    text = request.args.get("offset", "0")
    offset = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    found, total = services().proposals.all(None, PER_PAGE, offset)
    return page(
        "know/proposals.html",
        here="know.history",
        proposals=found,
        total=total,
        previous=max(0, offset - PER_PAGE) if offset else None,
        next=offset + PER_PAGE if offset + PER_PAGE < total else None,
    )


def proposal(number: int) -> Response:
    """What a proposal would change, and what checks say of it."""
    return _shown(number)


def decide(number: int) -> AnyResponse:
    """Commit a proposal, reject it, or take it back."""
    wish, reason = request.form.get("wish", ""), request.form.get("reason", "").strip()[:4000]
    try:
        who = require_key().name
        if wish == "commit":
            outcome = commit_proposal(str(number), who)
            return keep_if_wanted(redirect(url_for("know.version", number=outcome.version, saved=1), 303))
        if not reason:
            raise invalid([Fault("Say why: whoever proposed it wants to know.", expected="a sentence")])
        close_proposal(str(number), "withdrawn" if wish == "withdraw" else "rejected", who, reason)
    except REFUSALS as error:
        problem = as_problem(error)
        if problem.status == 404:
            raise
        return keep_if_wanted(_shown(number, problem.status, **refusal(error)))
    return keep_if_wanted(redirect(url_for("know.proposal", number=number), 303))


def _shown(number: int, status: int = 200, **values: Any) -> Response:
    found = find_proposal(str(number))
    preview, stale = preview_of(found)
    made = preview.change
    difference = Difference(preview.before.knowledge, preview.knowledge, delta_of(made.added, made.removed))
    impact = Markup(prose.html(preview.impact.as_text())) if preview.impact else Markup()  # noqa: S704 - escaped there
    given = {"refused": None, "faults": (), "moved": None, "differs": ""}
    return page(
        "know/proposal.html",
        status,
        here="know.history",
        proposal=found,
        stale=stale,
        preview=preview,
        impact=impact,
        groups=groups_of(preview.before.knowledge, preview.knowledge, difference.changes),
        reason=request.form.get("reason", ""),
        signed=kept(),
        token=token(),
        **(given | values),
    )
