"""Numbers over every way in: ranges, dates, thresholds of a task, and what a trace says of the band and who drew it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from conftest import RunningServer
from test_cli import said
from test_costs import knowledge

from engine.advisor import Advisor
from engine.profile import InvalidProfile
from kb.model import Knowledge
from kb.packs import SHIPPED, parse_pack, read_packs
from kb.quantities import QuantityError, read_date, read_range
from kb.reader import read_quads
from tests.asking import AS_OF, advising

ASK = "/api/v1/recommendations"


@pytest.fixture(scope="module")
def advisor() -> Iterator[Advisor]:
    """An advisor on the shipped packs."""
    with advising(knowledge()) as found:
        yield found


@pytest.mark.parametrize(
    ("constraint", "stated", "expected"),
    [
        ("labelled-data", "100-300", (100, 300)),
        ("labelled-data", "100 – 300 rows", (100, 300)),
        ("labelled-data", "between 100 and 5k", (100, 5000)),
        ("labelled-data", "from 100 to 300 examples", (100, 300)),
        ("labelled-data", "3-5 thousand", (3000, 5000)),
        ("labelled-data", "20 to 50k", (20_000, 50_000)),
        ("labelled-data", "100 to 5k", (100, 5_000)),
        ("labelled-data", "300 to 100", (100, 300)),
        ("labelled-data", [100, "300 rows"], (100, 300)),
        ("update-frequency", "3-6 months", (90, 180)),
        ("update-frequency", "every 3 to 6 months", (90, 180)),
        ("update-frequency", "1 to 2 times a week", (Decimal("3.5"), 7)),
        ("latency-criticality", "300ms to 2s", (300, 2000)),
        ("latency-criticality", "1-2 seconds", (1000, 2000)),
        ("training-budget", "$5k-$10k", (5000, 10000)),
        ("labelled-data", "300", None),
        ("labelled-data", "-300", None),
        ("labelled-data", 300, None),
        ("labelled-data", "well-known", None),
    ],
)
def test_ranges_are_read(constraint: str, stated: object, expected: tuple[Any, Any] | None) -> None:
    """In any unit, with the unit or the scale said once or twice."""
    try:
        found = read_range(knowledge(), knowledge().constraints[constraint], stated)
    except QuantityError:
        found = None
    assert found == expected


@pytest.mark.parametrize("stated", ["100 to many", "some to 300 cats", ["x", 3]])
def test_what_is_no_range_is_refused(stated: object) -> None:
    """With what was expected."""
    with pytest.raises(QuantityError) as refused:
        read_range(knowledge(), knowledge().constraints["labelled-data"], stated)
    assert refused.value.expected


def test_dates_are_the_time_until_then() -> None:
    """Counted from the day of the answer; a past day and a day that there is not are refused."""
    constraint = knowledge().constraints["time-to-market"]
    assert read_date(knowledge(), constraint, "2026-12-02", AS_OF) == 10
    assert read_date(knowledge(), constraint, "in ten days", AS_OF) is None
    for stated in ("2026-11-21", "2026-02-30"):
        with pytest.raises(QuantityError):
            read_date(knowledge(), constraint, stated, AS_OF)
    with pytest.raises(QuantityError):
        read_date(knowledge(), knowledge().constraints["labelled-data"], "2027-01-01", AS_OF)


def test_a_range_within_a_band_is_its_value(advisor: Advisor) -> None:
    """The same answer as any number in it, with both ends told."""
    ranged = advisor.recommend(advisor.profile("question-answering", {"labelled-data": "100-300"}), as_of=AS_OF)
    plain = advisor.recommend(advisor.profile("question-answering", {"labelled-data": 200}), as_of=AS_OF)
    assert ranged.core("none")["ranking"] == plain.core("none")["ranking"]
    numbers = ranged.core("none")["profile"]["numbers"]["labelled-data"]
    assert (numbers["number"], numbers["to"], numbers["unit"]) == (100, 300, "example")
    assert ranged.core("none")["profile"]["unsettled"] == []


def test_a_range_across_bands_is_unknown_with_both_named(advisor: Advisor) -> None:
    """It decides as if nothing had been said, and says so."""
    ranged = advisor.recommend(advisor.profile("question-answering", {"labelled-data": "20 to 50000"}), as_of=AS_OF)
    silent = advisor.recommend(advisor.profile("question-answering", {}), as_of=AS_OF)
    core, other = ranged.core("none"), silent.core("none")
    assert (core["ranking"], core["unknowns"]) == (other["ranking"], other["unknowns"])
    assert (
        "labelled-data" not in core["profile"]["constraints"] or core["profile"]["origin"]["labelled-data"] != "derived"
    )
    (found,) = core["profile"]["unsettled"]
    assert found["values"] == ["little", "abundant"]
    assert "can be “little” or “abundant”" in found["text"]
    assert ranged.id != silent.id


def test_profiles_with_ranges_are_read_back_as_the_same(advisor: Advisor) -> None:
    """A stored answer is given again, and other statements leave ranges alone."""
    stated = {"labelled-data": "20 to 50000", "corpus-size": "20 to 30 pages", "query-volume": "2000 to 3000 per month"}
    profile = advisor.profile(None, {**stated, "query-volume": "2000 to 3000 requests per month"})
    again = advisor.profile(**profile.request())
    assert again == profile
    assert {one.constraint: one.to for one in profile.values} == {"corpus-size": 12_000, "query-volume": 3_000}
    changed = advisor.what_if(advisor.recommend(profile, as_of=AS_OF), {"constraints": {"privacy": "high"}})
    assert changed.after.profile.unsettled == profile.unsettled


def test_one_constraint_with_two_ranges_is_refused(advisor: Advisor) -> None:
    """The same range under two names is not."""
    twice = {"labelled-data": "20 to 50000", "labelled data": "20 to 50000"}
    assert len(advisor.profile(None, twice).unsettled) == 1
    for other in ("20 to 60000", 30, "little"):
        with pytest.raises(InvalidProfile, match="stated twice"):
            advisor.profile(None, {**twice, "labelled data": other})


def test_costs_take_the_middle_of_a_range(advisor: Advisor) -> None:
    """Whether or not it stands for one value."""
    for stated in ("100 to 300", "20 to 50000"):
        recommendation = advisor.recommend(
            advisor.profile(None, {"labelled-data": stated}), as_of=AS_OF, packs=list(knowledge().packs)
        )
        number = advisor.costs(recommendation).numbers["examples-at-hand"]
        assert (number.number, number.origin) == ({"100 to 300": 200, "20 to 50000": 25_010}[stated], "case")


# --- bands of a task --------------------------------------------------------------------------------------------------

OF_A_TASK = """
@prefix aw: <https://w3id.org/adaptwise/schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix pack: <https://w3id.org/adaptwise/pack/> .
@prefix band: <https://w3id.org/adaptwise/band/> .
@prefix claim: <https://w3id.org/adaptwise/claim/> .
@prefix task: <https://w3id.org/adaptwise/task/> .
@prefix value: <https://w3id.org/adaptwise/value/> .
pack:extra a aw:Pack ; skos:prefLabel "extra"@en ; aw:precedence 20 ; owl:versionInfo "1" ; dcterms:creator "Testers" ;
    dcterms:license <https://www.apache.org/licenses/LICENSE-2.0> .
band:t-low a aw:Band ; aw:ofValue value:query-volume.low ; aw:below 2 ; aw:task task:TASK ;
    prov:wasDerivedFrom claim:a01 .
band:t-medium a aw:Band ; aw:ofValue value:query-volume.medium ; aw:from 2 ; aw:below 2000 ; aw:task task:TASK ;
    prov:wasDerivedFrom claim:a01 .
band:t-high a aw:Band ; aw:ofValue value:query-volume.high ; aw:from 2000 ; aw:task task:TASK ;
    prov:wasDerivedFrom claim:a01 .
"""


def with_bands_for(task: str) -> Knowledge:
    """The shipped knowledge with thresholds of one task."""
    return read_quads([*read_packs(SHIPPED), *parse_pack(OF_A_TASK.replace("TASK", task), pack="extra")])


@pytest.mark.parametrize(
    ("drawn_for", "asked", "band"),
    [
        ("sentiment-analysis", "sentiment-analysis", "t-high"),
        ("text-classification", "sentiment-analysis", "t-high"),
        ("translation", "sentiment-analysis", None),
    ],
)
def test_the_nearest_task_draws_the_line(drawn_for: str, asked: str, band: str | None) -> None:
    """A task's own thresholds count, then those of its broader tasks, then those for all."""
    with advising(with_bands_for(drawn_for)) as found:
        (value,) = found.profile(asked, {"query-volume": 2000}).values
        assert (value.band == band) if band else not value.band.startswith("t-")


def test_the_trace_says_which_band_and_who_drew_it() -> None:
    """The step of a number names the band, its task, and the claim behind it."""
    with advising(with_bands_for("text-classification")) as found:
        profile = found.profile("sentiment-analysis", {"query-volume": 2500})
        recommendation = found.recommend(profile, as_of=AS_OF, packs=[*knowledge().packs, "extra"])
        nodes = [node for node in recommendation.core("full")["trace"]["nodes"] if node.get("band") == "t-high"]
        assert nodes, [node["id"] for node in recommendation.core("full")["trace"]["nodes"]]
        assert (
            "by the number you gave (2000 or more, in request per month, for text classification)" in nodes[0]["text"]
        )
        assert "a01" in nodes[0]["claims"]


# --- over the interfaces ----------------------------------------------------------------------------------------------


def test_ranges_and_dates_over_rest(server: RunningServer) -> None:
    """As texts or as a list of two numbers; dates from the day of the answer."""
    question = {
        "task": "question-answering",
        "constraints": {"labelled-data": [20, 50_000], "time-to-market": "2026-12-02"},
    }
    answer = server.post(f"{ASK}?as_of=2026-11-22", question).json()
    assert answer["profile"]["numbers"]["time-to-market"]["number"] == 10
    assert answer["profile"]["constraints"]["time-to-market"] == "short"
    assert answer["profile"]["unsettled"][0]["values"] == ["little", "abundant"]
    assert server.get(answer["links"]["self"]).json() == answer
    text = server.get(answer["links"]["self"], headers={"Accept": "text/plain"}).text
    assert "Not settled:" in text and "counts as not known" in text
    refused = server.post(f"{ASK}?as_of=2026-11-22", {"constraints": {"time-to-market": "2026-11-01"}})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/constraints/time-to-market")
    assert "past" in refused.json()["detail"]


def test_ranges_on_the_command_line(server: RunningServer, tmp_path: Any) -> None:
    """--set takes them."""
    options = ("--task", "question-answering", "--set", "labelled-data=20-50000", "--as-of", "2026-11-22")
    assert "can be “little” or “abundant”" in said(tmp_path, "recommend", *options, ADAPTWISE_SERVER=server.url)


def test_dates_count_from_the_day_asked_for(advisor: Advisor) -> None:
    """Not from today."""
    early = advisor.profile(None, {"time-to-market": "2027-06-01"}, on=datetime.date(2026, 6, 1))
    late = advisor.profile(None, {"time-to-market": "2027-06-01"}, on=datetime.date(2027, 5, 1))
    assert [one.values[0].value for one in (early, late)] == ["long", "short"]
