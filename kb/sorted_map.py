"""A sorted mapping that shares what did not change with the one it was made from.

A version of a large knowledge base differs from the one before by a few terms. A plain dictionary would be copied whole
for each; this one is cut into runs of keys, and only the runs that a change touches are made anew.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

LONGEST_RUN = 512
"""How many keys a run holds at most: what is copied for each key that changes."""

K = TypeVar("K", bound=Any)
V = TypeVar("V")


class SortedMap(Mapping[K, V], Generic[K, V]):
    """An immutable mapping in the order of its keys. Looking up is a binary search and one look into a dictionary."""

    __slots__ = ("_firsts", "_runs", "_size")

    def __init__(self, content: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        """Sort ``content`` into runs."""
        given = content.items() if isinstance(content, Mapping) else content
        self._runs: list[dict[K, V]] = list(_runs(sorted(given, key=_key)))
        self._firsts: list[K] = [next(iter(run)) for run in self._runs]
        self._size = sum(map(len, self._runs))

    def __getitem__(self, key: K) -> V:
        place = bisect_right(self._firsts, key) - 1
        if place < 0:
            raise KeyError(key)
        return self._runs[place][key]

    def __contains__(self, key: object) -> bool:
        try:
            self[key]  # type: ignore[index]  # any object may be asked for
        except (KeyError, TypeError):
            return False
        return True

    def __iter__(self) -> Iterator[K]:
        for run in self._runs:
            yield from run

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    def changed(self, values: Mapping[K, V], gone: Iterable[K] = ()) -> SortedMap[K, V]:
        """The same mapping with some keys gone and others set; a key that is not there may go all the same."""
        touched: dict[int, dict[K, V]] = {}
        for key in gone:
            self._copied(touched, key).pop(key, None)
        for key, value in values.items():
            self._copied(touched, key)[key] = value
        other: SortedMap[K, V] = SortedMap.__new__(SortedMap)
        other._runs, other._firsts, other._size = list(self._runs), list(self._firsts), self._size
        for place in sorted(touched, reverse=True):  # from the end, so that the places before stay what they are
            runs = list(_runs(sorted(touched[place].items(), key=_key)))
            other._size += len(touched[place]) - sum(map(len, self._runs[place : place + 1]))
            other._runs[place : place + 1] = runs
            other._firsts[place : place + 1] = [next(iter(run)) for run in runs]
        return other

    def _copied(self, touched: dict[int, dict[K, V]], key: K) -> dict[K, V]:
        """A copy of the run to which a key belongs, made once a change."""
        place = max(0, bisect_right(self._firsts, key) - 1)
        if place not in touched:
            touched[place] = dict(self._runs[place]) if self._runs else {}
        return touched[place]


def with_changes(old: Mapping[K, V], values: Mapping[K, V], gone: Iterable[K] = ()) -> Mapping[K, V]:
    """A mapping in the order of its keys with changes: a dictionary while it is small, runs of keys after that."""
    if isinstance(old, SortedMap):
        return old.changed(values, gone)
    kept = {key: old[key] for key in old.keys() - set(gone)} | dict(values)
    return arranged(kept)


def arranged(content: Mapping[K, V]) -> Mapping[K, V]:
    """The same in the order of keys, in the form in which it is best kept."""
    return SortedMap(content) if len(content) > LONGEST_RUN else dict(sorted(content.items(), key=_key))


def _key(pair: tuple[K, V]) -> K:
    return pair[0]


def _runs(pairs: list[tuple[K, V]]) -> Iterator[dict[K, V]]:
    """Sorted pairs in runs, half full where there are several, so that keys can be added."""
    length = LONGEST_RUN if len(pairs) <= LONGEST_RUN else LONGEST_RUN // 2
    for start in range(0, len(pairs), length):
        yield dict(pairs[start : start + length])


def differing(old: Mapping[K, V], new: Mapping[K, V]) -> set[K]:
    """The keys that only one of two mappings has, or that have other values; runs that both share are not looked at."""
    if old is new:
        return set()
    if isinstance(old, SortedMap) and isinstance(new, SortedMap):
        shared = {*map(id, old._runs)} & {*map(id, new._runs)}
        old = {key: run[key] for run in old._runs if id(run) not in shared for key in run}
        new = {key: run[key] for run in new._runs if id(run) not in shared for key in run}
    return {key for key in {*old, *new} if key not in old or key not in new or old[key] != new[key]}


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for circles of garbage: while millions of objects are made that stay, it takes half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
