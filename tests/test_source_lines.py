"""Lines of uploaded documents: every term is found where it is described, whatever stands around it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.packs import SHIPPED
from kb.source_lines import Source

TRICKY = '''@prefix t: <http://x/task/> . # a comment with . and [ and "
PREFIX a: <http://x/a#>
@base <http://x/> .

t:one a a:Task ; a:text """Text with
three lines. t:not a thing .
""" ; a:when [ a:is t:value.of ,
    t:other ] ; a:number 1.5 .
t:two a a:Task .   t:three a:text 'it\\'s "quoted" # no comment', "a [ b"@en-GB ; a:list ( t:one
  t:two ) .
<http://x/task/four> a a:Task ;
  a:text "x"^^<http://x/type>.
[ a:is t:five ] a:that t:six .
t:two a:again t:one .
'''


def test_each_subject_is_found_at_its_first_line() -> None:
    """Texts, comments, lists, conditions and directives do not lead astray."""
    found = {name.removeprefix("http://x/task/"): line for name, line in Source(TRICKY).lines.items()}
    assert found == {"one": 5, "two": 9, "three": 9, "four": 11}


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*/*.ttl")), ids=lambda path: path.stem)
def test_every_term_of_the_shipped_packs_has_a_line(file) -> None:
    """The subjects found are those that a parser finds, each on a line that begins with it."""
    text = file.read_text()
    triples = ox.parse(text.encode(), ox.RdfFormat.TURTLE)
    subjects = {one.subject.value for one in triples if isinstance(one.subject, ox.NamedNode)}
    lines = Source(text).lines
    assert set(lines) == subjects
    for name, line in lines.items():
        assert text.splitlines()[line - 1].partition(" ")[0].endswith((name.rpartition("/")[2], f"<{name}>"))


def test_documents_without_lines_have_none() -> None:
    """JSON-LD is read as a tree."""
    assert Source('{"@id": "http://x"}', "application/ld+json").lines == {}


@given(st.text(alphabet="ab:.;,[](){}<>\"'@#^ \n\\", max_size=80))
def test_nothing_that_is_sent_makes_it_fail(text: str) -> None:
    """Any text gives lines within it."""
    assert all(1 <= line <= text.count("\n") + 1 for line in Source(text).lines.values())
