"""What a message speaks of: terms of the knowledge base, what was spoken of before, and which act it is worded like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chat import acts, forms
from chat.answering import plainly
from chat.matching import Match, Reading, matches, named, read
from chat.phrasings import DESCRIBE, OFF_TOPIC, OPTION, THING, Likely, phrasings
from chat.scales import is_degree
from chat.state import State
from chat.understanding import Interpretation, interpret_with
from chat.vocabulary import Target, Vocabulary
from kb.model import Kind, Knowledge

# A clause says a little less than the whole; and what may stand beside anything says nothing there.
_OF_A_PART = 0.9
_CLEAR, _CERTAIN = 0.6, 0.8
_NO_CLAUSES = frozenset({DESCRIBE, OFF_TOPIC, "greeting", "confirm", "dont-know", "correct"})
# By how much likelier acts are where a question was asked, where something was supposed, and where nothing was.
_WHERE_ASKED = {"dont-know": 2.0, "why-asked": 2.0, "confirm": 1.5, DESCRIBE: 1.5}
_WHERE_NOTHING_IS_ASKED = {"dont-know": 0.5, "why-asked": 0.5}
_WHERE_OFFERED = {"confirm": 2.0, "correct": 1.5}
_WHERE_TAUGHT = {"teach": 10.0, "restart": 0.1}
_WHERE_NOTHING_IS_KNOWN = {"correct": 0.2, "retract": 0.2, "restart": 0.2}
_WHERE_NOTHING_IS_RECOMMENDED = {
    DESCRIBE: 1.5,
    "help": 1.5,
    "greeting": 1.5,
    "why": 0.5,
    "correct": 0.5,
    "retract": 0.5,
    "restart": 0.5,
    "changes": 0.5,
}
_SLOTTED: tuple[Kind, ...] = ("constraint", "task", "need")
_STATED: tuple[str, ...] = (*_SLOTTED, "value")
_STATEMENTS: tuple[Kind, ...] = ("claim", "conflict")
_DEFINABLE = ("technique", "need", "quality", "constraint", "task", "value")


def leaning_of(state: State) -> dict[str, float]:
    """By how much likelier each act is at this point of a conversation than it is anywhere."""
    leaning = dict(_WHERE_ASKED if state.pending else _WHERE_NOTHING_IS_ASKED)
    if state.offered:
        leaning.update(_WHERE_OFFERED)
    if state.last_act == "teach":
        leaning.update(_WHERE_TAUGHT)
    if not state.ranking:
        leaning.update(_WHERE_NOTHING_IS_RECOMMENDED)
    if not state.case:
        leaning.update(_WHERE_NOTHING_IS_KNOWN)
    return leaning


class Mentions:
    """Finds what messages of one conversation speak of.

    Args:
        knowledge: with the terms.
        vocabulary: their words.
        state: the conversation so far.
    """

    def __init__(self, knowledge: Knowledge, vocabulary: Vocabulary, state: State) -> None:
        self._knowledge = knowledge
        self._vocabulary = vocabulary
        self._state = state
        # The same words are looked at for several reasons.
        self._found: dict[str, tuple[Reading, Sequence[Match]]] = {}
        self._said: dict[str, Interpretation] = {}

    def interpreted(self, text: str) -> Interpretation:
        """What a part of a message states."""
        if text not in self._said:
            self._said[text] = interpret_with(text, self._knowledge, self._vocabulary)
        return self._said[text]

    def _topical(self, text: str) -> bool:
        reading = read(text, self._vocabulary)
        known = [token for token in reading.tokens if not token.sign and self._vocabulary.has_stem(token.stem)]
        return any(len(token.word) > 3 and self._vocabulary.weight(token.stem) > 0.5 for token in known)

    def techniques(self, text: str) -> tuple[str, ...]:
        """Ids of the techniques that a text names, in the order of its words; a longer name hides one inside it."""
        _, found = self._matched(text)
        return tuple(dict.fromkeys(match.phrase.target.id for match in named(found, "technique")))

    def _referred(self, message: str) -> tuple[str, ...]:
        ranking = self._state.ranking
        if (found := forms.ORDINAL.search(message)) and (technique := acts.ordinal(found.group("which"), ranking)):
            return (technique,)
        if forms.OTHER.search(message) and len(ranking) > 1:
            return tuple(technique for technique in ranking[1:] if technique != self._state.focus)[:1] or ranking[1:2]
        if forms.REFERENCE.search(message) and self._state.focus:
            return (self._state.focus,)
        return ()

    def term(self, text: str) -> Target | None:
        """The term that a text names, and nothing else."""
        wanted = plainly(text)
        exact = [p.target for p in self._vocabulary.phrases if p.origin != "example" and plainly(p.text) == wanted]
        if not exact:
            _, found = self._matched(text)
            exact = [match.phrase.target for match in found if self._is_all(match, text)]
        return min(exact, key=lambda target: _DEFINABLE.index(target.kind), default=None)

    def _statement(self, text: str) -> Target | None:
        """The claim or conflict that a text names by its label, or by the sign before the label's colon."""
        wanted = plainly(text)
        for kind in _STATEMENTS:
            for term in self._knowledge.of(kind).values():
                if wanted and wanted in {plainly(term.label), plainly(term.label.partition(":")[0])}:
                    return Target(kind, term.id)
        return None

    def _is_all(self, match: Match, text: str) -> bool:
        words = len([word for word in text.split() if len(word) > 2])
        return match.phrase.origin != "example" and match.coverage > 0.95 and len(match.positions) >= words

    def _mentioned(self, text: str) -> tuple[str, ...]:
        _, found = self._matched(text)
        return tuple(
            dict.fromkeys(
                match.phrase.target.id
                for match in found
                if match.phrase.target.kind in {"constraint", "value"} and not is_degree(match.phrase.text)
            )
        )

    def _matched(self, text: str) -> tuple[Reading, Sequence[Match]]:
        if text not in self._found:
            reading = read(text, self._vocabulary)
            self._found[text] = reading, matches(reading, self._vocabulary)
        return self._found[text]

    def _named_term(self, text: str) -> tuple[Target, str] | None:
        """The term that a question names somewhere, and its words."""
        reading, found = self._matched(text)
        for kind in _DEFINABLE:
            for match in named(found, kind):
                return match.phrase.target, reading.quote(match.positions)[2]
        return None

    def _likeliest(self, text: str) -> Likely | None:
        """The likeliest act of a sentence, or of one of its clauses where that is clearer."""
        slotted = self._slotted(text)
        leaning = leaning_of(self._state)
        variants = {slotted, *(self._slotted(text, everything=True, kinds=kinds) for kinds in (_SLOTTED, _STATED))}
        found = [phrasings().likeliest(variant, leaning) for variant in variants]
        best = max((likely for likely in found if likely), key=lambda likely: likely.value, default=None)
        parts = [part for part in forms.CLAUSE.split(slotted) if len(part.split()) > 1]
        if len(parts) < 2 or (best and best.act != DESCRIBE and best.value >= _CLEAR):
            return best
        clauses = [
            replace(likely, value=_OF_A_PART * likely.value, whole=False)
            for number, part in enumerate(parts)
            if (likely := phrasings().likeliest(part, leaning)) and not (likely.act in _NO_CLAUSES and number)
        ]
        clauses = [likely for likely in clauses if likely.act not in _NO_CLAUSES or likely.act == "correct"]
        clearest = max(clauses, key=lambda likely: likely.value, default=None)
        if clearest is None or best is None:
            return best or clearest
        tells = best.act == DESCRIBE and clearest.value >= _OF_A_PART * _CERTAIN
        return clearest if tells or clearest.value > best.value else best

    def _likeliest_whole(self, text: str, telling: float = 1.0) -> Likely | None:
        """The likeliest act of a whole message; ``telling`` is how much likelier here than elsewhere it describes."""
        leaning = leaning_of(self._state)
        leaning[DESCRIBE] = leaning.get(DESCRIBE, 1.0) * telling
        variants = {self._slotted(text), self._slotted(text, everything=True, kinds=_STATED)}
        found = [phrasings().likeliest(variant, leaning) for variant in variants]
        return max((likely for likely in found if likely), key=lambda likely: likely.value, default=None)

    def _slotted(self, text: str, *, everything: bool = False, kinds: tuple[str, ...] = _SLOTTED) -> str:
        """The message with ``{option}`` for techniques and ``{thing}`` for other terms, but where they tell the act."""
        reading, found = self._matched(text)
        slots = {match.positions: OPTION for match in named(found, "technique")}
        for kind in kinds:
            slots.update(
                {
                    match.positions: THING
                    for match in named(found, kind)
                    if everything or not self._tells(match, reading)
                }
            )
        taken: set[int] = set()
        said = text
        for positions in sorted(slots, key=lambda positions: (-positions[-1], -len(positions))):
            if not taken & set(positions):
                taken.update(positions)
                start, end, _ = reading.quote(positions)
                said = f"{said[:start]}{slots[positions]}{said[end:]}"
        return forms.SOME_OPTION.sub(OPTION, said)

    @staticmethod
    def _tells(match: Match, reading: Reading) -> bool:
        """Whether the words are everyday ones of those that ask: a term may be called like them."""
        return all(phrasings().knows(reading.tokens[position].word) for position in match.positions)
