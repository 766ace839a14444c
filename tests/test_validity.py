"""Claims expire: an answer that rests on one that is due for review says so, as data, in words and in its record."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import RunningServer
from test_costs import knowledge

from engine.advisor import Advisor
from engine.answer import Recommendation
from kb.model import Knowledge
from tests.asking import AS_OF, advising

ASK = "/api/v1/recommendations"
CASE = {"knowledge-volatility": "rapid", "labelled-data": 120}


def changed(**fields: Any) -> Knowledge:
    """The shipped knowledge with other fields on every claim."""
    base = knowledge()
    claims = {name: dataclasses.replace(claim, **fields) for name, claim in base.claims.items()}
    return dataclasses.replace(base, claims=claims)


def asked(advisor: Advisor, as_of: datetime.date = AS_OF, explain: str = "full") -> Recommendation:
    """The recommendation for one case."""
    return advisor.recommend(advisor.profile("question-answering", CASE), as_of=as_of, explain=explain)


@pytest.fixture(scope="module")
def all_due() -> Iterator[Advisor]:
    """An advisor on claims all of which are to be reviewed by the end of the year."""
    with advising(changed(review_by="2026-12-31")) as found:
        yield found


def test_an_expired_claim_is_told(all_due: Advisor) -> None:
    """From the day after its date; with the statements that rest on it."""
    last = asked(all_due, datetime.date(2026, 12, 31))
    late = asked(all_due, datetime.date(2027, 1, 1))
    assert last.core()["expired"] == []
    assert "due for review" not in all_due.why(last).as_text()
    found = late.core()["expired"]
    assert found
    assert {one["review_by"] for one in found} == {"2026-12-31"}
    statements = {(one["kind"], one["id"]) for claim in found for one in claim["statements"]}
    winner = late.result(late.technique)
    assert {
        ("contribution", name) for item in winner["items"] if item["kind"] == "supply" for name in item["statements"]
    } <= (statements)
    assert {kind for kind, _ in statements} >= {"contribution", "rule", "penalty", "band", "step"}
    assert all(one["alone"] for claim in found for one in claim["statements"])
    assert asked(all_due, datetime.date(2027, 1, 1), "none").core()["expired"] == found


def test_every_form_says_so(all_due: Advisor) -> None:
    """The text of why, and the decision record."""
    late = asked(all_due, datetime.date(2027, 1, 1))
    said = "due for review and should be looked at again, the first since 2026-12-31"
    assert said in all_due.why(late).as_text()
    assert "rest on nothing else" in all_due.why(late).as_text()
    assert said in all_due.decision_record(late).as_markdown()
    assert late.ranking == asked(all_due).ranking


def test_beside_a_claim_that_holds_it_is_not_alone() -> None:
    """A statement with a claim that is not due rests not on the expired one alone."""
    base = knowledge()
    with advising(base) as advisor:
        winner = asked(advisor).result(asked(advisor).technique)
        statement = next(
            base.contributions[name] for item in winner["items"] if "need" in item for name in item["statements"]
        )
    other = dataclasses.replace(base.claims[statement.claims[0]], id="fresh", review_by="")
    old = dataclasses.replace(base.claims[statement.claims[0]], review_by="2026-01-01")
    both = dataclasses.replace(statement, claims=(old.id, "fresh"))
    world = dataclasses.replace(
        base,
        claims={**base.claims, old.id: old, "fresh": other},
        contributions={**base.contributions, statement.id: both},
    )
    with advising(world) as advisor:
        found = {one["claim"]: one for one in asked(advisor).core()["expired"]}
        (entry,) = [one for one in found[old.id]["statements"] if one["id"] == statement.id]
        assert entry == {"kind": "contribution", "id": statement.id, "alone": False}


def test_what_nobody_verified_is_told() -> None:
    """An answer that rests on unverified claims alone says so, though no such pack would be accepted."""
    with advising(changed(verification="unverified")) as advisor:
        recommendation = asked(advisor)
        assert recommendation.core()["unverified"]
        assert "not verified" in advisor.why(recommendation).as_text()
    with advising(knowledge()) as advisor:
        alone = [
            one
            for claim in asked(advisor).core()["unverified"]
            for one in claim["statements"]
            if one["alone"] and one["kind"] != "advice"
        ]
        assert alone == []


def test_over_rest(server: RunningServer) -> None:
    """With a day far ahead everything with a date is due."""
    question = {"task": "question-answering", "constraints": CASE}
    assert server.post(f"{ASK}?as_of=2026-11-22", question).json()["expired"] == []
    answer = server.post(f"{ASK}?as_of=2035-01-01", question).json()
    assert answer["expired"]
    text = server.get(answer["links"]["decision-record"], headers={"Accept": "text/plain"}).text
    assert "due for review" in text
