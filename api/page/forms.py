"""What forms that change something share: the version that was looked at, and what is told when a change is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from api.page.rehearsal import faults_of, no_answer
from api.problems import ProblemError
from api.services import services
from engine.errors import EngineError
from engine.history import Difference
from engine.render import prose
from kb import history
from kb.changes import Change
from kb.store import Snapshot


class Moved(Exception):
    """Another change was saved since a form was opened; ``head`` is the newest version."""

    def __init__(self, head: Snapshot) -> None:
        super().__init__(f"version {head.version.number} was saved meanwhile")
        self.head = head


def base_of(form: Mapping[str, str]) -> int:
    """The number of the version that was looked at; 0 where none is named."""
    text = form.get("base", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def unmoved(base: int, make: Callable[[Snapshot], Change]) -> Callable[[Snapshot], Change]:
    """The same change, but only for the version that was looked at, as If-Match has it over REST.

    What is returned raises :class:`Moved` where another version is the newest.
    """

    def checked(snapshot: Snapshot) -> Change:
        if snapshot.version.number != base:
            raise Moved(snapshot)
        return make(snapshot)

    return checked


def since(base: int, head: Snapshot) -> Markup:
    """What differs between the version that was looked at and the newest."""
    store = services().store
    if not 1 <= base < head.version.number:
        return Markup()
    delta = history.net(store, base, head.version.number)
    text = Difference(store.snapshot(base).knowledge, head.knowledge, delta).as_text()
    return Markup(prose.html(text))  # noqa: S704 - escaped there


REFUSALS = (ProblemError, EngineError)
"""What stands against saving something that was typed: the form is shown again with it, and nothing is lost."""


def refusal(error: Exception) -> dict[str, Any]:
    """What a template tells of a refusal: the faults with the ids of fields, of which none is named here."""
    problem = as_problem(error)
    return {"refused": problem, "faults": [("", fault) for fault in faults_of(problem)]}


def as_problem(error: Exception) -> ProblemError:
    """One of :data:`REFUSALS` as what it is called to people."""
    if isinstance(error, EngineError):
        return no_answer(error)
    assert isinstance(error, ProblemError)
    return error
