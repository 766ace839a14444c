"""``adaptwise kb coverage`` and ``kb page``: a pack as those read it who answer for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

import click

from api.commands.common import print_json

if TYPE_CHECKING:
    from kb.coverage import ClaimCoverage, Foundation
    from kb.model import Knowledge

_GAPS = {
    "unraised_needs": "Needs that nothing raises",
    "unserved_needs": "Needs that no technique serves",
    "tasks_without_rules": "Tasks without a rule of their own or inherited",
}


@click.command()
@click.argument("pack", required=False)
@click.option("--statements", is_flag=True, help="The other way round: on which claims each statement rests.")
@click.option("--gaps", "show_gaps", is_flag=True, help="Also say which needs and tasks no statement speaks of.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def coverage(pack: str | None, statements: bool, show_gaps: bool, as_json: bool) -> None:
    """Say where each claim of PACK (by default of all packs) is used, or why it is not."""
    from kb.coverage import claim_coverage, foundations, gaps

    knowledge = _knowledge(pack)
    packs = [pack] if pack else list(knowledge.packs)
    found: dict[str, Sequence[ClaimCoverage] | Sequence[Foundation]] = {
        one: foundations(knowledge, one) if statements else claim_coverage(knowledge, one) for one in packs
    }
    noun = "statements" if statements else "claims"
    if as_json:
        print_json(
            {
                "packs": {one: {noun: [entry.as_dict() for entry in entries]} for one, entries in found.items()},
                "accounted": {one: _counts(entries) for one, entries in found.items()},
                **({"gaps": gaps(knowledge)} if show_gaps else {}),
            }
        )
    else:
        for line in _lines(found, noun):
            click.echo(line)
        if show_gaps:
            for key, ids in gaps(knowledge).items():
                click.echo(f"{_GAPS[key]}: {', '.join(ids) or 'none'}")
    if any(not entry.accounted for entries in found.values() for entry in entries):
        raise SystemExit(1)


@click.command()
@click.argument("pack")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8"), default="-", help="The file to write.")
def page(pack: str, output: TextIO) -> None:
    """Write PACK as one HTML page for people who never read Turtle."""
    from engine.render.pack_page import pack_page

    output.write(pack_page(_knowledge(pack), pack))


def _knowledge(pack: str | None) -> Knowledge:
    """The installed knowledge, once it is sure that it has this pack."""
    from api.commands.local import local_store
    from kb.nearest import nearest

    with local_store() as store:
        knowledge = store.snapshot().knowledge
    if pack is not None and pack not in knowledge.packs:
        near = nearest(pack, knowledge.packs)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise click.ClickException(f"There is no pack {pack}; there are: {', '.join(knowledge.packs)}.{hint}")
    return knowledge


def _counts(entries: Sequence[ClaimCoverage] | Sequence[Foundation]) -> dict[str, int]:
    return {"accounted": sum(entry.accounted for entry in entries), "all": len(entries)}


def _lines(found: dict[str, Sequence[ClaimCoverage] | Sequence[Foundation]], noun: str) -> Iterator[str]:
    from kb.coverage import ClaimCoverage

    for entries in found.values():
        for entry in entries:
            yield from _claim(entry) if isinstance(entry, ClaimCoverage) else _foundation(entry)
    for pack, entries in found.items():
        counts = _counts(entries)
        yield f"{pack}: {counts['accounted']} of {counts['all']} {noun} accounted for."


def _claim(entry: ClaimCoverage) -> Iterator[str]:
    claim = entry.claim
    place = f" ({claim.locator})" if claim.locator else ""
    yield f"{claim.id}{place}: {claim.text}"
    by_role: dict[str, list[str]] = {}
    for use in entry.uses:
        by_role.setdefault(use.role, []).append(f"{use.kind}:{use.id}")
    for role in ("statement", "definition", "scenario", "conflict"):
        if role in by_role:
            yield f"    {role}: {', '.join(by_role[role])}"
    if claim.unused_because:
        yield f"    not used: {claim.unused_because}"
    if not entry.accounted:
        yield "    NOT ACCOUNTED FOR: " + (
            "it is used, and yet says that it is not" if claim.unused_because else "nothing rests on it"
        )


def _foundation(entry: Foundation) -> Iterator[str]:
    yield f"{entry.kind}:{entry.term.id}: {', '.join(claim.id for claim in entry.claims) or 'NO CLAIM'}"
