"""The IRIs of the knowledge base: where they are made, taken apart and abbreviated.

Every term is named ``<BASE><kind>/<id>``. Nothing else in the program puts an IRI together. These are plain texts;
:mod:`kb.vocabularies` has the schema's as rdflib wants them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

BASE = "https://w3id.org/adaptwise/"
"""The one permanent base IRI."""

SCHEMA = BASE + "schema#"
"""What the names of the schema begin with."""

GENID = BASE + ".well-known/genid/"
"""Where blank nodes get their names, after RDF 1.1 Concepts, section 3.5."""

CONTEXT = f"{BASE}context.jsonld"
"""Where the JSON-LD context is published."""

ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
VALUE_ID_PATTERN = rf"{ID_PATTERN}\.{ID_PATTERN}"

CLASS_OF_KIND: Mapping[str, str] = MappingProxyType(
    {
        "task": "Task",
        "constraint": "Constraint",
        "value": "Value",
        "band": "Band",
        "unit": "Unit",
        "need": "Need",
        "quality": "Quality",
        "technique": "Technique",
        "word": "StrengthWord",
        "rule": "DemandRule",
        "contribution": "Contribution",
        "prerequisite": "Prerequisite",
        "penalty": "Penalty",
        "interaction": "Interaction",
        "tradeoff": "Tradeoff",
        "advice": "Advice",
        "step": "Step",
        "typical": "TypicalValue",
        "parameter": "Parameter",
        "formula": "Formula",
        "claim": "Claim",
        "source": "Source",
        "conflict": "Conflict",
        "resolution": "Resolution",
        "scenario": "Scenario",
        "pack": "Pack",
        "system": "System",
    }
)
"""Local name of the schema's class for each kind of term that packs define."""

KIND_OF_CLASS: Mapping[str, str] = MappingProxyType({name: kind for kind, name in CLASS_OF_KIND.items()})

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "aw": SCHEMA,
        "dcterms": "http://purl.org/dc/terms/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **{kind: f"{BASE}{kind}/" for kind in CLASS_OF_KIND},
    }
)
"""Prefixes for serialisation and for short names in messages."""

_ID = re.compile(ID_PATTERN)
_VALUE_ID = re.compile(VALUE_ID_PATTERN)


def is_id(text: str, kind: str = "") -> bool:
    """Whether ``text`` is a well-formed id of ``kind`` (values: ``<constraint>.<value>``)."""
    return (_VALUE_ID if kind == "value" else _ID).fullmatch(text) is not None


def iri(kind: str, term_id: str) -> str:
    """The IRI of a term.

    Args:
        kind: the kind of term, such as "task" or "claim".
        term_id: its kebab-case id; for a value ``<constraint>.<value>``.

    Raises:
        ValueError: if there is no such kind or the id is malformed.
    """
    if kind not in CLASS_OF_KIND:
        raise ValueError(f"There is no kind of term named {kind!r}; kinds are: {', '.join(CLASS_OF_KIND)}.")
    if not is_id(term_id, kind):
        form = "<constraint>.<value>, both" if kind == "value" else "lower-case letters and digits"
        raise ValueError(f"{term_id!r} is not a well-formed id: expected {form} in kebab-case, such as 'two-words'.")
    return f"{BASE}{kind}/{term_id}"


def value_iri(constraint: str, value: str) -> str:
    """The IRI of a constraint's value."""
    return iri("value", f"{constraint}.{value}")


@lru_cache(maxsize=1 << 16)
def try_split(name: str) -> tuple[str, str] | None:
    """``(kind, id)`` of a term's IRI, or None if it is not the IRI of a term."""
    if not name.startswith(BASE):
        return None
    kind, slash, term_id = name[len(BASE) :].partition("/")
    return (kind, term_id) if slash and kind in CLASS_OF_KIND and is_id(term_id, kind) else None


def split(name: str) -> tuple[str, str]:
    """``(kind, id)`` of a term's IRI.

    Raises:
        ValueError: if it is not the IRI of a term.
    """
    parts = try_split(name)
    if parts is None:
        raise ValueError(f"{name} is not the IRI of a term: expected {BASE}<kind>/<id>.")
    return parts


def short(name: str) -> str:
    """An IRI as people read it: ``rule:some-id``, ``aw:strength``; unchanged where no prefix fits."""
    best = max((p for p in PREFIXES if name.startswith(PREFIXES[p])), key=lambda p: len(PREFIXES[p]), default=None)
    return name if best is None else f"{best}:{name[len(PREFIXES[best]) :]}"
