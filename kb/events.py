"""What the program notes of itself, by structlog, which is imported with the first event: most commands have none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

_waiting: list[Callable[[], None]] = []


def configure_when_needed(configure: Callable[[], None]) -> None:
    """Have logging configured once the first event comes."""
    _waiting[:] = [configure]


class Events:
    """The events of one part of the program: a method a level, such as ``events.warning("what happened", why=...)``.

    Args:
        name: what the part is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _logger(self) -> Any:
        while _waiting:
            _waiting.pop()()
        import structlog  # a tenth of a second, with the library that colours its events

        return structlog.get_logger(self._name)

    def __getattr__(self, level: str) -> Callable[..., Any]:
        """The method of a level."""
        if level.startswith("_"):
            raise AttributeError(level)
        method: Callable[..., Any] = getattr(self._logger, level)
        return method
