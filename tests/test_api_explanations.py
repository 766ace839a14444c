"""Every question one puts to an expert, over REST: what comes back, in which forms, and how mistakes are named."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from conftest import RunningServer, home_with

from engine.render.graph import PROGRAM

ASK = "/api/v1/recommendations"
QUESTION = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid", "labelled-data": 120}}
WORDS = ("application/json", "text/plain", "text/markdown", "text/html")
FORMS = {
    "": WORDS,
    "/why": (*WORDS, "image/svg+xml", "text/turtle", "application/ld+json"),
    "/why-not?technique=fine-tuning": WORDS,
    "/contrast?than=fine-tuning": WORDS,
    "/changes?to=hybrid&size=1": WORDS,
    "/regions?x=labelled-data&y=corpus-size": (*WORDS, "image/svg+xml"),
    "/claims": WORDS,
    "/decision-record": ("text/markdown", "text/plain"),
}
OTHERS = ("/api/v1/accuracy", "/api/v1/method", "/api/v1/definitions?term=labelled%20data")


@pytest.fixture(scope="module")
def base(server: RunningServer) -> str:
    """Where one recommendation is found."""
    return server.post(f"{ASK}?as_of=2026-11-22", QUESTION).json()["links"]["self"]


@pytest.mark.parametrize(("question", "media_type"), [(one, form) for one in FORMS for form in FORMS[one]])
def test_every_question_comes_in_every_form(server: RunningServer, base: str, question: str, media_type: str) -> None:
    """The form that is asked for is the form that comes, and it is not empty."""
    if question == "/why" and media_type == "image/svg+xml" and shutil.which(PROGRAM) is None:
        pytest.skip("Graphviz is not installed")
    response = server.get(base + question, headers={"Accept": media_type})
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["Vary"]
    assert len(response.text) > 100
    if media_type == "image/svg+xml":
        assert ET.fromstring(response.text).tag.endswith("svg")
    if media_type == "text/turtle":
        assert list(ox.parse(response.content, ox.RdfFormat.TURTLE))
    if media_type == "application/ld+json":
        assert list(ox.parse(response.content, ox.RdfFormat.JSON_LD))
    if media_type == "text/html":
        assert "<script" not in response.text and "style=" not in response.text


@pytest.mark.parametrize("path", OTHERS)
@pytest.mark.parametrize("media_type", WORDS)
def test_the_expert_itself_is_asked_in_every_form(server: RunningServer, path: str, media_type: str) -> None:
    """Accuracy, method and definitions come as data and in words."""
    response = server.get(path, headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == media_type


@pytest.mark.parametrize("question", FORMS)
def test_other_forms_are_refused_with_what_there_is(server: RunningServer, base: str, question: str) -> None:
    """An unknown form is 406, and the forms that there are are named."""
    response = server.get(base + question, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert all(form in response.json()["detail"] for form in FORMS[question])


@pytest.mark.parametrize("question", [one for one in FORMS if one not in {"", "/decision-record"}])
def test_the_words_of_the_json_are_those_of_the_text(server: RunningServer, base: str, question: str) -> None:
    """JSON carries the text that Accept: text/plain gives."""
    text = server.get(base + question, headers={"Accept": "text/plain"}).text
    assert server.get(base + question).json()["text"] == text


@pytest.mark.parametrize(
    ("question", "parameter", "nearest"),
    [
        ("/why?node=technique:rga", "node", "technique:rag"),
        ("/why?level=-1", "level", None),
        ("/why?nodes=x", "nodes", None),
        ("/why-not?technique=fine-tunin", "technique", "fine-tuning"),
        ("/contrast?than=hybrd", "than", "hybrid"),
        ("/contrast?technique=hybrd&than=rag", "technique", "hybrid"),
        ("/contrast", "than", None),
        ("/changes?to=hybrd", "to", "hybrid"),
        ("/changes?to=hybrid&size=4", "size", None),
        ("/regions?x=labeled-dta", "x", "labelled-data"),
        ("/regions?x=labelled-data&y=labelled-data", "y", None),
        ("/claims?node=technique:rga", "node", "technique:rag"),
    ],
)
def test_mistakes_name_the_parameter(
    server: RunningServer, base: str, question: str, parameter: str, nearest: str | None
) -> None:
    """What cannot be asked is 422, with the parameter and the nearest valid choice."""
    response = server.get(base + question)
    assert response.status_code == 422, response.text
    (error,) = response.json()["errors"]
    assert error["parameter"] == parameter
    assert nearest is None or error["nearest"][0] == nearest


@pytest.mark.parametrize("question", FORMS)
def test_answers_that_are_not_there(server: RunningServer, question: str) -> None:
    """A question about no recommendation is 404."""
    assert server.get(f"{ASK}/{'0' * 32}{question}").status_code == 404


def test_a_term_that_nobody_knows(server: RunningServer) -> None:
    """A definition is refused with the names that come nearest."""
    response = server.get("/api/v1/definitions", params={"term": "labeled dta"})
    assert response.status_code == 422
    assert "labelled data" in response.json()["errors"][0]["nearest"]


def test_drilling_down_gives_one_level_at_a_time(server: RunningServer, base: str) -> None:
    """From the root each answer names the nodes to ask about next, down to what was stated."""
    node, seen = None, []
    while True:
        parameters = {"level": "1", **({"node": node} if node else {})}
        step = server.get(f"{base}/why", params=parameters).json()["outline"]
        seen.append(step["kind"])
        deeper = [premise for premise in step["premises"] if premise["more"]] or step["premises"]
        if not deeper:
            break
        node = deeper[0]["node"]
    assert seen[0] == "technique"
    assert seen[-1] in {"value", "task"}
    assert "demand" in seen and "rule" in seen


def test_a_contrast_is_the_same_from_both_sides(server: RunningServer, base: str) -> None:
    """Asked the other way round the difference changes its sign, and nothing else."""
    one = server.get(f"{base}/contrast", params={"technique": "rag", "than": "hybrid"}).json()
    other = server.get(f"{base}/contrast", params={"technique": "hybrid", "than": "rag"}).json()
    assert one["difference"] == -other["difference"] != 0
    assert sum(row["difference"] for row in one["differences"]) == one["difference"]
    assert {(row["id"], row["difference"]) for row in one["differences"]} == {
        (row["id"], -row["difference"]) for row in other["differences"]
    }
    assert server.get(f"{base}/contrast", params={"than": "hybrid"}).json() == one


def test_ways_out_are_searched_unless_refused(server: RunningServer, base: str) -> None:
    """By default why-not tells the cheapest way out; without, it says nothing of one."""
    with_one = server.get(f"{base}/why-not", params={"technique": "hybrid"}).json()
    assert with_one["repair"]["changes"]
    without = server.get(f"{base}/why-not", params={"technique": "hybrid", "repair": "false"}).json()
    assert "repair" not in without and without["blockers"] and "repair" not in without["blockers"][0]


def test_changes_hold_when_they_are_made(server: RunningServer, base: str) -> None:
    """What is said to make a technique win does, asked as what-if."""
    found = server.get(f"{base}/changes", params={"to": "hybrid", "size": "1"}).json()
    assert found["sets"]
    for one in found["sets"]:
        body = {"constraints": {change["constraint"]: change["value"] for change in one["changes"]}}
        assert server.post(f"{base}/what-if", body).json()["after"]["recommended"]["technique"] == "hybrid"


def test_regions_agree_with_what_if(server: RunningServer, base: str) -> None:
    """A field of the map is the answer with those two values."""
    found = server.get(f"{base}/regions", params={"x": "labelled-data", "y": "corpus-size"}).json()
    assert len(found["cells"]) == len(found["x"]["values"]) * len(found["y"]["values"])
    for cell in found["cells"][:: len(found["cells"]) // 3]:
        body = {"constraints": {"labelled-data": cell["x"], "corpus-size": cell["y"]}}
        after = server.post(f"{base}/what-if", body).json()["after"]["recommended"]
        assert [after["technique"], *after["tied"]] == cell["winners"]


def test_claims_are_those_of_the_proof(server: RunningServer, base: str) -> None:
    """Who says so names the claims of the proof below the node, each with what rests on it and its source."""
    nodes = {node["id"]: node for node in server.get(f"{base}/why").json()["proof"]["nodes"]}
    found = server.get(f"{base}/claims", params={"node": "demand:fresh-knowledge"}).json()
    below = {"demand:fresh-knowledge"}
    for _ in nodes:
        below |= {premise for one in below for premise in nodes[one]["premises"]}
    expected = {claim for one in below for claim in nodes[one].get("claims", [])}
    assert {claim["claim"] for claim in found["claims"]} == expected != set()
    sources = {source["source"]: source["claims"] for source in found["sources"]}
    assert sum(sources.values()) == len(found["claims"])
    assert all(claim["source"] in sources and claim["supports"] for claim in found["claims"])


def test_packs_can_be_switched_off_in_what_if(server: RunningServer, base: str) -> None:
    """What if only some packs were active is answered from those, and said."""
    response = server.post(f"{base}/what-if", {"packs": ["core"]})
    assert response.json()["after"]["packs"] == ["core"]
    assert response.json()["before"]["id"] != response.json()["after"]["id"]
    assert "core" in response.json()["text"]
    (error,) = server.post(f"{base}/what-if", {"packs": ["cor"]}).json()["errors"]
    assert error["pointer"] == "/packs"


def test_nothing_is_stored_by_asking(server: RunningServer, base: str) -> None:
    """The answer that what-if gives cannot be found afterwards."""
    after = server.post(f"{base}/what-if", {"constraints": {"labelled-data": 77777}}).json()["after"]
    assert server.get(f"{ASK}/{after['id']}").status_code == 404


def test_exclusions_can_be_lifted_in_what_if(server: RunningServer) -> None:
    """An empty list of exclusions is a change."""
    answer = server.post(ASK, {**QUESTION, "exclude": ["rag"]}).json()
    after = server.post(answer["links"]["what-if"], {"exclude": []}).json()["after"]
    assert after["recommended"]["technique"] == "rag"


def test_accuracy_counts_the_scenarios(server: RunningServer) -> None:
    """Every scenario is asked, and the share is that of the acceptable ones."""
    found = server.get("/api/v1/accuracy").json()
    listed = {item["id"] for item in server.get("/api/v1/scenarios").json()["items"]}
    assert {outcome["scenario"] for outcome in found["outcomes"]} == listed
    right = sum(outcome["recommended"] in outcome["expects"] for outcome in found["outcomes"])
    assert found["acceptable"] == right
    assert found["share"] == pytest.approx(right / len(listed), abs=1e-4)


def test_the_method_counts_what_is_active(server: RunningServer) -> None:
    """With a pack switched off there are fewer rules; the total is that of the lists."""
    whole = server.get("/api/v1/method").json()["counts"]
    assert whole["rule"] == server.get("/api/v1/rules").json()["total"]
    part = server.get("/api/v1/method", params={"packs": "core"}).json()["counts"]
    assert 0 < part["rule"] < whole["rule"]


def test_the_documentation_names_every_form(server: RunningServer) -> None:
    """The specification lists the media types in which an answer can be had."""
    paths = server.get("/openapi.json").json()["paths"]
    for question, forms in FORMS.items():
        name = question.partition("?")[0]
        content = paths[f"{ASK}/{{answer_id}}{name}"]["get"]["responses"]["200"]["content"]
        assert set(content) >= set(forms) - {"text/plain"}


def test_without_graphviz_the_package_is_named(installed: Path, tmp_path: Path) -> None:
    """A server on a machine without Graphviz says what to install; everything else works."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for program in ("swipl", "sh", "bash", "env", "uname", "ldconfig", "gcc", "python3"):
        if found := shutil.which(program):
            (tools / program).symlink_to(found)
    home = home_with(installed, tmp_path / "home")
    running = RunningServer(home, environment={"PATH": str(tools)})
    try:
        running.start()
        links = running.post(ASK, QUESTION).json()["links"]
        refused = running.get(links["why"], headers={"Accept": "image/svg+xml"})
        assert refused.status_code == 503
        assert refused.json()["type"].endswith("/rendering-unavailable")
        assert "package graphviz" in refused.json()["detail"]
        assert running.get(links["why"], headers={"Accept": "text/html"}).ok
    finally:
        running.stop()
