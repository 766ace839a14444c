"""What in one description of an interface breaks clients that were made for another.

A client sends what the old description lets it send, and reads what the old description promises. So requests may only
become more generous, and answers may only say more: a client has to take in members that it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
BOUNDS = {"maxLength": 1, "maximum": 1, "exclusiveMaximum": 1, "maxItems": 1, "maxProperties": 1}
BOUNDS |= {"minLength": -1, "minimum": -1, "exclusiveMinimum": -1, "minItems": -1, "minProperties": -1}


def breaking(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Every change that breaks a client, each with its place."""
    return list(dict.fromkeys(_Comparison(old, new).found()))


class _Comparison:
    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def found(self) -> Iterator[str]:
        for path, operations in self._old["paths"].items():
            for method in set(METHODS) & set(operations):
                where = f"{method.upper()} {path}"
                other = self._new["paths"].get(path, {}).get(method)
                if other is None:
                    yield f"{where}: is gone"
                else:
                    yield from self._operation(where, operations[method], other)

    def _operation(self, where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"{where}: is called otherwise"
        if not old.get("security") and new.get("security"):
            yield f"{where}: needs a key"
        yield from self._parameters(where, old, new)
        yield from self._body(where, old.get("requestBody"), new.get("requestBody"))
        for status, response in old["responses"].items():
            if not status.startswith("2"):
                continue
            other = new["responses"].get(status)
            if other is None:
                yield f"{where}: no longer answers {status}"
                continue
            for media_type, content in response.get("content", {}).items():
                if media_type not in other.get("content", {}):
                    yield f"{where}: no longer answers {media_type}"
                else:
                    place = f"{where} answer {media_type}"
                    offered = other["content"][media_type]
                    yield from self._schema(place, content.get("schema", {}), offered.get("schema", {}), sent=False)

    def _parameters(self, where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
        before, after = ({(one["in"], one["name"]): one for one in each.get("parameters", ())} for each in (old, new))
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{where}: parameter {key[1]} is required"
        for key, parameter in before.items():
            if key not in after:
                yield f"{where}: parameter {key[1]} is gone"
            else:
                place = f"{where} parameter {key[1]}"
                yield from self._schema(place, parameter.get("schema", {}), after[key].get("schema", {}), sent=True)

    def _body(self, where: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[str]:
        if old is None:
            if new is not None and new.get("required"):
                yield f"{where}: a body is required"
            return
        if new is None:
            yield f"{where}: takes no body"
            return
        for media_type, content in old["content"].items():
            if media_type not in new["content"]:
                yield f"{where}: no longer takes {media_type}"
            else:
                taken = new["content"][media_type]
                place = f"{where} body {media_type}"
                yield from self._schema(place, content.get("schema", {}), taken.get("schema", {}), sent=True)

    # --- Schemas ---------------------------------------------------------------------------------------------------

    def _schema(self, where: str, old: Any, new: Any, *, sent: bool) -> Iterator[str]:
        """Compare schemas; what is sent may become wider, what is answered may become narrower."""
        key = (str(old.get("$ref", id(old))), str(new.get("$ref", id(new))), sent)
        if key in self._seen:
            return
        self._seen.add(key)
        old, new = self._resolved(self._old, old), self._resolved(self._new, new)
        first, second = _alternatives(old), _alternatives(new)
        if len(first) > 1 or len(second) > 1:
            yield from self._choices(where, first, second, sent=sent)
            return
        yield from self._types(where, old, new, sent=sent)
        yield from _enum(where, old, new, sent=sent)
        if sent:
            yield from _bounds(where, old, new)
        yield from self._members(where, old, new, sent=sent)
        if "items" in old and "items" in new:
            yield from self._schema(f"{where}[]", old["items"], new["items"], sent=sent)
        more, other = old.get("additionalProperties"), new.get("additionalProperties")
        if sent and other is False and more is not False:
            yield f"{where}: takes no other members"
        if isinstance(more, dict) and isinstance(other, dict):
            yield from self._schema(f"{where}.*", more, other, sent=sent)

    def _choices(self, where: str, old: list[Any], new: list[Any], *, sent: bool) -> Iterator[str]:
        """Each alternative of the side that clients rely on has a counterpart on the other."""
        wanted, offered = (old, new) if sent else (new, old)
        for one in wanted:
            pairs = ((one, other) if sent else (other, one) for other in offered)
            if not any(self._fits(where, first, second, sent=sent) for first, second in pairs):
                yield f"{where}: an alternative is {'gone' if sent else 'new'}"

    def _fits(self, where: str, old: Any, new: Any, *, sent: bool) -> bool:
        seen = set(self._seen)
        fits = not any(True for _ in self._schema(where, old, new, sent=sent))
        self._seen = seen
        return fits

    def _types(self, where: str, old: dict[str, Any], new: dict[str, Any], *, sent: bool) -> Iterator[str]:
        before, after = _types_of(old), _types_of(new)
        wider, narrower = (after, before) if sent else (before, after)
        if not wider:
            return
        if not narrower or narrower - wider:
            yield f"{where}: was {'/'.join(sorted(before)) or 'anything'}, is {'/'.join(sorted(after)) or 'anything'}"

    def _members(self, where: str, old: dict[str, Any], new: dict[str, Any], *, sent: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        must, musts = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted((musts - must) if sent else (must - musts)):
            yield f"{where}.{name}: is {'required' if sent else 'no longer always there'}"
        for name, schema in before.items():
            if name not in after:
                yield f"{where}.{name}: is gone"
            else:
                yield from self._schema(f"{where}.{name}", schema, after[name], sent=sent)

    @staticmethod
    def _resolved(document: dict[str, Any], schema: Any) -> dict[str, Any]:
        while isinstance(schema, dict) and "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema if isinstance(schema, dict) else {}


def _alternatives(schema: dict[str, Any]) -> list[Any]:
    return schema.get("anyOf") or schema.get("oneOf") or [schema]


def _types_of(schema: dict[str, Any]) -> set[str]:
    """The types that a schema lets through; none where it says nothing of them."""
    found = schema.get("type", [])
    types = set(found if isinstance(found, list) else [found])
    return types | {"integer"} if "number" in types else types


def _enum(where: str, old: dict[str, Any], new: dict[str, Any], *, sent: bool) -> Iterator[str]:
    """What is sent must still be among the choices; answers may have choices that are new."""
    before, after = (one.get("enum", [one["const"]] if "const" in one else None) for one in (old, new))
    if sent and after is not None and (before is None or set(map(str, before)) - set(map(str, after))):
        yield f"{where}: has fewer choices"


def _bounds(where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, sign in BOUNDS.items():
        if name in new and (name not in old or sign * new[name] < sign * old[name]):
            yield f"{where}: {name} is tighter"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{where}: another pattern"
