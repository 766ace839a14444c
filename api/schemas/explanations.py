"""Explanations: what can be asked about an answer, and the form of what comes back.

The models of answers are published as JSON Schema in ``docs/schemas/``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from api.schemas.base import Body, Id, Query
from engine.counterfactual import LARGEST_SET

# --- Questions ---------------------------------------------------------------------------------------------------


class WhyQuery(Query):
    """Which part of the proof."""

    node: Id | None = Field(None, description="The node to begin at; the recommended technique if left out.")
    level: int | None = Field(None, ge=0, le=30, description="How many levels below it; all if left out.")


class WhyNotQuery(Query):
    """Which technique is asked about."""

    technique: Id = Field(description="The id of a technique.")
    repair: bool = Field(True, description="Whether to search the cheapest ways out as well.")


class ContrastQuery(Query):
    """Which techniques to compare."""

    technique: Id | None = Field(None, description="The id of a technique; the recommended one if left out.")
    than: Id = Field(description="The id of another technique.")


class ChangesQuery(Query):
    """Which technique is to win, and by how many changes."""

    to: Id = Field(description="The id of the technique that is to win.")
    size: int = Field(LARGEST_SET, ge=1, le=LARGEST_SET, description="The most changes in a set.")
    fixed: bool = Field(False, description="Whether to vary also what was stated and nobody can change.")


class RegionsQuery(Query):
    """Over which constraints to map."""

    x: Id = Field(description="The id of a constraint.")
    y: Id | None = Field(None, description="The id of another constraint, for a map of two dimensions.")


_STATED = "A number, a text with a unit, or the id of another parameter that is an alternative to this one."


class CostQuery(Query):
    """What is to be taken instead of assumed numbers; besides these two, any number of the answer by its id."""

    model_config = ConfigDict(extra="allow")

    horizon: str | None = Field(None, description=f"The time over which costs are added up. {_STATED}")
    volume: str | None = Field(None, description=f"How often it is used in a period. {_STATED}")


class CostRequest(Body):
    """The same in a body: "horizon", "volume", and any number of the answer by its id."""

    model_config = ConfigDict(extra="allow", strict=True)

    horizon: float | str | None = Field(None, description=f"The time over which costs are added up. {_STATED}")
    volume: float | str | None = Field(None, description=f"How often it is used in a period. {_STATED}")


class ClaimsQuery(Query):
    """Behind what."""

    node: Id | None = Field(None, description="A node of the proof; the recommended technique if left out.")


class DefinitionQuery(Query):
    """Which term."""

    term: Id = Field(description="Any name of a term: label, synonym or id.")


class PacksQuery(Query):
    """Which knowledge."""

    packs: str | None = Field(None, description="Active packs, separated by commas; all if left out.")


# --- Parts of answers -----------------------------------------------------------------------------------------------


class Described(BaseModel):
    """The base of what is published: members are described, further ones may come."""

    model_config = ConfigDict(extra="ignore")


class Choice(Described):
    """What is recommended."""

    technique: str
    label: str
    variant: dict[str, Any] | None
    tied: list[str] = Field(description="Techniques that share the first rank.")


class ConditionTest(Described):
    """A test of a condition, and how it came out: of a task, a need, or a constraint."""

    truth: Literal["true", "false", "unknown"]
    task: str | None = None
    need: str | None = None
    minimum: int | None = None
    constraint: str | None = None
    operator: Literal["is", "at-least", "at-most"] | None = None
    values: list[str] | None = None


class StepMembers(Described):
    """What a step can say besides its kind; which members there are depends on that."""

    technique: str | None = None
    techniques: list[str] | None = Field(None, description="Others that this is about.")
    status: Literal["recommended", "viable", "infeasible", "excluded"] | None = None
    rank: int | None = None
    score: int | None = None
    family: str | None = Field(None, description="The technique that this one refines.")
    need: str | None = None
    weight: int | None = Field(None, description="How strongly the need is demanded.")
    demand: int | None = Field(None, description="The weight of the demand that is served or damaged.")
    counts: bool | None = Field(None, description="Whether the demand is counted, or subsumed by a narrower one.")
    subsumed_by: list[str] | None = None
    side: Literal["supply", "damage", "interaction"] | None = None
    degree: int | None = None
    points: int | None = None
    truth: Literal["true", "false", "unknown"] | None = None
    tests: list[ConditionTest] | None = None
    statements: list[str] | None = Field(None, description="Statements of the knowledge base that the step applies.")
    also: list[str] | None = Field(None, description="Statements that say the same or less.")
    unknown: list[str] | None = Field(None, description="Statements whose condition is unknown.")
    claims: list[str] | None = Field(None, description="Claims on which it rests directly.")
    inherited_from: list[str] | None = Field(
        None, description="The broader tasks to which the step owes that it holds, if it does."
    )
    task: str | None = None
    lineage: list[str] | None = Field(None, description="The task and its broader tasks.")
    constraint: str | None = None
    value: str | None = None
    origin: Literal["stated", "derived", "inherited", "assumed", "unknown"] | None = None
    band: str | None = None
    typical: str | None = None


class ProofNode(StepMembers):
    """One step of a proof."""

    id: str
    kind: Literal[
        "decision",
        "technique",
        "contribution",
        "interaction",
        "penalty",
        "unmet-prerequisite",
        "blocker",
        "proviso",
        "demand",
        "rule",
        "value",
        "task",
        "stated-need",
        "not-raised",
    ]
    text: str = Field(description="What the step says, in plain English.")
    premises: list[str] = Field(description="Ids of the nodes on which it rests.")
    reason: str | None = Field(None, description="Why a technique is blocked.")


class Proof(Described):
    """A proof: a graph in which what several steps rest on stands once."""

    root: str
    nodes: list[ProofNode]


class Step(Described):
    """A step of an outline, with what it rests on under it."""

    node: str = Field(description="Id of the proof's node.")
    kind: str
    number: str = Field(description="Where it stands, such as 1.2.1; empty for the root.")
    text: str
    points: int | None
    claims: list[str]
    source: str
    same_as: str | None = Field(description="Number of the step where the same node is laid out, if it is elsewhere.")
    more: int = Field(description="How many premises lie below the level asked for.")
    premises: list[Step]


class CitedClaim(Described):
    """A claim behind a proof."""

    claim: str
    label: str
    text: str
    kind: Literal["from-source", "judgement"]
    source: str | None
    locator: str
    erratum: str | None


class EvidenceClaim(CitedClaim):
    """A claim with everything that is known of it."""

    author: str | None
    date: str | None
    review_by: str | None
    verification: str | None
    supports: list[str] = Field(description="Ids of the proof's nodes that rest on it.")


class EvidenceSource(Described):
    """A source with the number of its claims."""

    source: str
    title: str
    creator: str | None
    date: str | None
    url: str | None
    claims: int


class Change(Described):
    """One change of a constraint."""

    constraint: str
    label: str
    value: str
    kind: Literal["change", "learn"] = Field(description="To be brought about, or an unknown that may turn out so.")
    difficulty: int
    text: str


class ChangeSet(Described):
    """Changes that suffice together, and of which no part does."""

    difficulty: int
    changes: list[Change]


class RepairSet(ChangeSet):
    """What lifts a blocker, or makes a technique win."""

    admits: list[str] = Field(description="Techniques that would have to be admitted again.")


class Distance(Described):
    """A gap in the constraint's own unit."""

    number: float = Field(description="What was stated.")
    unit: str
    difference: float = Field(description="What has to be added; negative where there is too much.")
    least: float | None = Field(None, description="The least that would do.")
    below: float | None = Field(None, description="Below which it would do.")


class Gap(Described):
    """How far a test is from coming out the other way."""

    test: ConditionTest
    text: str
    current: str | None = Field(None, description="The constraint's value.")
    steps: int | None = Field(None, description="Steps along the scale to the nearest value that would do.")
    distance: Distance | None = None


class Blocker(Described):
    """What keeps a technique from being chosen."""

    node: str
    text: str
    reason: Literal["required", "ruled-out", "simpler", "prerequisite"]
    need: str | None = None
    side: Literal["supply", "damage"] | None = None
    degree: int | None = None
    techniques: list[str] | None = Field(None, description="The simpler ones, or those that were ruled out.")
    statements: list[str] | None = None
    tests: list[ConditionTest] | None = None
    claims: list[str] | None = None


class GappedBlocker(Blocker):
    """A blocker with its gaps and the cheapest repair."""

    gaps: list[Gap]
    repair: RepairSet | None = None


class Shortcoming(Described):
    """Where a technique's points differ from those of the recommended one."""

    kind: str
    id: str
    points: int
    winner_points: int
    difference: int


class ContrastSide(Described):
    """One technique's part in a difference."""

    points: int
    effects: list[dict[str, Any]]
    statements: list[str]


class ContrastRow(Described):
    """One difference between two techniques; positive where it speaks for the first."""

    kind: str
    id: str
    technique: ContrastSide
    other: ContrastSide
    difference: int


class AxisValue(Described):
    """A value on an axis."""

    id: str
    label: str


class Axis(Described):
    """A constraint as an axis."""

    constraint: str
    label: str
    values: list[AxisValue]


class Cell(Described):
    """Who wins with these values."""

    x: str
    y: str | None = None
    winners: list[str]


# --- Answers ----------------------------------------------------------------------------------------------------------


class Why(Described):
    """Why something is recommended: the whole proof."""

    id: str
    recommended: Choice | None
    reasons: list[dict[str, Any]]
    claims: list[CitedClaim]
    proof: Proof
    text: str


class Outline(Described):
    """A proof from one node downwards, as far as asked for."""

    id: str
    outline: Step
    text: str


class WhyOrOutline(RootModel[Why | Outline]):
    """Why it was recommended, or an outline of that where a part of the proof is asked for."""


class WhyNot(Described):
    """Why a technique is not recommended: all of it."""

    id: str
    technique: str
    label: str
    status: str
    score: int
    recommended: str | None
    distance: int | None = Field(description="By how many points it is behind.")
    blockers: list[GappedBlocker]
    shortcomings: list[Shortcoming]
    reasons: list[dict[str, Any]]
    provisos: list[str]
    repair: RepairSet | None = Field(None, description="The cheapest set of changes that makes it win.")
    searched_up_to: int | None = Field(None, description="The most changes that were considered together.")
    text: str


class Contrast(Described):
    """Why one technique rather than another: only what differs."""

    id: str
    technique: str
    than: str
    scores: dict[str, int]
    statuses: dict[str, str]
    difference: int
    differences: list[ContrastRow]
    blockers: dict[str, list[Blocker]]
    text: str


class Changes(Described):
    """The smallest sets of changes that make a technique win, the least difficult first."""

    id: str
    to: str
    up_to: int
    fixed_varied: bool
    already: bool = Field(description="Whether it wins without any change.")
    sets: list[ChangeSet]
    text: str


class Regions(Described):
    """For each value of one constraint, or pair of values of two, which technique wins."""

    id: str
    x: Axis
    y: Axis | None
    here: dict[str, str | None]
    cells: list[Cell]
    techniques: dict[str, str]
    text: str


class WhatIf(Described):
    """The answer under changes, and what differs."""

    before: dict[str, Any]
    after: dict[str, Any]
    difference: dict[str, Any]
    text: str


class Evidence(Described):
    """Who says so: claims, sources and conflicts."""

    id: str
    node: str
    claims: list[EvidenceClaim]
    sources: list[EvidenceSource]
    conflicts: list[dict[str, Any]]
    set_aside: list[dict[str, Any]]
    text: str


class CostPart(Described):
    """One part of a technique's cost."""

    formula: str
    label: str
    recurrence: Literal["once", "each-period", "each-use"]
    amount: float = Field(description="What it costs each time.")
    total: float = Field(description="What that comes to over the horizon.")
    expression: str
    claims: list[str]


class TechniqueCost(Described):
    """What one technique costs."""

    technique: str
    label: str
    status: Literal["recommended", "viable", "infeasible", "excluded"] | None
    total: float
    split: dict[str, float] = Field(description="Once, each period, each use.")
    parts: list[CostPart]


class Stretch(Described):
    """From where to where which technique is cheaper."""

    from_: float = Field(alias="from")
    to: float | None = Field(description="None: without end.")
    technique: str | None = Field(description="None: they cost the same.")


class BreakEven(Described):
    """From where on which of two techniques is cheaper."""

    techniques: list[str]
    over: Literal["horizon", "volume"] = Field(description="What varies.")
    points: list[float] = Field(description="Where it changes; empty for never.")
    cheaper: list[Stretch] = Field(description="Empty if it cannot be worked out.")
    text: str


class CostFigure(Described):
    """A result that is told beside the costs."""

    formula: str
    label: str
    amount: float
    unit: str | None
    claims: list[str]


class Yardstick(Described):
    """An amount for each use, with which the difference in cost is compared."""

    formula: str
    label: str
    amount: float
    difference: float = Field(description="Between the dearest and the cheapest technique, for each use.")
    between: list[str]
    ratio: float | None = Field(description="None where they cost the same.")
    outweighs: bool
    text: str
    claims: list[str]


class CostNumber(Described):
    """A number on which the costs rest."""

    parameter: str
    label: str
    number: float
    unit: str | None
    per: list[str]
    origin: Literal["stated", "chosen", "case", "fitted", "default"] = Field(
        description="Stated for this question; another parameter's; the case's; fitted to a value of the case; assumed."
    )
    taken_from: str | None
    fitted_to: str | None
    date: str | None
    review_by: str | None
    stale: bool = Field(description="Whether it was due for review before the day of the answer.")
    claims: list[str]
    sources: list[dict[str, str]]
    verification: str | None = Field(description="How far the best checked of its claims was checked.")
    effect: float = Field(description="By how much any total changes if it is a tenth larger.")
    alternatives: list[dict[str, Any]]


class Costs(Described):
    """What each technique costs, the cheapest first."""

    id: str
    as_of: str
    recommended: str | None
    unit: dict[str, str] | None
    horizon: float | None
    volume: float | None
    techniques: list[TechniqueCost]
    not_known: list[str] = Field(description="Techniques without formulas.")
    break_even: list[BreakEven]
    figures: list[CostFigure]
    yardsticks: list[Yardstick]
    numbers: list[CostNumber] = Field(description="What matters most first.")
    stale: list[str]
    text: str


class ScenarioOutcome(Described):
    """What is recommended for a scenario."""

    scenario: str
    label: str
    expects: list[str]
    recommended: str | None
    acceptable: bool
    failure: str | None


class RecordedEvaluation(Described):
    """The figures of the advice on worked cases that are not part of the knowledge base."""

    name: str
    source: Literal["profile", "text"] = Field(description="What was asked of each case.")
    date: str
    content: str = Field(description="The content hash of the knowledge that was measured.")
    still_this_knowledge: bool
    packs: list[str]
    cases: int
    acceptable: float
    mean_per_technique: float
    unacceptable: float
    per_technique: dict[str, float]
    by_confidence: dict[str, dict[str, float]]
    calibration: list[dict[str, float]] = Field(description="By how stable answers say they are.")
    confusion: list[dict[str, Any]]
    compared: list[dict[str, Any]] = Field(description="The same figures of other packs and of baselines.")
    understanding: dict[str, dict[str, float]] | None = Field(
        description="From text: how well texts are read, with all phrases and in folds that leave out their own."
    )
    wrong: list[dict[str, Any]] = Field(description="Cases whose answer is not acceptable, with what speaks for it.")


class Accuracy(Described):
    """How the scenarios of the knowledge base come out."""

    kb_version: int
    scenarios: int
    acceptable: int
    share: float | None
    outcomes: list[ScenarioOutcome]
    recorded: list[RecordedEvaluation] = Field(description="What was measured on other cases, with its date.")
    text: str


class MethodRule(Described):
    """How one thing is decided."""

    topic: str
    text: str


class Method(Described):
    """How answers come about in general."""

    packs: list[str]
    counts: dict[str, int]
    strengths: dict[str, int]
    degrees: dict[str, int]
    rules: list[MethodRule]
    text: str


class DefinedValue(Described):
    """A value of a constraint."""

    id: str
    label: str
    definition: str


class Definition(Described):
    """What a term means."""

    asked: str
    kind: str
    id: str
    constraint: str | None = Field(description="The constraint of a value.")
    label: str
    definition: str
    synonyms: list[str]
    values: list[DefinedValue]
    notes: list[dict[str, str]]
    relations: dict[str, list[str]]
    pack: str
    claims: list[str]
    sources: list[dict[str, str]]
    text: str


PUBLISHED: dict[str, type[BaseModel]] = {
    "why": Why,
    "outline": Outline,
    "proof": Proof,
    "why-not": WhyNot,
    "contrast": Contrast,
    "changes": Changes,
    "regions": Regions,
    "cost": Costs,
    "what-if": WhatIf,
    "claims": Evidence,
    "accuracy": Accuracy,
    "method": Method,
    "definition": Definition,
}
"""Name of the published schema, and the model from which it is written."""

SCHEMA_BASE = "https://w3id.org/adaptwise/schemas/"


def published(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an answer, as it is published.

    Raises:
        KeyError: if there is none of this name.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMA_BASE}{name}.schema.json",
        **PUBLISHED[name].model_json_schema(mode="serialization"),
    }
