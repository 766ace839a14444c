"""Linked data: every term has an address that answers a browser with a page and a program with RDF."""

from __future__ import annotations

from typing import Any

from flask_openapi import Tag

TAGS: list[Tag | dict[str, Any]] = [Tag(name="linked data", description="Terms and queries as RDF knows them")]
"""Where its operations are listed in the documentation."""
