"""Recommendations over REST: what comes back, the questions about it, and how mistakes are named."""

from __future__ import annotations

import json

import pytest
from conftest import RunningServer

from api.schemas.advice import Recommendation

ASK = "/api/v1/recommendations"
MEMBERS = {"id", "kb_version", "profile", "recommended", "ranking", "confidence", "path", "unknowns", "next_question"}
MEMBERS |= {"tradeoffs", "warnings", "trace", "links"}
QUESTION = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid", "labelled-data": 120}}


@pytest.fixture(scope="module")
def answer(server: RunningServer) -> dict:
    """One recommendation."""
    return server.post(f"{ASK}?as_of=2026-11-22", QUESTION).json()


def test_an_answer_has_every_part_of_the_contract(answer: dict) -> None:
    """All members that clients rely on are there, and consistent with each other."""
    assert set(answer) >= MEMBERS
    assert answer["profile"]["constraints"]["labelled-data"] == "little"
    assert answer["profile"]["origin"]["labelled-data"] == "derived"
    (winner,) = [ranked for ranked in answer["ranking"] if ranked["status"] == "recommended"]
    assert winner["technique"] == answer["recommended"]["technique"] == "rag"
    assert answer["trace"]["nodes"]


def test_an_answer_is_as_documented(answer: dict) -> None:
    """The answer has the form that the OpenAPI specification gives it."""
    Recommendation.model_validate_json(json.dumps(answer), strict=True)


def test_points_add_up_to_the_score(answer: dict) -> None:
    """The reasons shown over REST add up exactly to the score shown."""
    for ranked in answer["ranking"]:
        assert sum(reason["points"] or 0 for reason in ranked["reasons"]) == ranked["score"]


def test_every_link_leads_somewhere(server: RunningServer, answer: dict) -> None:
    """The links of an answer can be followed."""
    links = answer["links"]
    assert server.get(links["self"]).json() == answer
    assert server.get(links["why"]).status_code == 200
    assert server.get(links["why-not"], params={"technique": "fine-tuning"}).status_code == 200
    assert server.post(links["what-if"], {"constraints": {"labelled-data": 5000}}).status_code == 200


@pytest.mark.parametrize("question", ["", "/why", "/why-not?technique=fine-tuning"])
def test_every_answer_can_be_had_in_words(server: RunningServer, answer: dict, question: str) -> None:
    """With Accept: text/plain the same comes in plain English, without braces and ids of nodes."""
    response = server.get(f"{ASK}/{answer['id']}{question}", headers={"Accept": "text/plain"})
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "RAG" in response.text
    assert not {"{", "}", "Traceback"} & set(response.text.split())


def test_the_words_are_those_of_the_json(server: RunningServer, answer: dict) -> None:
    """The JSON of an explanation carries the text that Accept: text/plain gives."""
    path = f"{ASK}/{answer['id']}/why"
    assert server.get(path).json()["text"] == server.get(path, headers={"Accept": "text/plain"}).text


def test_explain_says_how_much_is_proved(server: RunningServer) -> None:
    """explain=none leaves the trace out, summary is a part of full; nothing else differs."""
    answers = {level: server.post(f"{ASK}?explain={level}", QUESTION).json() for level in ("none", "summary", "full")}
    traces = {level: answer.pop("trace") for level, answer in answers.items()}
    assert answers["none"] == answers["summary"] == answers["full"]
    assert traces["none"] is None
    ids = {level: {node["id"] for node in traces[level]["nodes"]} for level in ("summary", "full")}
    assert ids["summary"] < ids["full"]


def test_the_order_of_members_does_not_matter(server: RunningServer, answer: dict) -> None:
    """The same statements in another order, and with an unknown among them, are the same question."""
    constraints = {"labelled-data": 120, "latency-criticality": "unknown", "knowledge-volatility": "rapid"}
    again = server.post(f"{ASK}?as_of=2026-11-22", {"constraints": constraints, "task": "question-answering"})
    assert again.json()["id"] == answer["id"]


def test_a_number_is_as_good_as_its_value(server: RunningServer) -> None:
    """A stated value and a number in its band give the same ranking."""
    by_number = server.post(ASK, {"task": "summarization", "constraints": {"labelled-data": 120}}).json()
    by_value = server.post(ASK, {"task": "summarization", "constraints": {"labelled-data": "little"}}).json()
    assert by_number["ranking"] == by_value["ranking"]


def test_needs_and_exclusions_count(server: RunningServer) -> None:
    """A stated need is echoed, and an excluded technique is excluded."""
    body = {"task": "question-answering", "needs": {"low-latency": "strong"}, "exclude": ["rag"]}
    answer = server.post(ASK, body).json()
    assert answer["profile"]["needs"] == {"low-latency": "strong"}
    statuses = {ranked["technique"]: ranked["status"] for ranked in answer["ranking"]}
    assert statuses["rag"] == "excluded"
    assert answer["recommended"]["technique"] != "rag"


def test_packs_switch_statements_off(server: RunningServer) -> None:
    """With a pack switched off its claims carry nothing; its vocabulary stays."""
    answer = server.post(f"{ASK}?packs=core", QUESTION).json()
    assert answer["packs"] == ["core"]
    claims = {claim for node in answer["trace"]["nodes"] for claim in node.get("claims", [])}
    packs = {server.get(f"/api/v1/claims/{claim}").json()["pack"] for claim in sorted(claims)[:10]}
    assert packs == {"core"}


def test_text_alone_is_understood(server: RunningServer) -> None:
    """Free text becomes a profile, with the words that said it outside of the answer's core."""
    text = "We answer questions on our handbook. It changes every week."
    answer = server.post(ASK, {"text": text}).json()
    assert answer["profile"]["task"] == "question-answering"
    assert answer["profile"]["constraints"]["knowledge-volatility"] == "rapid"
    for found in answer["interpretation"]["evidence"]:
        assert text[found["start"] : found["end"]] == found["quote"]
    read = server.post("/api/v1/interpretations", {"text": text}).json()
    stated = {name: read[name] for name in ("task", "constraints", "needs", "exclude")}
    assert server.post(ASK, stated).json()["id"] == answer["id"]


def test_statements_overrule_the_text(server: RunningServer) -> None:
    """What is stated counts more than what is read from the text."""
    body = {
        "text": "It changes every week.",
        "task": "summarization",
        "constraints": {"knowledge-volatility": "static"},
    }
    answer = server.post(ASK, body).json()
    assert answer["profile"]["task"] == "summarization"
    assert answer["profile"]["constraints"]["knowledge-volatility"] == "static"


def test_interpretations_name_the_words(server: RunningServer) -> None:
    """An interpretation gives task and constraints, each with its words."""
    text = "We classify support tickets; we have 120 labelled examples."
    read = server.post("/api/v1/interpretations", {"text": text}).json()
    assert read["task"] == "text-classification"
    assert read["constraints"]["labelled-data"] == 120
    assert all(text[item["start"] : item["end"]] == item["quote"] for item in read["evidence"])


@pytest.mark.parametrize(
    ("body", "pointer", "nearest"),
    [
        ({"task": "question-answerin"}, "/task", "question-answering"),
        ({"constraints": {"labeled-dta": "little"}}, "/constraints/labeled-dta", "labelled-data"),
        ({"constraints": {"latency-criticality": "hgh"}}, "/constraints/latency-criticality", "high"),
        ({"needs": {"personalty": "strong"}}, "/needs/personalty", "personality"),
        ({"exclude": ["fine-tunin"]}, "/exclude/0", "fine-tuning"),
    ],
)
def test_unknown_ids_are_named_with_the_nearest(server: RunningServer, body: dict, pointer: str, nearest: str) -> None:
    """An unknown id is 422 with its place and the nearest valid id first."""
    response = server.post(ASK, body)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["pointer"] == pointer
    assert error["nearest"][0] == nearest
    assert error["expected"]


@pytest.mark.parametrize("value", [-5, "minus five", 1.5e300, [1], {"a": 1}])
def test_values_that_cannot_be_are_named(server: RunningServer, value: object) -> None:
    """A number outside every band, or a wrong type, is told the valid values and bands."""
    response = server.post(ASK, {"constraints": {"labelled-data": value}})
    if response.status_code == 200:
        assert value == 1.5e300
        assert response.json()["profile"]["constraints"]["labelled-data"] == "abundant"
        return
    (error,) = response.json()["errors"]
    assert error["pointer"] == "/constraints/labelled-data"
    assert "none, little, abundant, unknown" in error["expected"]


def test_all_mistakes_are_named_at_once(server: RunningServer) -> None:
    """Every mistake is listed, not only the first."""
    body = {"task": "nonsense", "constraints": {"labelled-data": -1, "nothing": 1}, "exclude": ["nothing"]}
    errors = server.post(ASK, body).json()["errors"]
    pointers = {error["pointer"] for error in errors}
    assert pointers == {"/task", "/constraints/labelled-data", "/constraints/nothing", "/exclude/0"}


@pytest.mark.parametrize("query", ["packs=artcle", "as_of=yesterday", "as_of=0", "explain=lots", "explains=full"])
def test_wrong_parameters_are_named(server: RunningServer, query: str) -> None:
    """A query parameter that cannot be used is named as such."""
    response = server.post(f"{ASK}?{query}", QUESTION)
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_why_not_needs_a_technique_there_is(server: RunningServer, answer: dict) -> None:
    """Why-not without a technique, or with an unknown one, is 422 and names the parameter."""
    path = f"{ASK}/{answer['id']}/why-not"
    assert server.get(path).json()["errors"][0]["parameter"] == "technique"
    error = server.get(path, params={"technique": "fine-tunin"}).json()["errors"][0]
    assert (error["parameter"], error["nearest"][0]) == ("technique", "fine-tuning")


def test_what_if_changes_nothing_that_is_stored(server: RunningServer, answer: dict) -> None:
    """What-if gives the other answer and the difference; the stored answer stays as it was."""
    path = f"{ASK}/{answer['id']}"
    changes = {"constraints": {"labelled-data": 5000}, "needs": {"personality": "strong"}}
    found = server.post(f"{path}/what-if", changes).json()
    assert found["difference"]["constraints"]["labelled-data"] == {"before": "little", "after": "abundant"}
    assert found["after"]["profile"]["needs"] == {"personality": "strong"}
    assert server.get(path).json() == answer
    assert server.get(f"{ASK}/{found['after']['id']}").status_code == 404
    asked = {
        "task": "question-answering",
        "constraints": {**QUESTION["constraints"], **changes["constraints"]},
        "needs": changes["needs"],
    }
    assert server.post(f"{ASK}?as_of=2026-11-22", asked).json()["ranking"] == found["after"]["ranking"]


def test_an_empty_what_if_is_refused(server: RunningServer, answer: dict) -> None:
    """A what-if that changes nothing is told what it could change."""
    response = server.post(f"{ASK}/{answer['id']}/what-if", {})
    assert response.status_code == 422
    assert "says nothing to change" in response.json()["detail"]


@pytest.mark.parametrize("question", ["", "/why", "/why-not?technique=rag"])
def test_an_unknown_answer_is_not_found(server: RunningServer, question: str) -> None:
    """There is no answer under an id that was never given."""
    response = server.get(f"{ASK}/{'0' * 32}{question}")
    assert response.status_code == 404
    assert "recommendation" in response.json()["detail"]
