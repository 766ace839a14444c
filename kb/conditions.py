"""Reading conditions: named nodes of the graph to the closed language of :mod:`kb.model`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kb.index import Index, Node, UnreadableError, aw, split_value
from kb.model import AllOf, AnyOf, Condition, NeedRaised, Not, Operator, TaskIs, ValueIs
from kb.namespaces import SCHEMA

TESTS = ("task", "is", "atLeast", "atMost", "needs", "not", "anyOf", "allOf")
"""The properties of which a condition has exactly one."""

_OPERATORS: dict[str, Operator] = {"is": "is", "atLeast": "at-least", "atMost": "at-most"}


def read_conjunction(index: Index, node: Node, predicate: str) -> Condition:
    """The conditions that a property names, joined by "and".

    Raises:
        UnreadableError: if one of them is not a well-formed condition.
    """
    return conjunction(_read(index, name, ()) for name in _condition_names(node, predicate))


def conjunction(conditions: Iterable[Condition]) -> Condition:
    """All of these, in one order whatever the order given; a single one is itself."""
    found = _in_order(conditions)
    return found[0] if len(found) == 1 else AllOf(found)


def disjunction(conditions: Iterable[Condition]) -> Condition:
    """Any of these, in one order whatever the order given; a single one is itself."""
    found = _in_order(conditions)
    return found[0] if len(found) == 1 else AnyOf(found)


def _in_order(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    found = set(conditions)
    return tuple(found) if len(found) <= 1 else tuple(sorted(found, key=repr))


def _condition_names(node: Node, predicate: str) -> list[str]:
    names = node.names(predicate)
    if len(names) != len(node.objects(predicate)):
        raise UnreadableError(f"aw:{predicate.removeprefix(SCHEMA)} is a text, expected a condition in [ ]")
    return names


def _read(index: Index, name: str, above: tuple[str, ...]) -> Condition:
    node = index.nodes.get(name)
    if node is None or name in above:
        raise UnreadableError("a condition is empty or contains itself")
    tests = [test for test in TESTS if node.has(aw(test))]
    if len(tests) != 1:
        found = " and ".join(f"aw:{test}" for test in tests) or "none"
        raise UnreadableError(f"a condition has {found}, expected exactly one of {', '.join(f'aw:{t}' for t in TESTS)}")
    return _READERS[tests[0]](index, node, tests[0], (*above, name))


def _read_task(_index: Index, node: Node, test: str, _above: tuple[str, ...]) -> Condition:
    return disjunction(TaskIs(task) for task in node.references(aw(test), "task"))


def _read_value(_index: Index, node: Node, test: str, _above: tuple[str, ...]) -> Condition:
    pairs = [split_value(value) for value in node.references(aw(test), "value")]
    constraints = sorted({constraint for constraint, _ in pairs})
    if len(constraints) > 1:
        raise UnreadableError(
            f"a condition mixes values of {' and '.join(constraints)}, expected those of one constraint"
        )
    if len(pairs) > 1 and test != "is":
        raise UnreadableError(f"aw:{test} has several values, expected one")
    return ValueIs(constraints[0], _OPERATORS[test], tuple(value for _, value in pairs))


def _read_need(_index: Index, node: Node, test: str, _above: tuple[str, ...]) -> Condition:
    return NeedRaised(node.required_reference(aw(test), "need"), node.local(aw("minimum")))


def _read_not(index: Index, node: Node, test: str, above: tuple[str, ...]) -> Condition:
    names = _condition_names(node, aw(test))
    if len(names) != 1:
        raise UnreadableError("aw:not has several conditions, expected one")
    return Not(_read(index, names[0], above))


def _read_any(index: Index, node: Node, test: str, above: tuple[str, ...]) -> Condition:
    return disjunction(_read(index, name, above) for name in _condition_names(node, aw(test)))


def _read_all(index: Index, node: Node, test: str, above: tuple[str, ...]) -> Condition:
    return conjunction(_read(index, name, above) for name in _condition_names(node, aw(test)))


_READERS: dict[str, Callable[[Index, Node, str, tuple[str, ...]], Condition]] = {
    "task": _read_task,
    "is": _read_value,
    "atLeast": _read_value,
    "atMost": _read_value,
    "needs": _read_need,
    "not": _read_not,
    "anyOf": _read_any,
    "allOf": _read_all,
}
