"""The knowledge base to look at: a list and a page for every kind of term, all by one rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_openapi import APIBlueprint, Tag
from pyoxigraph import Quad

from api.caching import of_version
from api.documents import term_document
from api.negotiation import JSON, WORDS, in_words, negotiated, renderings
from api.problems import not_found
from api.schemas.base import problems
from api.schemas.knowledge import ListQuery, ProposalsQuery, TermList, TermPath
from api.schemas.knowledge import Term as TermModel
from api.services import services
from engine.advisor import Advisor
from engine.inheritance import Inheritance
from kb.linked import FORMS, description, write
from kb.model import ATTRIBUTE_OF_KIND, Kind, Term
from kb.namespaces import CLASS_OF_KIND, iri
from kb.nearest import nearest
from kb.users import Users

blueprint = APIBlueprint(
    "knowledge",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="knowledge", description="What is known: every kind of term, in lists and one by one")],
)


MOST_USERS = 200
"""How many of the terms that name a term are listed with it; how many there are is said beside."""


def plural(kind: Kind) -> str:
    """The name of a kind's list in URLs."""
    return ATTRIBUTE_OF_KIND[kind].replace("_", "-")


def term_link(kind: Kind, term_id: str) -> str:
    """Where a term is found."""
    return url_for(f"knowledge.{kind}_term", term_id=term_id)


def _document(kind: Kind, term: Term) -> dict[str, Any]:
    return {**term_document(term), "links": {"self": term_link(kind, term.id)}}


def _matches(term: Term, words: list[str]) -> bool:
    text = " ".join([term.id, term.label, *term.synonyms]).casefold()
    return all(word in text for word in words)


def _list_view(kind: Kind) -> Callable[..., Response]:
    def view(query: ListQuery) -> Response:
        advisor = services().advisor()
        words = (query.q or "").casefold().split()
        terms = advisor.knowledge.of(kind)
        found = [term for term in terms.values() if _matches(term, words)] if words else terms.values()
        page = islice(found, query.offset, query.offset + query.limit)
        response = jsonify(
            items=[_document(kind, term) for term in page],
            total=len(found),
            limit=query.limit,
            offset=query.offset,
            kb_version=advisor.version.number,
            links=page_links(query, len(found)),
        )
        return of_version(response, advisor.version.number)

    view.__name__ = f"{kind}_list"
    view.__doc__ = f"All {plural(kind)}, in the order of ids."
    return view


def page_links(query: ListQuery | ProposalsQuery, total: int) -> dict[str, str]:
    """Links to this part of a list and to its neighbours."""
    kept = query.model_dump(exclude={"offset"}, exclude_none=True)

    def link(offset: int) -> str:
        return url_for(str(request.endpoint), **kept, offset=offset)

    links = {"self": link(query.offset)}
    if query.offset > 0:
        links["previous"] = link(max(0, query.offset - query.limit))
    if query.offset + query.limit < total:
        links["next"] = link(query.offset + query.limit)
    return links


def _term_view(kind: Kind) -> Callable[..., Response]:
    def view(path: TermPath) -> Response:
        advisor = services().advisor()
        term = advisor.knowledge.find(kind, path.term_id)
        if term is None:
            raise not_found(kind, path.term_id, nearest(path.term_id, advisor.knowledge.of(kind)))
        return of_version(_page(advisor, kind, term), advisor.version.number)

    view.__name__ = f"{kind}_term"
    view.__doc__ = f"One of the {plural(kind)}."
    return view


def _page(advisor: Advisor, kind: Kind, term: Term) -> Response:
    users, key = Users.of(advisor.knowledge), (kind, term.id)
    used_by = [
        {"kind": other, "id": other_id, "link": term_link(other, other_id)}
        for other, other_id in islice(users.get(key), MOST_USERS)
    ]
    document = {
        **_document(kind, term),
        "used_by": used_by,
        "used_by_total": users.count(key),
        "kb_version": advisor.version.number,
    }
    quads = partial(description, advisor.snapshot.content, iri(kind, term.id)) if kind in CLASS_OF_KIND else None
    in_rdf = {form: partial(_written, quads, form) for form in FORMS} if quads else {}
    if kind != "task":
        return negotiated({JSON: lambda: document, **in_rdf})
    inheritance = Inheritance(advisor.knowledge, term.id)
    words = in_words(lambda: {**document, "inheritance": inheritance.as_dict()}, inheritance.as_text)
    return negotiated({**words, **in_rdf})


def _written(quads: Callable[[], list[Quad]], media_type: str) -> bytes:
    return write(quads(), media_type)


for _kind in ATTRIBUTE_OF_KIND:
    blueprint.get(f"/{plural(_kind)}", responses={200: TermList, **problems(422)})(_list_view(_kind))
    blueprint.get(
        f"/{plural(_kind)}/<term_id>",
        responses={200: TermModel, **problems(404, 406)},
        openapi_extensions=renderings(*(WORDS if _kind == "task" else ()), *(FORMS if _kind in CLASS_OF_KIND else ())),
    )(_term_view(_kind))
