"""Who wrote what."""

from __future__ import annotations

import dataclasses

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag
from pydantic import BaseModel, Field

from api.auth import needs_admin
from api.changing import SECURITY
from api.schemas.base import Query, problems
from api.services import services

blueprint = APIBlueprint(
    "audit", __name__, url_prefix="/api/v1/audit", abp_tags=[Tag(name="audit", description="Who wrote what, and when")]
)


class AuditQuery(Query):
    """Which part of the record."""

    who: str | None = Field(None, max_length=100, description="Only what was done with the keys of this name.")
    limit: int = Field(100, ge=1, le=1000, description="How many at most.")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="How many to leave out first.")


class AuditEntry(BaseModel):
    """One thing that somebody did or tried."""

    number: int = Field(description="Its place in the record.")
    at: str = Field(description="When, in UTC.")
    who: str = Field(description="The name of the key.")
    action: str = Field(description="The method of a request, or a command.")
    target: str = Field(description="The path of a request, or whose key a command was about.")
    status: int = Field(description="What came of it: the HTTP status; 200 for commands.")
    version: int | None = Field(description="The version of the knowledge that it made, if it made one.")
    request_id: str = Field(description="The request's id, as the logs have it; empty for commands.")


class AuditList(BaseModel):
    """A part of the record, newest first."""

    items: list[AuditEntry]
    total: int
    limit: int
    offset: int


@blueprint.get("", security=SECURITY, responses={200: AuditList, **problems(401, 403, 422, 503)})
@needs_admin
def audit(query: AuditQuery) -> Response:
    """Who wrote what, newest first. Needs a key with the role admin."""
    entries, total = services().audit.newest(query.limit, query.offset, query.who)
    items = [dataclasses.asdict(entry) for entry in entries]
    return jsonify(items=items, total=total, limit=query.limit, offset=query.offset)
