"""Building the records that say where knowledge comes from: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

from kb import index as ix
from kb import model
from kb.building import Builder, Context, required_integer, required_text, term
from kb.index import Node, UnreadableError, aw, split_value

ClaimKind: TypeAlias = Literal["from-source", "judgement"]
Decision: TypeAlias = Literal["supersedes", "qualifies", "open"]


def _claim(context: Context, node: Node, term_id: str) -> model.Claim:
    return model.Claim(
        **term(context, node, term_id, "claim"),
        text=required_text(node, "text"),
        kind=cast("ClaimKind", context.choice(node, "claimKind", "ClaimKind")),
        source=_source_of(node),
        locator=node.text(aw("locator")),
        strength_word=node.reference(aw("strengthWord"), "word"),
        verification=context.optional(node, "verification", "Verification") or "",
        date=node.text(ix.DATE, ix.CREATED),
        review_by=node.text(aw("reviewBy")),
        author=node.word(ix.CREATOR),
        unused_because=node.text(aw("unusedBecause")),
        erratum=node.text(aw("erratum")),
    )


def _source_of(node: Node) -> str | None:
    for predicate in (ix.SOURCE, ix.PRIMARY_SOURCE, ix.DERIVED):
        if node.has(predicate):
            return node.reference(predicate, "source")
    return None


def _source(context: Context, node: Node, term_id: str) -> model.Source:
    common = term(context, node, term_id, "source")
    return model.Source(
        **common,
        title=node.text(ix.TITLE) or common["label"],
        creator=node.word(ix.CREATOR),
        date=node.text(ix.DATE, ix.CREATED),
        url=node.word(ix.SEE_ALSO),
    )


def _conflict(context: Context, node: Node, term_id: str) -> model.Conflict:
    return model.Conflict(**term(context, node, term_id, "conflict"), between=node.references(aw("between"), "claim"))


def _resolution(context: Context, node: Node, term_id: str) -> model.Resolution:
    return model.Resolution(
        **term(context, node, term_id, "resolution"),
        conflict=node.required_reference(aw("resolves"), "conflict"),
        decision=cast("Decision", context.choice(node, "decision", "Decision")),
        text=node.text(aw("text")),
        prefers=node.references(aw("prefers"), "claim"),
        overrules=node.references(aw("overrules"), "claim"),
    )


def _scenario(context: Context, node: Node, term_id: str) -> model.Scenario:
    values = tuple(split_value(value) for value in node.references(aw("value"), "value"))
    repeated = sorted({one for one, _ in values if sum(one == other for other, _ in values) > 1})
    if repeated:
        raise UnreadableError(f"aw:value states {', '.join(repeated)} twice, expected one value for a constraint")
    return model.Scenario(
        **term(context, node, term_id, "scenario"),
        task=node.reference(aw("task"), "task"),
        values=values,
        needs=node.references(aw("need"), "need") or node.references(aw("needs"), "need"),
        expects=node.references(aw("expects"), "technique"),
        text=node.text(aw("text")),
    )


def _pack(context: Context, node: Node, term_id: str) -> model.Pack:
    return model.Pack(
        **term(context, node, term_id, "pack"),
        precedence=required_integer(node, "precedence"),
        active=node.boolean(aw("active")) if node.has(aw("active")) else True,
        version=node.text(ix.VERSION),
        creator=node.word(ix.CREATOR),
        licence=node.word(ix.LICENCE),
        created=node.text(ix.CREATED),
        modified=node.text(ix.MODIFIED),
    )


def _system(context: Context, node: Node, term_id: str) -> model.System:
    return model.System(
        **term(context, node, term_id, "system"),
        question=required_text(node, "question"),
        noun=required_text(node, "noun"),
    )


BUILDERS: Mapping[model.Kind, Builder] = {
    "claim": _claim,
    "source": _source,
    "conflict": _conflict,
    "resolution": _resolution,
    "scenario": _scenario,
    "pack": _pack,
    "system": _system,
}
