"""Who names whom, and which needs conditions ask for: kept from version to version."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kb.graph import Key, all_terms, conditions, references
from kb.model import Knowledge, NeedRaised, Prerequisite, Statement, Term
from kb.sorted_map import LONGEST_RUN, SortedMap, uncollected

_Names = tuple[Key, ...] | SortedMap[Key, None]
_SLOT = "_users"
_TESTED = "_tested_needs"


class Tested:
    """How many statements ask for each need, not counting the narrower needs that they look at as well."""

    @classmethod
    def of(cls, knowledge: Knowledge) -> Counter[str]:
        """Those of a knowledge base: read from all of it once, then kept with it."""
        found = knowledge.__dict__.get(_TESTED)
        if found is None:
            found = knowledge.__dict__[_TESTED] = Counter()
            for _, statement in knowledge.statements():
                found.update(needs_tested(statement))
        assert isinstance(found, Counter)
        return found

    @classmethod
    def follow(cls, old: Knowledge, new: Knowledge, changed: Iterable[Key]) -> None:
        """Keep with a knowledge base what was kept with the one before, apart from what ``changed``."""
        found = old.__dict__.get(_TESTED)
        if isinstance(found, Counter):
            counts = Counter(found)
            for key in changed:
                counts.subtract(needs_tested(old.find(*key)))
                counts.update(needs_tested(new.find(*key)))
            new.__dict__[_TESTED] = +counts


def needs_tested(term: Term | None) -> set[str]:
    """The needs that the conditions of a statement name."""
    if not isinstance(term, Statement):
        return set()
    own = [term.when, *([term.requires] if isinstance(term, Prerequisite) else [])]
    return {one.need for condition in own for one in conditions(condition) if isinstance(one, NeedRaised)}


class Users:
    """The terms that name each term. Nothing in it changes; :meth:`changed` shares what stays."""

    def __init__(self, by_key: SortedMap[Key, _Names]) -> None:
        self._by_key = by_key

    @classmethod
    def of(cls, knowledge: Knowledge) -> Users:
        """Those of a knowledge base: read from all of it once, then kept with it."""
        found = knowledge.__dict__.get(_SLOT)
        if found is None:
            names: dict[Key, list[Key]] = defaultdict(list)
            with uncollected():
                for kind, term in all_terms(knowledge):
                    for used in references(kind, term):
                        names[used].append((kind, term.id))
                found = knowledge.__dict__[_SLOT] = cls(SortedMap((key, _kept(names[key])) for key in names))
        assert isinstance(found, Users)
        return found

    @classmethod
    def follow(cls, old: Knowledge, new: Knowledge, changed: Iterable[Key]) -> None:
        """Keep with a knowledge base what was kept with the one before, apart from what ``changed``."""
        found = old.__dict__.get(_SLOT)
        if isinstance(found, Users):
            pairs = ((key, old.find(*key), new.find(*key)) for key in changed)
            new.__dict__[_SLOT] = found.changed(pairs)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._by_key)

    def get(self, key: Key) -> Iterator[Key]:
        """The terms that name this one, in order."""
        return iter(self._by_key.get(key, ()))

    def count(self, key: Key) -> int:
        """How many terms name this one."""
        return len(self._by_key.get(key, ()))

    def changed(self, terms: Iterable[tuple[Key, Term | None, Term | None]]) -> Users:
        """The same after some terms came, went or became others."""
        more: dict[Key, set[Key]] = defaultdict(set)
        fewer: dict[Key, set[Key]] = defaultdict(set)
        for key, old, new in terms:
            before = references(key[0], old) if old else set()
            after = references(key[0], new) if new else set()
            for used in after - before:
                more[used].add(key)
            for used in before - after:
                fewer[used].add(key)
        values: dict[Key, _Names] = {}
        for used in {*more, *fewer}:
            names = self._by_key.get(used, ())
            if isinstance(names, SortedMap):
                values[used] = names.changed(dict.fromkeys(more[used]), fewer[used])
            else:
                values[used] = _kept(({*names} - fewer[used]) | more[used])
        gone = [used for used, names in values.items() if not names]
        return Users(self._by_key.changed({used: names for used, names in values.items() if names}, gone))


def _kept(names: Iterable[Key]) -> _Names:
    found = sorted(names)
    return tuple(found) if len(found) <= LONGEST_RUN else SortedMap(dict.fromkeys(found))


def users_of(knowledge: Knowledge, key: Key) -> tuple[Key, ...]:
    """The terms that name a term, in order."""
    return tuple(Users.of(knowledge).get(key))
