"""Views of an answer as files: pictures, Markdown, plain text, and provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from api.page.answer_views import pair_of, target_of
from api.page.asked import Asked
from api.page.maps import axes_of
from api.page.money import numbers_of
from engine.render.prose import markdown

TYPES = {"svg": "image/svg+xml", "md": "text/markdown", "txt": "text/plain", "ttl": "text/turtle"}
"""Media types by the ends of names."""


def made(asked: Asked, kind: str) -> tuple[str, str] | None:
    """A view as a file with its media type; None if it cannot be had so.

    Raises:
        InvalidProfile: for a question that cannot be read.
        RenderingUnavailable: if a picture cannot be drawn.
    """
    drawn = _PICTURES.get(asked.view)
    if kind == "svg" and drawn:
        return drawn(asked), TYPES["svg"]
    if kind == "md" and asked.view == "answer":
        return asked.advisor.decision_record(asked.recommendation).as_markdown(), TYPES["md"]
    if asked.view == "why" and kind == "md":
        return asked.advisor.why(asked.recommendation).as_markdown(asked.query.get("node") or None), TYPES["md"]
    if asked.view == "why" and kind == "ttl":
        return asked.advisor.why(asked.recommendation).as_turtle(), TYPES["ttl"]
    told = _WORDS.get(asked.view)
    if told and kind == "md":
        return markdown(told(asked)), TYPES["md"]
    if told and kind == "txt":
        return told(asked), TYPES["txt"]
    return None


def available(view: str) -> tuple[str, ...]:
    """As what kinds of file a view can be had."""
    kinds = ["svg"] if view in _PICTURES else []
    kinds += ["md"] if view in {"answer", "why", *_WORDS} else []
    return (*kinds, *(["txt"] if view in _WORDS else []), *(["ttl"] if view == "why" else []))


def _proof(asked: Asked) -> str:
    return asked.advisor.why(asked.recommendation).as_svg(asked.query.get("node") or None, dark="dark" in asked.query)


def _map(asked: Asked) -> str:
    return asked.advisor.regions(asked.recommendation, *axes_of(asked)).as_svg()


def _chart(asked: Asked) -> str:
    return asked.advisor.costs(asked.recommendation, numbers_of(asked.query)).as_svg(dark="dark" in asked.query)


def _why_not(asked: Asked) -> str:
    answers = [asked.advisor.why_not(asked.recommendation, entry["technique"]) for entry in asked.others()]
    return "\n\n".join(answer.as_text() for answer in answers)


def _compared(asked: Asked) -> str:
    return asked.advisor.contrast(asked.recommendation, *pair_of(asked)).as_text()


def _changed(asked: Asked) -> str:
    return asked.advisor.changes(asked.recommendation, target_of(asked), fixed="fixed" in asked.query).as_text()


def _mapped(asked: Asked) -> str:
    return asked.advisor.regions(asked.recommendation, *axes_of(asked)).as_text()


def _costed(asked: Asked) -> str:
    return asked.advisor.costs(asked.recommendation, numbers_of(asked.query)).as_text()


def _sources(asked: Asked) -> str:
    return asked.advisor.who_says_so(asked.recommendation, asked.query.get("node") or None).as_text()


_PICTURES: Mapping[str, Callable[[Asked], str]] = {"why": _proof, "map": _map, "cost": _chart}
_WORDS: Mapping[str, Callable[[Asked], str]] = {
    "why-not": _why_not,
    "compare": _compared,
    "changes": _changed,
    "map": _mapped,
    "cost": _costed,
    "sources": _sources,
}
