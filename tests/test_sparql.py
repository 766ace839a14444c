"""SPARQL 1.1 over HTTP: the protocol, third-party clients, graphs of versions, limits, and what is refused."""

from __future__ import annotations

import functools
import itertools
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import requests
from conftest import ADMIN_KEY, RunningServer
from rdflib import RDF, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from kb.namespaces import BASE
from kb.packs import SHIPPED, read_packs
from kb.sparql.endpoint import Endpoint, EvaluationError, Limits
from kb.sparql.syntax import Query, QueryRefusedError, read_query
from kb.store import Store
from kb.vocabularies import AW

SPARQL = "/sparql"
CORE, ARTICLE = f"{BASE}pack/core", f"{BASE}pack/article"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
DIRECT = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CSV_TYPE = {"Accept": "text/csv"}
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
GRAPH_FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


@functools.cache
def shipped(pack: str) -> int:
    """How many statements a shipped pack has."""
    return len({quad for quad in read_packs(SHIPPED) if quad.graph_name.value == f"{BASE}pack/{pack}"})


def number(response: requests.Response) -> int:
    """The one number of a result in CSV."""
    assert response.status_code == 200, response.text
    return int(response.text.split()[1])


def problem(response: requests.Response, status: int, kind: str) -> dict:
    """The problem document of a refusal."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["type"].endswith(f"/{kind}")
    return document


# --- The protocol: the cases of the W3C test suite that concern queries, on graphs that are here ----------------


def test_query_by_get(server: RunningServer) -> None:
    """query_get: a query in the address."""
    response = server.get(SPARQL, params={"query": "ASK {}"}, headers={"Accept": RESULTS[0]})
    assert response.headers["Content-Type"] == RESULTS[0]
    assert response.json()["boolean"] is True


def test_query_by_form(server: RunningServer) -> None:
    """query_post_form: a query as a field of a form."""
    response = server.request("POST", SPARQL, data={"query": "ASK {}"}, headers={"Accept": RESULTS[0]})
    assert response.json()["boolean"] is True


def test_query_directly(server: RunningServer) -> None:
    """query_post_direct: a query as the body."""
    response = server.request("POST", SPARQL, data="ASK {}", headers={**DIRECT, "Accept": RESULTS[1]})
    assert ElementTree.fromstring(response.text).findtext("{*}boolean") == "true"


def ways(server: RunningServer, query: str, **graphs: list[str]) -> Iterator[requests.Response]:
    """The same request in every way that the protocol knows."""
    parameters = {name.replace("_", "-") + "-graph-uri": values for name, values in graphs.items()}
    yield server.get(SPARQL, params={"query": query, **parameters}, headers=CSV_TYPE)
    yield server.request("POST", SPARQL, data={"query": query, **parameters}, headers=CSV_TYPE)
    yield server.request("POST", SPARQL, params=parameters, data=query.encode(), headers={**DIRECT, **CSV_TYPE})


def test_default_graph(server: RunningServer) -> None:
    """query_dataset_default_graph: the default graph is the graph that the protocol names."""
    assert {number(one) for one in ways(server, COUNT, default=[CORE])} == {shipped("core")}


def test_default_graphs(server: RunningServer) -> None:
    """query_dataset_default_graphs: several are merged."""
    expected = shipped("core") + shipped("article")
    assert {number(one) for one in ways(server, COUNT, default=[CORE, ARTICLE])} == {expected}


def test_named_graphs(server: RunningServer) -> None:
    """query_dataset_named_graphs: they can be named, and the default graph is empty then."""
    for response in ways(server, GRAPHS, named=[CORE, ARTICLE]):
        assert response.text.split() == ["g", ARTICLE, CORE]
    assert {number(one) for one in ways(server, COUNT, named=[CORE])} == {0}


def test_full_dataset(server: RunningServer) -> None:
    """query_dataset_full: default and named graphs together."""
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o MINUS { GRAPH ?g { ?s ?p ?o } } }"
    for response in ways(server, query, default=[CORE], named=[ARTICLE]):
        assert number(response) == shipped("core")


def test_the_protocol_overrules_the_query(server: RunningServer) -> None:
    """query_multiple_dataset: graphs named by the protocol count instead of those in the query."""
    query = f"SELECT (COUNT(*) AS ?n) FROM <{ARTICLE}> {{ ?s ?p ?o }}"
    assert number(server.get(SPARQL, params={"query": query}, headers=CSV_TYPE)) == shipped("article")
    assert {number(one) for one in ways(server, query, default=[CORE])} == {shipped("core")}


@pytest.mark.parametrize("media_type", RESULTS)
@pytest.mark.parametrize("query", ["SELECT (1 AS ?value) {}", "ASK {}"])
def test_results_in_every_form(server: RunningServer, query: str, media_type: str) -> None:
    """query_content_type_select and _ask: each form can be had, and says what it is."""
    response = server.get(SPARQL, params={"query": query}, headers={"Accept": media_type})
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert "value" in response.text if "SELECT" in query else "true" in response.text


@pytest.mark.parametrize("media_type", GRAPH_FORMS)
@pytest.mark.parametrize(
    "query", [f"DESCRIBE <{CORE}>", f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{CORE}>) }}"]
)
def test_graphs_in_every_form(server: RunningServer, query: str, media_type: str) -> None:
    """query_content_type_describe and _construct: each form can be had, and says the same."""
    response = server.get(SPARQL, params={"query": query}, headers={"Accept": media_type})
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    found = {quad.triple for quad in ox.parse(response.content, GRAPH_FORMS[media_type])}
    assert ox.Triple(*(ox.NamedNode(str(one)) for one in (CORE, RDF.type, AW.Pack))) in found


def test_more_than_one_query(server: RunningServer) -> None:
    """bad_multiple_queries is 400."""
    response = server.get(SPARQL, params=[("query", "ASK {}"), ("query", "SELECT * {}")])
    assert "several" in problem(response, 400, "malformed-query")["detail"]


def test_wrong_method(server: RunningServer) -> None:
    """bad_query_method is 405."""
    response = server.request("PUT", SPARQL, params={"query": "ASK {}"})
    assert "GET" in problem(response, 405, "method-not-allowed")["detail"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", None])
def test_wrong_media_type(server: RunningServer, media_type: str | None) -> None:
    """bad_query_wrong_media_type and the cases of a missing one are 415, and name the right ones."""
    response = server.request("POST", SPARQL, data=b"ASK {}", headers={"Content-Type": media_type})
    assert "application/sparql-query" in problem(response, 415, "unsupported-media-type")["detail"]
    assert "application/sparql-query" in response.headers["Accept"]


@pytest.mark.parametrize("headers", [DIRECT, FORM])
def test_another_encoding(server: RunningServer, headers: dict[str, str]) -> None:
    """bad_query_non_utf8 is 400."""
    body = "query=ASK {}#é" if headers is FORM else "ASK {} # é"
    response = server.request("POST", SPARQL, data=body.encode("latin-1"), headers=headers)
    assert "UTF-8" in problem(response, 400, "malformed-query")["detail"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("ASK {", 1, 6), ("SELECT *\n{ ?s ?p }", 2, 10), ("", None, None), ("ASK { ?s }\n}", None, None), ("HELLO", 1, 1)],
)
def test_bad_syntax_is_located(server: RunningServer, query: str, line: int | None, column: int | None) -> None:
    """bad_query_syntax is 400, and says where."""
    document = problem(server.get(SPARQL, params={"query": query}), 400, "malformed-query")
    fault = document["errors"][0]
    if line is not None:
        assert (fault["line"], fault["column"]) == (line, column)
    assert fault["parameter"] == "query"


UPDATES = (
    "INSERT DATA { <http://a> <http://b> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "PREFIX a: <http://a/> WITH a:b DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:1/x>",
    "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://a>",
    "CLEAR ALL",
    "DROP SILENT ALL",
    "CREATE GRAPH <http://a>",
    f"ADD <{CORE}> TO <{ARTICLE}>",
    f"MOVE <{CORE}> TO <{ARTICLE}>",
    f"COPY <{CORE}> TO <{ARTICLE}>",
)


@pytest.mark.parametrize("update", UPDATES)
def test_every_update_is_refused(server: RunningServer, update: str) -> None:
    """Nothing is changed, however it is asked for."""
    before = number(server.get(SPARQL, params={"query": COUNT}, headers=CSV_TYPE))
    for response in (
        server.get(SPARQL, params={"query": update}),
        server.get(SPARQL, params={"update": update}),
        server.request("POST", SPARQL, data={"update": update}),
        server.request("POST", SPARQL, data={"query": "ASK {}", "update": update}),
        server.request("POST", SPARQL, data=update, headers=DIRECT),
        server.request("POST", SPARQL, data=update, headers={"Content-Type": "application/sparql-update"}),
    ):
        assert "only read" in problem(response, 403, "read-only")["detail"]
    assert number(server.get(SPARQL, params={"query": COUNT}, headers=CSV_TYPE)) == before


# --- Third-party clients -----------------------------------------------------------------------------------------


def wrapper(server: RunningServer, query: str, form: str, method: str) -> SPARQLWrapper:
    """A SPARQLWrapper with a query."""
    client = SPARQLWrapper(server.url + SPARQL)
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    return client


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(server: RunningServer, method: str) -> None:
    """SPARQLWrapper gets rows, tables and graphs."""
    found = wrapper(server, COUNT, JSON, method).queryAndConvert()
    assert int(found["results"]["bindings"][0]["n"]["value"]) > 10_000
    assert wrapper(server, COUNT, XML, method).queryAndConvert().getElementsByTagName("binding")
    assert wrapper(server, COUNT, CSV, method).queryAndConvert().startswith(b"n\r\n")
    turtle = wrapper(server, f"DESCRIBE <{CORE}>", TURTLE, method).queryAndConvert()
    assert (URIRef(CORE), RDF.type, AW.Pack) in Graph().parse(data=turtle, format="turtle")
    restricted = wrapper(server, COUNT, JSON, method)
    restricted.addDefaultGraph(CORE)
    assert int(restricted.queryAndConvert()["results"]["bindings"][0]["n"]["value"]) == shipped("core")


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(server: RunningServer, method: str) -> None:
    """rdflib's store over SPARQL reads as if the graph were its own."""
    graph = Graph(SPARQLStore(server.url + SPARQL, method=method, returnFormat="json"))
    techniques = set(graph.subjects(RDF.type, AW.Technique))
    assert URIRef(f"{BASE}technique/rag") in techniques
    assert len(list(graph.query("SELECT ?t { ?t a aw:Technique }", initNs={"aw": AW}))) == len(techniques)


# --- What is there ------------------------------------------------------------------------------------------------


def test_every_pack_is_a_graph(server: RunningServer) -> None:
    """The graphs are those of the packs and of the schema; the default graph is all of them."""
    graphs = server.get(SPARQL, params={"query": GRAPHS}, headers=CSV_TYPE).text.split()[1:]
    assert {CORE, ARTICLE, f"{BASE}pack/literature", f"{BASE}schema"} <= set(graphs)
    label = "SELECT ?label { ?rule a aw:DemandRule ; aw:strength/rdfs:label ?label } LIMIT 1"
    query = f"PREFIX aw: <{AW}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {label}"
    assert len(server.get(SPARQL, params={"query": query}, headers=CSV_TYPE).text.split()) == 2


def test_the_service_describes_itself(server: RunningServer) -> None:
    """Without a query a program hears what the service is, and a browser gets a form."""
    response = server.get(SPARQL, headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.text, format="turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert (None, URIRef(sd + "name"), URIRef(CORE)) in graph
    assert (None, URIRef(sd + "supportedLanguage"), URIRef(sd + "SPARQL11Query")) in graph
    page = server.get(SPARQL, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert "<form" in page.text and "'unsafe-inline'" not in page.headers["Content-Security-Policy"]


def test_versions_have_their_own_content(own_server: RunningServer) -> None:
    """A query sees a change that was acknowledged before; older versions stay as they were."""
    own_server.start()
    query = f"ASK {{ <{BASE}task/star-charts> ?p ?o }}"

    def knows(**more: object) -> bool:
        return own_server.get(SPARQL, params={"query": query, **more}).json()["boolean"]

    assert not knows()
    tag = own_server.get(SPARQL, params={"query": query}).headers["ETag"]
    added = own_server.post("/api/v1/tasks", {"label": "Star charts"}, headers={"X-API-Key": ADMIN_KEY})
    assert added.status_code == 201, added.text
    assert knows() and knows(version=2) and not knows(version=1) and knows()
    again = own_server.get(SPARQL, params={"query": query}, headers={"If-None-Match": tag})
    assert again.status_code == 200
    own_server.request("DELETE", "/api/v1/tasks/star-charts", headers={"X-API-Key": ADMIN_KEY})
    assert not knows() and knows(version=2)


@pytest.mark.parametrize("version", ["0", "99999", "x", "-1", ""])
def test_an_unknown_version_is_named(server: RunningServer, version: str) -> None:
    """A version that there is not is 404."""
    problem(server.get(SPARQL, params={"query": "ASK {}", "version": version}), 404, "not-found")


@pytest.mark.parametrize("graph", [f"{BASE}pack/cor", "http://127.0.0.1:1/data.ttl", "file:///etc/passwd"])
def test_outside_graphs_are_refused(server: RunningServer, graph: str) -> None:
    """A graph that is not here is named, with the nearest one; nothing is fetched."""
    for query, parameters in (
        (f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}", {}),
        (f"PREFIX g: <{graph[:-1]}> SELECT * FROM NAMED g:{graph[-1]} {{ ?s ?p ?o }}", {}),
        (COUNT, {"default-graph-uri": graph}),
        (COUNT, {"named-graph-uri": graph}),
    ):
        document = problem(server.get(SPARQL, params={"query": query, **parameters}), 422, "invalid-request")
        assert graph in document["errors"][0]["detail"]
        assert (CORE in document["errors"][0].get("nearest", [])) == graph.endswith("cor")


def test_nothing_acceptable(server: RunningServer) -> None:
    """A form that a result cannot have is 406, and names those it can."""
    response = server.get(SPARQL, params={"query": "ASK {}"}, headers={"Accept": "text/turtle"})
    assert "text/csv" in problem(response, 406, "not-acceptable")["detail"]
    response = server.get(SPARQL, params={"query": f"DESCRIBE <{CORE}>"}, headers={"Accept": "text/csv"})
    assert "text/turtle" in problem(response, 406, "not-acceptable")["detail"]


def test_a_result_is_validated_by_its_version(server: RunningServer) -> None:
    """A client that has the result already gets no body; what differs each time has no validator."""
    response = server.get(SPARQL, params={"query": COUNT})
    again = server.get(SPARQL, params={"query": COUNT}, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert server.get(SPARQL, params={"query": COUNT}, headers=CSV_TYPE).headers["ETag"] != response.headers["ETag"]
    changing = server.get(SPARQL, params={"query": "SELECT (RAND() AS ?r) {}"})
    assert "ETag" not in changing.headers
    assert changing.headers["Cache-Control"] == "no-store"


# --- Limits -----------------------------------------------------------------------------------------------------


RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) < STR(?i)) }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY STR(?a)"
NAMES = "abcdefghijklm"
DOUBLED = " ".join(
    f"BIND(CONCAT({', '.join([f'?{one}'] * 8)}) AS ?{other})" for one, other in itertools.pairwise(NAMES)
)
DOUBLING = f'SELECT (STRLEN(?m) AS ?n) {{ BIND("aaaaaaaa" AS ?a) {DOUBLED} }}'
TOO_MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def store(installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of the shipped packs."""
    opened = Store(f"sqlite:///{installed}")
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def endpoint(store: Store) -> Iterator[Endpoint]:
    """An endpoint with narrow limits."""
    made = Endpoint(store, Limits(seconds=1, memory=200 << 20, result=1 << 20, at_once=2))
    yield made
    made.close()


def ask(endpoint: Endpoint, query: str) -> str:
    """The result of a query as CSV."""
    return endpoint.ask(read_query(query), "text/csv", 1).decode()


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (RUNAWAY, "timeout"),
        (GREEDY, "crashed"),
        (DOUBLING, "crashed"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "too-large"),
    ],
)
def test_a_runaway_query_is_stopped(endpoint: Endpoint, query: str, kind: str) -> None:
    """A query that takes too much time, memory or room is ended, and the next one is answered."""
    began = time.monotonic()
    with pytest.raises(EvaluationError) as refusal:
        ask(endpoint, query)
    assert refusal.value.kind == kind or (kind == "crashed" and refusal.value.kind == "timeout")
    assert time.monotonic() - began < 10
    assert ask(endpoint, "SELECT (1 AS ?one) {}") == "one\r\n1\r\n"


def test_runaway_queries_block_nobody(endpoint: Endpoint) -> None:
    """While one query runs away others are answered; more than allowed at once are told to come again."""
    results: list[str] = []

    def run() -> None:
        try:
            ask(endpoint, RUNAWAY)
        except EvaluationError as error:
            results.append(error.kind)

    threads = [threading.Thread(target=run)]
    threads[0].start()
    time.sleep(0.1)
    assert ask(endpoint, "SELECT (1 AS ?one) {}") == "one\r\n1\r\n"
    assert not results
    threads += [threading.Thread(target=run) for _ in range(3)]
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["busy", "busy", "timeout", "timeout"]


def test_an_ended_process_begins_anew(endpoint: Endpoint) -> None:
    """If the process that evaluates is gone, the next query starts it again."""
    ask(endpoint, "ASK {}")
    endpoint._process.kill()
    endpoint._process.wait()
    assert ask(endpoint, "ASK {}") == "true"


def test_following_costs_what_changed(store: Store) -> None:
    """The process is told the whole once, and then what differs between versions, in either direction."""
    sent: list[int] = []

    class Watched(Endpoint):
        @staticmethod
        def _change(control, delta) -> None:
            sent.append(len(delta.added) + len(delta.removed))
            Endpoint._change(control, delta)

    watched = Watched(store)
    try:
        for _ in range(3):
            watched.ask(read_query("ASK {}"), "text/csv", 1)
        assert len(sent) == 2  # the schema, and the first version
    finally:
        watched.close()


# --- Nothing outside is asked ------------------------------------------------------------------------------------


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """The address of another server, and what was asked there."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": []}}).encode())

        do_POST = do_GET  # noqa: N815 - the name that the library asks for

        def log_message(self, *_arguments: object) -> None:
            pass

    other = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=other.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{other.server_port}/", asked
    other.shutdown()
    other.server_close()
    thread.join()


SERVICES = (
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { service silent <%s> { ?s ?p ?o } }",
    "SELECT * { BIND(<%s> AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "PREFIX e: <%s> ASK { OPTIONAL { SERVICE e:q { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <%s> { ?s ?p ?o } } } }",
    "ASK {#\nSERVICE#\n<%s>#\n{} }",
)
# An IRI to one reader is a comparison to another: what looks like text here is SERVICE there.
HIDDEN = "SELECT * { BIND(1 AS ?a) FILTER(?a<'>') SERVICE <%s> { ?s ?p 'x' } }"


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused(server: RunningServer, outside: tuple[str, list[str]], query: str) -> None:
    """SERVICE is refused with its place, and nobody is asked."""
    address, asked = outside
    document = problem(server.get(SPARQL, params={"query": query % address}), 403, "outside")
    assert document["errors"][0]["line"] >= 1
    assert asked == []


@pytest.mark.parametrize("query", [*SERVICES, HIDDEN])
def test_the_evaluator_cannot_ask(endpoint: Endpoint, outside: tuple[str, list[str]], query: str) -> None:
    """Where a query gets past the reading of it, the process that evaluates it still reaches nobody."""
    address, asked = outside
    try:
        endpoint.ask(Query(query % address, "SELECT"), "text/csv", 1)
    except EvaluationError as error:
        assert error.kind == "failed"
    assert asked == []


def test_service_as_a_name_is_no_service(server: RunningServer) -> None:
    """Variables, texts, comments and names that are called so are no request to another server."""
    query = """PREFIX service: <http://a/service#> # SERVICE <http://a>
    SELECT ?service { ?service service:x "SERVICE <http://a> {}" . FILTER('''SERVICE''' = "SERVICE"@service) }"""
    assert server.get(SPARQL, params={"query": query}).status_code == 200


@pytest.mark.parametrize("opening", ["{", "(", "[", "{{SELECT*"])
def test_deep_nesting_is_refused(opening: str) -> None:
    """Brackets beyond reason are refused before a parser meets them."""
    with pytest.raises(QueryRefusedError, match="nested"):
        read_query("ASK " + opening * 100_000)
