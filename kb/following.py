"""From the knowledge of one version to that of the next: only what a change touches is read again."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.building import Context
from kb.content import Content
from kb.described import ContentIndex, index_of, inner_nodes, owners
from kb.graph import Key
from kb.index import UnreadableError, aw, split_value
from kb.lexicon import Names
from kb.model import ATTRIBUTE_OF_KIND, Kind, Knowledge, Pack, Term
from kb.namespaces import BASE, try_split
from kb.reader import BUILDERS, Fault, KnowledgeError, misnamed, read_leniently, schema_index
from kb.sorted_map import uncollected, with_changes
from kb.users import Tested, Users
from kb.versions import Delta


@dataclass(frozen=True, slots=True)
class Step:
    """What a change made of the knowledge.

    Attributes:
        knowledge: the knowledge base after it, without terms that cannot be read.
        index: the content after it, by subject.
        subjects: the IRIs of all subjects that the change says something about, of those to which they belong, of terms
            that cannot be read any more, and of the conditions and lists that belong to these or did.
        changed: the terms that came, went or became others.
        faults: the terms that cannot be read any more.
    """

    knowledge: Knowledge
    index: ContentIndex
    subjects: frozenset[str]
    changed: frozenset[Key]
    faults: tuple[Fault, ...]

    def readable(self) -> Knowledge:
        """The knowledge base after the change.

        Raises:
            KnowledgeError: if a term cannot be read.
        """
        if self.faults:
            raise KnowledgeError(self.faults)
        return self.knowledge


def read_content(content: Content) -> Knowledge:
    """The knowledge base that a content is, all of it read.

    Raises:
        KnowledgeError: if a term cannot be read.
    """
    with uncollected():
        index = index_of(content)
        knowledge, faults = read_leniently(index)
        index.nodes.clear()  # nodes and index name each other, and nobody else names them
    if faults:
        raise KnowledgeError(faults)
    return knowledge


def follow(knowledge: Knowledge, before: Content, after: Content, delta: Delta) -> Step:
    """Read again what a change can have changed: what its lines are about, and who names what went.

    Args:
        knowledge: all of ``before``, which is readable.
        before: the content before the change.
        after: that after it.
        delta: the change.
    """
    touched = {_subject(line) for line in (*delta.added, *delta.removed)}
    subjects = owners((before, after), touched)
    keys, values = _keys(subjects)
    ids = _Ids(knowledge, keys, values)
    index = ContentIndex(after, ids)
    context = Context(index, schema_index())
    keys |= _ranked_otherwise(knowledge, after, index, keys)
    keys |= _naming_what_went(knowledge, index, keys, values)
    read: dict[Kind, dict[str, Term]] = defaultdict(dict)
    gone: dict[Kind, set[str]] = defaultdict(set)
    faults = list(misnamed((name, index.nodes[name]) for name in sorted(subjects) if name in index.nodes))
    for kind, term_id in sorted(keys):
        old, new = knowledge.find(kind, term_id), None
        node = index.declared[kind].get(term_id)
        if node is not None:
            try:
                new = BUILDERS[kind](context, node, term_id)
            except UnreadableError as error:
                faults.append(Fault(kind, term_id, str(error)))
        if new is not None and new != old:
            read[kind][term_id] = new
        elif new is None and old is not None:
            gone[kind].add(term_id)
    changed = frozenset((kind, one) for found in (read, gone) for kind, terms in found.items() for one in terms)
    fields: dict[str, Any] = {
        ATTRIBUTE_OF_KIND[kind]: with_changes(knowledge.of(kind), read[kind], gone[kind])
        for kind in {kind for kind, _ in changed}
    }
    new_knowledge = dataclasses.replace(knowledge, **fields)
    Users.follow(knowledge, new_knowledge, changed)
    Tested.follow(knowledge, new_knowledge, changed)
    Names.follow(knowledge, new_knowledge, changed)
    faults.sort(key=lambda fault: (fault.kind, fault.term, fault.message))
    subjects |= touched | {f"{BASE}{fault.kind}/{fault.term}" for fault in faults}
    subjects |= inner_nodes((before, after), subjects)
    return Step(new_knowledge, index, frozenset(subjects), changed, tuple(faults))


class _Ids:
    """The ids that may be declared after a change: those that were, and those that it speaks of."""

    def __init__(self, knowledge: Knowledge, keys: Iterable[Key], values: Iterable[str]) -> None:
        self._knowledge = knowledge
        self._new: dict[str, set[str]] = defaultdict(set)
        for kind, term_id in keys:
            self._new[kind].add(term_id)
        self._new["value"].update(values)

    def __call__(self, kind: str) -> set[str]:
        if kind == "value":
            constraints = self._knowledge.constraints.values()
            return self._new[kind] | {f"{one.id}.{value.id}" for one in constraints for value in one.values}
        return self._new[kind] | {*self._knowledge.of(kind)}  # type: ignore[arg-type]  # a kind of records


def _subject(line: str) -> str:
    return line.partition(" ")[0][1:-1]


def _keys(subjects: Iterable[str]) -> tuple[set[Key], set[str]]:
    """The records that rest on these subjects, and the ids of values among them: a value stands in its constraint."""
    keys: set[Key] = set()
    values: set[str] = set()
    for name in subjects:
        split = try_split(name)
        if split is not None and split[0] == "value":
            values.add(split[1])
            keys.add(("constraint", split_value(split[1])[0]))
        elif split is not None and split[0] in ATTRIBUTE_OF_KIND:
            keys.add((split[0], split[1]))  # type: ignore[arg-type]  # a kind of records
    return keys, values


def _ranked_otherwise(knowledge: Knowledge, after: Content, index: ContentIndex, keys: Iterable[Key]) -> set[Key]:
    """The terms of packs whose precedence changed: of a term in several packs the least decides where it belongs."""
    found: set[Key] = set()
    for kind, pack in keys:
        if kind == "pack":
            old, node = knowledge.packs.get(pack), index.declared["pack"].get(pack)
            if _precedence(old) != (node.word(aw("precedence")) if node else None):
                found |= _keys(after.subjects_of(pack))[0]
    return found


def _precedence(pack: Pack | None) -> str | None:
    return None if pack is None else str(pack.precedence)


def _naming_what_went(
    knowledge: Knowledge, index: ContentIndex, keys: Iterable[Key], values: Iterable[str]
) -> set[Key]:
    """The terms that name one that is no longer declared. Naming one that comes is no matter: nothing did so far."""
    went: set[Key] = {key for key in keys if knowledge.find(*key) and key[1] not in index.declared[key[0]]}
    went |= {("constraint", split_value(value)[0]) for value in values if value not in index.declared["value"]}
    return {user for key in went for user in Users.of(knowledge).get(key)} if went else set()
