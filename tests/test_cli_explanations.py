"""The command line: every question to an answer, in every form, on the screen or into a file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from conftest import RunningServer
from test_cli import APPLICATION, refused, run, said

from engine.render.graph import PROGRAM


@pytest.fixture
def asks(server: RunningServer, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A home without data, and the server to ask."""
    return tmp_path, {"ADAPTWISE_SERVER": server.url}


def test_why_in_every_form(asks: tuple[Path, dict[str, str]]) -> None:
    """Each form of the proof is what its name says."""
    home, server = asks
    forms = {
        form: said(home, "why", *APPLICATION, "--as-of", "2026-11-22", "--format", form, **server)
        for form in ("text", "tree", "markdown", "html", "turtle", "jsonld", "json", "madr")
    }
    assert forms["text"].startswith("I recommend RAG")
    assert "├── 1. RAG" in forms["tree"]
    assert "- **1** RAG" in forms["markdown"]
    assert forms["html"].startswith('<article class="proof">')
    assert list(ox.parse(forms["turtle"], ox.RdfFormat.TURTLE))
    assert list(ox.parse(forms["jsonld"], ox.RdfFormat.JSON_LD))
    assert json.loads(forms["json"])["proof"]["nodes"]
    assert forms["madr"].startswith('---\nstatus: "proposed"')
    assert forms["text"] == said(home, "why", *APPLICATION, "--as-of", "2026-11-22", **server)
    assert forms["json"] == said(home, "why", *APPLICATION, "--as-of", "2026-11-22", "--json", **server)


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="Graphviz is not installed")
def test_why_as_a_drawing(asks: tuple[Path, dict[str, str]]) -> None:
    """The graph is SVG."""
    home, server = asks
    assert ET.fromstring(said(home, "why", *APPLICATION, "--format", "svg", **server)).tag.endswith("svg")


def test_a_tree_begins_where_it_is_asked(asks: tuple[Path, dict[str, str]]) -> None:
    """With a node and a level only that part is drawn."""
    home, server = asks
    options = ("--format", "tree", "--node", "demand:fresh-knowledge", "--level", "1")
    text = said(home, "why", *APPLICATION, *options, **server)
    assert text.startswith("There is a strong need for fresh knowledge.")
    assert all(line.startswith(("├──", "└──", "│   ", "    ")) for line in text.splitlines()[1:])


def test_the_other_questions(asks: tuple[Path, dict[str, str]]) -> None:
    """Each other question is answered in words; so are those to the expert itself."""
    home, server = asks
    answers = {
        ("why-not", "prompt-engineering"): "What would change that:",
        ("contrast", "rag", "fine-tuning"): "What speaks for fine-tuning:",
        ("changes", "hybrid", "--size", "1"): "would be recommended if:",
        ("regions", "labelled-data", "corpus-size"): "whatever labelled data is",
        ("claims", "--node", "demand:fresh-knowledge"): "What is in the weights",
        ("what-if", "--then-packs", "core"): "If only core counted",
    }
    for command, words in answers.items():
        assert words in said(home, *command, *APPLICATION, **server), command
    assert said(home, "define", "labeled data", **server).startswith("Labelled data:")
    assert said(home, "method", "--packs", "core", **server) != said(home, "method", **server)
    assert "scenarios" in said(home, "accuracy", **server)


def test_ways_out_can_be_left_out(asks: tuple[Path, dict[str, str]]) -> None:
    """--no-repair searches none."""
    home, server = asks
    assert "would change" not in said(home, "why-not", "prompt-engineering", "--no-repair", *APPLICATION, **server)


def test_a_map_goes_into_a_file(asks: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """-o names the file; .svg means the drawing."""
    home, server = asks
    file = tmp_path / "map.svg"
    done = run(home, "regions", "labelled-data", *APPLICATION, "-o", file, **server)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"Written to {file}.\n")
    assert ET.fromstring(file.read_text()).tag.endswith("svg")
    assert "cannot be written" in refused(home, "claims", *APPLICATION, "-o", tmp_path / "no" / "x", **server)


def test_mistakes_are_named(asks: tuple[Path, dict[str, str]]) -> None:
    """Unknown terms, nodes and techniques are told with the nearest choice."""
    home, server = asks
    assert "Nearest: hybrid" in refused(home, "changes", "hybrd", *APPLICATION, **server)
    assert "no node “technique:rga”" in refused(home, "why", "--node", "technique:rga", *APPLICATION, **server)
    assert "Nearest: labelled data" in refused(home, "define", "labeled dta", **server)
    assert "Error:" in refused(home, "changes", "rag", "--size", "4", status=2, **server)
