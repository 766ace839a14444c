"""What can go wrong in the engine. No message carries Prolog text, a path or the user's input."""

from __future__ import annotations


class EngineError(Exception):
    """The engine could not answer; a fault of ours, not of the question."""


class EngineUnavailable(EngineError):
    """SWI-Prolog is missing, too old, or did not start."""


class Overloaded(EngineError):
    """The queue before the engine is full; the caller may try again later."""


class OtherState(EngineError):
    """The facts in Prolog are in another state than the question was made for; ask again for the state they are in."""


class EngineTimeout(EngineError):
    """The question exceeded its limit of time, inferences or memory."""

    def __init__(self, limit: str) -> None:
        """``limit`` names the limit: "time", "inferences" or "memory"."""
        super().__init__(f"the question exceeded the engine's limit of {limit}")
        self.limit = limit


class RenderingUnavailable(Exception):
    """A rendering needs a program that is not installed or failed; the message says which, and what to install."""
