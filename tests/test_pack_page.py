"""The page of a pack: all of the pack is on it, every link leads somewhere, and it asks nothing of the network."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import home_with

from api.cli import cli
from engine.render.linked import linked
from engine.render.pack_page import pack_page
from engine.render.sentences import Sentences
from kb.graph import all_terms
from kb.model import Knowledge
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge

SECOND_DOMAIN = Path(__file__).parent / "second_domain" / "packs"
ON_THE_PAGE = {
    "claim", "conflict", "resolution", "scenario", "rule", "contribution", "prerequisite", "penalty", "interaction",
    "tradeoff", "advice", "step", "typical", "parameter", "formula", "word", "source",
    "technique", "need", "task", "constraint", "quality", "unit",
}  # fmt: skip


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note anchors, links, and whatever a browser would fetch."""
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name in ("src", "srcset", "action", "poster", "data") or name.startswith("on"):
                self.loaded.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.pieces.append(data)


def packs() -> Iterator[tuple[str, str]]:
    """Every pack of both domains."""
    for root in (SHIPPED, SECOND_DOMAIN):
        yield from ((str(root), pack) for pack in read_knowledge(load_packs(root)).packs)


@pytest.fixture(scope="module", params=packs(), ids=lambda param: param[1])
def shown(request: pytest.FixtureRequest) -> tuple[Knowledge, str, Page]:
    """A pack with its page."""
    root, pack = request.param
    knowledge = read_knowledge(load_packs(Path(root)))
    return knowledge, pack, Page(pack_page(knowledge, pack))


def test_everything_of_the_pack_is_on_the_page(shown: tuple[Knowledge, str, Page]) -> None:
    """Every claim, statement, conflict, scenario and term of the pack has its place."""
    knowledge, pack, page = shown
    wanted = {f"{kind}-{term.id}" for kind, term in all_terms(knowledge) if term.pack == pack and kind in ON_THE_PAGE}
    assert len(wanted) > 3
    assert wanted - set(page.ids) == set()


def test_every_claim_and_conflict_is_told_in_full(shown: tuple[Knowledge, str, Page]) -> None:
    """Texts of claims, their errata and reasons, and what was decided on conflicts stand there word for word."""
    knowledge, pack, page = shown
    claims = [claim for claim in knowledge.claims.values() if claim.pack == pack]
    texts = [text for claim in claims for text in (claim.text, claim.erratum, claim.unused_because)]
    texts += [one.text for one in knowledge.resolutions.values() if one.pack == pack]
    texts += [one.label for one in knowledge.conflicts.values() if one.pack == pack]
    assert [text for text in texts if " ".join(text.split()) not in page.text] == []


def test_links_lead_somewhere_and_places_are_unique(shown: tuple[Knowledge, str, Page]) -> None:
    """No link into the page is dead, and no place is there twice."""
    _, _, page = shown
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert len(inside) > 5
    assert inside - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))


def test_the_page_stands_alone(shown: tuple[Knowledge, str, Page]) -> None:
    """No script, no form, nothing that a browser would fetch."""
    _, _, page = shown
    assert page.tags & {"script", "link", "img", "iframe", "form", "object", "embed", "video", "audio", "base"} == set()
    assert page.loaded == []
    assert "@import" not in page.html
    assert "url(" not in page.html


def test_marks_of_links_are_all_resolved(shown: tuple[Knowledge, str, Page]) -> None:
    """None of the characters by which links are marked is left, and no blank stands before a full stop."""
    _, _, page = shown
    assert not set("\ue000\ue001\ue002") & set(page.html)
    assert ">None<" not in page.html


def test_a_slip_of_the_source_is_marked_wherever_it_is_cited() -> None:
    """The erratum is explained at its claim and marked at every citation."""
    knowledge = read_knowledge(load_packs())
    page = Page(pack_page(knowledge, "article"))
    cited = page.html.count('href="#claim-a14"')
    assert cited > 3
    assert page.html.count('<span class="erratum">erratum</span>') == cited + 1


def test_labels_are_escaped() -> None:
    """What looks like markup in a label is text on the page."""
    assert linked("a \ue000need-x\ue001<b>\ue002 & c") == 'a <a href="#need-x">&lt;b&gt;</a> &amp; c'


def test_rules_read_as_sentences() -> None:
    """Conditions are put in words, nested ones too."""
    knowledge = read_knowledge(load_packs())
    say = Sentences(knowledge)
    assert say.rule(knowledge.rules["changing-rules-in-classification"]) == (
        "if the task is text classification and either knowledge volatility is “rapidly changing” or task definition "
        "is “still changing”, there is a moderate need for adaptable rules"
    )
    assert say.prerequisite(knowledge.prerequisites["tuning-needs-a-budget"]) == (
        "fine-tuning loses one point unless training budget is “high”"
    )


def test_the_command_writes_the_page(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``adaptwise kb page`` writes a file; an unknown pack is refused."""
    monkeypatch.setenv("ADAPTWISE_HOME", str(home_with(installed, tmp_path / "home")))
    file = tmp_path / "article.html"
    result = CliRunner().invoke(cli, ["kb", "page", "article", "-o", str(file)])
    assert result.exit_code == 0, result.output
    assert "conflict-x32" in file.read_text(encoding="utf-8")
    assert CliRunner().invoke(cli, ["kb", "page", "nothing"]).exit_code == 1
