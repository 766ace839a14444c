"""A proof as a tree in a terminal; what several steps rest on stands once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text
from rich.tree import Tree

from chat.state import Reply

_AGAINST = frozenset({"blocker", "penalty", "unmet-prerequisite"})


def proof_of(reply: Reply, levels: int | None = None) -> Tree | None:
    """The proof of what a reply recommends.

    Args:
        reply: a reply.
        levels: how many levels to show; all by default.

    Returns:
        the tree; None if the reply recommends nothing, or has no proof with it.
    """
    core = reply.recommendation or {}
    trace, recommended = core.get("trace"), core.get("recommended")
    if not trace or not recommended:
        return None
    nodes = {node["id"]: node for node in trace["nodes"]}
    root = nodes.get(f"technique:{recommended['technique']}")
    if root is None:
        return None
    tree = Tree(_label(root), guide_style="dim")
    _grow(tree, root, nodes, levels, set())
    return tree


def _grow(
    tree: Tree, node: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], levels: int | None, seen: set[str]
) -> None:
    premises = [nodes[one] for one in node["premises"] if one in nodes]
    if levels == 0:
        if premises:
            tree.add(Text("…", style="dim"))
        return
    for premise in premises:
        again = premise["id"] in seen
        seen.add(premise["id"])
        branch = tree.add(_label(premise, again=again))
        if not again:
            _grow(branch, premise, nodes, None if levels is None else levels - 1, seen)


def _label(node: Mapping[str, Any], *, again: bool = False) -> Text:
    text = Text(node["text"])
    points = node.get("points")
    if node["kind"] in _AGAINST or (points is not None and points < 0):
        text.stylize("red")
    elif points:
        text.stylize("green")
    if points:
        text.append(f" ({points:+d})", style="dim")
    if again:
        text.append(" (see above)", style="dim")
    return text
