"""Batches: many questions in one request or one file, answered in order, whatever is wrong with some of them."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import ADAPTWISE, RunningServer, clean_environment
from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from api.commands.summary import Summary
from api.encodings import pieces
from api.problems import ProblemError

BATCH = "/api/v1/recommendations/batch"
NDJSON = {"Content-Type": "application/x-ndjson"}
SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
QUESTIONS = [
    {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}},
    {"task": "content-moderation", "constraints": {"labelled-data": 5000}},
    {"text": "A chat bot that answers from our manuals, which change daily."},
    {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}, "exclude": ["rag"]},
]


def lines(*values: Any) -> bytes:
    """Values as lines of JSON."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def sent(server: RunningServer, data: bytes | Iterator[bytes], query: str = "", **headers: str) -> requests.Response:
    """A batch."""
    return server.request("POST", BATCH + query, data=data, headers={**NDJSON, **headers})


def answers(response: requests.Response) -> list[dict[str, Any]]:
    """Its lines."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.content.splitlines()]


def problem(response: requests.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert response.status_code == status, response.text
    assert response.json()["type"].endswith(f"/{kind}")
    return response.json()


def test_every_line_is_answered_as_alone(server: RunningServer) -> None:
    """The answers are those that the questions get one by one, in their order."""
    found = answers(sent(server, lines(*QUESTIONS), "?explain=none&keep=true"))
    alone = [server.post("/api/v1/recommendations?explain=none", one).json() for one in QUESTIONS]
    assert found == [{"line": number, **one} for number, one in enumerate(alone, start=1)]


def test_answers_are_kept_where_that_is_wanted(server: RunningServer) -> None:
    """Without it nothing is stored, and no link leads nowhere; with it one can go on asking."""
    question = {"task": "question-answering", "constraints": {"labelled-data": 4711}}
    (forgotten,) = answers(sent(server, lines(question)))
    assert "links" not in forgotten
    assert server.get(f"/api/v1/recommendations/{forgotten['id']}").status_code == 404
    (kept,) = answers(sent(server, lines(question), "?keep=true"))
    assert kept["id"] == forgotten["id"]
    assert server.get(kept["links"]["why"]).status_code == 200


BAD = {
    b"oops": (400, "column 1"),
    b'{"task": "question-answering"': (400, "column"),
    b"[1, 2]": (422, "a list"),
    b"{}": (422, "says nothing"),
    b'{"task": "question-answerin"}': (422, "question-answerin"),
    b'{"task": "question-answering", "wish": 1}': (422, "wish"),
    b'{"constraints": {"labelled-data": "\\u0000"}}': (422, "NUL"),
    b'{"text": "\xff"}': (400, "JSON"),
    b'{"constraints": ' + b'{"a":' * 50 + b"1" + b"}" * 51: (422, "nested"),
    b'{"text": "' + b"a" * 1_100_000 + b'"}': (413, "bytes"),
}


def test_a_bad_line_stops_no_other(server: RunningServer) -> None:
    """Each bad line gives an error with its number and what is wrong; empty lines are counted and left out."""
    good = lines(QUESTIONS[0])
    body = good + b"\n  \r\n" + b"".join(bad + b"\r\n" + good for bad in BAD)
    found = answers(sent(server, body.rstrip(b"\n")))
    assert [one["line"] for one in found] == [1, *range(4, 4 + 2 * len(BAD))]
    for place, (status, text) in enumerate(BAD.values()):
        error, after = found[1 + 2 * place : 3 + 2 * place]
        assert error["error"]["status"] == status, error
        assert text in json.dumps(error["error"])
        assert after["id"] == found[0]["id"]


def test_a_part_is_numbered_from_where_it_begins(server: RunningServer) -> None:
    """Of a file sent in parts each line has its number in the file."""
    assert answers(sent(server, b"x\n", "?first_line=101"))[0]["line"] == 101


def test_an_empty_batch(server: RunningServer) -> None:
    """Nothing asked is nothing answered."""
    assert answers(sent(server, b"")) == []


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", None])
def test_other_bodies_are_refused(server: RunningServer, media_type: str | None) -> None:
    """What is no lines of JSON is 415, and told what would be."""
    response = server.request("POST", BATCH, data=b"{}", headers={"Content-Type": media_type})
    assert "application/x-ndjson" in problem(response, 415, "unsupported-media-type")["detail"]


def test_other_answers_are_refused(server: RunningServer) -> None:
    """What cannot be given is 406."""
    problem(sent(server, b"", Accept="text/html"), 406, "not-acceptable")


@pytest.mark.parametrize("query", ["?explain=some", "?first_line=0", "?packs=nope&x=1", "?as_of=today"])
def test_wrong_parameters_are_named(server: RunningServer, query: str) -> None:
    """What is wrong for every line is refused at once."""
    problem(sent(server, b"", query), 422, "invalid-request")


# --- Compression -------------------------------------------------------------------------------------------------


def test_a_batch_may_be_compressed(server: RunningServer) -> None:
    """A body compressed by gzip is read, in several members too; so is a single question."""
    body = gzip.compress(lines(QUESTIONS[0])) + gzip.compress(lines(QUESTIONS[1]))
    found = answers(sent(server, body, **{"Content-Encoding": "gzip"}))
    assert [one["line"] for one in found] == [1, 2]
    single = server.request(
        "POST",
        "/api/v1/recommendations",
        data=gzip.compress(json.dumps(QUESTIONS[0]).encode()),
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    assert single.json()["id"] == found[0]["id"]


@pytest.mark.parametrize("path", [BATCH, "/api/v1/recommendations"])
def test_broken_and_unknown_compression(server: RunningServer, path: str) -> None:
    """What is no gzip is 400; another encoding is 415, and told which there is."""
    media_type = NDJSON if path == BATCH else {"Content-Type": "application/json"}
    for body in (b"no gzip", gzip.compress(b'{"task": "question-answering"}' * 9)[:-20]):
        response = server.request("POST", path, data=body, headers={**media_type, "Content-Encoding": "gzip"})
        problem(response, 400, "malformed-encoding")
    response = server.request("POST", path, data=b"x", headers={**media_type, "Content-Encoding": "br"})
    problem(response, 415, "unsupported-encoding")
    assert response.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("times", [1, 2])
def test_a_decompression_bomb_is_refused(server: RunningServer, times: int) -> None:
    """A small body that grows beyond the limit is 413 before it is whole in memory."""
    bomb = gzip.compress(b" " * 200_000_000, 9)
    began = server_memory(server)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = server.request("POST", "/api/v1/recommendations", data=bomb * times, headers=headers)
    problem(response, 413, "request-entity-too-large")
    assert server_memory(server) - began < 50_000_000


def server_memory(server: RunningServer) -> int:
    """What the workers hold in memory, in bytes."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.worker_pids()]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def read(body: bytes, limit: int, **headers: str) -> bytes:
    """What is read of a body."""
    app = Flask(__name__)
    with app.test_request_context("/", method="POST", data=body, headers=headers):
        assert request.content_length == len(body)
        return b"".join(pieces(limit))


def test_bodies_are_bounded() -> None:
    """A body is read up to its limit and no further, compressed or not."""
    assert read(b"a" * 100, 100) == b"a" * 100
    with pytest.raises(RequestEntityTooLarge):
        read(b"a" * 101, 100)
    packed = {"Content-Encoding": "gzip"}
    assert read(gzip.compress(b"a" * 100_000), 100_000, **packed) == b"a" * 100_000
    with pytest.raises(RequestEntityTooLarge):
        read(gzip.compress(b"a" * 100_001), 100_000, **packed)
    with pytest.raises(ProblemError):
        read(gzip.compress(os.urandom(1000))[:500], 100_000, **packed)


# --- Size ---------------------------------------------------------------------------------------------------------


def test_memory_is_flat(server: RunningServer) -> None:
    """However many lines there are, and from a client that reads nothing before it has sent everything."""
    count = 1_000_000 if SOAK else 30_000
    part = lines(QUESTIONS[1]) + b"[1, 2, 3]\n" * 999

    def batch() -> Iterator[bytes]:
        for _ in range(count // 1000):
            yield part

    answers(sent(server, part * 2))
    began = server_memory(server)
    response = server.session.post(server.url + BATCH, data=batch(), headers=NDJSON, stream=True, timeout=3600)
    number, most = 0, 0
    for number, answer in enumerate(response.iter_lines(1 << 16), start=1):
        if number % 5000 == 0:
            assert json.loads(answer)["line"] == number
            most = max(most, server_memory(server))
    assert number == count
    assert most - began < 60_000_000


def test_batches_leave_room_for_others(server: RunningServer) -> None:
    """Only so many are answered at a time; a single question is answered meanwhile."""
    body = lines(*QUESTIONS[:1]) * 400
    running = [
        server.session.post(server.url + BATCH, data=body, headers=NDJSON, stream=True, timeout=60) for _ in range(2)
    ]
    try:
        refused = sent(server, b"")
        problem(refused, 503, "overloaded")
        assert int(refused.headers["Retry-After"]) > 0
        assert server.post("/api/v1/recommendations", QUESTIONS[1]).status_code == 200
    finally:
        for one in running:
            one.close()
    for _ in range(100):
        time.sleep(0.1)
        if sent(server, b"").status_code == 200:
            return
    raise AssertionError("batches whose clients are gone still hold their places")


# --- The command line --------------------------------------------------------------------------------------------


def run(server: RunningServer, *arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    """``adaptwise batch`` against the server."""
    done = subprocess.run(
        [ADAPTWISE, "batch", "--server", server.url, *map(str, arguments)],
        env=clean_environment(server.home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A file of questions, one of them no JSON, and an empty line."""
    file = tmp_path / "questions.ndjson"
    file.write_bytes(lines(*QUESTIONS) + b"oops\n\n" + lines(*QUESTIONS[:3]))
    return file


def test_a_file_is_answered(server: RunningServer, questions: Path, tmp_path: Path) -> None:
    """The answers are in the file that was named, each with its line; the summary counts them."""
    output = tmp_path / "answers.ndjson"
    told = run(server, questions, "-o", output, "--part", 2).stdout
    found = [json.loads(line) for line in output.read_text().splitlines()]
    assert [one["line"] for one in found] == [1, 2, 3, 4, 5, 7, 8, 9]
    assert "error" in found[4]
    assert "7 answered, 1 refused." in told
    assert "Malformed JSON" in told
    counted = json.loads(run(server, questions, "-o", output, "--overwrite", "--json").stdout)
    assert (counted["answered"], counted["refused"]) == (7, 1)
    assert sum(one["count"] for one in counted["recommended"]) == 7
    assert counted["blockers"], "an excluded technique is blocked"
    assert [json.loads(line) for line in output.read_text().splitlines()] == found


@pytest.mark.parametrize("cut", [0, 1, 5_000, 40_000])
def test_a_run_is_resumed(server: RunningServer, questions: Path, tmp_path: Path, cut: int) -> None:
    """Wherever an earlier run stopped, what is missing is added, and the summary is that of the whole."""
    output = tmp_path / "answers.ndjson"
    told = run(server, questions, "-o", output).stdout
    whole = output.read_bytes()
    output.write_bytes(whole[: max(0, len(whole) - cut)] if cut else whole)
    assert run(server, questions, "-o", output, "--resume", "--part", 3).stdout == told
    assert output.read_bytes() == whole


def test_a_compressed_file_is_answered(server: RunningServer, questions: Path, tmp_path: Path) -> None:
    """A name in .gz is read as gzip; what is none is named."""
    packed = tmp_path / "questions.gz"
    packed.write_bytes(gzip.compress(questions.read_bytes()))
    assert "7 answered" in run(server, packed, "-o", tmp_path / "a").stdout
    packed.write_bytes(b"no gzip")
    assert "no gzip file" in run(server, packed, "-o", tmp_path / "b", status=1).stderr


def test_what_is_there_is_not_lost(server: RunningServer, questions: Path, tmp_path: Path) -> None:
    """A file that exists is neither replaced nor added to unless that was asked for."""
    output = tmp_path / "answers.ndjson"
    output.write_text("something else\n")
    assert "--resume" in run(server, questions, "-o", output, status=2).stderr
    assert "no answers of a batch" in run(server, questions, "-o", output, "--resume", status=1).stderr
    assert output.read_text() == "something else\n"
    assert "one of them" in run(server, questions, "-o", output, "--resume", "--overwrite", status=2).stderr


def test_the_summary_of_nothing() -> None:
    """Nothing answered divides by nothing."""
    assert Summary().as_text() == "0 answered, 0 refused."
    assert Summary().as_dict()["recommended"] == []
