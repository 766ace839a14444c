"""What is said of the dry run of a drafted task, and of who may save it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chat.teaching_desk import Caller
from chat.wording import bullets, listing, paragraphs, quoted_whole, sentence
from kb.definitions import Problem
from kb.findings import Finding
from kb.findings import label_of as label_in
from kb.model import ATTRIBUTE_OF_KIND, Knowledge
from kb.versions import Version

_TERM = re.compile(rf"\b({'|'.join([*ATTRIBUTE_OF_KIND, 'value'])}):([a-z0-9]+(?:[-.][a-z0-9]+)*)(?: \(“([^”]*)”\))?")
_MOST = 6
_MOST_LINES = 12


def plainly(text: str, knowledge: Knowledge) -> str:
    """A message of the pipeline with labels for ``kind:id``."""

    def called(found: re.Match[str]) -> str:
        kind, term_id, label = found.groups()
        return quoted_whole(label or label_in(knowledge, kind, term_id) or term_id.replace("-", " "))

    return _TERM.sub(called, text)


def problems(found: Iterable[str]) -> str:
    """Everything that is wrong with a definition."""
    return bullets(found)


def problem(found: Problem) -> str:
    """One thing that is wrong with a definition."""
    return sentence(f"{found.message}{f'; expected: {found.expected}' if found.expected else ''}")


def checks(findings: Sequence[Finding], knowledge: Knowledge) -> str:
    """What the checks found, errors first, each with how to mend it."""
    if not findings:
        return "The checks find nothing wrong with it."
    lines = [_finding(one, knowledge) for one in findings[:_MOST]]
    more = f"\n… and {len(findings) - _MOST} more." if len(findings) > _MOST else ""
    refused = any(one.severity == "error" for one in findings)
    lead = "The checks refuse it:" if refused else "The checks let it pass, and remark:"
    return f"{lead}\n{bullets(lines)}{more}"


def _finding(one: Finding, knowledge: Knowledge) -> str:
    label = one.label or label_in(knowledge, one.kind, one.term) or one.term.replace("-", " ")
    expected = f" Expected: {one.expected}." if one.expected else ""
    said = f"{one.message}{expected} {one.hint}".strip()
    return sentence(plainly(f"{quoted_whole(label)}: {said}", knowledge))


def outlook(labels: Sequence[str]) -> str | None:
    """What would be recommended for it."""
    return f"With nothing else known, I would recommend {listing(labels, 'or')} for it." if labels else None


def moved(versions: Sequence[Version], changes: str) -> str:
    """The knowledge changed between the dry run and the yes."""
    lines = bullets(sentence(f"{version.author}: {version.reason}") for version in versions)
    told = changes.split("\n")
    more = ["…"] if len(told) > _MOST_LINES else []
    return paragraphs(
        f"My knowledge has changed since I showed you this, so nothing was added yet:\n{lines}",
        "\n".join([*told[:_MOST_LINES], *more]),
        "This is how it looks now:",
    )


def lacking(caller: Caller) -> str:
    """Why somebody cannot add anything, and what to do."""
    texts = {
        "no-key": "Adding it needs a key for writing, and you have given none.",
        "unknown-key": "Adding it needs a key for writing, and the key you gave is not known here.",
        "expired-key": "Adding it needs a key for writing, and the time of the key you gave is over.",
        "read-only": "Adding it needs a key for writing, and the key you gave allows only reading.",
    }
    return f"{texts[caller.lack]} {caller.way}".strip() if caller.lack else ""


def lacking_so_far(caller: Caller) -> str:
    """The same at the start."""
    return f"{lacking(caller)} You can describe it without one."


def added(label: str, version: int, noun: str) -> str:
    """It is saved."""
    return (
        f"Added: {quoted_whole(label)} is part of my knowledge now (version {version}), and I understand it from this "
        f"moment on. Describe your {noun} of this kind, and I say what I would do."
    )
