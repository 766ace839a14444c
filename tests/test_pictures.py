"""Pictures on light and on dark ground: what they say can be read on both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.render import graph
from engine.render.palette import DARK, LIGHT, Palette
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from tests.asking import AS_OF, advising

SVG = "{http://www.w3.org/2000/svg}"
COLOUR = re.compile(r"#[0-9a-f]{6}")
GROUNDS = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def asked() -> Callable[[Callable[[Advisor, Recommendation], str]], str]:
    """Asks for a picture of an answer of the shipped knowledge."""
    knowledge = read_knowledge(load_packs(SHIPPED))

    def ask(drawn: Callable[[Advisor, Recommendation], str]) -> str:
        with advising(knowledge) as advisor:
            task = min(name for name, record in knowledge.tasks.items() if not record.broader)
            return drawn(advisor, advisor.recommend(advisor.profile(task), AS_OF))

    return ask


def contrast(one: str, other: str) -> float:
    """The ratio of the luminances of two colours (WCAG 2.2, definitions of contrast ratio and relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def test_the_measure_of_contrast() -> None:
    """Black on white is 21, a colour on itself 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@GROUNDS
def test_colours_stand_out(colours: Palette) -> None:
    """Text has 4.5:1 to the ground, lines that say something 3:1."""
    assert contrast(colours.ink, colours.ground) >= 4.5
    assert contrast(colours.line, colours.ground) >= 3
    assert all(contrast(ink, colours.ground) >= 4.5 for ink in colours.inks)
    assert len(set(colours.inks)) == len(colours.inks)


@GROUNDS
@pytest.mark.skipif(shutil.which(graph.PROGRAM) is None, reason="Graphviz is not installed")
def test_words_of_a_graph_can_be_read(colours: Palette, asked: Callable[..., str]) -> None:
    """Each node has its words in a colour that is read on its own fill, and the ground is that of the palette."""
    dark = colours is DARK
    root = ET.fromstring(asked(lambda advisor, answer: advisor.why(answer).as_svg(dark=dark)))
    nodes = [one for one in root.iter(f"{SVG}g") if one.get("class") == "node"]
    assert nodes
    for node in nodes:
        (fill,) = {
            one.get("fill") for one in node.iter() if one.tag in (f"{SVG}path", f"{SVG}polygon", f"{SVG}ellipse")
        }
        assert all(contrast(one.get("fill", "#000000"), fill) >= 4.5 for one in node.iter(f"{SVG}text"))
    assert root.find(f"{SVG}g/{SVG}polygon").get("fill") in (colours.ground, "white")


def test_a_chart_has_the_colours_of_its_ground(asked: Callable[..., str]) -> None:
    """On dark ground nothing of the light colours is left, and the other way round."""
    light = set(COLOUR.findall(asked(lambda advisor, answer: advisor.costs(answer).as_svg())))
    dark = set(COLOUR.findall(asked(lambda advisor, answer: advisor.costs(answer).as_svg(dark=True))))
    for found, colours in ((light, LIGHT), (dark, DARK)):
        assert {colours.ground, colours.ink, colours.grid} <= found
        assert found <= {colours.ground, colours.ink, colours.line, colours.grid, *colours.inks}
