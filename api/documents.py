"""Terms of the knowledge base as JSON, one generic rule for every kind."""

from __future__ import annotations

import dataclasses
from typing import Any

from kb.findings import Finding
from kb.model import AllOf, AnyOf, Condition, NeedRaised, Not, Note, TaskIs, Term, Value, ValueIs

_UNSHOWN = frozenset({"hidden"})


def term_document(term: Term) -> dict[str, Any]:
    """Every member of a term but the labels that are understood without being shown."""
    names = (field.name for field in dataclasses.fields(term) if field.name not in _UNSHOWN)
    return {name: _plain(getattr(term, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, TaskIs | ValueIs | NeedRaised | Not | AnyOf | AllOf):
        return condition_document(value)
    if isinstance(value, Value):
        return {"id": value.id, "label": value.label, "definition": value.definition, "synonyms": list(value.synonyms)}
    if isinstance(value, Note):
        return {"pack": value.pack, "text": value.text}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding of validation."""
    return {**dataclasses.asdict(finding), "nearest": list(finding.nearest)}


def condition_document(condition: Condition) -> dict[str, Any]:
    """A condition in the closed language, as nested JSON; what always holds is an empty object."""
    match condition:
        case TaskIs(task):
            return {"task": task}
        case ValueIs(constraint, "is", values):
            return {"constraint": constraint, "is": list(values)}
        case ValueIs(constraint, operator, values):
            return {"constraint": constraint, operator: values[0]}
        case NeedRaised(need, minimum):
            return {"need": need} if minimum is None else {"need": need, "minimum": minimum}
        case Not(inner):
            return {"not": condition_document(inner)}
        case AnyOf(conditions):
            return {"any-of": [condition_document(item) for item in conditions]}
        case AllOf(conditions):
            return {"all-of": [condition_document(item) for item in conditions]} if conditions else {}
