"""The resources of the REST interface, one module each."""

from __future__ import annotations

from flask_openapi import APIBlueprint

from api.routes import (
    audit,
    chat,
    expert,
    health,
    interpretations,
    knowledge,
    proposals,
    recommendations,
    sparql,
    terms,
    updates,
    versions,
)
from api.routes import batch as batch  # adds an operation to those of recommendations
from api.routes import explanations as explanations  # adds its operations to those of recommendations
from api.routes import packs as packs  # adds its operations to those of knowledge
from api.routes import tasks as tasks  # likewise

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    recommendations.blueprint,  # with the questions of api.routes.explanations
    interpretations.blueprint,
    knowledge.blueprint,  # with the changes of api.routes.tasks and api.routes.packs
    versions.blueprint,
    proposals.blueprint,
    updates.blueprint,
    expert.blueprint,
    chat.blueprint,
    sparql.blueprint,
    terms.blueprint,
    audit.blueprint,
    health.blueprint,
)
