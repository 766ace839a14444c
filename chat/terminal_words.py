"""Completion in a terminal: what suggests itself, how questions begin, and what terms are called."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from chat.state import Reply

_OPENERS = (
    "why?",
    "why not ",
    "what if ",
    "what would have to change for ",
    "what does ",
    "what do you know so far?",
    "what are the downsides?",
    "what should I tell you next?",
    "who says so?",
    "how do you decide?",
    "how sure are you?",
    "how much does it cost?",
    "which tasks do you know?",
    "which techniques do you know?",
    "forget ",
    "no, it is ",
    "I don't know",
    "start over",
    "export this conversation",
    "add a task called ",
    "help",
)
"""How messages of each act begin."""

_MOST = 30
_LONGEST_LABEL = 6


class Words(Completer):
    """Completes a message.

    Args:
        words: gives what terms are called; asked for once, when completion is first wanted.
    """

    def __init__(self, words: Callable[[], Sequence[str]]) -> None:
        self._get = words
        self._labels: list[tuple[str, str]] | None = None
        self._offered: tuple[str, ...] = ()

    def offer(self, reply: Reply) -> None:
        """Complete to the choices and suggestions of a reply first."""
        asked = reply.next_question
        choices = [value["label"] for value in asked["values"]] if asked else []
        self._offered = tuple(dict.fromkeys((*choices, *reply.suggestions)))

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What the message may go on with: as a whole, or its last words."""
        typed = document.text_before_cursor.lstrip()
        whole = [text for text in (*self._offered, *_OPENERS) if text.lower().startswith(typed.lower())]
        for text in whole:
            yield Completion(text, start_position=-len(typed))
        if not typed or typed.endswith(" "):
            return
        words = typed.split(" ")
        # The longest ending that begins a label: "question an" rather than "an".
        for count in range(min(len(words), _LONGEST_LABEL), 0, -1):
            ending = " ".join(words[-count:])
            found = [label for label in self._beginning(ending) if label not in whole]
            for label in found:
                yield Completion(label, start_position=-len(ending))
            if found:
                return

    def _beginning(self, text: str) -> list[str]:
        """The labels that begin with a text, in the order of the alphabet."""
        if self._labels is None:
            self._labels = sorted({(label.lower(), label) for label in self._get()})
        start = text.lower()
        first = bisect_left(self._labels, (start, ""))
        near = self._labels[first : first + _MOST]
        return [label for lowered, label in near if lowered.startswith(start) and lowered != start]
