"""Tables of lists that one version shares with the next but for what differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

K = TypeVar("K")
C = TypeVar("C", bound=Any)


class SharedTable(Generic[K, C]):
    """A table from keys to containers. A copy shares its containers until it asks for one of its own.

    Args:
        kind: makes an empty container, and a copy of one.
    """

    def __init__(self, kind: Callable[..., C]) -> None:
        """Begin with nothing."""
        self._kind = kind
        self._content: dict[K, C] = {}
        self._own: set[K] | None = None  # None: all of them are

    def get(self, key: K) -> C | None:
        """What there is at a key, to be read only."""
        return self._content.get(key)

    def own(self, key: K) -> C:
        """What there is at a key, to be changed: nobody else sees it."""
        found = self._content.get(key)
        if found is None or (self._own is not None and key not in self._own):
            found = self._content[key] = self._kind(found or ())
            if self._own is not None:
                self._own.add(key)
        return found

    def settle(self, key: K) -> None:
        """Drop a key at which nothing is left."""
        if not self._content.get(key):
            self._content.pop(key, None)
            if self._own is not None:
                self._own.discard(key)

    def copy(self) -> SharedTable[K, C]:
        """Another table with the same content. This one must not be changed any more."""
        other: SharedTable[K, C] = SharedTable(self._kind)
        other._content = dict(self._content)
        other._own = set()
        return other
