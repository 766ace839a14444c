"""The versions of the knowledge base."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response, jsonify
from flask_openapi import APIBlueprint, Tag

from api.problems import not_found
from api.routes.knowledge import page_links
from api.schemas.base import problems
from api.schemas.knowledge import ListQuery, VersionList, VersionPath
from api.services import services
from kb.versions import Version

blueprint = APIBlueprint(
    "versions",
    __name__,
    url_prefix="/api/v1/versions",
    abp_tags=[Tag(name="versions", description="How the knowledge came to be what it is")],
)


def _document(version: Version) -> dict[str, Any]:
    return dataclasses.asdict(version)


@blueprint.get("", responses={200: VersionList, **problems(422)})
def versions(query: ListQuery) -> Response:
    """All versions, newest first: who made each, when and why."""
    words = (query.q or "").casefold().split()
    newest_first = reversed(services().store.versions())
    found = [version for version in newest_first if all(word in version.reason.casefold() for word in words)]
    page = found[query.offset : query.offset + query.limit]
    return jsonify(
        items=[_document(version) for version in page],
        total=len(found),
        limit=query.limit,
        offset=query.offset,
        links=page_links(query, len(found)),
    )


@blueprint.get("/<number>", responses=problems(404))
def version(path: VersionPath) -> Response:
    """One version."""
    for found in services().store.versions():
        if str(found.number) == path.number:
            return jsonify(_document(found))
    raise not_found("version", path.number)
