"""What stands before every request: rates, proxies, other sites, slow clients; and the headers of every answer."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from conftest import ADMIN_KEY, RunningServer, home_with

from api.problems import ProblemError
from api.rates import Rates, SharedFile
from api.settings import Settings

ASK = "/api/v1/recommendations"
TASKS = "/api/v1/tasks"
ORIGIN = "https://portal.example.org"


@pytest.fixture(scope="module")
def guarded(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Two workers behind one proxy, with low limits, little patience, and a site that may ask from browsers."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("guarded") / "home"), workers=2)
    running.environment = {
        "ADAPTWISE_TRUSTED_PROXIES": "1",
        "ADAPTWISE_ASK_RATE": "20/minute",
        "ADAPTWISE_CHANGE_RATE": "3/minute",
        "ADAPTWISE_REFUSAL_RATE": "4/minute",
        "ADAPTWISE_CORS_ORIGINS": ORIGIN,
        "ADAPTWISE_CLIENT_SECONDS": "2",
    }
    yield running.start()
    running.stop()


def of(address: str, **headers: str) -> dict[str, str]:
    """The headers of a request that the proxy passes on."""
    return {"X-Forwarded-For": address, **headers}


# --- Rates --------------------------------------------------------------------------------------------------------


def too_many(response: requests.Response, who: str) -> bool:
    """Whether it is refused as one too many of this client, saying when to come back."""
    assert response.status_code == 429, response.text
    assert response.json()["type"].endswith("/problem/too-many-requests")
    assert who in response.json()["detail"]
    return 1 <= int(response.headers["Retry-After"]) <= 60


def test_reading_is_limited_by_address_over_all_workers(guarded: RunningServer) -> None:
    """Exactly as many requests as are allowed pass, however they fall on workers; other addresses go on."""

    def ask(_: int) -> int:
        return requests.get(f"{guarded.url}{TASKS}?limit=1", headers=of("192.0.2.1"), timeout=30).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, range(30)))
    assert sorted(statuses) == [200] * 20 + [429] * 10
    assert too_many(guarded.get(TASKS, headers=of("192.0.2.1")), "192.0.2.1")
    assert guarded.get(TASKS, headers=of("192.0.2.2")).status_code == 200


def test_what_a_client_says_of_itself_is_not_believed(guarded: RunningServer) -> None:
    """Of X-Forwarded-For only what the trusted proxy added counts."""
    statuses = [
        guarded.get(f"{TASKS}?limit=1", headers=of(f"198.51.100.{number}, 192.0.2.3")).status_code
        for number in range(21)
    ]
    assert statuses == [200] * 20 + [429]


def test_an_ipv6_client_is_its_network(guarded: RunningServer) -> None:
    """Whoever has a network of 64 bits has no more than others."""
    statuses = [
        guarded.get(f"{TASKS}?limit=1", headers=of(f"2001:db8::{number}")).status_code for number in range(1, 22)
    ]
    assert statuses == [200] * 20 + [429]
    assert guarded.get(f"{TASKS}?limit=1", headers=of("2001:db8:0:1::1")).status_code == 200


def test_writing_is_limited_by_key(guarded: RunningServer) -> None:
    """A key may write so often, from wherever; rehearsals count."""
    statuses = [
        guarded.post(f"{TASKS}?dry_run=true", {}, headers=of(f"192.0.2.{number}", **{"X-API-Key": ADMIN_KEY}))
        for number in range(20, 24)
    ]
    assert [one.status_code for one in statuses[:3]] == [422] * 3
    assert too_many(statuses[3], "key of admin")


def test_trying_keys_is_limited_by_address(guarded: RunningServer) -> None:
    """After a few wrong keys an address hears nothing about keys any more, right or wrong."""
    tried = [
        guarded.post(TASKS, {}, headers=of("192.0.2.30", **{"X-API-Key": f"guess {number}"})) for number in range(5)
    ]
    assert [one.status_code for one in tried] == [401] * 4 + [429]
    assert too_many(guarded.get(TASKS, headers=of("192.0.2.30", **{"X-API-Key": ADMIN_KEY})), "192.0.2.30")
    assert guarded.get(TASKS, headers=of("192.0.2.30")).status_code == 200


def test_health_and_this_machine_are_not_counted(guarded: RunningServer) -> None:
    """Whoever looks after the server is not kept out."""
    assert {guarded.get("/healthz", headers=of("192.0.2.40")).status_code for _ in range(25)} == {200}
    assert {guarded.get(f"{TASKS}?limit=1").status_code for _ in range(25)} == {200}


def test_an_address_may_come_with_its_port(guarded: RunningServer) -> None:
    """Some proxies add the port of the client; it makes nobody another one."""
    statuses = [
        guarded.get(f"{TASKS}?limit=1", headers=of(f"192.0.2.50:{4000 + number}")).status_code for number in range(21)
    ]
    assert statuses == [200] * 20 + [429]
    assert guarded.get(f"{TASKS}?limit=1", headers=of("192.0.2.50")).status_code == 429
    assert guarded.get(f"{TASKS}?limit=1", headers=of("[2001:db8:0:7::1]:443")).status_code == 200


def test_nobody_comes_from_this_machine_through_a_proxy(guarded: RunningServer) -> None:
    """Who claims so is counted like others."""
    statuses = {guarded.get(f"{TASKS}?limit=1", headers=of("127.0.0.1")).status_code for _ in range(21)}
    assert statuses == {200, 429}


def test_without_a_trusted_proxy_nobody_is_believed(own_server: RunningServer) -> None:
    """X-Forwarded-For changes nothing where no proxy is configured, and the log says so once."""
    own_server.environment = {"ADAPTWISE_ASK_RATE": "2/minute"}
    own_server.start()
    assert {own_server.get(f"{TASKS}?limit=1", headers=of("192.0.2.66")).status_code for _ in range(5)} == {200}
    own_server.stop()
    log = own_server.log.read_text()
    assert log.count("ADAPTWISE_TRUSTED_PROXIES says how many") == 1 and "192.0.2.66" not in log


_COUNTING = """
import sys
from api.problems import ProblemError
from api.rates import Rates, SharedFile
from api.settings import Settings
counts = SharedFile(sys.argv[1])
for _ in range(500):
    counts.incr("one", 60)
"""


def test_processes_count_together(tmp_path: Path) -> None:
    """No hit of any process is lost; a window that is over begins anew."""
    uri = f"sqlite-file://{tmp_path}/rates.db"
    processes = [subprocess.Popen([sys.executable, "-c", _COUNTING, uri]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    counts = SharedFile(uri)
    assert counts.get("one") == 1500 and counts.get("other") == 0
    assert [counts.incr("short", 0), counts.incr("short", 0)] == [1, 1]
    counts.clear("one")
    assert counts.get("one") == 0 and counts.reset() == 1


def test_what_counts_may_fail(tmp_path: Path) -> None:
    """Where counts cannot be kept, requests pass."""
    rates = Rates(replace(Settings.from_environment({"ADAPTWISE_HOME": str(tmp_path)}), ask_rate="1/minute"))
    rates.hit(rates.read, "read", "somebody")
    with pytest.raises(ProblemError, match="1 in 1 minute"):
        rates.hit(rates.read, "read", "somebody")

    def fail(*_: object) -> bool:
        raise OSError("gone")

    rates._limiter.hit = rates._limiter.test = fail
    rates.hit(rates.read, "read", "somebody")
    rates.test(rates.read, "read", "somebody")


# --- Other sites --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, 200),
    ],
)
def test_other_sites_do_not_send_through_a_browser(guarded: RunningServer, headers: dict, status: int) -> None:
    """What a page of another site makes a browser send is refused, unless the site is configured."""
    response = guarded.post(ASK, {"task": "question-answering"}, headers=headers)
    assert response.status_code == status, response.text
    allowed = response.headers.get("Access-Control-Allow-Origin")
    assert allowed == (ORIGIN if headers.get("Origin") == ORIGIN else None)


def test_the_page_takes_forms_from_itself_only(guarded: RunningServer) -> None:
    """A configured site may ask the API, and never send a form of the page."""
    for origin, status in ((ORIGIN, 403), ("https://elsewhere.example", 403), (guarded.url, 303)):
        form = {"text": "We answer questions on our handbook."}
        headers = {"Origin": origin}
        response = guarded.request("POST", "/", data=form, headers=headers, allow_redirects=False)
        assert response.status_code == status, (origin, response.text)


def test_browsers_are_told_what_a_configured_site_may_do(guarded: RunningServer) -> None:
    """The preflight of CORS names methods and headers for that site, and for no other."""
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-api-key, if-match"}
    told = guarded.request("OPTIONS", f"{TASKS}/x", headers={**asked, "Origin": ORIGIN}).headers
    assert told["Access-Control-Allow-Origin"] == ORIGIN and "PUT" in told["Access-Control-Allow-Methods"]
    assert "if-match" in told["Access-Control-Allow-Headers"].lower()
    told = guarded.request("OPTIONS", f"{TASKS}/x", headers={**asked, "Origin": "https://elsewhere.example"}).headers
    assert "Access-Control-Allow-Origin" not in told


def test_no_site_may_ask_unless_configured(server: RunningServer) -> None:
    """CORS is off by default."""
    response = server.get("/api/v1/tasks?limit=1", headers={"Origin": ORIGIN})
    assert not [name for name in response.headers if name.startswith("Access-Control")]


# --- Headers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/docs/swagger", "/healthz", "/nowhere", "/api/v1/tasks?limit=0", "/openapi.json"]
)
def test_every_answer_has_the_headers_for_browsers(server: RunningServer, path: str) -> None:
    """Pages, documents and refusals alike: no sniffing, no frames, no script but what is served here."""
    headers = server.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    (scripts,) = re.findall(r"script-src ([^;]*)", policy)
    assert "unsafe" not in scripts


def test_the_scripts_within_the_documentation_are_those_that_may_run(server: RunningServer) -> None:
    """The documentation's own inline scripts are allowed by their hashes."""
    page = server.get("/docs/swagger")
    inline = re.findall(rb"<script(?![^>]*src=)[^>]*>(.*?)</script>", page.content, re.DOTALL)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]


def test_encryption_is_insisted_on_where_it_is_used(guarded: RunningServer) -> None:
    """A trusted proxy says that the client came by HTTPS; browsers are told to come so again."""
    told = {
        scheme: guarded.get("/healthz", headers={"X-Forwarded-Proto": scheme}).headers for scheme in ("https", "http")
    }
    assert "Strict-Transport-Security" in told["https"] and "Strict-Transport-Security" not in told["http"]


# --- Slow clients -------------------------------------------------------------------------------------------------


def connected(server: RunningServer, sent: bytes) -> socket.socket:
    """A connection on which this was sent."""
    port = int(server.url.rpartition(":")[2])
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(sent)
    return connection


def said(connection: socket.socket) -> bytes:
    """Everything that comes on a connection until it ends."""
    with connection:
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
        return b"".join(pieces)


def test_clients_that_send_nothing_or_little_keep_nobody_out(guarded: RunningServer) -> None:
    """With a hundred connections that are silent or drip, others are answered at once; the slow ones are told."""
    slow = [connected(guarded, b"" if number % 2 else b"GET /healthz HTTP/1.1\r\nHo") for number in range(100)]
    began = time.monotonic()
    assert {requests.get(guarded.url + "/healthz", timeout=10).status_code for _ in range(10)} == {200}
    assert time.monotonic() - began < 2
    ends = [said(connection) for connection in slow]
    assert time.monotonic() - began < 12
    assert {end for number, end in enumerate(ends) if number % 2} == {b""}
    assert all(end.startswith(b"HTTP/1.1 408 ") and b"problem+json" in end for end in ends[::2])


def test_more_connections_than_there_may_be_keep_nobody_out(server: RunningServer) -> None:
    """Those that came first, and sent nothing whole, make room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 3000:
        pytest.skip("too few files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3000), hard))
    slow = []
    try:
        slow = [connected(server, b"GET / HT") for _ in range(1200)]
        began = time.monotonic()
        assert {requests.get(server.url + "/healthz", timeout=10).status_code for _ in range(5)} == {200}
        assert time.monotonic() - began < 5
    finally:
        for connection in slow:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_body_that_does_not_come_is_given_up(guarded: RunningServer) -> None:
    """A thread waits for a body for as long as is configured, then the client is told."""
    head = b"POST /api/v1/recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    for framing in (b"Content-Length: 100\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"):
        began = time.monotonic()
        answer = said(connected(guarded, head + framing))
        assert 1.5 < time.monotonic() - began < 10
        assert answer.startswith(b"HTTP/1.1 408 ") and b"request-timeout" in answer


def test_a_slow_but_steady_request_is_answered(guarded: RunningServer) -> None:
    """A head and a body that come in pieces are read like any other."""
    body = b'{"task": "question-answering"}'
    head = f"POST {ASK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    connection = connected(guarded, b"")
    for piece in (head.encode(), b"Connection: close\r", b"\n\r\n", body[:9], body[9:]):
        time.sleep(0.2)
        connection.sendall(piece)
    assert said(connection).startswith(b"HTTP/1.1 200 ")


def test_requests_one_after_the_other_on_one_connection(guarded: RunningServer) -> None:
    """Kept connections, and requests sent before the last answer came, are answered in order."""
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
    answers = said(connected(guarded, (one + b"\r\n") * 2 + one + b"Connection: close\r\n\r\n"))
    assert answers.count(b"HTTP/1.1 200 ") == 3
    connection = connected(guarded, one + b"\r\n")
    time.sleep(0.5)
    connection.sendall(one + b"Connection: close\r\n\r\n")
    assert said(connection).count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_as_a_problem(guarded: RunningServer, sent: bytes, status: int) -> None:
    """Not even what never becomes a request is answered otherwise than documented."""
    answer = said(connected(guarded, sent))
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"application/problem+json" in answer and b"Traceback" not in answer


def test_what_is_under_way_is_finished_when_the_server_stops(own_server: RunningServer) -> None:
    """A request that has begun is answered after the server was told to stop; new connections are not taken."""
    own_server.start()
    body = b'{"task": "question-answering"}'
    head = f"POST {ASK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection = connected(own_server, head.encode() + body[:5])
    time.sleep(0.5)
    own_server.process.send_signal(signal.SIGTERM)
    time.sleep(1)
    connection.sendall(body[5:])
    answer = said(connection)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert own_server.process.wait(20) == 0
    with pytest.raises(requests.ConnectionError):
        own_server.get("/healthz")


# --- Tricks with headers and methods ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Method-Override": "DELETE", "X-HTTP-Method": "PUT"},
        {"X-Original-URL": "/metrics", "X-Rewrite-URL": "/metrics"},
        {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Prefix": "/x", "Forwarded": "host=elsewhere.example"},
        {"Host": "elsewhere.example"},
        {"SCRIPT_NAME": "/x", "PATH_INFO": "/metrics", "REMOTE_USER": "admin"},
        {"X-Api-Key": "", "Cookie": "session=admin; role=admin", "Authorization": "Bearer admin"},
    ],
)
def test_no_header_makes_a_request_another_one(server: RunningServer, headers: dict[str, str]) -> None:
    """What is asked is told by the first line alone, and links lead nowhere else."""
    path = f"{TASKS}?limit=2"
    plain, tricked = server.get(path), server.get(path, headers=headers)
    assert (tricked.status_code, tricked.json()) == (200, plain.json())
    assert "elsewhere" not in tricked.text + str(tricked.headers)
    assert server.post(TASKS, {"label": "x"}, headers=headers).status_code == 401


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "PROPFIND", "PATCH", "DELETE"])
def test_no_method_does_what_it_is_not_there_for(server: RunningServer, method: str) -> None:
    """A method that an address does not have is refused, and nothing of the request is echoed."""
    response = server.request(method, f"{TASKS}?limit=2", headers={"X-Secret": "not-to-be-echoed"})
    assert response.status_code in (400, 405), response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "not-to-be-echoed" not in response.text


def test_nobody_writes_lines_into_the_log(own_server: RunningServer) -> None:
    """Whatever is in an address or a header, the log has one object a line, and no event that somebody made up."""
    own_server.start()
    forged = '%0a{"event":"forged"}%0d%0a'
    own_server.get(f"/nowhere{forged}?x={forged}", headers={"X-Request-ID": '{"event":"forged"}'})
    own_server.post("/api/v1/recommendations", {"text": '\n{"event":"forged"}\n', "task": '\n{"event":"forged"}'})
    said(connected(own_server, b'GET / HTTP/1.1\r\nX: a\n{"event":"forged"}\r\nConnection: close\r\n\r\n'))
    said(connected(own_server, b'GET /\n{"event":"forged"} HTTP/1.1\r\n\r\n'))
    own_server.stop()
    events = [json.loads(line)["event"] for line in own_server.log.read_text().splitlines()]
    assert events.count("request") >= 2 and "forged" not in events
