"""Terms in words, with links to their pages: what lists, pages and forms say of them in a line."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from markupsafe import Markup, escape

from api.page.kinds import address
from engine.render.english import first_sentence, listed, sentence
from engine.render.linked import LinkedSentences, linked, marked
from kb.bands import shown as band_shown
from kb.graph import Key
from kb.model import Band, Claim, Kind, Knowledge, Statement, Term
from kb.users import Users


@dataclass(frozen=True, slots=True)
class Item:
    """One line about a term: its name as a link, and what it says, if that is more than its name."""

    key: Key
    name: str
    says: Markup
    badges: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The page of the term."""
        return address(*self.key)


class _All:
    """Every term has a page of its own."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and self._knowledge.find(key[0], key[1]) is not None


class Words:
    """Terms of one version in words, with links to their pages."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.sentences = LinkedSentences(knowledge, _All(knowledge))

    def html(self, text: str) -> Markup:
        """Marked text as a sentence of HTML."""
        return linked(sentence(text), address=address) if text else Markup("")

    def says(self, kind: Kind, term: Term) -> Markup:
        """What a term says: a statement as a sentence, anything else by its definition or text."""
        if isinstance(term, Statement) or kind == "scenario":
            return self.html(self.sentences.about(kind, term))
        if isinstance(term, Band):
            return self.html(self.band(term))
        for field in ("definition", "text", "title"):
            if said := getattr(term, field, ""):
                return escape(said)
        return Markup("")

    def band(self, band: Band) -> str:
        """The numbers that stand for a value, and for which task."""
        value = f"{self.sentences.constraint(band.constraint)}: {band_shown(band)} is "
        value += f"“{self.sentences.value(band.constraint, band.value)}”"
        return value + (f" for {self.sentences.task(band.task)}" if band.task else "")

    def item(self, key: Key) -> Item:
        """A term in a line."""
        kind, term_id = key
        term = self.knowledge.of(kind)[term_id]
        badges = (*self._kind_of(kind, term), *badges_of(term), *(["open"] if self._is_open(key) else []))
        return Item(key, *self._told(kind, term), badges)

    def _told(self, kind: Kind, term: Term) -> tuple[str, Markup]:
        """Name and text of a term; a claim that has no name goes by its first sentence."""
        if not isinstance(term, Claim) or term.label != term.id:
            return term.label, self.says(kind, term)
        first = first_sentence(term.text)
        return first, escape(term.text[len(first) :].strip())

    def _is_open(self, key: Key) -> bool:
        """Whether it is a conflict about which nothing was decided, or only that it stays open."""
        if key[0] != "conflict":
            return False
        users = Users.of(self.knowledge).get(key)
        decided = (self.knowledge.resolutions[one] for kind, one in users if kind == "resolution")
        return all(one.decision == "open" for one in decided)

    def _kind_of(self, kind: Kind, term: Term) -> list[str]:
        """Of which broader terms it is a kind, where it is of any."""
        above = getattr(term, "broader", ()) or tuple(filter(None, [getattr(term, "refines", None)]))
        terms = self.knowledge.of(kind)
        labels = [terms[one].label for one in above if one in terms]
        return [f"a kind of {listed(labels)}"] if labels else []

    def link(self, kind: Kind, term_id: str) -> Markup:
        """A term as a link; its id where it is gone."""
        term = self.knowledge.find(kind, term_id)
        return linked(marked(kind, term_id, term.label), address=address) if term else escape(term_id)

    def links(self, kind: Kind, ids: tuple[str, ...]) -> Markup:
        """Several terms as links."""
        return Markup(", ").join(self.link(kind, one) for one in ids)


def badges_of(term: Term, today: datetime.date | None = None) -> tuple[str, ...]:
    """What should be known of a term at first sight."""
    found = ["deprecated"] if term.replaced_by else []
    if isinstance(term, Claim):
        day = (today or datetime.datetime.now(datetime.UTC).date()).isoformat()
        found += ["judgement"] if term.kind == "judgement" else []
        found += ["unverified"] if term.verification == "unverified" else []
        found += ["due for review"] if term.review_by and term.review_by < day else []
        found += ["slip of the source"] if term.erratum else []
        found += ["not used"] if term.unused_because else []
    return tuple(found)
