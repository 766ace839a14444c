"""Claims, sources and their conflicts in plain English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.render.drawn import claim_document
from engine.render.english import counted, sentence
from engine.render.text import BULLET

if TYPE_CHECKING:
    from engine.evidence import Evidence


def who_says_so(answer: Evidence) -> str:
    """What each source says for it, then what is our own judgement, then where they disagree."""
    knowledge = answer.recommendation.knowledge
    records = [knowledge.claims[claim] for claim in answer.claims]
    if not records:
        return f"{answer.subject}\nNobody has to say so: it is what you said, or follows from what nobody said."
    lines = [answer.subject]
    by_origin: dict[str, list[str]] = {}
    for record in records:
        source = knowledge.sources.get(record.source or "")
        title = source.title if source else record.pack
        judged = f"Judgement of {record.author or title}"
        cited = claim_document(knowledge, record)
        mark = (
            ", ".join(part for part in (cited["label"], record.locator) if part) if record.kind != "judgement" else ""
        )
        said = f"{cited['text']}{f' ({mark})' if mark else ''}"
        by_origin.setdefault(judged if record.kind == "judgement" else f"“{title}” says", []).append(said)
        if record.erratum:
            by_origin[f"“{title}” says"].append(f"Its slip: {sentence(record.erratum)}")
    for origin, sayings in by_origin.items():
        lines += [f"{origin}:", *(f"{BULLET} {one}" for one in sayings)]
    if answer.conflicts:
        lines.append("They do not all agree:")
        wording = answer.recommendation.wording
        entries = {entry["conflict"]: entry for entry in answer.recommendation.reply["conflicts"]}
        lines += [f"{BULLET} {wording.conflict(entries[conflict['conflict']])}" for conflict in answer.conflicts]
    due = sorted({record.review_by for record in records if record.review_by})
    if due:
        count = sum(bool(record.review_by) for record in records)
        when = f"by {due[0]}" if len(due) == 1 else f"between {due[0]} and {due[-1]}"
        lines.append(
            sentence(f"{counted(count, 'claim')} {'is' if count == 1 else 'are'} to be looked at again {when}")
        )
    return "\n".join(lines)
