"""Linked data: every term answers at its own name, a browser with a page and a program with RDF."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from conftest import ADMIN_KEY, RunningServer

from kb import json_ld
from kb.content import Content
from kb.linked import FORMS, description, ontology, write
from kb.namespaces import BASE, CLASS_OF_KIND, CONTEXT, try_split
from kb.packs import SHIPPED, parse_pack, read_packs
from kb.vocabularies import AW

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
CONTENT = Content.of(read_packs(SHIPPED))


def examples() -> Mapping[str, str]:
    """A term of each kind that the shipped packs have: the first by name."""
    found: dict[str, str] = {}
    for _, subject, _ in CONTENT.texts():
        split = try_split(subject)
        if split and split[1] < found.get(split[0], "~"):
            found[split[0]] = split[1]
    return found


EXAMPLES = dict(sorted(examples().items()))


def triples(data: bytes, media_type: str) -> set[ox.Triple]:
    """What a document says, whatever graphs it says it in; the published context is written out, not fetched."""
    if media_type == "application/ld+json":
        document = json.loads(data)
        assert document["@context"] == CONTEXT
        data = json.dumps({**document, "@context": dict(json_ld.context())}).encode()
    return {quad.triple for quad in ox.parse(data, FORMS[media_type])}


def test_most_kinds_have_an_example() -> None:
    """The tests below look at what there is."""
    assert set(CLASS_OF_KIND) - set(EXAMPLES) <= {"resolution", "typical", "band"}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_term_is_the_same_in_every_form(server: RunningServer, kind: str) -> None:
    """Each form says what the packs say of the term and of the nodes that belong to it, and nothing else."""
    address = f"/{kind}/{EXAMPLES[kind]}"
    expected = {quad.triple for quad in description(CONTENT, BASE + address[1:])}
    assert expected
    for media_type in FORMS:
        response = server.get(address, headers={"Accept": media_type})
        assert response.status_code == 200
        assert response.headers["Content-Type"].partition(";")[0] == media_type
        assert "Accept" in response.headers["Vary"]
        assert triples(response.content, media_type) == expected, media_type


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_browser_gets_a_page(server: RunningServer, kind: str) -> None:
    """The same address shows a person a page, and everything on it that leads to a term leads somewhere."""
    address = f"/{kind}/{EXAMPLES[kind]}"
    response = server.get(address, headers=BROWSER)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].startswith("text/html")
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
    assert "<h1" in response.text
    if not response.history:  # a page of this part; the others are tested where they are made
        linked = {link for link in re.findall(r'href="(/[^"#]*)"', response.text) if not link.startswith("/page/")}
        assert [link for link in sorted(linked) if server.get(link, headers=BROWSER).status_code != 200] == []


def test_whoever_does_not_care_gets_turtle(server: RunningServer) -> None:
    """Without a preference a program is answered in Turtle."""
    response = server.get(f"/task/{EXAMPLES['task']}", headers={"Accept": "*/*"})
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("media_type", [*FORMS, "application/json"])
def test_the_interface_gives_rdf_too(server: RunningServer, media_type: str) -> None:
    """What is asked for below /api/v1 can be had as RDF as well; JSON is what comes otherwise."""
    for address, name in (
        (f"/api/v1/tasks/{EXAMPLES['task']}", "task"),
        (f"/api/v1/claims/{EXAMPLES['claim']}", "claim"),
    ):
        response = server.get(address, headers={"Accept": media_type})
        assert response.headers["Content-Type"].partition(";")[0] == media_type
        if media_type in FORMS:
            expected = {quad.triple for quad in description(CONTENT, f"{BASE}{name}/{EXAMPLES[name]}")}
            assert triples(response.content, media_type) == expected
        again = server.get(address, headers={"Accept": media_type, "If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    tags = {server.get(address, headers={"Accept": one}).headers["ETag"] for one in FORMS}
    assert len(tags) == len(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_a_node_has_an_address(server: RunningServer, form: str) -> None:
    """Conditions have names too, and answer at them."""
    node = next(subject for _, subject, _ in CONTENT.texts() if "/genid/" in subject)
    response = server.get(node.removeprefix(BASE[:-1]), headers={"Accept": form})
    assert triples(response.content, form) == {quad.triple for quad in description(CONTENT, node)}


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/task/question-answerin", "question-answering"),
        ("/task/Question_Answering", "question-answering"),
        ("/value/labelled-data", None),
        ("/claim/%00", None),
        ("/.well-known/genid/..%2f..%2fetc", None),
        ("/task/question-answering?version=999", None),
        ("/schema/9.9", None),
        ("/nothing/question-answering", None),
    ],
)
def test_what_is_not_there(server: RunningServer, address: str, nearest: str | None) -> None:
    """A name without meaning is 404, with the nearest that has one."""
    response = server.get(address, headers={"Accept": "text/turtle"})
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    if nearest:
        assert nearest in response.json()["errors"][0]["nearest"]


def test_no_such_form(server: RunningServer) -> None:
    """A form that there is not is 406 and names those that there are."""
    for address in ("/ontology", f"/task/{EXAMPLES['task']}", f"/api/v1/claims/{EXAMPLES['claim']}"):
        response = server.get(address, headers={"Accept": "image/png"})
        assert response.status_code == 406
        assert "application/rdf+xml" in response.json()["detail"]


# --- The vocabulary ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/ontology", "/schema", "/schema/0.1.0"])
def test_the_ontology_in_every_form(server: RunningServer, address: str) -> None:
    """The vocabulary is the same in every form and at each of its names."""
    expected = {quad.triple for quad in ontology()}
    for media_type in FORMS:
        response = server.get(address, headers={"Accept": media_type})
        found = triples(response.content, media_type)
        # nodes without a name are told apart by labels that each document gives anew
        assert len(found) == len(expected)
        assert {one for one in found if not nameless(one)} == {one for one in expected if not nameless(one)}


def nameless(triple: ox.Triple) -> bool:
    """Whether a node without a name has part in it."""
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def test_the_ontology_page_documents_everything(server: RunningServer) -> None:
    """Every term of the vocabulary has a place on the page, with its label and definition; no link leads nowhere."""
    text = server.get("/ontology", headers=BROWSER).text
    anchors = set(re.findall(r'<article id="([^"]+)"', text))
    ours = {quad.subject.value for quad in ontology() if getattr(quad.subject, "value", "").startswith(str(AW))}
    assert anchors == {name.removeprefix(str(AW)) for name in ours}
    for quad in ontology():
        if quad.predicate.value.endswith("core#definition") and quad.subject.value in ours:
            assert quad.object.value.replace("'", "&#39;").replace("<", "&lt;").replace(">", "&gt;") in text.replace(
                "&#34;", '"'
            )
    inside = set(re.findall(r'href="#([^"]+)"', text))
    assert inside - set(re.findall(r'id="([^"]+)"', text)) == set()


# --- JSON-LD ---------------------------------------------------------------------------------------------------


def test_the_context_is_published(server: RunningServer) -> None:
    """The context that documents name is served, and gives each property of the packs a name."""
    response = server.get("/context.jsonld")
    assert response.headers["Content-Type"] == "application/ld+json"
    context = response.json()["@context"]
    assert context == json.loads(json.dumps(dict(json_ld.context())))
    named = {value["@id"] for value in context.values() if isinstance(value, dict)}
    used = {quad.predicate.value for quad in CONTENT.quads() if "rdf-syntax-ns#" not in quad.predicate.value}
    assert used - named == {"http://purl.org/dc/terms/source"}, "a prefix is called so"
    assert urljoin(BASE, "context.jsonld") == CONTEXT


def test_all_knowledge_survives_json_ld() -> None:
    """Everything that the packs say, written as JSON-LD and read again, is the same; and the same bytes each time."""
    said = list(CONTENT.quads())
    written = write(said, "application/ld+json")
    assert triples(written, "application/ld+json") == {quad.triple for quad in said}
    assert write(reversed(said), "application/ld+json").count(b"\n") == written.count(b"\n")


PACK = """@prefix aw: <https://w3id.org/adaptwise/schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/adaptwise/pack/mine> a aw:Pack ; skos:prefLabel "Mine"@en ; aw:precedence 40 ; owl:versionInfo "1" ;
    dcterms:creator "E" ; dcterms:license "-" .
<https://w3id.org/adaptwise/task/mine> a aw:Task ; skos:prefLabel "Task of mine"@en ; skos:definition "Mine."@en .
"""


def test_a_pack_may_name_the_published_context(server: RunningServer) -> None:
    """A document in the form in which terms are given is taken in: the context is known, and not fetched."""
    quads = parse_pack(PACK, "text/turtle", "mine")
    document = write(quads, "application/ld+json")
    assert b'"@context": "https://w3id.org/adaptwise/context.jsonld"' in document
    results = [
        server.request(
            "PUT",
            "/api/v1/packs/mine?dry_run=true",
            data=data,
            headers={"X-API-Key": ADMIN_KEY, "Content-Type": media_type},
        )
        for data, media_type in ((document, "application/ld+json"), (PACK.encode(), "text/turtle"))
    ]
    assert [one.status_code for one in results] == [200, 200], results[0].text
    assert results[0].json()["content_hash"] == results[1].json()["content_hash"]


def test_another_context_is_not_fetched(server: RunningServer) -> None:
    """A context of somebody else is refused by name, and the published one is named."""
    document = json.dumps({"@context": "http://127.0.0.1:1/c", "@id": "https://w3id.org/adaptwise/pack/mine"})
    headers = {"X-API-Key": ADMIN_KEY, "Content-Type": "application/ld+json"}
    response = server.request("PUT", "/api/v1/packs/mine?dry_run=true", data=document, headers=headers)
    assert response.status_code == 422
    assert CONTEXT in response.json()["errors"][0]["expected"]
