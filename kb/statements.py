"""Building the records of statements from their nodes: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

from kb import index as ix
from kb import model
from kb.building import Builder, Context, required_integer, required_text, statement
from kb.conditions import read_conjunction
from kb.index import Node, UnreadableError, aw

Level: TypeAlias = Literal["higher", "lower", "similar"]
AdviceKind: TypeAlias = Literal["warning", "hint"]
Audience: TypeAlias = Literal["candidates", "recommended"]


def _rule(context: Context, node: Node, term_id: str) -> model.DemandRule:
    return model.DemandRule(
        **statement(context, node, term_id, "rule"),
        need=node.required_reference(aw("raises"), "need"),
        strength=context.choice(node, "strength", "Strength"),
    )


def _contribution(context: Context, node: Node, term_id: str) -> model.Contribution:
    return model.Contribution(
        **statement(context, node, term_id, "contribution"),
        technique=node.required_reference(aw("technique"), "technique"),
        need=node.required_reference(aw("need"), "need"),
        degree=context.choice(node, "degree", "Degree"),
    )


def _prerequisite(context: Context, node: Node, term_id: str) -> model.Prerequisite:
    return model.Prerequisite(
        **statement(context, node, term_id, "prerequisite"),
        technique=node.required_reference(aw("technique"), "technique"),
        requires=read_conjunction(context.index, node, aw("requires")),
        hard=context.choice(node, "severity", "Severity") == "hard",
        points=node.integer(aw("points")) or 0,
    )


def _penalty(context: Context, node: Node, term_id: str) -> model.Penalty:
    return model.Penalty(
        **statement(context, node, term_id, "penalty"),
        technique=node.required_reference(aw("technique"), "technique"),
        points=required_integer(node, "points"),
    )


def _interaction(context: Context, node: Node, term_id: str) -> model.Interaction:
    return model.Interaction(
        **statement(context, node, term_id, "interaction"),
        technique=node.required_reference(aw("technique"), "technique"),
        need=node.reference(aw("need"), "need"),
        degree=context.optional(node, "degree", "Degree"),
        points=node.integer(aw("points")),
    )


def _tradeoff(context: Context, node: Node, term_id: str) -> model.Tradeoff:
    return model.Tradeoff(
        **statement(context, node, term_id, "tradeoff"),
        technique=node.required_reference(aw("technique"), "technique"),
        quality=node.required_reference(aw("quality"), "quality"),
        level=cast("Level", context.choice(node, "level", "Level")),
        than=node.reference(aw("than"), "technique"),
        component=node.text(aw("component")),
    )


def _advice(context: Context, node: Node, term_id: str) -> model.Advice:
    return model.Advice(
        **statement(context, node, term_id, "advice"),
        technique=node.reference(aw("technique"), "technique"),
        kind=cast("AdviceKind", context.optional(node, "adviceKind", "AdviceKind") or "warning"),
        audience=cast("Audience", context.optional(node, "appliesTo", "Audience") or "recommended"),
    )


def _step(context: Context, node: Node, term_id: str) -> model.Step:
    return model.Step(
        **statement(context, node, term_id, "step"),
        order=required_integer(node, "order"),
        technique=node.reference(aw("technique"), "technique"),
        targets=node.references(aw("target"), "technique"),
        test=node.text(aw("test")),
    )


def _typical(context: Context, node: Node, term_id: str) -> model.TypicalValue:
    constraint, value = node.value_reference(aw("value"))
    return model.TypicalValue(
        **statement(context, node, term_id, "typical"),
        task=node.required_reference(aw("task"), "task"),
        constraint=constraint,
        value=value,
    )


def _parameter(context: Context, node: Node, term_id: str) -> model.Parameter:
    number = node.decimal(aw("number"))
    if number is None:
        raise UnreadableError("aw:number is missing, expected a number")
    return model.Parameter(
        **statement(context, node, term_id, "parameter"),
        number=number,
        unit=node.reference(aw("unit"), "unit"),
        per=node.references(aw("per"), "unit"),
        date=node.text(ix.DATE, ix.CREATED),
        review_by=node.text(aw("reviewBy")),
        role=context.optional(node, "role", "Role"),
        constraint=node.reference(aw("takesFrom"), "constraint"),
        alternative_to=node.reference(aw("alternativeTo"), "parameter"),
    )


def _formula(context: Context, node: Node, term_id: str) -> model.Formula:
    return model.Formula(
        **statement(context, node, term_id, "formula"),
        expression=required_text(node, "expression"),
        unit=node.reference(aw("unit"), "unit"),
        per=node.references(aw("per"), "unit"),
        technique=node.reference(aw("technique"), "technique"),
        recurrence=context.optional(node, "recurrence", "Recurrence"),
        role=context.optional(node, "role", "Role"),
    )


BUILDERS: Mapping[model.Kind, Builder] = {
    "rule": _rule,
    "contribution": _contribution,
    "prerequisite": _prerequisite,
    "penalty": _penalty,
    "interaction": _interaction,
    "tradeoff": _tradeoff,
    "advice": _advice,
    "step": _step,
    "typical": _typical,
    "parameter": _parameter,
    "formula": _formula,
}
