"""Stored answers: each view of one has a link that shows the same again."""

from __future__ import annotations

from flask import Blueprint, Response

from api.page.layout import page, trouble
from engine.profile import InvalidProfile


def register(blueprint: Blueprint) -> None:
    """Add the routes of answers to a blueprint."""
    blueprint.add_url_rule("/a/<answer_id>/<view>", "answer", answer, methods=["GET"])


def answer(answer_id: str, view: str) -> Response:
    """One view of an answer."""
    return page("page/begin.html", 404)


def invalid(error: InvalidProfile) -> Response:
    """A question about an answer that cannot be read."""
    return trouble(" ".join(f"{problem.message.capitalize()}." for problem in error.problems), 422)
