"""Building the records of the vocabulary from their nodes: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from kb import index as ix
from kb import model
from kb.building import Builder, Context, term
from kb.index import Index, Node, UnreadableError, aw, split_value
from kb.namespaces import short, try_split


def _task(context: Context, node: Node, term_id: str) -> model.Task:
    return model.Task(**term(context, node, term_id, "task"), broader=node.references(ix.BROADER, "task"))


def _constraint(context: Context, node: Node, term_id: str) -> model.Constraint:
    values = tuple(_value(context, name, term_id) for name in _scale(context.index, node))
    effort = context.optional(node, "changeEffort", "Effort") or "fixed"
    default = node.reference(aw("default"), "value")
    return model.Constraint(
        **term(context, node, term_id, "constraint"),
        ordered=context.choice(node, "scale", "Scale") == "ordered",
        values=values,
        question=node.text(aw("question")),
        unit=node.reference(aw("unit"), "unit"),
        effort=effort,
        effort_weight=context.efforts[effort],
        default=None if default is None else split_value(default)[1],
    )


def _scale(index: Index, node: Node) -> list[str]:
    heads = node.names(aw("values"))
    if len(heads) != 1:
        raise UnreadableError("aw:values is missing or there are several, expected one list ( value:... value:... )")
    return index.members(heads[0])


def _value(context: Context, name: str, constraint: str) -> model.Value:
    split = try_split(name)
    if split is None or split[0] != "value" or split_value(split[1])[0] != constraint:
        raise UnreadableError(f"aw:values names {short(name)}, expected a value of its own (value:{constraint}.<id>)")
    node = context.index.declared["value"].get(split[1])
    if node is None:
        raise UnreadableError(f"aw:values names value:{split[1]}, which does not exist")
    own = term(context, node, split_value(split[1])[1], "value")
    if own["label"] == split_value(split[1])[1]:
        own["label"] = own["label"].replace("-", " ")
    if own["replaced_by"]:
        own["replaced_by"] = split_value(own["replaced_by"])[1]
    return model.Value(**own, constraint=constraint)


def _band(context: Context, node: Node, term_id: str) -> model.Band:
    constraint, value = node.value_reference(aw("ofValue"))
    return model.Band(
        **term(context, node, term_id, "band"),
        constraint=constraint,
        value=value,
        start=node.decimal(aw("from")),
        end=node.decimal(aw("below")),
        task=node.reference(aw("task"), "task"),
    )


def _unit(context: Context, node: Node, term_id: str) -> model.Unit:
    factor = node.decimal(aw("factor"))
    return model.Unit(
        **term(context, node, term_id, "unit"),
        converts_to=node.reference(aw("convertsTo"), "unit"),
        factor=Decimal(1) if factor is None else factor,
        inverse=node.boolean(aw("inverse")),
        counts=node.reference(aw("counts"), "unit"),
        per=node.references(aw("per"), "unit"),
        pure=node.boolean(aw("pure")),
    )


def _need(context: Context, node: Node, term_id: str) -> model.Need:
    return model.Need(
        **term(context, node, term_id, "need"),
        kind=_kind_of_need(context.optional(node, "needKind", "NeedKind")),
        broader=node.references(ix.BROADER, "need"),
    )


def _quality(context: Context, node: Node, term_id: str) -> model.Quality:
    return model.Quality(**term(context, node, term_id, "quality"), need=node.reference(aw("need"), "need"))


def _technique(context: Context, node: Node, term_id: str) -> model.Technique:
    return model.Technique(
        **term(context, node, term_id, "technique"),
        complexity=node.integer(aw("complexity")) or 0,
        refines=node.reference(aw("refines"), "technique"),
        parts=node.references(aw("part"), "technique"),
    )


def _word(context: Context, node: Node, term_id: str) -> model.StrengthWord:
    return model.StrengthWord(
        **term(context, node, term_id, "word"),
        calibrates_to=_calibration(context, node),
    )


def _kind_of_need(name: str | None) -> Literal["requirement", "opportunity"]:
    return "opportunity" if name == "opportunity" else "requirement"


def _calibration(context: Context, node: Node) -> str | None:
    found = node.local(aw("calibratesTo"))
    if found is not None and found not in {**context.individuals("Strength"), **context.individuals("Degree")}:
        raise UnreadableError(f"aw:calibratesTo is aw:{found}, expected a strength or a degree")
    return found


BUILDERS: Mapping[model.Kind, Builder] = {
    "task": _task,
    "constraint": _constraint,
    "band": _band,
    "unit": _unit,
    "need": _need,
    "quality": _quality,
    "technique": _technique,
    "word": _word,
}
