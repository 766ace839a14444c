"""Costs over REST, on the command line and in another domain: the same figures wherever one asks."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from conftest import RunningServer
from test_cli import refused, run, said
from test_costs import SECOND, knowledge

from tests.asking import AS_OF, advising

ASK = "/api/v1/recommendations"
CASE = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}}
STATED = ("--task", "question-answering", "--set", "knowledge-volatility=rapid", "--as-of", "2026-11-22")


@pytest.fixture(scope="module")
def link(server: RunningServer) -> str:
    """Where the costs of one recommendation are found."""
    return server.post(f"{ASK}?as_of=2026-11-22", CASE).json()["links"]["cost"]


def crossing(costs: dict[str, Any]) -> list[float]:
    """From how many requests a month tuning is cheaper than retrieval."""
    found = [
        entry["points"]
        for entry in costs["break_even"]
        if entry["over"] == "volume" and set(entry["techniques"]) == {"rag", "fine-tuning"}
    ]
    return [round(point) for point in found[0]]


def test_numbers_come_in_the_query_and_in_the_body(server: RunningServer, link: str) -> None:
    """Both ways to state them give the same answer."""
    by_query = server.get(f"{link}?horizon=3%20years&found-text-tokens=2000").json()
    by_body = server.post(link, {"horizon": "36 months", "found-text-tokens": 2000}).json()
    assert by_query == by_body
    assert crossing(by_query) == [92_861]
    assert crossing(server.get(link).json()) == [555_046]
    assert crossing(server.post(link, {}).json()) == [555_046]
    assert server.post(link, {"volume": "2000 requests per day"}).json()["volume"] == 60_000


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown", "text/html", "image/svg+xml"])
def test_costs_come_in_every_form(server: RunningServer, link: str, media_type: str) -> None:
    """In words and as a chart."""
    response = server.get(f"{link}?volume=2000000", headers={"Accept": media_type})
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, media_type)
    assert "script" not in response.text
    if media_type == "image/svg+xml":
        assert ET.fromstring(response.text).tag.endswith("svg")
    else:
        assert "cheaper" in response.text


def test_mistakes_are_named_where_they_are(server: RunningServer, link: str) -> None:
    """In the query by parameter, in the body by pointer."""
    query = server.get(f"{link}?found-text-token=3")
    assert (query.status_code, query.json()["errors"][0]["parameter"]) == (422, "found-text-token")
    assert query.json()["errors"][0]["nearest"][0] == "found-text-tokens"
    body = server.post(link, {"answer-tokens": -3})
    assert (body.status_code, body.json()["errors"][0]["pointer"]) == (422, "/answer-tokens")
    assert server.post(link, {"horizon": []}).status_code == 422
    assert server.post(link, {"answer-tokens": {"deep": 1}}).status_code == 422
    assert server.get(f"{ASK}/nobody/cost").status_code == 404


def test_the_command_line_says_the_same(server: RunningServer, tmp_path: Path) -> None:
    """Numbers by name, horizon and volume by options; mistakes with the nearest."""
    options = {"ADAPTWISE_SERVER": server.url}
    numbers = ("--horizon", "36", "--number", "found-text-tokens=2000")
    assert crossing(json.loads(said(tmp_path, "cost", *STATED, *numbers, "--json", **options))) == [92_861]
    assert "costs least" in said(tmp_path, "cost", *STATED, "--volume", "2000 requests per day", **options)
    file = tmp_path / "costs.svg"
    assert run(tmp_path, "cost", *STATED, "-o", file, **options).returncode == 0
    assert ET.fromstring(file.read_text()).tag.endswith("svg")
    assert "Nearest: label-price" in refused(tmp_path, "cost", *STATED, "--number", "label-prize=1", **options)


def test_another_domain_has_costs_too() -> None:
    """Nothing of it is known to the program: other money, other periods, other uses."""
    with advising(knowledge(SECOND)) as advisor:
        recommendation = advisor.recommend(advisor.profile(None, {"read-rate": 400}), as_of=AS_OF)
        costs = advisor.costs(recommendation)
        data = costs.as_dict()
        totals = {one["technique"]: one["total"] for one in data["techniques"]}
        assert totals == {"relational-database": 400 + 4 * 90, "key-value-cache": 4 * 400 * 0.5}
        assert {"ducats", "season"} <= set(data["text"].replace(",", " ").split())
        (found,) = [entry for entry in data["break_even"] if entry["over"] == "volume"]
        assert found["points"] == [380]
        next_year = advisor.recommend(recommendation.profile, as_of=datetime.date(2027, 1, 1))
        assert advisor.costs(next_year).as_dict()["stale"] == ["migration-fee"]
        # where one server bears 300 reads, more are hired before memory gets dearer
        crowded = advisor.costs(recommendation, {"reads-of-a-server": 300})
        (later,) = [one for one in crowded.break_evens if one.over == "volume"]
        assert later.points == (500,)
