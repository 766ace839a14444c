"""The knowledge model as Python sees it: immutable records, one class per term of the schema.

The records mirror ``kb/ontology/schema.ttl``. They carry no behaviour beyond look-up: inference is Prolog's,
reading RDF is :mod:`kb.reader`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

Operator: TypeAlias = Literal["is", "at-least", "at-most"]


# --- Conditions: the closed language of aw:Condition -------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskIs:
    """The case's task is ``task`` or a narrower one."""

    task: str


@dataclass(frozen=True, slots=True)
class ValueIs:
    """The constraint's value stands in relation ``operator`` to ``values`` (one value unless ``operator`` is "is")."""

    constraint: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedRaised:
    """The need, or a narrower one, is raised with at least strength ``minimum`` (None: with any)."""

    need: str
    minimum: str | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All conditions hold; the empty conjunction always does."""

    conditions: tuple[Condition, ...] = ()


Condition: TypeAlias = TaskIs | ValueIs | NeedRaised | Not | AnyOf | AllOf

ALWAYS = AllOf()


# --- Terms ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a term, and the pack that makes it: several packs may speak of one term."""

    pack: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What every term has.

    Attributes:
        id: the kebab-case id, unique within its kind (the last segment of its IRI).
        pack: id of the pack that defines the term.
        label: preferred English label; the id where the pack gives none.
        definition: one or two sentences, possibly empty.
        synonyms: ``skos:altLabel``, shown to people.
        hidden: ``skos:hiddenLabel``, understood but not shown.
        examples: ``skos:example`` phrases in which people say this.
        notes: ``skos:scopeNote`` and ``skos:note``: what packs say about it beside its definition.
        claims: ids of the claims from which the term is derived.
        replaced_by: id of the term that replaces this deprecated one.
    """

    id: str
    pack: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    claims: tuple[str, ...] = ()
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Term):
    """What an application does; ``broader`` gives inheritance."""

    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Term):
    """One value of a constraint. ``id`` is the bare value ("little"), unique within its constraint only."""

    constraint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Term):
    """One dimension on which applications differ.

    Attributes:
        ordered: whether ``values`` run from least to most.
        values: the complete scale.
        question: asks a person for the value.
        unit: id of the unit of its numbers, if it takes numbers.
        effort: id of how hard a team can change it ("easy", "moderate-effort", "hard-to-change", "fixed").
        effort_weight: the integer for that, 0 for what cannot be changed.
        default: value assumed while nothing is stated.
    """

    ordered: bool
    values: tuple[Value, ...]
    question: str = ""
    unit: str | None = None
    effort: str = "fixed"
    effort_weight: int = 0
    default: str | None = None

    def value(self, value_id: str) -> Value | None:
        """The value with this id, or None."""
        return next((value for value in self.values if value.id == value_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Term):
    """Numbers in [``start``, ``end``) of the constraint's unit stand for ``value``; ``task`` limits it to a task."""

    constraint: str
    value: str
    start: Decimal | None = None
    end: Decimal | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Term):
    """A unit.

    Attributes:
        converts_to: the unit into which it converts; one of it is ``factor`` of that one.
        factor: see ``converts_to``.
        inverse: whether the number there is ``factor`` divided by the number here.
        counts: of a rate what it counts, for each of ``per``.
        per: by which units a rate is divided.
        pure: whether its numbers measure nothing: shares, repetitions.
    """

    converts_to: str | None = None
    factor: Decimal = Decimal(1)
    inverse: bool = False
    counts: str | None = None
    per: tuple[str, ...] = ()
    pure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Term):
    """What an application asks of its technique. ``kind`` is "requirement" or "opportunity"."""

    kind: Literal["requirement", "opportunity"] = "requirement"
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Term):
    """A property on which techniques are compared; ``need`` links it to the need it measures."""

    need: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique(Term):
    """What can be done. ``parts`` is non-empty for a composite; ``refines`` names the family of a variant."""

    complexity: int = 0
    refines: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength(Term):
    """How strongly a need is demanded; ``weight`` is the integer it counts as."""

    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree(Term):
    """To what degree a technique serves (positive, lacks) or damages (hurts, breaks) a need."""

    weight: int
    damages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthWord(Term):
    """A source's word for strength, calibrated to a strength or to a degree."""

    calibrates_to: str | None = None


# --- Statements -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Term):
    """A piece of knowledge with a condition under which it applies; ``text`` is its wording, if it has one."""

    when: Condition = ALWAYS
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRule(Statement):
    """Raises ``need`` with ``strength`` where ``when`` holds."""

    need: str
    strength: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution(Statement):
    """``technique`` serves or damages ``need`` to ``degree``."""

    technique: str
    need: str
    degree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite(Statement):
    """``technique`` cannot do without ``requires`` (hard), or loses ``points`` without it (soft)."""

    technique: str
    requires: Condition
    hard: bool
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty(Statement):
    """``technique`` loses ``points``."""

    technique: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Statement):
    """What composite ``technique`` adds: a ``degree`` on ``need``, or a loss of ``points``."""

    technique: str
    need: str | None = None
    degree: str | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tradeoff(Statement):
    """Where ``technique`` stands on ``quality``, as such or compared with ``than``."""

    technique: str
    quality: str
    level: Literal["higher", "lower", "similar"]
    than: str | None = None
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Statement):
    """A warning or hint. ``technique`` None: on whatever is recommended."""

    technique: str | None = None
    kind: Literal["warning", "hint"] = "warning"
    audience: Literal["candidates", "recommended"] = "recommended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Statement):
    """One step on the path to one of ``targets`` (empty: to every target)."""

    order: int
    technique: str | None = None
    targets: tuple[str, ...] = ()
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalValue(Statement):
    """``task`` has ``value`` for ``constraint`` unless the user says otherwise."""

    task: str
    constraint: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Statement):
    """A dated number with its unit.

    Attributes:
        number: how many.
        unit: of which unit.
        per: divided by which units: dollars per million tokens.
        date: as of when the number holds.
        review_by: after when it counts as stale.
        role: "horizon" or "volume" of those over which costs are told.
        constraint: the constraint whose number is taken where a case states one.
        alternative_to: the parameter for which this one can be taken instead.
    """

    number: Decimal
    unit: str | None = None
    per: tuple[str, ...] = ()
    date: str = ""
    review_by: str = ""
    role: str | None = None
    constraint: str | None = None
    alternative_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula(Statement):
    """Closed arithmetic over parameter and formula ids (:mod:`kb.expressions`).

    Attributes:
        expression: the arithmetic.
        unit: of which unit its result is.
        per: divided by which units.
        technique: the technique of whose cost it is a part.
        recurrence: how often that part falls due: "once", "each-period" or "each-use".
        role: "yardstick" for an amount with which differences are compared, "figure" for what is told beside.
    """

    expression: str
    unit: str | None = None
    per: tuple[str, ...] = ()
    technique: str | None = None
    recurrence: str | None = None
    role: str | None = None


# --- Provenance ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Term):
    """One statement of one source, in our words."""

    text: str
    kind: Literal["from-source", "judgement"]
    source: str | None = None
    locator: str = ""
    strength_word: str | None = None
    verification: str = ""
    date: str = ""
    review_by: str = ""
    author: str = ""
    unused_because: str = ""
    erratum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Term):
    """A publication, a price list, or a person who judges."""

    title: str
    creator: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Term):
    """Claims that disagree, or read as if they did."""

    between: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Term):
    """What was decided about a conflict."""

    conflict: str
    decision: Literal["supersedes", "qualifies", "open"]
    text: str
    prefers: tuple[str, ...] = ()
    overrules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Term):
    """A worked case: a profile and its acceptable techniques. ``values`` pairs constraint and value ids."""

    task: str | None
    values: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    expects: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(Term):
    """A named graph of knowledge with version, author and licence.

    Attributes:
        active: whether its statements count where nobody says which packs do.
    """

    precedence: int
    active: bool = True
    version: str = ""
    creator: str = ""
    licence: str = ""
    created: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Term):
    """What the knowledge base decides as a whole, in the words in which the program presents itself."""

    question: str
    noun: str


Kind: TypeAlias = Literal[
    "task",
    "constraint",
    "band",
    "unit",
    "need",
    "quality",
    "technique",
    "strength",
    "degree",
    "word",
    "rule",
    "contribution",
    "prerequisite",
    "penalty",
    "interaction",
    "tradeoff",
    "advice",
    "step",
    "typical",
    "parameter",
    "formula",
    "claim",
    "source",
    "conflict",
    "resolution",
    "scenario",
    "pack",
    "system",
]

T = TypeVar("T", bound=Term)


@dataclass(frozen=True)
class Knowledge:
    """One version of a knowledge base: every term by kind and id, in the order of ids.

    The attribute of a kind maps ids to records. Values are reached through their constraint.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict)
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    bands: Mapping[str, Band] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    qualities: Mapping[str, Quality] = field(default_factory=dict)
    techniques: Mapping[str, Technique] = field(default_factory=dict)
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    degrees: Mapping[str, Degree] = field(default_factory=dict)
    words: Mapping[str, StrengthWord] = field(default_factory=dict)
    rules: Mapping[str, DemandRule] = field(default_factory=dict)
    contributions: Mapping[str, Contribution] = field(default_factory=dict)
    prerequisites: Mapping[str, Prerequisite] = field(default_factory=dict)
    penalties: Mapping[str, Penalty] = field(default_factory=dict)
    interactions: Mapping[str, Interaction] = field(default_factory=dict)
    tradeoffs: Mapping[str, Tradeoff] = field(default_factory=dict)
    advice: Mapping[str, Advice] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    typical_values: Mapping[str, TypicalValue] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    resolutions: Mapping[str, Resolution] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    packs: Mapping[str, Pack] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)

    def of(self, kind: Kind) -> Mapping[str, Term]:
        """All terms of one kind."""
        return getattr(self, ATTRIBUTE_OF_KIND[kind])  # type: ignore[no-any-return]

    def find(self, kind: Kind, term_id: str) -> Term | None:
        """The term of this kind and id, or None."""
        return self.of(kind).get(term_id)

    def statements(self) -> Iterator[tuple[Kind, Statement]]:
        """Every statement with its kind."""
        for kind in STATEMENT_KINDS:
            for term in self.of(kind).values():
                assert isinstance(term, Statement)
                yield kind, term

    @property
    def system(self) -> System | None:
        """What the knowledge base decides as a whole: the first system by id, or None in an empty one."""
        return next(iter(self.systems.values()), None)


ATTRIBUTE_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {
        "task": "tasks",
        "constraint": "constraints",
        "band": "bands",
        "unit": "units",
        "need": "needs",
        "quality": "qualities",
        "technique": "techniques",
        "strength": "strengths",
        "degree": "degrees",
        "word": "words",
        "rule": "rules",
        "contribution": "contributions",
        "prerequisite": "prerequisites",
        "penalty": "penalties",
        "interaction": "interactions",
        "tradeoff": "tradeoffs",
        "advice": "advice",
        "step": "steps",
        "typical": "typical_values",
        "parameter": "parameters",
        "formula": "formulas",
        "claim": "claims",
        "source": "sources",
        "conflict": "conflicts",
        "resolution": "resolutions",
        "scenario": "scenarios",
        "pack": "packs",
        "system": "systems",
    }
)

STATEMENT_KINDS: tuple[Kind, ...] = (
    "rule",
    "contribution",
    "prerequisite",
    "penalty",
    "interaction",
    "tradeoff",
    "advice",
    "step",
    "typical",
    "parameter",
    "formula",
)
