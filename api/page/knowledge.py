"""Browsing the knowledge: every term of every kind, found by words, with what it rests on and what uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, cast

from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from api.page import kinds
from api.page.kinds import CALLED, GROUPS, IN_SEARCH, address, kind_of
from api.page.layout import by_htmx, page
from api.page.terms import TermPage
from api.page.words import Item, Words
from api.problems import not_found
from api.services import services
from engine.advisor import Advisor
from engine.errors import RenderingUnavailable
from engine.render.neighbourhood import neighbourhood
from kb.events import Events
from kb.graph import Key
from kb.model import ATTRIBUTE_OF_KIND, Kind, Knowledge
from kb.namespaces import CLASS_OF_KIND, iri
from kb.nearest import nearest
from kb.search import LONGEST_QUERY, Search
from kb.sorted_map import LONGEST_RUN
from kb.users import Users

_log = Events(__name__)

PER_PAGE = 25
"""How many terms a list shows at once."""

FARTHEST = 1_000_000
"""The last place of a list that can be asked for."""


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/knowledge", "browse", browse)
    blueprint.add_url_rule("/knowledge/<plural>", "terms", terms)
    blueprint.add_url_rule("/knowledge/<plural>/<term_id>", "term", term)
    blueprint.add_url_rule("/knowledge/<plural>/<term_id>/graph", "graph", graph)


@dataclass(frozen=True)
class Listing:
    """A part of a list of terms, as it was asked for.

    Attributes:
        advisor: the version.
        kind: the kind of terms; None for all.
        query: the words they are to have.
        pack: only those of this pack.
        naming: only those that name this term.
        offset: how many to leave out first.
    """

    advisor: Advisor
    kind: Kind | None
    query: str = ""
    pack: str = ""
    naming: Key | None = None
    offset: int = 0

    @classmethod
    def asked(cls, advisor: Advisor, kind: Kind | None) -> Listing:
        """What the request asks for; what makes no sense in it is left out."""
        given = request.args
        offset = given.get("offset", "0")
        naming = given.get("naming", "")
        return cls(
            advisor,
            kind,
            given.get("q", "")[:LONGEST_QUERY].strip(),
            given.get("pack", "") if given.get("pack", "") in advisor.knowledge.packs else "",
            _key(advisor.knowledge, naming),
            min(int(offset), FARTHEST) if offset.isascii() and offset.isdigit() and len(offset) < 9 else 0,
        )

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""
        return self.advisor.knowledge

    @cached_property
    def search(self) -> Search | None:
        """What was found by words, where words are given."""
        among = (self.kind,) if self.kind else IN_SEARCH
        return Search(self.knowledge, self.query, among) if self.query else None

    @cached_property
    def _keys(self) -> list[Key]:
        """Everything that is listed, unless it is all of a kind."""
        users = list(Users.of(self.knowledge).get(self.naming)) if self.naming else []
        if self.search is not None:
            wanted = set(users)
            keys = [key for key in self.search.best(len(self.search)) if not self.naming or key in wanted]
        elif self.naming is not None:
            keys = [key for key in users if self.kind in (None, key[0])]
        else:
            keys = [(self.kind, one) for one in self._in_order()] if self.kind else []
        if self.pack:
            keys = [key for key in keys if self.knowledge.of(key[0])[key[1]].pack == self.pack]
        return keys

    def _in_order(self) -> list[str]:
        """The ids of a kind: by label, with numbers in their order; in the order of ids where there are many."""
        assert self.kind is not None
        found = self.knowledge.of(self.kind)
        if len(found) > 4 * LONGEST_RUN:
            return list(found)
        return sorted(found, key=lambda one: (_natural(found[one].label), one))

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._keys)

    @cached_property
    def items(self) -> list[Item]:
        """Those that are shown."""
        words = Words(self.knowledge)
        return [words.item(key) for key in islice(self._keys, self.offset, self.offset + PER_PAGE)]

    @property
    def nearest(self) -> list[Item]:
        """Where nothing was found: what goes by a name like that."""
        words = Words(self.knowledge)
        return [words.item(key) for key in self.search.nearest()] if self.search is not None else []

    def link(self, **changed: Any) -> str:
        """The address of the same list with something else asked for."""
        asked: dict[str, Any] = {
            "q": self.query,
            "pack": self.pack,
            "naming": ":".join(self.naming) if self.naming else "",
            "offset": self.offset,
            **changed,
        }
        given = {name: value for name, value in asked.items() if value}
        if self.kind is None:
            return url_for("know.browse", **given)
        return url_for("know.terms", plural=kinds.plural(self.kind), **given)

    @property
    def previous(self) -> str:
        """The address of the part before, or nothing."""
        return self.link(offset=max(0, self.offset - PER_PAGE)) if self.offset else ""

    @property
    def next(self) -> str:
        """The address of the part after, or nothing."""
        return self.link(offset=self.offset + PER_PAGE) if self.offset + PER_PAGE < self.total else ""


def browse() -> Response:
    """The kinds of terms, or what was found among all of them."""
    advisor = services().advisor()
    counts = {kind: len(advisor.knowledge.of(kind)) for kind in ATTRIBUTE_OF_KIND}
    listing = Listing.asked(advisor, None)
    if by_htmx() and "q" in request.args:
        template = "know/found.html" if listing.query else "know/kinds.html"
        return page(template, listing=listing, counts=counts, groups=GROUPS)
    return page("know/browse.html", listing=listing, counts=counts, groups=GROUPS)


def terms(plural: str) -> Response:
    """The terms of one kind."""
    kind = _kind(plural)
    listing = Listing.asked(services().advisor(), kind)
    template = "know/found.html" if by_htmx() else "know/terms.html"
    return page(template, listing=listing, kind=kind)


def term(plural: str, term_id: str) -> AnyResponse:
    """The page of a term."""
    return term_page(_kind(plural), term_id)


def term_page(kind: Kind, term_id: str) -> AnyResponse:
    """The page of a term in the newest version, whatever address was asked for.

    Raises:
        ProblemError: 404 if there is no such term, with the nearest.
    """
    advisor = services().advisor()
    found = advisor.knowledge.find(kind, term_id)
    if found is None:
        current = advisor.lexicon.find(kind, term_id)
        if current is not None:
            return redirect(address(kind, current), 302)
        raise not_found(kind, term_id, nearest(term_id, advisor.knowledge.of(kind)))
    saved = request.args.get("saved", "")
    return page(
        "know/term.html",
        shown=TermPage(advisor.knowledge, kind, found),
        kind=kind,
        iri=iri(kind, term_id) if kind in CLASS_OF_KIND else "",
        version=advisor.version,
        saved=saved if saved.isdigit() else "",
    )


def graph(plural: str, term_id: str) -> Response:
    """The neighbourhood of a term as a picture, and in words."""
    kind, advisor = _kind(plural), services().advisor()
    found = advisor.knowledge.find(kind, term_id)
    if found is None:
        raise not_found(kind, term_id, nearest(term_id, advisor.knowledge.of(kind)))
    users = Users.of(advisor.knowledge)
    near = neighbourhood(advisor.knowledge, (kind, term_id), users.get((kind, term_id)), users.count((kind, term_id)))
    picture = Markup("")
    try:
        # Every text in it was escaped when it was written.
        picture = Markup(near.svg(address, {kind: called.one for kind, called in CALLED.items()}))  # noqa: S704
    except RenderingUnavailable as error:
        _log.warning("no picture of a neighbourhood", reason=str(error))
    template = "know/near.html" if by_htmx() else "know/graph.html"
    return page(
        template,
        near=near,
        picture=picture,
        term=found,
        kind=kind,
    )


def _kind(name: str) -> Kind:
    kind = kind_of(name)
    if kind is None:
        names = [kinds.plural(one) for one in ATTRIBUTE_OF_KIND]
        raise not_found("list of terms", name, nearest(name, names))
    return kind


def _key(knowledge: Knowledge, text: str) -> Key | None:
    """A term written as ``kind:id``, if there is such a term."""
    kind, _, term_id = text.partition(":")
    if kind not in ATTRIBUTE_OF_KIND or knowledge.find(cast("Kind", kind), term_id) is None:
        return None
    return cast("Kind", kind), term_id


def _natural(text: str) -> list[tuple[int, str]]:
    """Sorts "a2" before "a10"."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.findall(r"\d+|\D+", text.casefold())]
