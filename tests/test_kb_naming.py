"""Blank nodes get names from what they say, so that reading a pack twice gives the same quads."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.datasets import dataset_of, quads_of
from kb.identity import content_hash, document_hash, pack_hashes
from kb.namespaces import GENID
from kb.naming import CircularBlankNodesError, name_blank_nodes
from kb.packs import SHIPPED, PackError, parse_pack, read_packs
from kb.quads import lines_of, parse_lines

GRAPH = ox.NamedNode("http://example.org/g")
PREDICATES = [ox.NamedNode(f"http://example.org/p{number}") for number in range(3)]
LEAVES = [ox.Literal("x"), ox.Literal(1), ox.NamedNode("http://example.org/leaf")]


@st.composite
def graphs(draw: st.DrawFn) -> list[ox.Quad]:
    """Quads whose blank nodes refer only to later ones, so that there is no circle."""
    nodes = [ox.BlankNode(f"b{number}") for number in range(draw(st.integers(1, 8)))]
    quads = []
    for place, node in enumerate(nodes):
        for _ in range(draw(st.integers(0, 3))):
            targets = [*nodes[place + 1 :], *LEAVES]
            quads.append(ox.Quad(node, draw(st.sampled_from(PREDICATES)), draw(st.sampled_from(targets)), GRAPH))
    for number in range(draw(st.integers(1, 3))):
        subject = ox.NamedNode(f"http://example.org/s{number}")
        quads.append(ox.Quad(subject, draw(st.sampled_from(PREDICATES)), draw(st.sampled_from(nodes)), GRAPH))
    return quads


def relabelled(quads: list[ox.Quad], seed: int) -> list[ox.Quad]:
    """The same graph in another order, with other labels on its blank nodes."""
    chance = random.Random(seed)
    labels: dict[str, ox.BlankNode] = {}

    def label(term: object) -> object:
        is_blank = isinstance(term, ox.BlankNode)
        return labels.setdefault(str(term), ox.BlankNode(f"r{chance.getrandbits(64):x}")) if is_blank else term

    found = [ox.Quad(label(one.subject), one.predicate, label(one.object), one.graph_name) for one in quads]
    chance.shuffle(found)
    return found


@given(graphs(), st.integers(0, 2**32))
def test_names_do_not_depend_on_labels_or_order(quads: list[ox.Quad], seed: int) -> None:
    """The same graph under other labels and in another order gets the same names."""
    assert set(name_blank_nodes(quads)) == set(name_blank_nodes(relabelled(quads, seed)))


@given(graphs())
def test_naming_leaves_no_blank_node_and_is_stable(quads: list[ox.Quad]) -> None:
    """Everything has a name afterwards, and naming again changes nothing."""
    named = name_blank_nodes(quads)
    assert "_:" not in "".join(lines_of(named))
    assert set(name_blank_nodes(named)) == set(named)


@given(graphs())
def test_the_hash_of_a_document_is_that_of_rdfc(quads: list[ox.Quad]) -> None:
    """With every node named, the hash is the SHA-256 of what pyoxigraph's RDFC-1.0 gives."""
    from hashlib import sha256

    named = name_blank_nodes(quads)
    canonical = ox.Dataset(named)
    canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    document = "".join(sorted(f"{quad} .\n" for quad in canonical))
    assert document_hash(named) == sha256(document.encode()).hexdigest()
    assert content_hash(named) == content_hash(reversed(named))


def test_shipped_packs_hash_as_rdfc_does() -> None:
    """The same on the packs that are shipped, through Oxigraph's own serialiser, read twice."""
    from hashlib import sha256

    quads = read_packs(SHIPPED)
    canonical = ox.Dataset(quads)
    canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = ox.serialize(canonical, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True)
    assert document_hash(quads) == sha256(b"".join(sorted(lines))).hexdigest()
    assert content_hash(read_packs(SHIPPED)) == content_hash(quads)


def test_each_pack_has_its_own_hash() -> None:
    """A change in one pack leaves the hash of another as it was."""
    one, other = parse_pack("<x:a> <x:b> 1 .", pack="one"), parse_pack("<x:a> <x:b> 2 .", pack="other")
    changed = parse_pack("<x:a> <x:b> 3 .", pack="other")
    before, after = pack_hashes([*one, *other]), pack_hashes([*one, *changed])
    assert before["one"] == after["one"]
    assert before["other"] != after["other"]


def test_what_refers_to_a_node_is_part_of_its_name() -> None:
    """The same condition on two rules is two nodes, on one rule it is one."""
    text = "<x:a> <x:when> [ <x:is> <x:c> ] , [ <x:is> <x:c> ] . <x:b> <x:when> [ <x:is> <x:c> ] ."
    names = {quad.object.value for quad in parse_pack(text) if quad.predicate.value == "x:when"}
    assert len(names) == 2
    assert all(name.startswith(GENID) for name in names)


def test_lists_keep_their_members_and_order() -> None:
    """A list with a member twice keeps both, and another order is another list."""
    first, second = (parse_pack(f"<x:a> <x:b> ( {members} ) .") for members in ("1 1 2", "1 2 1"))
    assert len(first) == len(second) == 7
    assert set(first) != set(second)


def test_circles_of_blank_nodes_are_refused() -> None:
    """Nodes that are defined by one another have no content to be named by."""
    with pytest.raises(CircularBlankNodesError, match="circle"):
        name_blank_nodes(
            ox.Quad(ox.BlankNode(one), PREDICATES[0], ox.BlankNode(other), GRAPH) for one, other in ("ab", "ba")
        )
    with pytest.raises(PackError, match="pack local: Blank nodes refer to one another in a circle"):
        parse_pack("_:a <x:p> _:b . _:b <x:p> _:a .")


def test_an_edited_export_gets_the_names_of_its_new_content() -> None:
    """A pack that was exported with its names, and edited, is named as if it had been written so."""
    text = "<x:a> <x:when> [ <x:is> <x:c> ] ."
    exported = "".join(f"{one.subject} {one.predicate} {one.object} .\n" for one in parse_pack(text))
    edited = exported.replace("x:c", "x:d")
    assert set(parse_pack(edited)) == set(parse_pack(text.replace("x:c", "x:d")))


def test_quads_go_through_rdflib_and_back() -> None:
    """A dataset shows the quads it was made of, whatever store it has."""
    from rdflib import Dataset

    quads = parse_pack('<x:a> <x:b> "two\\nlines"@en , 1.50 ; <x:c> [ <x:d> <x:e> ] .')
    plain = Dataset()
    for one in dataset_of(quads).quads():
        plain.add(one)
    assert set(quads_of(dataset_of(quads))) == set(quads)
    assert set(quads_of(plain)) == set(quads)
    assert set(parse_lines("\n".join(lines_of(quads)))) == set(quads)
