"""What a change would do, for somebody who is still writing it: what is wrong, and which answers it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from markupsafe import Markup

from api.changing import refused_change, refused_findings, sentence
from api.problems import Fault, ProblemError
from api.services import services
from engine.errors import EngineError, Overloaded
from engine.pipeline import Preview
from engine.render import prose
from kb.changes import Change, ChangeError
from kb.store import Snapshot

AT_ONCE = 2
"""How many rehearsals a process does at the same time: each compares dozens of answers, and needs no key."""

PATIENCE = 1.0
"""For how many seconds one waits for its turn."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Rehearsal:
    """A change that was not made.

    Attributes:
        base: the number of the version that it was rehearsed on.
        preview: what it would do; None where it makes no sense.
        faults: everything that stands against it.
        remarks: what checks say of it that does not stand against it.
        impact: which answers it changes, as HTML.
        unavailable: why nothing could be said; empty where something is.
    """

    base: int
    preview: Preview | None = None
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
    impact: Markup = field(default_factory=Markup)
    unavailable: str = ""


def rehearse(make: Callable[[Snapshot], Change], impact: bool = True) -> Rehearsal:
    """Make a change for the newest version, look at what it means, and leave it at that.

    Args:
        make: makes the change.
        impact: whether to compare answers.
    """
    snapshot = services().store.snapshot()
    base = snapshot.version.number
    try:
        with _turn():
            preview = services().pipeline.preview(make(snapshot), impact)
    except ChangeError as error:
        return Rehearsal(base, faults=refused_change(error).faults)
    except EngineError as error:
        return Rehearsal(base, unavailable=no_answer(error).detail)
    if preview.errors:
        return Rehearsal(base, preview, refused_findings(preview.errors).faults)
    remarks = tuple(sentence(f"{one.label or one.name}: {one.text}") for one in preview.findings)
    told = Markup(prose.html(preview.impact.as_text())) if preview.impact else Markup()  # noqa: S704 - escaped there
    return Rehearsal(base, preview, (), remarks, told)


def no_answer(error: EngineError) -> ProblemError:
    """That there was no time for an answer, to people."""
    text = "Many people are asking at once." if isinstance(error, Overloaded) else "This could not be worked out."
    return ProblemError(503, "no-answer", "No answer", f"{text} Please try again in a moment.")


def faults_of(error: ProblemError) -> tuple[Fault, ...]:
    """What a refusal finds wrong, one by one; the refusal itself where it names nothing."""
    return error.faults or (Fault(error.detail),)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Overloaded("too many rehearsals at once")
    try:
        yield
    finally:
        _turns.release()
