"""Requests that mean harm: each has its answer, leaves no trace, and the server goes on as before.

Documents that mean harm are in test_hostile_packs, slow and greedy clients in test_guards, queries in test_sparql.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer

ASK = "/api/v1/recommendations"
QUESTION = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}}
KEY = {"X-API-Key": ADMIN_KEY}
SPARQL_QUERY = {"Content-Type": "application/sparql-query"}


@pytest.fixture(autouse=True)
def as_before(server: RunningServer) -> Iterator[None]:
    """Whatever a test sends, the server answers the same question as before it, by the same version and processes."""
    before = server.post(f"{ASK}?explain=none&as_of=2026-11-22", QUESTION).json()
    workers = server.worker_pids()
    yield
    assert server.post(f"{ASK}?explain=none&as_of=2026-11-22", QUESTION).json() == before
    assert server.worker_pids() == workers
    assert "Traceback" not in server.log.read_text()


def problem(response: requests.Response, *statuses: int) -> dict[str, Any]:
    """The problem document of a refusal: JSON that no browser takes for a page, with nothing of the program in it."""
    assert response.status_code in statuses, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"Traceback|\.py\b|/(?:work|home|root|usr|tmp)/|swipl|prolog:|sqlite|SELECT ", response.text)
    return response.json()


# --- Request forgery: nothing outside is asked --------------------------------------------------------------------


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """The address of another server, and what was asked there."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - the names that the library asks for

        def log_message(self, *_arguments: object) -> None:
            pass

    other = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=other.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{other.server_port}/", asked
    other.shutdown()
    other.server_close()
    thread.join()


FORGED = {
    "service": ("POST", "/sparql", "SELECT * { SERVICE <@> { ?s ?p ?o } }", SPARQL_QUERY, 403),
    "load": ("POST", "/sparql", "LOAD <@>", SPARQL_QUERY, 403),
    "load-update": ("POST", "/sparql", "LOAD <@>", {"Content-Type": "application/sparql-update"}, 403),
    "from": ("POST", "/sparql", "SELECT * FROM <@> { ?s ?p ?o }", SPARQL_QUERY, 422),
    "from-named": ("POST", "/sparql", "SELECT * FROM NAMED <@> { GRAPH ?g { ?s ?p ?o } }", SPARQL_QUERY, 422),
    "default-graph": ("POST", "/sparql?default-graph-uri=@", "ASK {}", SPARQL_QUERY, 422),
    "named-graph": ("POST", "/sparql?named-graph-uri=@", "ASK {}", SPARQL_QUERY, 422),
    "context": (
        "PUT",
        "/api/v1/packs/evil?dry_run=true",
        '{"@context": "@", "@id": "https://w3id.org/adaptwise/pack/evil"}',
        {"Content-Type": "application/ld+json", **KEY},
        422,
    ),
    "context-inside": (
        "PUT",
        "/api/v1/packs/evil?dry_run=true",
        '{"@graph": [{"@context": ["https://w3id.org/adaptwise/context.jsonld", "@"], "@id": "x:y"}]}',
        {"Content-Type": "application/ld+json", **KEY},
        422,
    ),
    "context-import": (
        "PUT",
        "/api/v1/packs/evil?dry_run=true",
        '{"@context": {"@import": "@"}, "@id": "https://w3id.org/adaptwise/pack/evil"}',
        {"Content-Type": "application/ld+json", **KEY},
        422,
    ),
    "imports": (
        "PUT",
        "/api/v1/packs/evil?dry_run=true",
        "<https://w3id.org/adaptwise/pack/evil> <http://www.w3.org/2002/07/owl#imports> <@> .",
        {"Content-Type": "text/turtle", **KEY},
        422,
    ),
    "entity": (
        "PUT",
        "/api/v1/packs/evil?dry_run=true",
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "@">]><rdf:RDF>&x;</rdf:RDF>',
        {"Content-Type": "application/rdf+xml", **KEY},
        415,
    ),
    "entity-as-json": (
        "POST",
        ASK,
        '<!DOCTYPE r [<!ENTITY x SYSTEM "@">]><r>&x;</r>',
        {"Content-Type": "text/xml"},
        415,
    ),
    "link-in-text": ("POST", "/api/v1/interpretations", '{"text": "It is all at @"}', {}, 200),
}


@pytest.mark.parametrize("case", FORGED)
def test_nothing_outside_is_asked(server: RunningServer, outside: tuple[str, list[str]], case: str) -> None:
    """Whatever address a request names, and in whatever language, nobody goes there."""
    address, asked = outside
    method, path, body, headers, status = FORGED[case]
    response = server.request(
        method,
        path.replace("@", quote(address)),
        data=re.sub('(?<=["<  ])@(?=[">" ])|@(?="})', address, body),
        headers={"Content-Type": "application/json", **headers},
    )
    if status >= 400:
        problem(response, status)
    assert response.status_code == status
    assert asked == []


# --- Bombs --------------------------------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}
PACKED = {**JSON, "Content-Encoding": "gzip"}
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "billion-laughs": (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><r>&l11;</r>'.encode(),
        {"Content-Type": "application/rdf+xml"},
        (415,),
    ),
    "gzip": (
        gzip.compress(b"0" * 300_000_000),
        PACKED,
        (413,),
    ),
    "gzip-in-gzip": (
        gzip.compress(gzip.compress(b"0" * 100_000_000)),
        PACKED,
        (400,),
    ),
    "gzip-twice": (b"x", {"Content-Type": "application/json", "Content-Encoding": "gzip, gzip"}, (415,)),
    "deep-json": (b'{"a":' * 100_000, JSON, (400,)),
    "wide-json": (
        b"{" + b",".join(b'"%d":1' % n for n in range(80_000)) + b"}",
        JSON,
        (422,),
    ),
    "long-number": (
        b'{"constraints": {"labelled-data": ' + b"9" * 900_000 + b"}}",
        JSON,
        (400, 422),
    ),
    "many-unknown": (
        json.dumps({"constraints": {f"x{n}": 1 for n in range(20_000)}}).encode(),
        JSON,
        (422,),
    ),
    "same-key": (b"{" + b",".join([b'"task":"x"'] * 50_000) + b"}", JSON, (422,)),
}


@pytest.mark.parametrize("case", BOMBS)
def test_bombs_do_not_go_off(server: RunningServer, case: str) -> None:
    """What grows when it is read is refused within seconds."""
    body, headers, statuses = BOMBS[case]
    response = server.request("POST", ASK, data=body, headers=headers)
    problem(response, *statuses)
    assert response.elapsed.total_seconds() < 20
    assert len(response.content) < 5_000_000


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 5000,
        "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "SELECT * { FILTER(" + "!" * 50_000 + "?x) }",
        "SELECT * { ?s " + "/".join(["^a"] * 20_000) + " ?o }",
        "SELECT * { " + "?s ?p ?o . " * 20_000 + "}",
    ],
)
def test_queries_that_a_parser_chokes_on(server: RunningServer, query: str) -> None:
    """A query that overruns a stack or a limit is given up; the process that answers others does not notice."""
    problem(server.request("POST", "/sparql", data=query, headers=SPARQL_QUERY), 400, 422, 503)
    assert server.get("/sparql?query=ASK+%7B%7D").json()["boolean"] is True


# --- Injection -----------------------------------------------------------------------------------------------------

PROLOG = (
    "'),halt,atom('",
    "x), shell('touch owned'",
    "question-answering', X), halt.",
    ":- halt.",
    "\\c\\",
    "~w~q~a",
    "$VAR(1)",
    "a\tb\nc",
    "{}[]|",
    "\u202ehalt",
    "%p%p%p",
)


@pytest.mark.parametrize("text", PROLOG)
def test_prolog_is_not_reached(server: RunningServer, text: str) -> None:
    """What looks like a piece of a program is a name that nobody knows, wherever it stands."""
    answer = server.post(f"{ASK}?explain=none", QUESTION).json()["links"]
    for body in (
        {"task": text},
        {"task": "question-answering", "constraints": {text: "x"}},
        {"task": "question-answering", "constraints": {"knowledge-volatility": text}},
        {"task": "question-answering", "needs": {text: "strong"}},
        {"task": "question-answering", "needs": {"low-latency": text}},
        {"task": "question-answering", "exclude": [text]},
    ):
        problem(server.post(ASK, body), 422)
    for question, parameter in (
        ("why-not", "technique"),
        ("contrast", "than"),
        ("changes", "to"),
        ("regions", "x"),
        ("claims", "node"),
        ("why", "node"),
    ):
        response = server.get(answer["self"] + "/" + question, params={parameter: text})
        problem(response, 404, 422)
    problem(server.post(ASK, QUESTION, params={"packs": text}), 422)
    assert server.post("/api/v1/interpretations", {"text": text}).status_code == 200
    problem(server.post(answer["what-if"], {"constraints": {text: text}}), 422)


MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{7*7}}",
    "<svg/onload=alert(1)>",
)


@pytest.mark.parametrize("text", MARKUP)
def test_nobody_s_markup_is_shown(server: RunningServer, text: str) -> None:
    """Words of a request come back as words: in JSON that is not taken for a page, or escaped; nothing is computed."""
    links = server.post(f"{ASK}?explain=none", QUESTION).json()["links"]
    for accept in ("text/html", "image/svg+xml", "text/markdown", "application/json"):
        headers = {"Accept": f"{accept}, application/json;q=0.5"}
        for response in (
            server.post(ASK, {"text": text}, headers=headers),
            server.post(ASK, {"task": text}, headers=headers),
            server.get("/api/v1/definitions", params={"term": text}, headers=headers),
            server.get(links["why"], params={"node": text}, headers=headers),
            server.get(links["regions"], params={"x": text}, headers=headers),
            server.get("/api/v1/tasks", params={"q": text}, headers=headers),
            server.get(f"/task/{quote(text, safe='')}", headers=headers),
            server.get(f"/{quote(text, safe='')}", headers=headers),
            server.get("/sparql", params={"query": text}, headers=headers),
            server.get("/knowledge", params={"q": text}, headers=headers),
        ):
            assert response.status_code < 500
            kind = response.headers["Content-Type"].partition(";")[0]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            if kind in ("text/html", "image/svg+xml"):
                assert text not in response.text or text == "{{7*7}}"
                assert "default-src" in response.headers["Content-Security-Policy"]
            assert "49" not in response.text if text == "{{7*7}}" and kind == "text/html" else True


FORGED_LINE = '{"event": "forged", "level": "error"}'


def test_no_line_of_the_log_is_forged(server: RunningServer) -> None:
    """Line ends and control characters in what is logged stay inside their line; every line is one JSON object."""
    begun = len(server.log.read_text())
    text = f"\r\n{FORGED_LINE}\r\n\x1b[31m"
    for path in (f"/{quote(text)}", f"/task/{quote(text)}", f"{ASK}/{quote(text)}/why", f"/?x={quote(text)}"):
        server.get(path)
    server.post(ASK, {"task": text})
    server.post(ASK, {"text": text})
    server.get("/sparql", params={"query": f"# {text}\nASK {{}}"})
    raw(server, f"GET / HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\\n{FORGED_LINE}\r\nConnection: close\r\n\r\n")
    raw(server, f"GET /a%0d%0a{quote(FORGED_LINE)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    lines = [line for line in server.log.read_text()[begun:].splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert "\x1b" not in line
        assert json.loads(line)["event"] != "forged"


# --- Paths, headers and methods -----------------------------------------------------------------------------------


def raw(server: RunningServer, request: str, most: int = 100_000, patience: float = 3) -> tuple[int, str]:
    """What a request gives that no library would send: status and everything."""
    place = urlsplit(server.url)
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(request.encode("latin-1", "replace"))
        connection.settimeout(patience)
        found = b""
        try:
            while len(found) < most and (more := connection.recv(65536)):
                found += more
        except (TimeoutError, ConnectionResetError):
            pass
    text = found.decode("utf-8", "replace")
    status = re.match(r"HTTP/1\.[01] (\d{3})", text)
    return int(status[1]) if status else 0, text


TRAVERSALS = (
    "/page/../../../../etc/passwd",
    "/page/..%2f..%2f..%2fetc/passwd",
    "/page/%2e%2e/%2e%2e/setup.cfg",
    "/page/....//....//setup.cfg",
    "/page/..%5c..%5csetup.cfg",
    "/page/%00page.css",
    "/page//etc/passwd",
    "/docs/..%2f..%2fsetup.cfg",
    "/docs/static/../../../etc/passwd",
    "/task/..%2f..%2f..%2fetc%2fpasswd",
    "/.well-known/genid/..%2f..%2fsetup.cfg",
    "/schema/..%2f..%2fsetup.cfg",
    "/api/v1/packs/..%2fcore",
    "/api/v1/versions/..%2f1",
    "/api/v1/recommendations/..%2f..%2fkeys",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..;/setup.cfg",
    "//etc/passwd",
    "/.git/config",
    "/.env",
    "/setup.cfg",
    "/var/adaptwise.db",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out(server: RunningServer, path: str) -> None:
    """Files that are not meant to be read are not there, however they are spelled."""
    status, text = raw(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status in (308, 400, 404), text[:300]
    assert "root:" not in text and "[metadata]" not in text and "SQLite" not in text


REQUESTS = {
    "trace": ("TRACE / HTTP/1.1\r\nHost: x\r\nSecret: s3cret\r\nConnection: close\r\n\r\n", (405,)),
    "connect": (
        "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\nConnection: close\r\n\r\n",
        (400, 404, 405),
    ),
    "unknown-method": ("FROBNICATE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", (405, 501)),
    "lower-case": ("get / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", (400, 405, 501)),
    "two-lengths": ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", (400,)),
    "smuggled": (
        "POST /api/v1/chat HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\nGET /api/v1/audit HTTP/1.1\r\nHost: x\r\n\r\n",
        (400,),
    ),
    "smuggled-twice": (
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        (400,),
    ),
    "odd-encoding": ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", (400, 501)),
    "negative-length": ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", (400,)),
    "broken-chunk": (
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        (400, 403, 415, 422),
    ),
    "space-in-header": ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", (400,)),
    "folded-header": ("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", (400,)),
    "nul-in-header": ("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", (400,)),
    "no-version": ("GET /\r\n\r\n", (400,)),
    "future-version": ("GET / HTTP/9.9\r\nHost: x\r\n\r\n", (400, 505)),
    "long-line": ("GET /" + "a" * 20_000 + " HTTP/1.1\r\nHost: x\r\n\r\n", (414, 400)),
    "long-header": ("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a" * 200_000 + "\r\n\r\n", (400, 431)),
    "many-headers": (
        "GET / HTTP/1.1\r\nHost: x\r\n" + "".join(f"X{n}: 1\r\n" for n in range(5000)) + "\r\n",
        (400, 431),
    ),
    "no-http": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (0, 400)),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_broken_requests_are_refused(server: RunningServer, case: str) -> None:
    """What is no clean HTTP is refused, and never taken for two requests."""
    request, statuses = REQUESTS[case]
    status, text = raw(server, request)
    assert status in statuses, text[:300]
    # A second answer is at most the refusal of what follows a body that nobody could read.
    assert re.findall(r"HTTP/1\.1 (\d+)", text)[1:] in ([], ["400"])
    assert "s3cret" not in text and "Traceback" not in text


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"]
)
def test_headers_do_not_change_what_is_asked(server: RunningServer, name: str) -> None:
    """Neither the method nor the address of a request is taken from a header, nor from its query."""
    value = "DELETE" if "Method" in name else "/api/v1/audit"
    plain = server.get("/api/v1/tasks/question-answering")
    other = server.get("/api/v1/tasks/question-answering", headers={name: value, **KEY})
    assert (other.status_code, other.content) == (200, plain.content)
    assert server.get("/api/v1/tasks?_method=DELETE").status_code == 422


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@localhost", "localhost\tevil", "a" * 5000, ""])
def test_the_host_of_a_request_is_not_believed(server: RunningServer, host: str) -> None:
    """No link, no address and no cached thing is made of the header Host or its relatives."""
    for path in ("/", "/sparql", "/ontology", "/docs", "/openapi.json", "/api/v1/tasks", "/task/question-answering"):
        status, text = raw(
            server,
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"
            "X-Forwarded-Proto: gopher\r\nAccept: text/html, text/turtle, */*\r\nConnection: close\r\n\r\n",
            most=3_000_000,
            patience=20,
        )
        assert status in (200, 302, 303, 400)
        assert "evil" not in text.replace(f"Host: {host}", "")


NEGOTIATION = {
    "Accept": ["*/*;q=NaN", "text/html;q=1e999", ";;;", "a" * 8000, "text/turtle," * 900, "*/*;q=-1", "text/\x7f"],
    "Accept-Encoding": ["gzip;q=inf", "*;q=0", "gzip," * 1500, "\x7f", "identity;q=0"],
    "If-None-Match": ['W/"1', '"' * 4000, '*, "1"', "1"],
    "Range": ["bytes=0-0", "bytes=-1", "bytes=5-2", "bytes=" + "0-1," * 1000, "lines=1-2"],
    "Content-Type": [
        "application/json; charset=utf-7",
        "application/json;" * 500,
        "multipart/form-data; boundary=" + "a" * 500,
    ],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NEGOTIATION.items() for value in values])
def test_odd_headers_are_no_trouble(server: RunningServer, name: str, value: str) -> None:
    """A header that makes no sense is left out of account or refused: never an error of the server."""
    for method, path in (("GET", "/ontology"), ("GET", "/api/v1/tasks?limit=1"), ("POST", ASK)):
        response = server.request(
            method,
            path,
            data=json.dumps(QUESTION) if method == "POST" else None,
            headers={"Content-Type": "application/json", name: value},
        )
        assert response.status_code in (200, 206, 304, 400, 406, 415, 416, 431), (path, response.status_code)
        if response.status_code >= 400 and response.content and response.headers["Content-Type"] != "text/html":
            assert response.json()["detail"]


def test_keys_in_the_wrong_place_are_no_keys(server: RunningServer) -> None:
    """A key counts in its header alone: not in the address, a cookie, the body, or another scheme."""
    task = {"label": "Star charts"}
    path = "/api/v1/tasks?dry_run=true"
    for options in (
        {"params": {"X-API-Key": ADMIN_KEY, "dry_run": "true"}},
        {"cookies": {"X-API-Key": ADMIN_KEY}},
        {"headers": {"Authorization": f"Bearer {ADMIN_KEY}"}},
        {"headers": {"X-API-Key": ""}},
        {"headers": {"X-API-Key": ADMIN_KEY[:-1]}},
        {"headers": {"X-API-Key": f"{ADMIN_KEY} x"}},
        {"headers": {"X-API-Key": "' OR 1=1 --"}},
    ):
        where = "/api/v1/tasks" if "params" in options else path
        assert requests.post(server.url + where, json=task, timeout=30, **options).status_code == 401
