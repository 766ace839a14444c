"""The resources of the REST interface, one module each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module

from flask_openapi import APIBlueprint

MODULES = (
    "recommendations",
    "batch",
    "explanations",
    "interpretations",
    "knowledge",  # with the changes of tasks and packs
    "versions",
    "proposals",
    "updates",
    "expert",
    "chat",
    "sparql",
    "terms",
    "audit",
    "health",
)
"""The modules of this package that have a blueprint, in the order in which the interface is described."""

_JOINED: Mapping[str, tuple[str, ...]] = {"knowledge": ("packs", "tasks")}
"""Modules that add operations to the blueprint of another one."""

_PARTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"/api/v1/recommendations"), ("recommendations",)),
    (re.compile(r"/api/v1/recommendations/batch"), ("recommendations", "batch")),
    (re.compile(r"/api/v1/recommendations/.+"), ("recommendations", "explanations")),
    (re.compile(r"/api/v1/interpretations"), ("interpretations",)),
    (re.compile(r"/api/v1/(accuracy|definitions|method)"), ("expert",)),
)
"""Where to look first for what answers a path. What is not found there may still be elsewhere."""


def blueprint_of(module: str) -> APIBlueprint:
    """The blueprint of a module with all its operations; imports it."""
    for joining in _JOINED.get(module, ()):
        import_module(f"{__name__}.{joining}")
    found: APIBlueprint = import_module(f"{__name__}.{module}").blueprint
    return found


def blueprints() -> Iterator[APIBlueprint]:
    """All of them."""
    return map(blueprint_of, MODULES)


def part_for(path: str) -> tuple[str, ...] | None:
    """The modules among which the operation at a path is, if it is known which; else it may be in any."""
    return next((modules for pattern, modules in _PARTS if pattern.fullmatch(path)), None)
