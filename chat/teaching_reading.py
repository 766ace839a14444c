"""What somebody who teaches a task names: tasks, needs with a strength, and conditions, in their own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from chat.acts import ordinal
from chat.answering import answer_to
from chat.english import FUNCTION_WORDS, HIGH, IMPORTANCE, LOW, MIDDLE
from chat.forms import CHOICE
from chat.matching import matches, read
from chat.teaching_forms import CONDITION, by_comma, pieces, straight, unquoted
from chat.understanding import interpret_with
from chat.vocabulary import Vocabulary, vocabulary_of
from kb.bands import bands_of, covers
from kb.definitions import Demand, slug
from kb.lexicon import Lexicon
from kb.model import Kind, Knowledge
from kb.nearest import similarity

_SURE = 88.0
"""From this likeness on (of 100) a name is taken for a misspelt one."""
_WHOLE = 0.95
_LONGEST_NAME = 16
"""Words beyond which a text is no name with what stands around it."""

_MOST_LOOKED_UP = 20
"""How many items of a list are looked up; looking for names like each costs up to 50 ms among 100,000 terms."""

_MOST_NEAR = 3
_LEAD = re.compile(r"^(?:an?|the|its?|it's|it is|some|also|only|good|for|to be|under|below|like|as)\s+", re.IGNORECASE)
_MUST = frozenset({"must", "mandatory", "indispensable", "vital", "require", "requires", "needed", "necessary"})
_AROUND = (
    FUNCTION_WORDS
    | IMPORTANCE
    | {"add", "also", "include", "not", "make", "strength", "importance", "level", "set", "nice", "-", "–"}
)
"""Words that stand between the name of a need and how much it matters."""


@dataclass(frozen=True, slots=True)
class Found:
    """Terms that words stand for.

    Attributes:
        terms: ids of those that are meant.
        missed: words that stand for none.
        near: ids of terms with names like the words missed, best first.
    """

    terms: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demanded:
    """The demands that a message states.

    Attributes:
        demands: each with a strength, or with none where nothing was said of it.
        missed: words that stand for no need.
        near: ids of needs with names like these.
        unread: the words of a condition that could not be read.
    """

    demands: tuple[Demand, ...] = ()
    missed: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unread: str = ""


@dataclass
class Names:
    """Finds terms by what people call them.

    Args:
        knowledge: where they are looked for.
        choices: ids of the terms that were offered last.
    """

    knowledge: Knowledge
    choices: tuple[str, ...] = ()
    _lexicon: Lexicon = field(init=False)
    _vocabulary: Vocabulary = field(init=False)

    def __post_init__(self) -> None:
        self._lexicon, self._vocabulary = Lexicon(self.knowledge), vocabulary_of(self.knowledge)

    def one(self, kind: Kind, text: str) -> str | None:
        """The term that a text names and nothing else; None if there is none, or there are several."""
        chosen = CHOICE.match(text.lower())
        if chosen and self.choices and (picked := ordinal(chosen.group("which"), self.choices)):
            return picked if picked in self.knowledge.of(kind) else None
        return self._called(kind, text) or self._misspelt(kind, text) or self._worded(kind, text)

    def _called(self, kind: Kind, text: str) -> str | None:
        return next((found for name in _bare(text) if (found := self._lexicon.find(kind, name))), None)

    def _misspelt(self, kind: Kind, text: str) -> str | None:
        name = list(_bare(text))[-1]
        near = self._lexicon.nearest(kind, name, 2) if len(name) > 4 else ()
        likeness = [self._likeness(kind, one, name) for one in near]
        sure = likeness and likeness[0] >= _SURE and (len(likeness) == 1 or likeness[1] < likeness[0])
        return near[0] if sure else None

    def _likeness(self, kind: Kind, term: str, name: str) -> float:
        record = self.knowledge.of(kind)[term]
        # Words that only one of the two names has make it another name, whatever the letters have in common.
        same = [one for one in (record.label, *record.synonyms) if len(one.split()) == len(name.split())]
        return max((similarity(name, one) for one in same), default=0.0)

    def _worded(self, kind: Kind, text: str) -> str | None:
        """The term of which all words of the text speak, as in a description."""
        reading = read(text, self._vocabulary)
        words = len([token for token in reading.tokens if not token.sign and len(token.word) > 3])
        found = {
            match.phrase.target.id
            for match in matches(reading, self._vocabulary)
            if match.phrase.target.kind == kind and match.coverage > _WHOLE and len(match.positions) >= words
        }
        return found.pop() if len(found) == 1 else None

    def several(self, kind: Kind, text: str) -> Found:
        """The terms that a text lists."""
        whole = self.one(kind, text)
        if whole is not None:
            return Found((whole,))
        terms: list[str] = []
        missed: list[str] = []
        for part in by_comma(text)[:_MOST_LOOKED_UP]:
            one = self.one(kind, part)
            for piece in [part] if one else pieces(part)[:_MOST_LOOKED_UP]:
                found = one or self.one(kind, piece)
                terms += [found] if found else []
                missed += [] if found else [piece]
        near = tuple(dict.fromkeys(one for piece in missed[:_MOST_NEAR] for one in self.near(kind, piece)))
        return Found(tuple(dict.fromkeys(terms)), tuple(missed), near)

    def near(self, kind: Kind, text: str, count: int = 3) -> tuple[str, ...]:
        """Terms with names like these words, best first."""
        return self._lexicon.nearest(kind, list(_bare(text))[-1], count)

    # --- Demands ----------------------------------------------------------------------------------------------

    def demands(self, text: str) -> Demanded:
        """The needs that a text lists, each with the strength that it says, and the condition at its end."""
        head, when, unread = self._conditioned(straight(text))
        demands: list[Demand] = []
        missed: list[str] = []
        whole = self._demand(head, when)
        for part in [] if whole else by_comma(head)[:_MOST_LOOKED_UP]:
            one = self._demand(part, when)
            for piece in [part] if one else pieces(part)[:_MOST_LOOKED_UP]:
                found = one or self._demand(piece, when)
                if found is not None:
                    demands.append(found)
                elif demands and self._is_degree(piece):
                    # "Something, a must, and something else": it is about what came before it.
                    demands[-1] = replace(demands[-1], strength=self.strength(piece) or "")
                else:
                    missed.append(piece)
        near = tuple(dict.fromkeys(one for piece in missed[:_MOST_NEAR] for one in self.near("need", piece)))
        return Demanded((whole,) if whole else tuple(demands), tuple(missed), near, unread)

    def _conditioned(self, text: str) -> tuple[str, Mapping[str, tuple[str, ...]], str]:
        found = CONDITION.match(text)
        if not found:
            return text, {}, ""
        when = self.condition(found.group("rest"))
        return found.group("head"), when, "" if when else found.group("rest")

    def _demand(self, text: str, when: Mapping[str, tuple[str, ...]]) -> Demand | None:
        """The one need that a text names, with the strength that the words around its name say."""
        readings = list(self._weighed(text))
        for finding in (self._called, self.one):
            for name, around in readings:
                need = finding("need", name)
                if need is not None:
                    return Demand(need, self.strength(around) or "", when)
        return None

    def _weighed(self, text: str) -> Iterator[tuple[str, str]]:
        """A text as a name and what stands around it, the longest name first: only words of degree stand around."""
        words = re.findall(r"[^\s()=:,]+", text)
        if len(words) > _LONGEST_NAME:
            yield " ".join(words), ""
            return
        idle = [bool(self._weight(word.lower())) or word.lower() in _AROUND for word in words]
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                if all(idle[:start]) and all(idle[start + length :]):
                    yield " ".join(words[start : start + length]), " ".join(words[:start] + words[start + length :])

    def _is_degree(self, text: str) -> bool:
        """Whether a text says how much something matters, and nothing else."""
        words = text.lower().split()
        return bool(self.strength(text)) and all(self._weight(word) or word in _AROUND for word in words)

    def strength(self, text: str) -> str | None:
        """How much a need matters, as a text says it; None if it says nothing of that."""
        chosen = CHOICE.match(text.lower())
        if chosen and (picked := ordinal(chosen.group("which"), self.strengths())):
            return picked
        words = re.findall(r"[a-z']+", text.lower())
        weights = [weight for word in words if (weight := self._weight(word))]
        if "not" in words and weights:
            return self.strengths()[-1]
        return weights[0] if weights else None

    def strengths(self) -> list[str]:
        """All of them, the greatest first."""
        return sorted(self.knowledge.strengths, key=lambda one: -self.knowledge.strengths[one].weight)

    def _weight(self, word: str) -> str | None:
        known = self.strengths()
        for one in known:
            record = self.knowledge.strengths[one]
            if word in {one, record.label.lower(), f"{one}ly", *record.synonyms}:
                return one
        if word in _MUST:
            return known[0]
        for calibrated in self.knowledge.words.values():
            if calibrated.label.lower() == word and calibrated.calibrates_to in known:
                return calibrated.calibrates_to
        if word in HIGH:
            return known[min(1, len(known) - 1)]
        if word in LOW or word in {"nice", "slightly", "bonus"}:
            return known[-1]
        return known[len(known) // 2] if word in MIDDLE or word == "medium" else None

    # --- Conditions -------------------------------------------------------------------------------------------

    def condition(self, text: str) -> dict[str, tuple[str, ...]]:
        """The constraints that a text states, each with its value; empty if it states none."""
        said: dict[str, tuple[str, ...]] = {}
        stated = dict(interpret_with(text, self.knowledge, self._vocabulary).constraints) or dict(self._named(text))
        for constraint, value in stated.items():
            known = value if isinstance(value, str) else self._in_band(constraint, value)
            if known is not None:
                said[constraint] = (known,)
        return said

    def _named(self, text: str) -> Iterator[tuple[str, str | int | float]]:
        """A constraint by its name, with its value: "... is high"."""
        name, verb, value = re.sub(r"^(?:the|our|its?)\s+", "", text).partition(" is ")
        constraint = self.one("constraint", name) if verb else None
        if constraint is None:
            return
        found = answer_to(value, self.knowledge.constraints[constraint], self.knowledge, self._vocabulary)
        if found is not None:
            yield constraint, found

    def _in_band(self, constraint: str, number: int | float) -> str | None:
        exact = Decimal(str(number))
        found = (band.value for band in bands_of(self.knowledge, constraint) if covers(band, exact))
        return next(found, None)


def owner_of(knowledge: Knowledge, name: str) -> str | None:
    """What the task is called that goes by this name already, or has the id that would be made of it."""
    own = slug(name)
    found = Lexicon(knowledge).find_even_deprecated("task", name) or (own if own in knowledge.tasks else None)
    return knowledge.tasks[found].label if found else None


def _bare(text: str) -> Iterator[str]:
    """A name as it was said, then without the words before it, one after the other."""
    name = unquoted(text)
    yield name
    while (shorter := _LEAD.sub("", name)) != name:
        name = shorter
        yield name
