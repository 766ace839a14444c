"""The pipeline: findings name term, line and way out, all at once; a dry run says exactly what the commit then does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.pipeline import Pipeline
from kb.changes import Change
from kb.findings import InvalidKnowledgeError
from kb.packs import parse_pack
from kb.source_lines import Source
from kb.store import Store

TINY = Path(__file__).parent / "fixtures" / "tiny"
PREFIXES = "".join(
    f"@prefix {kind}: <https://w3id.org/adaptwise/{kind}/> .\n"
    for kind in ("task", "need", "rule", "claim", "value", "constraint", "technique", "contribution", "pack")
) + (
    "@prefix aw: <https://w3id.org/adaptwise/schema#> .\n"
    "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)
FIRST = PREFIXES.count("\n")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store with the tiny knowledge base."""
    found = Store(f"sqlite:///{tmp_path / 'test.db'}", TINY)
    found.open()
    yield found
    found.database.close()


def uploaded(text: str) -> Change:
    """A change as an upload makes it."""
    quads = tuple(parse_pack(PREFIXES + text, pack="mine"))
    return Change(1, quads, (), "Ann", "Try it", ("pack", "mine"), Source(PREFIXES + text))


FAULTY = """
task:packing a aw:Task ;
    skos:definition "Putting into boxes."@en .

rule:gently a aw:DemandRule ; skos:prefLabel "Gently does it"@en ;
    aw:raises need:cair ; aw:strength aw:strong ;
    aw:when [ aw:task task:packing ] , [ aw:wen value:colour.red ] ;
    prov:wasDerivedFrom claim:c .

value:colour.green a aw:Value ; skos:prefLabel "green"@en .
rule:never a aw:DemandRule ; skos:prefLabel "Never"@en ; aw:raises need:care ; aw:strength aw:weak ;
    aw:when [ aw:is value:colour.red ] , [ aw:is value:colour.blue ] ; prov:wasDerivedFrom claim:c .
"""


def test_all_faults_are_told_with_term_line_and_way_out(store: Store) -> None:
    """Form, references, structure and meaning: every fault in one answer, each at its line."""
    preview = Pipeline(store).preview(uploaded(FAULTY))
    told = {(one.name, one.line - FIRST, one.code) for one in preview.errors}
    assert told == {
        ("task:packing", 2, "vocabulary-label"),
        ("rule:gently (“Gently does it”)", 5, "unknown-term"),
        ("rule:gently (“Gently does it”)", 5, "condition"),
        ("rule:gently (“Gently does it”)", 5, "condition-property"),
        ("value:colour.green (“green”)", 10, "value-without-place"),
        ("rule:never (“Never”)", 11, "contradictory-condition"),
    }
    (unknown,) = [one for one in preview.errors if one.code == "unknown-term"]
    assert str(unknown) == (
        f"error: line {FIRST + 5}: rule:gently (“Gently does it”): aw:raises names need:cair, but there is no such"
        " need. Expected: need:<id>. Did you mean need:care?"
    )


def test_what_has_errors_is_refused_with_all_of_them(store: Store) -> None:
    """Saving a preview with errors saves nothing and raises them."""
    pipeline = Pipeline(store)
    preview = pipeline.preview(uploaded(FAULTY))
    with pytest.raises(InvalidKnowledgeError) as caught:
        pipeline.save(preview)
    assert caught.value.findings == preview.errors
    assert preview.impact is None
    assert store.head().number == 1
