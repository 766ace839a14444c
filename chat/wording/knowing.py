"""What the program knows, who says so, and how it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat.wording.english import bullets, capital, listing, paragraphs, quoted, sentence
from engine.render.text import BULLET
from kb.model import Source, Term

_SOURCES_SHOWN = 4


def definition(term: Term, kind: str) -> str:
    """What a term means."""
    text = (
        f"{capital(term.label)}: {term.definition}"
        if term.definition
        else f"{capital(term.label)} is {kind}; I have no definition of it."
    )
    return f"{text}\nAlso called {listing(term.synonyms[:5], 'or')}." if term.synonyms else text


def counted_as(text: str, label: str) -> str:
    """A word that the knowledge base takes to be another term's."""
    return f"I take {quoted(text)} to be {label}."


def source(record: Source, count: int) -> str:
    """A source with how much it carries."""
    parts = [record.title or record.label]
    if record.creator and record.creator not in record.title:
        parts.append(f"by {record.creator}")
    if record.date:
        parts.append(f"({record.date})")
    statements = "1 statement" if count == 1 else f"{count} statements"
    return f"{' '.join(parts)}: {statements}"


def items(labels: Sequence[str], total: int, kind: str) -> str:
    """A list of terms, cut where it gets long."""
    if not labels:
        return f"I know no {kind} yet."
    lead = f"I know {total} {kind}:" if total > 1 else f"I know one {kind.removesuffix('s')}:"
    more = f"\n… and {total - len(labels)} more; ask for one by name." if total > len(labels) else ""
    return f"{lead}\n{bullets(labels)}{more}"


def how_decides(counts: Mapping[str, int], noun: str) -> str:
    """How the engine decides, in words."""
    return paragraphs(
        f"I am a rule-based expert system, not a language model. I hold what sources say as {counts['rules']} rules "
        f"about what a kind of {noun} needs, and {counts['contributions']} statements about how well each technique "
        "serves a need.",
        "What you tell me makes some of those rules apply; each sets how much a need matters. A technique scores what "
        "it gives, weighed by how much that matters, minus what it costs in complexity. One that cannot meet a must, "
        "or lacks something it cannot do without, is out.",
        "Whatever you leave open stays open: I tell you how far that could change the answer. Ask “why?” to see the "
        "reasons, or “who says so?” for the sources.",
    )


def record(scenarios: int, acceptable: int, measured: Sequence[tuple[int, float]]) -> str:
    """How the knowledge did: on its own worked cases, and on others, each with the share that was acceptable."""
    own = ""
    if scenarios:
        right = "all" if acceptable == scenarios else f"{acceptable}"
        own = f"Of the {scenarios} worked cases that I am checked against, {right} come out as they should."
    shares = sorted({round(100 * share) for _, share in measured})
    others = ""
    if shares:
        most = max(count for count, _ in measured)
        told = f"{shares[0]} of 100" if len(shares) == 1 else f"{shares[0]} to {shares[-1]} of 100"
        others = f"Of {most} cases of others, {told} answers were acceptable, depending on how the case was told."
    limits = "I am only as good as my sources: ask “who says so?” and judge for yourself."
    return " ".join(part for part in (own, others, limits) if part)


def no_definition(text: str) -> str:
    """An unknown term."""
    return f"I do not know the term {quoted(text)}. Ask “which tasks do you know?” or “which techniques do you know?”."


def values_of(values: Sequence[tuple[str, str]]) -> str:
    """The values of a constraint with what they mean."""
    return bullets(f"{capital(label)}: {meaning}" if meaning else capital(label) for label, meaning in values)


def defined_by(titles: Sequence[str]) -> str:
    """Where a definition comes from."""
    return f"Source: {listing(titles)}."


def composition(parts: Sequence[str], family: str | None, variants: Sequence[str]) -> str | None:
    """What a technique consists of, and its relatives."""
    said = [
        f"It combines {listing(parts)}." if parts else "",
        f"It is a kind of {family}." if family else "",
        f"Kinds of it: {listing(variants)}." if variants else "",
    ]
    return " ".join(text for text in said if text) or None


def claim(text: str, title: str, locator: str) -> str:
    """A claim with its source."""
    where = ", ".join(part for part in (title, locator) if part)
    return f"{sentence(text)}{f' ({where})' if where else ''}"


def evidence(lines: Sequence[str], judged: int, total: int, sources: Sequence[str]) -> str:
    """Who says so: what carries most, how much is judgement, and the sources with the most statements."""
    first = f"What carries it most:\n{bullets(lines)}" if lines else ""
    many = "all" if judged == total else str(judged)
    own = f"; {many} of them are our own judgements" if judged else ""
    behind = "1 statement is" if total == 1 else f"{total} statements are"
    more = len(sources) - _SOURCES_SHOWN
    rest = f"\n{BULLET} and {more} more, with fewer" if more > 0 else ""
    listed = f" They come from:\n{bullets(sources[:_SOURCES_SHOWN])}{rest}" if sources else ""
    return paragraphs(first, f"{behind} behind this{own}.{listed}")
