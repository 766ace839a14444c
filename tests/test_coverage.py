"""Coverage: every claim is used or says why not, every statement rests on a claim, and the command line says so."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import home_with

from api.cli import cli
from kb.coverage import ClaimCoverage, claim_coverage, foundations, gaps, source_coverage
from kb.model import Knowledge
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge

SECOND_DOMAIN = Path(__file__).parent / "second_domain" / "packs"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """What ships."""
    return read_knowledge(load_packs())


@pytest.fixture
def run(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line on an installation with the shipped packs."""
    monkeypatch.setenv("ADAPTWISE_HOME", str(home_with(installed, tmp_path / "home")))
    return lambda *arguments: CliRunner().invoke(cli, ["kb", *arguments])


@pytest.mark.parametrize("root", [SHIPPED, SECOND_DOMAIN], ids=["shipped", "second"])
def test_everything_is_accounted_for(root: Path) -> None:
    """No claim is left over, and nothing stands without a claim."""
    knowledge = read_knowledge(load_packs(root))
    assert [entry.claim.id for entry in claim_coverage(knowledge) if not entry.accounted] == []
    assert [(entry.kind, entry.term.id) for entry in foundations(knowledge) if not entry.accounted] == []


@pytest.mark.parametrize("root", [SHIPPED, SECOND_DOMAIN], ids=["shipped", "second"])
def test_every_source_is_used_or_says_why_not(root: Path) -> None:
    """No source stands in the list without a claim, and none of its claims is left over."""
    assert [entry.source.id for entry in source_coverage(read_knowledge(load_packs(root))) if not entry.accounted] == []


def test_a_source_without_a_claim_or_with_an_idle_one_is_not_accounted_for(knowledge: Knowledge) -> None:
    """It is the claims that account for a source."""
    (source,) = source_coverage(knowledge, "article")
    assert source.accounted and source.used
    assert {one.claim.source for one in source.claims} == {source.source.id}
    assert not dataclasses.replace(source, claims=()).accounted
    idle = ClaimCoverage(source.used[0].claim, ())
    assert not dataclasses.replace(source, claims=(*source.claims, idle)).accounted
    excused = ClaimCoverage(dataclasses.replace(idle.claim, unused_because="It says nothing new."), ())
    alone = dataclasses.replace(source, claims=(excused,))
    assert alone.accounted and not alone.used
    assert alone.as_dict()["unused_because"] == ["It says nothing new."]


def test_both_directions_say_the_same(knowledge: Knowledge) -> None:
    """A statement is among the uses of exactly the claims on which it rests."""
    forth = {(use.kind, use.id, entry.claim.id) for entry in claim_coverage(knowledge) for use in entry.uses}
    back = {(entry.kind, entry.term.id, claim.id) for entry in foundations(knowledge) for claim in entry.claims}
    assert back <= forth
    assert {use for use in forth if use[0] in {kind for kind, _, _ in back}} == back
    assert {"rule", "contribution", "tradeoff", "advice", "step", "scenario", "penalty"} <= {
        kind for kind, _, _ in back
    }


def test_conflicts_are_shown_but_account_for_nothing(knowledge: Knowledge) -> None:
    """A claim about which there is only a conflict is not used."""
    entry = next(e for e in claim_coverage(knowledge, "article") if any(u.role == "conflict" for u in e.uses))
    only_disputed = ClaimCoverage(entry.claim, tuple(use for use in entry.uses if use.role == "conflict"))
    assert entry.accounted
    assert not only_disputed.accounted


def test_a_used_claim_must_not_say_that_it_is_unused(knowledge: Knowledge) -> None:
    """One that does both is not accounted for."""
    entry = next(e for e in claim_coverage(knowledge, "article") if e.knowledge)
    assert not ClaimCoverage(dataclasses.replace(entry.claim, unused_because="No reason."), entry.uses).accounted


def test_gaps_follow_the_statements(knowledge: Knowledge) -> None:
    """Without its rules a knowledge base raises no need; with them every need is raised."""
    assert gaps(knowledge)["unraised_needs"] == []
    bare = gaps(dataclasses.replace(knowledge, rules={}, contributions={}))
    assert bare["unraised_needs"] == bare["unserved_needs"] == list(knowledge.needs)
    assert bare["tasks_without_rules"] == list(knowledge.tasks)


def test_the_command_accounts_for_every_claim_of_the_article(run: Callable[..., Result]) -> None:
    """All 88 claims, each with its uses or its reason."""
    result = run("coverage", "article")
    assert result.exit_code == 0, result.output
    assert result.output.endswith("article: 88 of 88 claims accounted for.\n")
    assert "a20 (S16): " in result.output
    assert "rule:rapid-change" in result.output
    assert "not used: The title only announces" in result.output


def test_the_command_goes_the_other_way_round(run: Callable[..., Result]) -> None:
    """Every statement with its claims."""
    assert "rule:rapid-change: a20, a71\n" in run("coverage", "article", "--statements").output


def test_the_command_goes_by_source(run: Callable[..., Result]) -> None:
    """Each source with its claims, and one look at a time."""
    result = run("coverage", "article", "--sources")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("article: ")
    assert "    used: a03, a04, " in result.output
    assert "    not used: a01: " in result.output
    assert result.output.endswith("article: 1 of 1 sources accounted for.\n")
    assert "take one of them" in run("coverage", "--sources", "--statements").output


def test_a_source_that_gives_nothing_fails_the_command(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is 1, and the source is named whichever way one looks."""
    knowledge = read_knowledge(load_packs())
    idle = dataclasses.replace(knowledge.sources["article"], id="idle")
    more = dataclasses.replace(knowledge, sources={**knowledge.sources, "idle": idle})
    monkeypatch.setattr("api.commands.packs._knowledge", lambda pack: more)
    result = run("coverage", "article")
    assert result.exit_code == 1
    assert "article: 1 of 2 sources used or with a reason why not. NOT ACCOUNTED FOR: idle\n" in result.output
    assert "    NOT ACCOUNTED FOR: no claim is taken from it\n" in run("coverage", "--sources").output


def test_the_command_speaks_json(run: Callable[..., Result]) -> None:
    """The same for programs."""
    found = json.loads(run("coverage", "--json", "--gaps").output)
    assert found["accounted"]["article"] == {"accounted": 88, "all": 88}
    assert found["sources"]["article"] == {"accounted": 1, "all": 1}
    claims = {entry["claim"]: entry for entry in found["packs"]["article"]["claims"]}
    assert ("rule", "rapid-change") in {(use["kind"], use["id"]) for use in claims["a71"]["uses"]}
    assert claims["a01"]["unused_because"]
    assert found["gaps"]["unraised_needs"] == []


def test_an_unaccounted_claim_fails_the_command(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is 1 and the claim is named."""
    knowledge = read_knowledge(load_packs())
    left = {name: advice for name, advice in knowledge.advice.items() if name != "lies-more-confidently"}
    monkeypatch.setattr("api.commands.packs._knowledge", lambda pack: dataclasses.replace(knowledge, advice=left))
    result = run("coverage", "article")
    assert result.exit_code == 1
    assert "NOT ACCOUNTED FOR: nothing rests on it" in result.output
    assert "article: 87 of 88 claims accounted for." in result.output


def test_an_unknown_pack_is_named_with_the_nearest(run: Callable[..., Result]) -> None:
    """A misspelt pack gets the one that was meant."""
    result = run("coverage", "artcle")
    assert result.exit_code == 1
    assert "Did you mean article?" in result.output
