"""The dry run of a drafted task: what the pipeline finds, which answers would change, what moved meanwhile."""

from __future__ import annotations

from functools import cached_property

from chat import teaching_verdict as verdict
from chat import teaching_wording as words
from chat.advice import Advice
from chat.state import State
from chat.teaching_desk import Desk, Saving
from chat.teaching_draft import Draft
from chat.teaching_reading import owner_of
from chat.wording import label_of
from engine.advisor import Advisor
from engine.pipeline import Preview
from kb.definitions import ChangeError, Problem, slug


class Review:
    """What adding a drafted task would do.

    Args:
        desk: rehearses and saves.
        advisor: the version to which it would be added, the newest.
        draft: the task.
    """

    def __init__(self, desk: Desk, advisor: Advisor, draft: Draft) -> None:
        self._desk, self._advisor, self._draft = desk, advisor, draft
        self._knowledge = advisor.knowledge

    @cached_property
    def _preview(self) -> Preview | ChangeError:
        try:
            return self._desk.preview(self._advisor.version.number, self._draft.description())
        except ChangeError as error:
            return error

    @property
    def refused(self) -> bool:
        """Whether it cannot be added like this."""
        return isinstance(self._preview, ChangeError) or bool(self._preview.errors)

    @property
    def version(self) -> int:
        """The number of the version that adding it makes."""
        return self._advisor.version.number + 1

    @property
    def moved(self) -> bool:
        """Whether the knowledge changed since the dry run was shown."""
        return self._draft.base != self._advisor.version.number

    def parts(self) -> list[str]:
        """What the checks find and which answers would change, as paragraphs."""
        preview = self._preview
        if isinstance(preview, ChangeError):
            return [verdict.problems([self._problem(one) for one in preview.problems])]
        told = [verdict.checks(preview.findings, preview.knowledge)]
        if self.refused:
            return told
        impact = preview.impact.as_text() if preview.impact else None
        advisor = self._desk.supposing(preview)
        winners = advisor.recommend(advisor.profile(task=slug(self._draft.label))).winners
        advice = verdict.outlook([label_of(self._knowledge.techniques, one) for one in winners])
        return [*told, *filter(None, (impact, advice))]

    def _problem(self, problem: Problem) -> str:
        """One thing that is wrong with the definition; a name that is taken with whose it is."""
        part, _, place = problem.path.strip("/").partition("/")
        name = self._draft.synonyms[int(place)] if part == "synonyms" and place else self._draft.label
        owner = owner_of(self._knowledge, name) if part in {"label", "synonyms"} else None
        return words.taken(name, owner) if owner else verdict.problem(problem)

    def what_moved(self) -> str:
        """Which versions came since the dry run was shown, and what they changed."""
        versions, text = self._desk.since(self._draft.base, self._advisor.version.number)
        return verdict.moved(versions, text)

    def advice(self, state: State) -> Advice:
        """Advice from the knowledge with the task in it: what is said from then on."""
        assert isinstance(self._preview, Preview)
        return Advice(self._desk.supposing(self._preview), state)

    def saving(self) -> Saving:
        """How to save it; only where it is not refused."""
        assert isinstance(self._preview, Preview)
        return self._desk.saving(self._preview)
