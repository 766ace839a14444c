"""What one message is taken for: its act, what it states, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chat import acts, forms
from chat.answering import answer_to, plainly
from chat.matching import Match, Reading, matches, named, read
from chat.scales import can_be_denied
from chat.state import Number, State
from chat.understanding import Interpretation, interpret_with
from chat.vocabulary import Target, Vocabulary
from kb.model import Kind, Knowledge

_WORDS_OF_A_NAME = 5
# A longer sentence that does not ask describes something, whatever words it begins with.
_LONGEST_COMMAND = 9
_COMMANDS = frozenset({"what-if", "restart"})
_STATEMENTS: tuple[Kind, ...] = ("claim", "conflict")
_DEFINABLE = ("technique", "need", "quality", "constraint", "task", "value")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a message is taken for.

    Attributes:
        act: one of the acts of the interface; "" if its form says nothing.
        said: what it states about the application.
        techniques: ids of the techniques that it is about, in order.
        rest: the part that a supposition, correction or retraction is about.
        target: the term that is to be defined.
        kind: the kind of terms that is to be listed.
        answer: the value or number that it gives to the question asked.
        mentioned: constraints it speaks of.
        topical: whether it has words of the knowledge base at all.
    """

    act: str = ""
    said: Interpretation = field(default_factory=Interpretation)
    techniques: tuple[str, ...] = ()
    rest: str = ""
    target: Target | None = None
    kind: str = ""
    answer: str | Number | None = None
    mentioned: tuple[str, ...] = ()
    topical: bool = False


class IntentReader:
    """Reads messages of one conversation."""

    def __init__(self, knowledge: Knowledge, vocabulary: Vocabulary, state: State) -> None:
        self._knowledge = knowledge
        self._vocabulary = vocabulary
        self._state = state

    def read(self, text: str) -> Intent:
        """What the message is taken for: an act by its form, with all that its other sentences state."""
        parts = acts.split_sentences(text)
        found = [self._of_sentence(part) for part in parts]
        main = next((intent for intent in found if intent.act not in {"", "greeting"}), None)
        if main is None:
            greets = bool(found) and all(intent.act == "greeting" for intent in found)
            return Intent("greeting") if greets else self._stating(text)
        if main.act in {"what-if", "correct"}:
            rest = ". ".join((main.rest, *parts[found.index(main) + 1 :])).strip()
            return replace(main, rest=rest, said=self.interpreted(rest), mentioned=self._mentioned(rest))
        if main.act == "retract":
            return replace(main, mentioned=self._mentioned(main.rest))
        stated = " ".join(part for part, intent in zip(parts, found, strict=True) if not intent.act)
        said = self.interpreted(stated) if stated else Interpretation()
        return (
            self._stating(text) if said and main.act in {"recommend", "help", "confirm"} else replace(main, said=said)
        )

    # --- One sentence ---------------------------------------------------------------------------------------

    def _of_sentence(self, text: str) -> Intent:
        form = acts.form_of(text)
        techniques = self.techniques(text)
        if form and (acts.is_question(text) or form[0] in _COMMANDS or len(text.split()) <= _LONGEST_COMMAND):
            mentioned = self._mentioned(text) if form[0] == "regions" else ()
            return Intent(form[0], techniques=techniques, rest=form[1], mentioned=mentioned)
        asked = self._answer(text)
        if asked:
            return asked
        return self._defined(text) or self._about_techniques(text, techniques) or self._other(text)

    def _answer(self, text: str) -> Intent | None:
        pending = self._knowledge.constraints.get(self._state.pending or "")
        message = acts.plain(text)
        if pending is None or acts.is_question(text):
            return None
        if forms.CORRECT.match(text.lower().replace("’", "'").strip()) and not forms.NO.match(message):
            return None
        agrees, refuses = forms.YES.match(message), forms.NO.match(message)
        if (self._state.offered and (agrees or refuses)) or (self._state.trial and forms.KEEP.search(message)):
            return None
        if forms.DONT_KNOW.match(message) or (refuses and not can_be_denied(pending)):
            return Intent("dont-know")
        said = self.interpreted(text)
        if pending.id in said.constraints or said.task:
            return None
        value = answer_to(text, pending, self._knowledge, self._vocabulary)
        return None if value is None else Intent("describe", said=said, answer=value)

    def _about_techniques(self, text: str, techniques: tuple[str, ...]) -> Intent | None:
        message = acts.plain(text)
        about = techniques or self._referred(message)
        asks = acts.is_question(text)
        if len(techniques) > 1 and asks and forms.CONTRAST.search(message):
            return Intent("contrast", techniques=techniques)
        if forms.WHY_NOT.match(message) or (asks and forms.NOT.search(message)):
            return Intent("why-not", techniques=about)
        if forms.WHY.match(message):
            return self._why(message, about, techniques)
        short = len(message.split()) <= _WORDS_OF_A_NAME + 3 * len(techniques)
        if forms.NEGATIVE_QUESTION.match(acts.plain(text)) and about:
            return self._why(message, about, techniques) if techniques else Intent("tradeoffs")
        if about and short and forms.OBJECTION.match(message if not text.rstrip().endswith("?") else message + "?"):
            return self._why(message, about, techniques)
        if techniques and asks and len(message.split()) <= len(techniques) * 4:
            return self._why(message, about, techniques) if text.rstrip().endswith("?") else None
        return None

    def _why(self, message: str, about: tuple[str, ...], techniques: tuple[str, ...]) -> Intent | None:
        if message.startswith(("explain", "describe")) and techniques:
            return None
        recommended = self._state.ranking[:1]
        if len(techniques) > 1:
            return Intent("contrast", techniques=techniques)
        if about and recommended and about[0] not in recommended and (techniques or forms.ORDINAL.search(message)):
            return Intent("why-not", techniques=about)
        return Intent("why", techniques=about)

    def _other(self, text: str) -> Intent:
        message = acts.plain(text).rstrip("?").strip()
        listed = forms.LIST.match(message)
        if listed and not forms.ADVICE.search(message) and len(message.split()) <= 12:
            kind = self._listed(listed.group("rest"))
            if kind:
                return Intent("list", kind=kind)
        for act, pattern in (
            ("recommend", forms.RECOMMEND),
            ("next-question", forms.NEXT_QUESTION),
            ("dont-know", forms.DONT_KNOW),
        ):
            if pattern.match(message):
                return Intent(act)
        if message.startswith(("which", "what")) and forms.ADVICE.search(message):
            return Intent("recommend")
        if forms.WHICH_IS.match(message):
            return Intent("tradeoffs")
        return self._repair(text, message) or Intent()

    def _listed(self, rest: str) -> str:
        noun = self._knowledge.system.noun if self._knowledge.system else ""
        if noun and re.search(rf"\b{re.escape(noun)}s\b", rest):
            return "task"
        return next((kind for kind, pattern in forms.LISTED if pattern.search(rest)), "")

    def _defined(self, text: str) -> Intent | None:
        message = acts.plain(text).rstrip("?").strip()
        if forms.PARDON.match(message):
            return Intent("why-asked" if self._state.pending else "why")
        if forms.NEXT_QUESTION.match(message):
            return None
        for number, pattern in enumerate(forms.DEFINE):
            found = pattern.match(message)
            if found:
                target = self.term(found.group("term")) or self._statement(found.group("term"))
                if target or (number == 0 and "mean" in message):
                    return Intent("define", target=target, rest=found.group("term"))
        return None

    def _repair(self, text: str, message: str) -> Intent | None:
        if found := forms.RETRACT.match(message):
            return Intent("retract", rest=found.group("rest").strip())
        if forms.YES.match(message):
            return Intent("confirm")
        if forms.NO.match(message):
            return Intent("correct")
        if found := forms.CORRECT.match(text.lower().replace("’", "'").strip()):
            rest = text.strip()[len(text.strip()) - len(found.group("rest")) :] if found.group("rest") else ""
            return Intent("correct", rest=rest)
        return None

    # --- What it speaks of ------------------------------------------------------------------------------------

    def _stating(self, text: str) -> Intent:
        """A message that states something, or nothing that could be understood; a mere question states nothing."""
        if forms.MERE_QUESTION.match(acts.plain(text)) and not forms.FIRST_PERSON.search(acts.plain(text)):
            return Intent(mentioned=self._mentioned(text), topical=self._topical(text))
        pending = self._knowledge.constraints.get(self._state.pending or "")
        said = self.interpreted(text)
        answer = None
        if pending is not None and pending.id not in said.constraints and not acts.is_question(text):
            answer = answer_to(text, pending, self._knowledge, self._vocabulary)
        return Intent(said=said, answer=answer, mentioned=self._mentioned(text), topical=self._topical(text))

    def interpreted(self, text: str) -> Interpretation:
        """What a part of a message states."""
        return interpret_with(text, self._knowledge, self._vocabulary)

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
        if re.search(r"\bthe others?\b", message) and len(ranking) > 1:
            return (ranking[1],)
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
                match.phrase.target.id for match in found if match.phrase.target.kind in {"constraint", "value"}
            )
        )

    def _matched(self, text: str) -> tuple[Reading, Sequence[Match]]:
        reading = read(text, self._vocabulary)
        return reading, matches(reading, self._vocabulary)
