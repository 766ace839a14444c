"""What the page of one term shows: what it says, what it rests on, what uses it. One rule for every kind of term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from api.page.kinds import CALLED, address
from api.page.words import Item, Words, badges_of
from engine.inheritance import SHARES, Entry, Inheritance, Share
from engine.render import inheritance as inheritance_words
from engine.render.english import listed
from engine.render.linked import linked
from kb.bands import shown as band_shown
from kb.index import DEFINITION
from kb.model import (
    ALWAYS,
    Claim,
    Condition,
    Conflict,
    Constraint,
    DemandRule,
    Kind,
    Knowledge,
    Prerequisite,
    Resolution,
    Statement,
    Term,
    Value,
)
from kb.namespaces import PREFIXES
from kb.reader import schema_index
from kb.users import Users

MOST_USERS = 8
"""How many users of each kind are shown with a term; a list has them all."""

_FIELDS: tuple[tuple[str, str, Kind | None], ...] = (
    ("synonyms", "Also called", None),
    ("broader", "A kind of", None),
    ("refines", "A variant of", "technique"),
    ("parts", "Made of", "technique"),
    ("text", "In words", None),
    ("title", "Title", None),
    ("creator", "By", None),
    ("question", "Asked as", None),
    ("unit", "Unit", "unit"),
    ("counts", "Counts", "unit"),
    ("per", "Per", "unit"),
    ("converts_to", "Converts to", "unit"),
    ("effort", "How hard to change", None),
    ("default", "Assumed until said otherwise", None),
    ("complexity", "Complexity", None),
    ("weight", "Counts as", None),
    ("calibrates_to", "Counts as", None),
    ("test", "Go on when", None),
    ("alternative_to", "Can be taken for", "parameter"),
    ("source", "Source", "source"),
    ("locator", "Where in the source", None),
    ("strength_word", "Its word for strength", "word"),
    ("author", "Judged by", None),
    ("date", "Date", None),
    ("review_by", "To be reviewed by", None),
    ("verification", "Verification", None),
    ("erratum", "Slip of the source", None),
    ("unused_because", "Not used, because", None),
    ("conflict", "About", "conflict"),
    ("decision", "Decision", None),
    ("precedence", "Precedence", None),
    ("version", "Version", None),
    ("licence", "Licence", None),
    ("created", "Created", None),
    ("modified", "Changed", None),
    ("replaced_by", "Replaced by", None),
)
"""Fields of records, what they are called on the page, and the kind of terms they name."""

_OF_SCHEMA = {"effort": "Effort", "verification": "Verification", "decision": "Decision"}
"""Fields that name an individual of the schema, and of which class."""

_OWN_KIND = frozenset({"broader", "replaced_by"})


@dataclass(frozen=True, slots=True)
class UsersOfKind:
    """The terms of one kind that name a term: some of them, and how many there are."""

    kind: Kind
    items: tuple[Item, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value of a constraint, and the numbers that stand for it."""

    value: Value
    bands: Markup


class TermPage:
    """One term of one version, as its page shows it.

    Args:
        knowledge: the knowledge base.
        kind: the kind of the term.
        term: the term.
    """

    def __init__(self, knowledge: Knowledge, kind: Kind, term: Term) -> None:
        self.knowledge, self.kind, self.term = knowledge, kind, term
        self.words = Words(knowledge)
        self.called = CALLED[kind]

    @property
    def name(self) -> str:
        """What it is called; a claim whose label is no more than its id by that."""
        return self.term.label

    @cached_property
    def lead(self) -> Markup:
        """What it says, or what it is."""
        return self.words.says(self.kind, self.term)

    @cached_property
    def badges(self) -> tuple[str, ...]:
        """What should be known at first sight."""
        return badges_of(self.term)

    def facts(self) -> Iterator[tuple[str, Markup]]:
        """What else is said of it, by name."""
        for field, title, named in _FIELDS:
            value = getattr(self.term, field, None)
            if value not in (None, "", ()):
                shown = self._shown(field, value, self.kind if field in _OWN_KIND else named)
                if shown and shown != self.lead:
                    yield title, shown
        if isinstance(self.term, Statement) and self.term.when != ALWAYS:
            yield "Condition", self.condition(self.term.when)
        if isinstance(self.term, Prerequisite):
            yield "Without it", escape("not feasible" if self.term.hard else f"loses {self.term.points}")

    def condition(self, condition: Condition) -> Markup:
        """A condition in words."""
        return self.words.html(self.words.sentences.condition(condition))

    def _shown(self, field: str, value: Any, named: Kind | None) -> Markup:
        ids = value if isinstance(value, tuple) else (value,)
        if named is not None:
            return self.words.links(named, ids)
        if field == "default" and isinstance(self.term, Constraint):
            return escape(self.words.sentences.value(self.term.id, value))
        if field in _OF_SCHEMA:
            return _individual(_OF_SCHEMA[field], str(value))
        if field == "calibrates_to":
            kind: Kind = "strength" if value in self.knowledge.strengths else "degree"
            return self.words.link(kind, str(value))
        text = listed([str(one) for one in ids])
        if field in ("licence", "version") and text.startswith("https://"):
            return Markup('<a href="{}" rel="external noreferrer">{}</a>').format(text, text)
        return escape(text)

    @property
    def url(self) -> str:
        """Where a source is found, if that is an address that a browser may follow."""
        found = getattr(self.term, "url", "")
        return found if isinstance(found, str) and found.startswith(("https://", "http://")) else ""

    @cached_property
    def values(self) -> list[ValueLine]:
        """The values of a constraint, from least to most where they are ordered."""
        if not isinstance(self.term, Constraint):
            return []
        bands: dict[str, list[str]] = {}
        for kind, name in Users.of(self.knowledge).get(("constraint", self.term.id)):
            if kind == "band":
                band = self.knowledge.bands[name]
                task = f" for {self.words.sentences.task(band.task)}" if band.task else ""
                bands.setdefault(band.value, []).append(f"{band_shown(band)}{task}")
        return [
            ValueLine(value, linked("; ".join(bands.get(value.id, ())), address=address)) for value in self.term.values
        ]

    @cached_property
    def inheritance(self) -> list[tuple[Share, list[tuple[Item, Markup]]]]:
        """What a task adds, inherits and overrides: the statements, and the task that each comes from."""
        if self.kind != "task":
            return []
        return inherited(self.words, self.term.id)

    @cached_property
    def rests_on(self) -> list[tuple[Item, str]]:
        """The claims from which it is derived, each with its source and the place there."""
        claims = [self.knowledge.claims[one] for one in self.term.claims if one in self.knowledge.claims]
        return [(self.words.item(("claim", claim.id)), self._origin(claim)) for claim in claims]

    @cached_property
    def sides(self) -> list[tuple[Item, str, str]]:
        """Of a conflict or a resolution the claims, each with its source and what was decided about it."""
        decided: tuple[Resolution, ...] = ()
        if isinstance(self.term, Conflict):
            decided = tuple(one for one in self.knowledge.resolutions.values() if one.conflict == self.term.id)
            names = self.term.between
        elif isinstance(self.term, Resolution):
            decided = (self.term,)
            names = tuple(dict.fromkeys((*self.term.prefers, *self.term.overrules)))
        else:
            return []
        claims = [self.knowledge.claims[one] for one in names if one in self.knowledge.claims]
        return [
            (self.words.item(("claim", claim.id)), self._origin(claim), _verdict(decided, claim.id)) for claim in claims
        ]

    def _origin(self, claim: Claim) -> str:
        source = self.knowledge.sources.get(claim.source or "")
        parts = [source.title if source else claim.author, claim.locator, claim.date]
        return ", ".join(part for part in parts if part)

    @cached_property
    def used_by(self) -> list[UsersOfKind]:
        """The terms that name it, by kind."""
        kept: dict[Kind, list[str]] = {}
        counts: dict[Kind, int] = {}
        for kind, term_id in Users.of(self.knowledge).get((self.kind, self.term.id)):
            counts[kind] = counts.get(kind, 0) + 1
            if counts[kind] <= MOST_USERS:
                kept.setdefault(kind, []).append(term_id)
        order = {kind: place for place, kind in enumerate(CALLED)}
        return [
            UsersOfKind(kind, tuple(self.words.item((kind, one)) for one in kept[kind]), counts[kind])
            for kind in sorted(kept, key=order.__getitem__)
        ]

    @cached_property
    def contents(self) -> dict[Kind, int]:
        """How many terms of each kind a pack has."""
        if self.kind != "pack":
            return {}
        counts = {kind: sum(term.pack == self.term.id for term in self.knowledge.of(kind).values()) for kind in CALLED}
        return {kind: count for kind, count in counts.items() if count}


def _individual(class_name: str, name: str) -> Markup:
    """An individual of the schema: what it is called, and what that means."""
    node = schema_index().typed(class_name).get(name)
    if node is None:
        return escape(name.replace("-", " "))
    label, meaning = node.text(PREFIXES["rdfs"] + "label"), node.text(DEFINITION)
    return Markup('{} <span class="faint small">{}</span>').format(label or name, meaning)


def _verdict(decided: Iterable[Resolution], claim: str) -> str:
    """What was decided about a claim, in a word or two."""
    for one in decided:
        if claim in one.prefers:
            return "upheld"
        if claim in one.overrules:
            return "set aside" if one.decision == "supersedes" else "qualified"
    return ""


def inherited(words: Words, task: str) -> list[tuple[Share, list[tuple[Item, Markup]]]]:
    """What a task adds, inherits and overrides, each with the task above that it comes from."""
    found = Inheritance(words.knowledge, task)
    shares = []
    for share in SHARES:
        entries = [(_inherited(words, entry), _from(words, entry)) for entry in found.of(share)]
        if entries:
            shares.append((share, entries))
    return shares


def _inherited(words: Words, entry: Entry) -> Item:
    stated = entry.statement
    rule = isinstance(stated, DemandRule)
    said = inheritance_words.demand if rule else inheritance_words.typical
    return Item(("rule" if rule else "typical", stated.id), stated.label, words.html(said(entry, words.sentences)))


def _from(words: Words, entry: Entry) -> Markup:
    return words.link("task", entry.task) if entry.distance else Markup("")
