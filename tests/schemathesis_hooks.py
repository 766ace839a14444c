"""What schemathesis has to be told: how to write the bodies that are no JSON."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer(
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/sparql-query",
    "application/trig",
    "application/n-triples",
    "application/n-quads",
    "text/turtle",
    "application/ld+json",
)
def as_text(_context: Any, value: Any) -> bytes:
    """A text as it is."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")
