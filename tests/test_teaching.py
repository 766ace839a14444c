"""``adaptwise kb check | add | remove | task``: every fault with its place, terms that come and go, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT, home_with
from test_cli import refused, run, said

CHECKED = ROOT / "tests" / "fixtures"
PREFIXES = "".join(
    f"@prefix {kind}: <https://w3id.org/adaptwise/{kind}/> .\n"
    for kind in ("task", "need", "rule", "claim", "value", "constraint", "technique", "contribution")
) + (
    "@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)
TERMS = """
claim:ours a aw:Claim ; aw:text "We saw it."@en ; aw:claimKind aw:judgement ; aw:verification aw:judged ;
    dcterms:creator "Ann" ; dcterms:date "2026-11-22"^^xsd:date .
need:quiet a aw:Need ; skos:prefLabel "peace and quiet"@en ; skos:definition "Making no noise."@en .
rule:quiet-nights a aw:DemandRule ; skos:prefLabel "Nights must be quiet"@en ; aw:raises need:quiet ;
    aw:strength aw:weak ; aw:when [ aw:task task:summarization ] ; prov:wasDerivedFrom claim:ours .
"""


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for data whose knowledge the tests of this module change."""
    return home_with(installed, tmp_path_factory.mktemp("teaching") / "home")


def pack(folder: Path, text: str) -> Path:
    """A folder of packs: the tiny knowledge base, and a document beside it."""
    (folder / "base").mkdir()
    (folder / "extra").mkdir()
    (folder / "base" / "base.ttl").write_text((CHECKED / "tiny" / "base" / "base.ttl").read_text())
    (folder / "extra" / "extra.ttl").write_text(text)
    return folder


def test_check_tells_file_line_label_and_way_out(home: Path, tmp_path: Path) -> None:
    """Faults of form and of meaning are found together; an error gives exit status 1, on standard output."""
    text = (CHECKED / "verification" / "conflicting-contributions.ttl").read_text()
    done = run(home, "kb", "check", pack(tmp_path, text), "--least", "error")
    assert done.returncode == 1
    told, counted = done.stdout.splitlines()
    assert told.startswith(
        "error: extra/extra.ttl, line 12: contribution:b: technique:hand (“by hand”) lacks need:care"
    )
    assert told.endswith("Add a condition to one of them (aw:when) so that they never apply together.")
    assert "1 errors" in counted


def test_check_counts_for_programs(home: Path, tmp_path: Path) -> None:
    """JSON carries every member of every finding; warnings fail where that is asked for."""
    folder = pack(tmp_path, (CHECKED / "verification" / "conflicting-rules.ttl").read_text())
    found = json.loads(said(home, "kb", "check", folder, "--json", "--least", "warning"))
    (one,) = found["findings"]
    assert (found["counts"]["error"], found["counts"]["warning"]) == (0, 1)
    assert (one["code"], one["others"], one["file"]) == ("conflicting-rules", ["rule:a"], "extra/extra.ttl")
    assert run(home, "kb", "check", folder, "--strict").returncode == 1


def test_terms_of_any_kind_come_and_go(home: Path, tmp_path: Path) -> None:
    """A document adds to the pack of the installation; what stays in use is not removed, and the whole of it is."""
    file = tmp_path / "ours.ttl"
    file.write_text(PREFIXES + TERMS)
    added = json.loads(said(home, "kb", "add", file, "--json", "--reason", "Neighbours"))
    assert [one["code"] for one in added["findings"]] == ["need-never-served"]
    line = TERMS.splitlines().index(next(one for one in TERMS.splitlines() if one.startswith("need:"))) + 1
    assert added["findings"][0]["line"] == PREFIXES.count("\n") + line
    assert added["impact"]["questions"] > 10

    message = refused(home, "kb", "remove", "need:quiet", "claim:ours")
    assert "need:quiet is still named by rule:quiet-nights" in message
    assert "claim:ours is still named by rule:quiet-nights" in message
    message = refused(home, "kb", "remove", "rule:quiet-nigts", "technique:rag")
    assert "there is no rule:quiet-nigts" in message.replace("There", "there")
    assert "rule:quiet-nights" in message
    assert "technique:rag belongs to the pack core" in message
    gone = said(home, "kb", "remove", "need:quiet", "claim:ours", "rule:quiet-nights")
    assert gone.startswith("Removed need:quiet, rule:quiet-nights, claim:ours.\nOf ")


def test_a_faulty_document_is_refused_at_its_lines(home: Path, tmp_path: Path) -> None:
    """Every fault is told with the line of its term, and nothing is saved."""
    file = tmp_path / "faulty.ttl"
    file.write_text(PREFIXES + TERMS.replace("need:quiet ;\n", "need:quite ;\n") + "need:odd a aw:Need .\n")
    message = refused(home, "kb", "add", file)
    rule_line = PREFIXES.count("\n") + 5
    assert f"line {rule_line}: rule:quiet-nights (“Nights must be quiet”): aw:raises names need:quite" in message
    assert "need:quiet" in message
    assert (
        f"line {PREFIXES.count(chr(10)) + TERMS.count(chr(10)) + 1}: need:odd: People need a name for this" in message
    )
    assert '"quiet"' not in said(home, "kb", "list", "needs", "--json")


def test_a_task_tells_what_it_inherits(home: Path) -> None:
    """A task in one line inherits all; what is said of it alone is told apart, and it goes as it came."""
    told = said(home, "kb", "add", "--label", "Minutes in court", "--broader", "summarization")
    assert told.startswith("Added task:minutes-in-court, claim:local-minutes-in-court")
    assert "info: task:minutes-in-court (“Minutes in court”): no rule and no typical value tells it apart" in told
    told = said(home, "kb", "task", "minutes-in-court")
    assert told.startswith("Minutes in court is a kind of ")
    assert "\nNothing is said of it alone.\nInherited:\n" in told
    assert said(home, "kb", "remove", "minutes-in-court").startswith("Removed task:minutes-in-court")
