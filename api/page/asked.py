"""What a view of an answer is about: the answer, the version that gave it, and how its other views are linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for

from api.page.packs import Packs, packs_of
from api.page.side import VIEWS, headline, sure
from api.services import services
from engine.advisor import Advisor
from engine.answer import Recommendation


class UnknownAnswerError(LookupError):
    """There is no such stored answer."""


@dataclass(frozen=True)
class Asked:
    """A question about a stored answer.

    Attributes:
        advisor: the version that gave it.
        recommendation: the answer.
        view: which view of it.
        query: what the view is to show, by parameters.
        session: the conversation in which it is looked at, if it is.
    """

    advisor: Advisor
    recommendation: Recommendation
    view: str
    query: Mapping[str, str]
    session: str | None

    @cached_property
    def core(self) -> dict[str, Any]:
        """The answer as data."""
        return self.recommendation.core("none")

    @property
    def id(self) -> str:
        """The id of the answer."""
        return self.recommendation.id

    @property
    def version(self) -> int:
        """The number of the version that gave it."""
        return self.advisor.version.number

    @property
    def headline(self) -> str:
        """What is recommended."""
        return headline(self.core)

    @property
    def sure(self) -> str:
        """How sure that is."""
        return sure(self.core["confidence"])

    @property
    def views(self) -> tuple[tuple[str, str], ...]:
        """The views of an answer with the labels of their links."""
        return (("answer", "Answer"), *VIEWS)

    def link(self, view: str, **query: Any) -> str:
        """The address of a view, in the same conversation."""
        path: dict[str, Any] = {} if view == "answer" else {"view": view}
        if self.session:
            return url_for("page.answer_here", session=self.session, answer_id=self.id, **path, **query)
        return url_for("page.answer", answer_id=self.id, **path, **query)

    @property
    def switch(self) -> str:
        """Where other packs are asked for, of this very view."""
        query: dict[str, Any] = dict(self.query)
        if self.session:
            return url_for("page.switched_here", session=self.session, answer_id=self.id, **query)
        return url_for("page.switched", answer_id=self.id, **query)

    @property
    def permanent(self) -> str:
        """The address of this very view for others: without the conversation."""
        path: dict[str, Any] = {} if self.view == "answer" else {"view": self.view}
        return url_for("page.answer", answer_id=self.id, **path, **self.query, _external=True)

    def file(self, kind: str, view: str = "", **query: Any) -> str:
        """The address of a view as a file."""
        return url_for("page.export", answer_id=self.id, view=view or self.view, kind=kind, **{**self.query, **query})

    def others(self) -> Iterator[Mapping[str, Any]]:
        """The techniques that are not recommended, best first."""
        winners = self.recommendation.winners
        return (entry for entry in self.core["ranking"] if entry["technique"] not in winners)

    def known(self) -> Iterator[tuple[str, str, str]]:
        """What was known: label, value, and whether stated, inferred or assumed."""
        wording, profile = self.recommendation.wording, self.core["profile"]
        words = {"stated": "stated", "derived": "stated", "inherited": "inferred"}
        for name, value in profile["constraints"].items():
            number = profile["numbers"].get(name)
            said = wording.value(name, value)
            if number:
                end = f" to {number['to']:,}" if "to" in number else ""
                said = f"{said} ({number['number']:,}{end})"
            yield wording.constraint(name), said, words.get(profile["origin"][name], "assumed")

    @property
    def task(self) -> str:
        """The label of the task; empty if it was not known."""
        task = self.core["profile"]["task"]
        return self.recommendation.knowledge.tasks[task].label if task else ""

    @cached_property
    def packs(self) -> Packs:
        """The packs by which it was given."""
        return packs_of(self.recommendation)

    def case(self) -> dict[str, Any]:
        """The case as :func:`chat.editing.read_edit` takes it; packs are named where they are not the usual ones."""
        request: dict[str, Any] = dict(self.recommendation.profile.request())
        if not self.packs.usual:
            request["packs"] = self.recommendation.packs
        return {name: value for name, value in request.items() if value or name == "packs"}


def asked(answer_id: str, view: str, query: Mapping[str, str], session: str | None) -> Asked:
    """A question about a stored answer, asked of the version that gave it.

    Raises:
        UnknownAnswerError: if there is no such answer.
        EngineError: and its kinds, if the engine could not answer.
    """
    found = services().answers.find(answer_id)
    if found is None:
        raise UnknownAnswerError(answer_id)
    advisor = services().live.at(found.version)
    profile = advisor.profile(**found.request)
    recommendation = advisor.recommend(profile, as_of=found.as_of, packs=found.packs)
    given = {name: value for name, value in query.items() if value.strip()}  # a form sends its empty fields too
    return Asked(advisor, recommendation, view, given, session)
