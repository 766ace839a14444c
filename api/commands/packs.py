"""``adaptwise kb coverage`` and ``kb page``: a pack as those read it who answer for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO, TypeAlias

import click

from api.commands.common import print_json

if TYPE_CHECKING:
    from kb.coverage import ClaimCoverage, Foundation, SourceCoverage
    from kb.model import Knowledge

_Entries: TypeAlias = "Sequence[ClaimCoverage] | Sequence[Foundation] | Sequence[SourceCoverage]"

_GAPS = {
    "unraised_needs": "Needs that nothing raises",
    "unserved_needs": "Needs that no technique serves",
    "tasks_without_rules": "Tasks without a rule of their own or inherited",
}


@click.command()
@click.argument("pack", required=False)
@click.option("--statements", is_flag=True, help="The other way round: on which claims each statement rests.")
@click.option("--sources", is_flag=True, help="By source: which of its claims are used, or why none is.")
@click.option("--gaps", "show_gaps", is_flag=True, help="Also say which needs and tasks no statement speaks of.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def coverage(pack: str | None, statements: bool, sources: bool, show_gaps: bool, as_json: bool) -> None:
    """Say where each claim of PACK (by default of all packs) is used, or why it is not."""
    from kb.coverage import claim_coverage, foundations, gaps, source_coverage

    if statements and sources:
        raise click.UsageError("--statements and --sources are two ways to look at it: take one of them.")
    knowledge = _knowledge(pack)
    packs = [pack] if pack else list(knowledge.packs)
    taken = {one: source_coverage(knowledge, one) for one in packs}
    found: dict[str, _Entries] = (
        {**taken}
        if sources
        else {one: foundations(knowledge, one) if statements else claim_coverage(knowledge, one) for one in packs}
    )
    noun = "sources" if sources else "statements" if statements else "claims"
    if as_json:
        print_json(
            {
                "packs": {one: {noun: [entry.as_dict() for entry in entries]} for one, entries in found.items()},
                "accounted": {one: _counts(entries) for one, entries in found.items()},
                "sources": {one: _counts(entries) for one, entries in taken.items()},
                **({"gaps": gaps(knowledge)} if show_gaps else {}),
            }
        )
    else:
        for line in _lines(found, noun, taken):
            click.echo(line)
        if show_gaps:
            for key, ids in gaps(knowledge).items():
                click.echo(f"{_GAPS[key]}: {', '.join(ids) or 'none'}")
    if any(not entry.accounted for entries in (*found.values(), *taken.values()) for entry in entries):
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


def _counts(entries: _Entries) -> dict[str, int]:
    return {"accounted": sum(entry.accounted for entry in entries), "all": len(entries)}


def _lines(found: dict[str, _Entries], noun: str, taken: dict[str, list[SourceCoverage]]) -> Iterator[str]:
    from kb.coverage import ClaimCoverage, SourceCoverage

    for entries in found.values():
        for entry in entries:
            if isinstance(entry, ClaimCoverage):
                yield from _claim(entry)
            else:
                yield from _source(entry) if isinstance(entry, SourceCoverage) else _foundation(entry)
    for pack, entries in found.items():
        if noun != "sources":
            unaccounted = [entry.source.id for entry in taken[pack] if not entry.accounted]
            yield f"{pack}: {_told(taken[pack])} sources used or with a reason why not.{_missing(unaccounted)}"
        yield f"{pack}: {_told(entries)} {noun} accounted for."


def _told(entries: _Entries) -> str:
    counts = _counts(entries)
    return f"{counts['accounted']} of {counts['all']}"


def _missing(sources: Sequence[str]) -> str:
    return f" NOT ACCOUNTED FOR: {', '.join(sources)}" if sources else ""


def _source(entry: SourceCoverage) -> Iterator[str]:
    yield f"{entry.source.id}: {entry.source.label}, {entry.source.title}"
    if entry.used:
        yield f"    used: {', '.join(one.claim.id for one in entry.used)}"
    for one in entry.claims:
        if one.claim.unused_because:
            yield f"    not used: {one.claim.id}: {one.claim.unused_because}"
        elif not one.accounted:
            yield f"    NOT ACCOUNTED FOR: {one.claim.id}: nothing rests on it"
    if not entry.claims:
        yield "    NOT ACCOUNTED FOR: no claim is taken from it"


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
