"""History over REST: what versions touched, what differs, going back, packs, proposals, exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest
import requests
from conftest import ADMIN_KEY, RunningServer, home_with
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from api.keys import Keys
from api.schemas.knowledge import KnowledgeChange, PackResult, ProposalDocument, ProposalList, VersionDifference
from kb.database import Database
from kb.namespaces import BASE

KEY = {"X-API-Key": ADMIN_KEY}
BEN = {"X-API-Key": "the-key-of-ben"}
TURTLE = {"Content-Type": "text/turtle"}
VERSIONS, PACKS, PROPOSALS = "/api/v1/versions", "/api/v1/packs", "/api/v1/proposals"

PREFIXES = """@prefix aw: <https://w3id.org/adaptwise/schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix pack: <https://w3id.org/adaptwise/pack/> .
@prefix task: <https://w3id.org/adaptwise/task/> .
@prefix need: <https://w3id.org/adaptwise/need/> .
@prefix rule: <https://w3id.org/adaptwise/rule/> .
@prefix value: <https://w3id.org/adaptwise/value/> .
@prefix claim: <https://w3id.org/adaptwise/claim/> .
"""
HEADER = """pack:{pack} a aw:Pack ; skos:prefLabel "Ours"@en ; aw:precedence 40 ; owl:versionInfo "1" ;
    dcterms:creator "Ann" ; dcterms:license "none" .
"""
TASK = """task:{task} a aw:Task ; skos:prefLabel "{label}"@en ; skos:definition "Made up."@en ;
    skos:broader task:text-classification ; prov:wasDerivedFrom claim:{task} .
claim:{task} a aw:Claim ; aw:text "We think so."@en ; aw:claimKind aw:judgement ; aw:verification aw:judged ;
    dcterms:creator "Ann" ; dcterms:date "2026-01-01"^^xsd:date .
rule:{task} a aw:DemandRule ; skos:prefLabel "{label} is quick"@en ; aw:when [ aw:task task:{task} ] ;
    aw:raises need:{need} ; aw:strength aw:strong ; prov:wasDerivedFrom claim:{task} .
"""


def pack_of(pack: str, task: str, label: str, need: str = "low-latency") -> str:
    """A pack of one's own with a task and a rule."""
    return PREFIXES + HEADER.format(pack=pack) + TASK.format(task=task, label=label, need=need)


@pytest.fixture(scope="module")
def shop(installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose knowledge the tests of this module may change, with a second key."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("history") / "home"))
    running.start()
    database = Database(f"sqlite:///{running.home / 'adaptwise.db'}")
    Keys(database).add("ben", given="the-key-of-ben")
    database.close()
    yield running
    running.stop()


def put(shop: RunningServer, pack: str, text: str, parameters: str = "", **headers: str) -> requests.Response:
    """PUT a pack as Turtle."""
    return shop.request("PUT", f"{PACKS}/{pack}{parameters}", data=text.encode(), headers={**KEY, **TURTLE, **headers})


def head(shop: RunningServer) -> dict[str, Any]:
    """The newest version."""
    return shop.get(f"{VERSIONS}?limit=1").json()["items"][0]


def test_a_pack_of_ones_own_comes_changes_and_goes(shop: RunningServer) -> None:
    """A pack is put, replaced and deleted; each is a version that says how many terms it touched."""
    before = head(shop)
    made = put(shop, "ours", pack_of("ours", "bird-calls", "Bird calls"), "?reason=For+the+club")
    assert made.status_code == 201, made.text
    PackResult.model_validate(made.json())
    assert made.headers["Location"] == f"{PACKS}/ours"
    assert {(one["kind"], one["id"]) for one in made.json()["added"]} == {
        ("pack", "ours"),
        ("task", "bird-calls"),
        ("claim", "bird-calls"),
        ("rule", "bird-calls"),
    }
    assert shop.get("/api/v1/tasks/bird-calls").json()["pack"] == "ours"
    first = head(shop)
    assert (first["reason"], first["author"]) == ("For the club", "admin")
    assert first["touched"] == {"added": 4, "changed": 0, "removed": 0}

    again = put(shop, "ours", pack_of("ours", "bird-calls", "Bird calls", need="source-citations"))
    assert again.status_code == 200, again.text
    assert again.json()["changed"] == [{"kind": "rule", "id": "bird-calls"}]
    assert head(shop)["touched"] == {"added": 0, "changed": 1, "removed": 0}
    assert (
        put(shop, "ours", pack_of("ours", "bird-calls", "Bird calls", need="source-citations")).json()["version"]
        == (again.json()["version"])
    )

    gone = shop.request("DELETE", f"{PACKS}/ours", headers=KEY)
    assert gone.status_code == 200, gone.text
    assert head(shop)["touched"] == {"added": 0, "changed": 0, "removed": 4}
    assert head(shop)["content_hash"] == before["content_hash"]
    assert shop.get(f"{PACKS}/ours").status_code == 404


def test_what_differs_is_told_by_terms_and_consequences(shop: RunningServer) -> None:
    """A diff names terms with labels, tells statements as sentences, and says what is recommended otherwise."""
    start = head(shop)["number"]
    text = pack_of("ours", "bird-calls", "Bird calls") + (
        "rule:everything a aw:DemandRule ; skos:prefLabel 'All of it'@en ; aw:raises need:source-citations ;"
        " aw:strength aw:required ; prov:wasDerivedFrom claim:bird-calls .\n"
    )
    assert put(shop, "ours", text).status_code == 201
    assert put(shop, "ours", text.replace('"Bird calls"', '"Calls of birds"')).status_code == 200
    end = head(shop)["number"]
    found = shop.get(f"{VERSIONS}/{start}/diff/{end}").json()
    VersionDifference.model_validate(found)
    added = {(one["kind"], one["id"]): one for one in found["added"]}
    assert added["task", "bird-calls"]["label"] == "Calls of birds"
    assert added["rule", "everything"]["says"].startswith("In every case, ")
    assert found["changed"] == found["removed"] == []
    assert found["lines"]["removed"] == 0
    effects = found["impact"]["effects"]
    assert effects, "a requirement for everybody changes nothing at all"
    assert any(one["effect"] == "answer" and one["before"]["label"] != one["after"]["label"] for one in effects)
    assert all(one["reasons"] for one in effects)
    words = shop.get(f"{VERSIONS}/{start}/diff/{end}", headers={"Accept": "text/plain"}).text
    assert "task “Calls of birds”" in words and found["impact"]["text"] in words

    step = shop.get(f"{VERSIONS}/{end - 1}/diff/{end}").json()
    (task,) = [one for one in step["changed"] if one["kind"] == "task"]
    assert task["properties"] == [{"property": "label", "old": "Bird calls", "new": "Calls of birds"}]
    assert [one["effect"] for one in step["impact"]["effects"]] == []
    back = shop.get(f"{VERSIONS}/{end}/diff/{start}").json()
    assert [one["id"] for one in back["removed"]] == [one["id"] for one in found["added"]]
    assert shop.get(f"{VERSIONS}/{end}/diff/999").status_code == 404
    assert "Nothing differs" in shop.get(f"{VERSIONS}/{end}/diff/{end}", headers={"Accept": "text/plain"}).text


def test_rolling_back_makes_a_new_version_with_the_old_content(shop: RunningServer) -> None:
    """After a roll-back the content is that of the older version, history is longer, and a rehearsal saves nothing."""
    old = head(shop)
    assert put(shop, "theirs", pack_of("theirs", "bee-dances", "Bee dances")).status_code == 201
    path = f"{VERSIONS}/{old['number']}/rollback"
    assert shop.post(path).status_code == 401
    rehearsed = shop.post(f"{path}?dry_run=true", headers=KEY).json()
    KnowledgeChange.model_validate(rehearsed)
    assert rehearsed["dry_run"] and rehearsed["content_hash"] == old["content_hash"]
    assert head(shop)["number"] == old["number"] + 1
    done = shop.post(f"{path}?reason=Too+early", headers=KEY)
    assert done.status_code == 200, done.text
    assert {**done.json(), "dry_run": True} == rehearsed
    newest = head(shop)
    assert newest["number"] == old["number"] + 2
    assert (newest["content_hash"], newest["reason"]) == (old["content_hash"], "Too early")
    assert shop.get("/api/v1/tasks/bee-dances").status_code == 404
    assert shop.post(f"{VERSIONS}/0/rollback", headers=KEY).status_code == 404


def test_if_match_names_the_version_that_a_change_is_for(shop: RunningServer) -> None:
    """What is read carries the version as ETag; a change for an older one is refused with the newest named."""
    page = shop.get("/api/v1/tasks/question-answering")
    number = head(shop)["number"]
    assert page.headers["ETag"].startswith(f'"{number}')  # behind it may stand how the answer was compressed
    assert shop.get("/api/v1/tasks").headers["ETag"] == page.headers["ETag"]
    same = shop.get("/api/v1/tasks/question-answering", headers={"If-None-Match": page.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    late = put(shop, "late", pack_of("late", "late-task", "Late task"), **{"If-Match": f'"{number - 1}"'})
    assert late.status_code == 412
    assert late.headers["ETag"] == f'"{number}"'
    assert f"at version {number}" in late.json()["detail"]
    for method, path in (
        ("POST", f"{VERSIONS}/1/rollback"),
        ("PATCH", f"{PACKS}/article"),
        ("DELETE", f"{PACKS}/ours"),
        ("POST", "/api/v1/tasks"),
    ):
        body = {"active": False} if method == "PATCH" else {"label": "Too late"} if path.endswith("tasks") else None
        refused = shop.request(method, path, json=body, headers={**KEY, "If-Match": '"1"'})
        assert refused.status_code == 412, (path, refused.text)
    assert head(shop)["number"] == number
    right = put(shop, "late", pack_of("late", "late-task", "Late task"), **{"If-Match": f'"{number}"'})
    assert (right.status_code, right.headers["ETag"]) == (201, f'"{number + 1}"')


def test_a_pack_that_came_along_is_switched_off_not_deleted(shop: RunningServer) -> None:
    """A shipped pack is not put or deleted; switched off its statements do not count until it is switched on again."""
    for refused in (
        put(shop, "article", pack_of("article", "x", "X")),
        shop.request("DELETE", f"{PACKS}/article", headers=KEY),
    ):
        assert refused.status_code == 409
        assert "came with the program" in refused.json()["detail"] and "switched off" in refused.json()["detail"]
    asked = {"task": "question-answering", "constraints": {"knowledge-volatility": "rapid"}}

    def packs_of_answer(parameters: str = "") -> set[str]:
        return set(shop.post(f"/api/v1/recommendations{parameters}", asked).json()["packs"])

    assert "article" in packs_of_answer()
    before = head(shop)
    off = shop.request("PATCH", f"{PACKS}/article", json={"active": False}, headers=KEY)
    assert off.status_code == 200, off.text
    assert off.json()["pack"]["active"] is False
    assert "article" not in packs_of_answer()
    assert "article" in packs_of_answer("?packs=core,article")
    assert shop.get(f"{PACKS}/article").json()["active"] is False
    assert head(shop)["reason"] == "Switch the pack article off"
    on = shop.request("PATCH", f"{PACKS}/article", json={"active": True, "reason": "Back"}, headers=KEY)
    assert on.json()["pack"]["active"] is True
    assert "article" in packs_of_answer()
    assert shop.post(f"{VERSIONS}/{before['number']}/rollback", headers=KEY).status_code == 200
    nowhere = shop.request("PATCH", f"{PACKS}/artcle", json={"active": True}, headers=KEY)
    assert (nowhere.status_code, nowhere.json()["errors"][0]["nearest"][0]) == (404, "article")


@pytest.mark.parametrize("form", ["application/trig", "application/n-quads", "application/ld+json"])
def test_a_version_is_exported_and_taken_in_again(shop: RunningServer, form: str) -> None:
    """What a version is exported as gives the same content hash when it is taken in."""
    version = head(shop)
    exported = shop.get(f"{VERSIONS}/{version['number']}", headers={"Accept": form})
    assert exported.headers["Content-Type"].startswith(form)
    assert put(shop, "short-lived", pack_of("short-lived", "short-lived", "Short lived")).status_code == 201
    taken = shop.request(
        "POST", f"{VERSIONS}?dry_run=true", data=exported.content, headers={**KEY, "Content-Type": form}
    )
    assert taken.status_code == 200, taken.text
    assert taken.json()["content_hash"] == version["content_hash"]
    assert {one["id"] for one in taken.json()["removed"]} == {"short-lived"}
    assert shop.request("DELETE", f"{PACKS}/short-lived", headers=KEY).status_code == 200


def test_a_single_pack_is_exported_as_turtle(shop: RunningServer) -> None:
    """The Turtle of one pack, put again, changes nothing; a whole version is no Turtle."""
    assert put(shop, "birds", pack_of("birds", "bird-songs", "Bird songs")).status_code == 201
    number = head(shop)["number"]
    exported = shop.get(f"{VERSIONS}/{number}?pack=birds", headers={"Accept": "text/turtle"})
    assert exported.status_code == 200
    assert put(shop, "birds", exported.text).json()["version"] == number
    refused = shop.get(f"{VERSIONS}/{number}", headers={"Accept": "text/turtle"})
    assert refused.status_code == 406
    assert shop.get(f"{VERSIONS}/{number}?pack=brids").json()["errors"][0]["nearest"] == ["birds"]


def test_a_proposal_is_committed_by_another_key(shop: RunningServer) -> None:
    """A proposed change is not there; it is shown with its diff; its author cannot commit it, another key can."""
    before = head(shop)["number"]
    proposed = shop.post("/api/v1/tasks?propose=true", {"label": "Naming ships", "reason": "Asked for"}, headers=KEY)
    assert proposed.status_code == 202, proposed.text
    assert head(shop)["number"] == before
    assert shop.get("/api/v1/tasks/naming-ships").status_code == 404
    place = proposed.headers["Location"]
    number = proposed.json()["proposal"]
    shown = shop.get(place).json()
    ProposalDocument.model_validate(shown)
    assert (shown["status"], shown["author"], shown["for_version"]) == ("open", "admin", before)
    assert {one["id"] for one in shown["diff"]["added"]} >= {"naming-ships"}
    assert "Naming ships" in shop.get(place, headers={"Accept": "text/plain"}).text
    listed = shop.get(f"{PROPOSALS}?status=open").json()
    ProposalList.model_validate(listed)
    assert [one["number"] for one in listed["items"]] == [number]

    own = shop.post(f"{place}/commit", headers=KEY)
    assert (own.status_code, own.json()["title"]) == (403, "Another key is needed")
    assert shop.post(f"{place}/commit").status_code == 401
    moved = shop.post(f"{place}/commit", headers={**BEN, "If-Match": f'"{before - 1}"'})
    assert moved.status_code == 412
    rehearsed = shop.post(f"{place}/commit?dry_run=true", headers=BEN)
    assert rehearsed.json()["content_hash"] == proposed.json()["content_hash"]
    done = shop.post(f"{place}/commit", headers=BEN)
    assert done.status_code == 200, done.text
    assert done.json()["content_hash"] == proposed.json()["content_hash"]
    newest = head(shop)
    assert newest["number"] == before + 1
    assert newest["author"] == "admin"
    assert f"proposal {number}, committed by ben" in newest["reason"]
    assert shop.get(place).json()["committed_as"] == before + 1
    twice = shop.post(f"{place}/commit", headers=BEN)
    assert (twice.status_code, twice.json()["type"].rpartition("/")[2]) == (409, "decided")


def test_a_proposal_for_an_older_version_is_made_anew_or_stale(shop: RunningServer) -> None:
    """Where the knowledge moved on elsewhere the proposal still goes through; where it moved on there, it is stale."""
    task = {"label": "Naming trains"}
    assert shop.post("/api/v1/tasks", task, headers=KEY).status_code == 201
    other = shop.request(
        "PUT", "/api/v1/tasks/naming-trains?propose=true", json={**task, "definition": "A"}, headers=KEY
    )
    assert other.status_code == 202, other.text
    apart = shop.post("/api/v1/tasks?propose=true", {"label": "Naming planes"}, headers=KEY)
    changed = shop.request("PUT", "/api/v1/tasks/naming-trains", json={**task, "definition": "B"}, headers=KEY)
    assert changed.status_code == 200
    stale = shop.get(other.headers["Location"]).json()
    assert "task:naming-trains" in stale["stale"]
    refused = shop.post(f"{other.headers['Location']}/commit", headers=BEN)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "stale")
    assert "task:naming-trains" in refused.json()["detail"]
    through = shop.post(f"{apart.headers['Location']}/commit", headers=BEN)
    assert through.status_code == 200, through.text
    assert shop.get("/api/v1/tasks/naming-planes").status_code == 200
    assert shop.get("/api/v1/tasks/naming-trains").json()["definition"] == "B"

    place = other.headers["Location"]
    assert shop.post(f"{place}/withdraw", {"reason": "Too late"}, headers=BEN).status_code == 403
    assert shop.post(f"{place}/reject", {"reason": "No"}, headers=KEY).status_code == 403
    assert shop.post(f"{place}/withdraw", {}, headers=KEY).status_code == 422
    withdrawn = shop.post(f"{place}/withdraw", {"reason": "Too late"}, headers=KEY).json()
    assert (withdrawn["status"], withdrawn["comment"], withdrawn["decided_by"]) == ("withdrawn", "Too late", "admin")
    third = shop.post("/api/v1/tasks?propose=true", {"label": "Naming carts"}, headers=KEY).headers["Location"]
    rejected = shop.post(f"{third}/reject", {"reason": "Nobody asks"}, headers=BEN).json()
    assert (rejected["status"], rejected["decided_by"]) == ("rejected", "ben")
    assert shop.post(f"{third}/commit", headers=BEN).status_code == 409


def test_a_deprecated_task_is_answered_with_its_replacement(shop: RunningServer) -> None:
    """A task in use is not deleted, its users are named; deprecated it is understood, and the hint names the other."""
    for body in ({"label": "Old sums", "synonyms": ["abacus work"]}, {"label": "Odd sums", "broader": "old-sums"}):
        assert shop.post("/api/v1/tasks", body, headers=KEY).status_code == 201
    assert shop.post("/api/v1/tasks", {"label": "New sums"}, headers=KEY).status_code == 201
    refused = shop.request("DELETE", "/api/v1/tasks/old-sums", headers=KEY)
    assert refused.status_code == 422
    assert "task:odd-sums" in refused.json()["detail"]
    assert "deprecate" in refused.json()["errors"][0]["expected"]

    path = "/api/v1/tasks/old-sums/deprecate"
    for wrong, reason in (("no-such", "no task"), ("old-sums", "cannot replace itself")):
        answer = shop.post(path, {"replaced_by": wrong}, headers=KEY)
        assert (answer.status_code, reason in answer.json()["detail"]) == (422, True), answer.text
    done = shop.post(path, {"replaced_by": "New sums", "reason": "Nobody has one"}, headers=KEY)
    assert done.status_code == 200, done.text
    assert done.json()["task"]["replaced_by"] == "new-sums"
    assert head(shop)["reason"] == "Nobody has one"
    for name in ("old-sums", "Old sums", "abacus work"):
        answer = shop.post("/api/v1/recommendations", {"task": name}).json()
        assert answer["profile"]["task"] == "new-sums"
        (hint,) = answer["deprecated"]
        assert (hint["id"], hint["replaced_by"]) == ("old-sums", "new-sums")
    words = shop.post("/api/v1/recommendations", {"task": "old-sums"}, headers={"Accept": "text/plain"}).text
    assert "“Old sums” is deprecated" in words
    assert "deprecated" not in shop.post("/api/v1/recommendations", {"task": "new-sums"}).json()
    read = shop.post("/api/v1/interpretations", {"text": "We do abacus work for schools."}).json()
    assert read["task"] == "new-sums"
    circle = shop.post("/api/v1/tasks/new-sums/deprecate", {"replaced_by": "old-sums"}, headers=KEY)
    assert circle.status_code == 422
    assert shop.post(path, {"replaced_by": "odd-sums"}, headers=KEY).status_code == 422
    back = shop.post(path, {"replaced_by": None}, headers=KEY)
    assert (back.status_code, back.json()["task"]["replaced_by"]) == (200, None)
    assert shop.post("/api/v1/recommendations", {"task": "old-sums"}).json()["profile"]["task"] == "old-sums"
    shipped = shop.post(
        "/api/v1/tasks/question-answering/deprecate?dry_run=true", {"replaced_by": "new-sums"}, headers=KEY
    )
    assert shipped.status_code == 200, shipped.text


def test_a_wrong_change_is_not_even_proposed(shop: RunningServer) -> None:
    """What would be refused is refused as a proposal too, and a rehearsal is no proposal."""
    total = shop.get(PROPOSALS).json()["total"]
    wrong = shop.post("/api/v1/tasks?propose=true", {"label": "X", "broader": "no-such-task"}, headers=KEY)
    assert wrong.status_code == 422
    both = shop.post("/api/v1/tasks?propose=true&dry_run=true", {"label": "X"}, headers=KEY)
    assert both.status_code == 422
    assert shop.get(PROPOSALS).json()["total"] == total
    for path in (f"{PROPOSALS}/999", f"{PROPOSALS}/x"):
        assert shop.get(path).status_code == 404


def test_history_as_provenance(shop: RunningServer) -> None:
    """Who made each version, when, why and from which: as PROV-O, in Turtle and as JSON-LD with its context within."""
    added = requests.post(f"{shop.url}/api/v1/tasks", json={"label": "Sorting by hand"}, headers=KEY, timeout=30)
    assert added.status_code == 201
    turtle = requests.get(f"{shop.url}{VERSIONS}", headers={"Accept": "text/turtle"}, timeout=30)
    assert turtle.headers["Content-Type"] == "text/turtle; charset=utf-8"
    found = Graph().parse(data=turtle.text, format="turtle")
    listed = requests.get(f"{shop.url}{VERSIONS}", timeout=30).json()["items"]
    entities = {URIRef(f"{BASE}version/{one['number']}-{one['content_hash'][:16]}"): one for one in listed}
    assert set(found.subjects(RDF.type, PROV.Entity)) == set(entities) and len(entities) >= 2
    for entity, one in entities.items():
        assert found.value(entity, DCTERMS.identifier) == Literal(one["content_hash"])
        activity = found.value(entity, PROV.wasGeneratedBy)
        assert str(found.value(activity, RDFS.comment)) == one["reason"]
        assert str(found.value(found.value(activity, PROV.wasAssociatedWith), RDFS.label)) == one["author"]
        revised = found.value(entity, PROV.wasRevisionOf)
        assert (entities[revised]["number"] if revised else None) == one["parent"]
    json_ld = requests.get(f"{shop.url}{VERSIONS}", headers={"Accept": "application/ld+json"}, timeout=30)
    written = ((json_ld.content, ox.RdfFormat.JSON_LD), (turtle.content, ox.RdfFormat.TURTLE))
    one, other = ({(q.subject, q.predicate, q.object) for q in ox.parse(data, form)} for data, form in written)
    assert one == other and len(one) == len(found)
