"""The resources of the REST interface, one module each."""

from __future__ import annotations

from flask_openapi import APIBlueprint

from api.routes import chat, expert, health, interpretations, knowledge, recommendations, versions
from api.routes import explanations as explanations  # adds its operations to those of recommendations
from api.routes import tasks as tasks  # adds its operations to those of knowledge

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    recommendations.blueprint,  # with the questions of api.routes.explanations
    interpretations.blueprint,
    knowledge.blueprint,  # with the changes of api.routes.tasks
    versions.blueprint,
    expert.blueprint,
    chat.blueprint,
    health.blueprint,
)
