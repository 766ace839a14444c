"""Documents that mean harm, or are merely broken: refused in words, and without a trace."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer
from hypothesis import given
from hypothesis import strategies as st

from kb.documents import DEEPEST, FORMATS, DocumentError, parse_document
from kb.exchange import WITH_GRAPHS, media_type_of, read_content, read_pack, write
from kb.identity import content_hash
from kb.packs import read_packs
from kb.quads import lines_of

KEY = {"X-API-Key": ADMIN_KEY}
PREFIXES = """@prefix aw: <https://w3id.org/adaptwise/schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix pack: <https://w3id.org/adaptwise/pack/> .
@prefix task: <https://w3id.org/adaptwise/task/> .
@prefix rule: <https://w3id.org/adaptwise/rule/> .
"""
HEADER = """pack:evil a aw:Pack ; aw:precedence 40 ; owl:versionInfo "1" ; dcterms:creator "E" ; dcterms:license "-" .
"""


def ttl(text: str) -> bytes:
    """A pack with its header and this text."""
    return (PREFIXES + HEADER + text).encode()


def task(*statements: str) -> str:
    """A task with these statements beside its label."""
    return "; ".join(['task:x a aw:Task ; skos:prefLabel "X"@en', *statements]) + " ."


def nested(times: int) -> str:
    """A condition inside a condition, again and again."""
    return f"rule:x aw:when {'[ aw:not ' * times}[ aw:task task:x ]{' ]' * times} ."


CIRCLE = (
    'task:a a aw:Task ; skos:prefLabel "A"@en ; skos:definition "A."@en ; skos:broader task:b .'
    'task:b a aw:Task ; skos:prefLabel "B"@en ; skos:definition "B."@en ; skos:broader task:a .'
)
JSON_LD = {
    "@context": {"aw": "https://w3id.org/adaptwise/schema#"},
    "@id": "https://w3id.org/adaptwise/pack/evil",
    "@type": "aw:Pack",
}


def json_ld(**members: object) -> bytes:
    """A pack as JSON-LD with these members."""
    return json.dumps({**JSON_LD, **members}).encode()


HOSTILE: dict[str, tuple[bytes, str, int, str]] = {
    "syntax": (ttl("task:x a aw:Task ;; skos:prefLabel ."), "text/turtle", 400, r"line 10, column \d+"),
    "no-utf-8": (ttl("task:x skos:prefLabel") + b'"\xff\xfe"@en .', "text/turtle", 400, "UTF-8"),
    "malformed-json": (b'{"@context": {},\n "a" ', "application/ld+json", 400, "line 2, column"),
    "malformed-iri": (ttl("task:x aw:is <http://a b> ."), "text/turtle", 400, "Invalid IRI"),
    "huge-literal": (ttl(task(f'skos:definition "{"a" * 10_000_000}"@en')), "text/turtle", 422, "10000000 characters"),
    "hugest-literal": (ttl(task(f'skos:definition "{"a" * 20_000_000}"@en')), "text/turtle", 422, "far longer"),
    "deep": (ttl(nested(100_000)), "text/turtle", 422, rf"line 10, column \d+: .*more than {DEEPEST} levels"),
    "deep-list": (ttl(f"task:x aw:values {'( ' * 5000}{')' * 5000} ."), "text/turtle", 422, "levels deep"),
    "deep-reification": (
        ttl(f"task:x aw:is {'<<( task:x aw:is ' * 50_000}task:x{' )>>' * 50_000} ."),
        "text/turtle",
        422,
        "statement about a statement",
    ),
    "deep-quads": (
        b"<http://a> <http://b> " + b"<<( <http://a> <http://b> " * 50_000 + b"<http://c>" + b" )>>" * 50_000 + b" .",
        "application/n-quads",
        422,
        "statement about a statement",
    ),
    "deep-json": (b'{"a":' * 900 + b"1" + b"}" * 900, "application/ld+json", 422, "levels deep"),
    "deepest-json": (b'{"a":' * 90_000 + b"1" + b"}" * 90_000, "application/ld+json", 400, "depth limit"),
    "deep-contexts": (
        b'{"@context":' + b'{"a":{"@id":"http://a/","@context":' * 300 + b"{}" + b"}}" * 300 + b',"a":1}',
        "application/ld+json",
        422,
        "levels deep",
    ),
    "named-chain": (
        ttl("rule:x aw:when _:n0 . " + " ".join(f"_:n{n} aw:not _:n{n + 1} ." for n in range(3000))),
        "text/turtle",
        422,
        "levels deep",
    ),
    "blank-node-bomb": (
        ttl(
            "rule:x aw:when _:n0 . "
            + " ".join(
                f"_:n{n} aw:anyOf _:l{n} , _:r{n} . _:l{n} aw:not _:n{n + 1} . _:r{n} aw:not _:n{n + 1} ."
                for n in range(15)
            )
        ),
        "text/turtle",
        422,
        "belongs to two others",
    ),
    "blank-circle": (ttl("_:a aw:not _:b . _:b aw:not _:a ."), "text/turtle", 422, "circle"),
    "long-list": (ttl(f"task:x aw:values ( {'task:x ' * 2000}) ."), "text/turtle", 422, "more than 1000 members"),
    "circle": (ttl(CIRCLE), "text/turtle", 422, "task:a"),
    "foreign-graph": (
        b'<https://w3id.org/adaptwise/task/x> <http://www.w3.org/2004/02/skos/core#note> "x" '
        b"<https://w3id.org/adaptwise/pack/core> .",
        "application/n-quads",
        422,
        "also writes into pack:core",
    ),
    "foreign-graph-trig": (
        ttl("pack:core { task:x a aw:Task }"),
        "application/trig",
        422,
        "also writes into pack:core",
    ),
    "imports": (ttl("pack:evil owl:imports <http://127.0.0.1:9/x> ."), "text/turtle", 422, "nothing is fetched"),
    "shape": (ttl("task:shape a sh:NodeShape ; sh:targetClass aw:Task ."), "text/turtle", 422, "no shapes"),
    "code-in-shape": (ttl(task('sh:sparql [ sh:select "SELECT *" ]')), "text/turtle", 422, "no shapes"),
    "schema": (ttl("aw:strong aw:weight 1000 ."), "text/turtle", 422, "schema is not for packs"),
    "other-subject": (ttl('<http://example.org/x> skos:prefLabel "X"@en .'), "text/turtle", 422, "no name of a term"),
    "id": (
        ttl('<https://w3id.org/adaptwise/task/Big_Id> a aw:Task ; skos:prefLabel "X"@en .'),
        "text/turtle",
        422,
        "“Big_Id” is no id of a task",
    ),
    "long-id": (ttl(f"task:{'x' * 5000} a aw:Task ."), "text/turtle", 422, "has 5000 characters"),
    "prolog-in-id": (
        ttl("<https://w3id.org/adaptwise/task/x'),halt.> a aw:Task ."),
        "text/turtle",
        422,
        "no id of a task",
    ),
    "prolog-in-text": (ttl(task('skos:definition ":- initialization(halt)."@en')), "text/turtle", 422, "directive"),
    "html-in-text": (ttl(task('skos:definition "<img src=x onerror=alert(1)>"@en')), "text/turtle", 422, "markup"),
    "control-characters": (ttl(task(r'skos:definition "a\u0000b"@en')), "text/turtle", 422, "control characters"),
    "other-pack": (PREFIXES.encode() + HEADER.replace("evil", "other").encode(), "text/turtle", 422, "another pack"),
    "no-header": ((PREFIXES + task()).encode(), "text/turtle", 422, "does not describe itself"),
    "nothing": (b" \n ", "text/turtle", 400, "empty"),
    "unknown-kind": (b"<rdf/>", "application/rdf+xml", 415, "text/turtle"),
    "dangling": (ttl(task("skos:broader task:no-such-task")), "text/turtle", 422, "no such task"),
    "many-faults": (
        ttl(task('skos:definition "<b>x</b>"@en', 'skos:note ":- halt."@en') + "aw:strong aw:weight 3 ."),
        "text/turtle",
        422,
        "3 things are wrong",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pack_is_refused_and_leaves_no_trace(server: RunningServer, name: str) -> None:
    """Each is refused with its status and a reason that names it; the version stays, and the worker lives on."""
    data, media_type, status, reason = HOSTILE[name]
    before = server.get("/api/v1/versions?limit=1").json()["items"][0]
    workers = server.worker_pids()
    answer = server.request("PUT", "/api/v1/packs/evil", data=data, headers={**KEY, "Content-Type": media_type})
    assert answer.status_code == status, answer.text[:500]
    problem = answer.json()
    told = " ".join([problem["detail"], *(str(fault) for fault in problem.get("errors", []))])
    places = " ".join(
        f"line {one.get('line')}, column {one.get('column')}: {one['detail']}" for one in problem.get("errors", [])
    )
    assert re.search(reason, f"{told} {places}"), told[:600]
    for leak in ("Traceback", ".py", "site-packages"):
        assert leak not in answer.text
    assert len(answer.content) < 20_000
    assert server.get("/api/v1/versions?limit=1").json()["items"][0] == before
    assert server.get("/api/v1/packs/evil").status_code == 404
    assert server.worker_pids() == workers


def test_a_pack_that_is_too_large_is_refused(own_server: RunningServer) -> None:
    """Beyond the configured size nothing is read."""
    own_server.environment["ADAPTWISE_MAX_PACK"] = "10000"
    own_server.start()
    answer = own_server.request(
        "PUT", "/api/v1/packs/evil", data=ttl("# " + "a" * 10_000), headers={**KEY, "Content-Type": "text/turtle"}
    )
    assert answer.status_code == 413
    assert own_server.get("/readyz").ok


class _Listener(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - shared on purpose

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A web server that notes what is asked of it."""
    _Listener.asked.clear()
    listener = HTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listener.server_port}"
    listener.shutdown()
    thread.join()
    listener.server_close()


def test_nothing_is_ever_fetched(server: RunningServer, elsewhere: str) -> None:
    """Contexts and imports that lie elsewhere are refused, and nobody asks for them."""
    documents = [
        (json_ld(**{"@context": f"{elsewhere}/context"}), "application/ld+json"),
        (json_ld(**{"@context": [JSON_LD["@context"], f"{elsewhere}/context"]}), "application/ld+json"),
        (json_ld(**{"@context": {"@version": 1.1, "@import": f"{elsewhere}/import"}}), "application/ld+json"),
        (json_ld(**{"aw:x": {"@context": f"{elsewhere}/scoped", "aw:y": 1}}), "application/ld+json"),
        (
            json_ld(**{"@context": {"a": {"@id": "http://a/", "@context": f"{elsewhere}/of-term"}}, "a": 1}),
            "application/ld+json",
        ),
        (ttl(f"pack:evil owl:imports <{elsewhere}/import> ."), "text/turtle"),
    ]
    for data, media_type in documents:
        answer = server.request("PUT", "/api/v1/packs/evil", data=data, headers={**KEY, "Content-Type": media_type})
        assert answer.status_code == 422, answer.text
        assert "nothing is fetched" in answer.text
    assert _Listener.asked == []


HARMLESS = """'), halt. % "}) ~w {{ 7*7 }} \\\\ ${x} <3 a < b > c -- ; DROP TABLE x"""


def test_text_that_only_looks_dangerous_is_text(own_server: RunningServer) -> None:
    """What is neither markup nor a directive is taken in, and reads everywhere as it was written."""
    own_server.start()
    escaped = HARMLESS.replace("\\", "\\\\").replace('"', '\\"')
    pack = ttl(f'task:odd a aw:Task ; skos:prefLabel "Odd {escaped}"@en ; skos:definition "{escaped}"@en .')
    made = own_server.request("PUT", "/api/v1/packs/evil", data=pack, headers={**KEY, "Content-Type": "text/turtle"})
    assert made.status_code == 201, made.text
    assert own_server.get("/api/v1/tasks/odd").json()["definition"] == HARMLESS
    answer = own_server.post("/api/v1/recommendations", {"task": "odd"})
    assert answer.status_code == 200, answer.text
    html = own_server.get(answer.json()["links"]["why"], headers={"Accept": "text/html"}).text
    assert " a < b > c " not in html
    assert own_server.get("/readyz").ok


@given(st.binary(max_size=300), st.sampled_from(sorted(FORMATS)))
def test_whatever_bytes_come_they_are_read_or_refused_in_words(data: bytes, media_type: str) -> None:
    """No input ends otherwise than in quads or in a refusal."""
    try:
        parse_document(data, media_type, "https://w3id.org/adaptwise/pack/x")
    except DocumentError as error:
        assert error.faults
        assert all(str(fault) for fault in error.faults)


@given(st.text(alphabet="[]()<>\"'#\\\n aw:;.{}_@", max_size=200))
def test_whatever_looks_like_turtle_is_read_or_refused_in_words(text: str) -> None:
    """The same of what is nearly Turtle, where quotes and brackets do not match."""
    try:
        read_pack(PREFIXES.encode() + text.encode(), "text/turtle", "x")
    except DocumentError as error:
        assert error.faults


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_what_is_written_is_read_again_the_same(name: str) -> None:
    """Every format that carries packs gives all shipped packs back with their content hash."""
    quads = read_packs()
    media_type = media_type_of(name)
    assert content_hash(read_content(write(quads, media_type), media_type)) == content_hash(quads)


@pytest.mark.parametrize("media_type", sorted(FORMATS))
def test_one_pack_is_written_and_read_in_every_format(media_type: str) -> None:
    """Each pack alone survives every format line by line."""
    quads = read_packs()
    for pack in ("core", "article"):
        graph = f"<https://w3id.org/adaptwise/pack/{pack}>"
        own = {quad for quad in quads if str(quad.graph_name) == graph}  # two files may say the same
        assert lines_of(read_pack(write(quads, media_type, pack), media_type, pack)) == lines_of(own)


def test_content_outside_packs_is_not_taken_in() -> None:
    """A document of versions whose graphs are no packs, or that is empty, is refused."""
    for data in (b"<http://a> <http://b> <http://c> .", b"<http://a> <http://b> <http://c> <http://d> .", b""):
        with pytest.raises(DocumentError):
            read_content(data, "application/n-quads")


@pytest.mark.parametrize("pack", ["Big_Id", "x'),halt.", "a b", "..", "ünï", "x" * 3000])
def test_a_pack_by_no_id_is_refused(server: RunningServer, pack: str) -> None:
    """The address names the pack, and must be an id as well."""
    path = f"/api/v1/packs/{requests.utils.quote(pack, safe='')}"
    answer = server.request("PUT", path, data=ttl(""), headers={**KEY, "Content-Type": "text/turtle"})
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["detail"]
    if answer.status_code == 422:
        assert "is no id of a pack" in answer.text
