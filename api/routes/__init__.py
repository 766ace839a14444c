"""The resources of the REST interface, one module each."""

from __future__ import annotations

from flask_openapi import APIBlueprint

from api.routes import chat, health, interpretations, knowledge, recommendations, versions
from api.routes import tasks as tasks  # adds its operations to those of knowledge

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    recommendations.blueprint,
    interpretations.blueprint,
    knowledge.blueprint,  # with the changes of api.routes.tasks
    versions.blueprint,
    chat.blueprint,
    health.blueprint,
)
