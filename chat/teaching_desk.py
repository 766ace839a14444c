"""What teaching works with: the one pipeline for changes, and whether whoever talks may save one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.advisor import Advisor
from engine.history import Difference
from engine.live import LiveAdvisor
from engine.pipeline import Pipeline, Preview
from kb.changes import add_task
from kb.definitions import TaskDescription
from kb.store import Also, Snapshot
from kb.versions import Version, composed

Lack: TypeAlias = Literal["no-key", "unknown-key", "expired-key", "read-only"]
"""Why somebody may not write: gave no key, or one that is not known, is over, or only reads."""

Saving: TypeAlias = Callable[[Also], None]
"""Saves a change, and in the same transaction whatever it is given."""

_MOST_VERSIONS = 5
_UNNAMED = "somebody in a conversation"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who talks, as far as writing is concerned.

    Attributes:
        name: whose key it is, as history shows it; empty if there is none.
        lack: why whoever talks may not write; None if they may.
        way: how a key is given on this surface, as a sentence.
        note: is told the id of a task that was added for them, and the version that has it.
    """

    name: str = ""
    lack: Lack | None = "no-key"
    way: str = ""
    note: Callable[[str, int], None] | None = field(default=None, compare=False)

    @property
    def may_write(self) -> bool:
        """Whether a change is saved for them."""
        return self.lack is None


NOBODY = Caller()
"""Somebody without a key."""


class Desk:
    """Rehearses the addition of a task and saves it.

    Args:
        pipeline: through which every change goes.
        live: answers from knowledge that is not saved yet.
        caller: who talks.
    """

    def __init__(self, pipeline: Pipeline, live: LiveAdvisor, caller: Caller = NOBODY) -> None:
        self._pipeline, self._live, self.caller = pipeline, live, caller

    def snapshot(self, number: int) -> Snapshot:
        """A version of the knowledge."""
        return self._pipeline.store.snapshot(number)

    def preview(self, base: int, definition: TaskDescription, impact: bool = True) -> Preview:
        """What adding the task to a version would do; nothing is saved.

        Raises:
            ChangeError: if the definition makes no sense.
            EngineError: and its kinds, if the engine cannot answer.
        """
        author = self.caller.name or _UNNAMED
        return self._pipeline.preview(add_task(self.snapshot(base), definition, author), impact)

    def since(self, base: int, head: int) -> tuple[tuple[Version, ...], str]:
        """The versions after ``base`` up to ``head``, and what differs between the two in words."""
        store = self._pipeline.store
        delta = composed(store.delta(number) for number in range(base + 1, head + 1))
        between = Difference(self.snapshot(base).knowledge, self.snapshot(head).knowledge, delta)
        told = range(max(base, head - _MOST_VERSIONS) + 1, head + 1)
        return tuple(self.snapshot(number).version for number in told), between.as_text()

    def supposing(self, preview: Preview) -> Advisor:
        """Answers from the knowledge as the change would make it."""
        return self._live.supposing(preview.after)

    def saving(self, preview: Preview) -> Saving:
        """How to save a change that was looked at.

        The result raises InvalidKnowledgeError if it has errors, and BaseMovedError if another change came first.
        """

        def save(also: Also) -> None:
            version = self._pipeline.save(preview, also)
            if self.caller.note and preview.change.term:
                self.caller.note(preview.change.term[1], version.number)

        return save
