"""What one message is taken for: its act, what it states, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chat import acts, forms
from chat.answering import answer_to
from chat.mentions import Mentions
from chat.phrasings import DESCRIBE, OFF_TOPIC, UNCLEAR, Likely, phrasings
from chat.references import last_spoken_of
from chat.scales import can_be_denied
from chat.state import Number
from chat.understanding import Evidence, Interpretation
from chat.vocabulary import Target

_WORDS_OF_A_NAME = 5
# A longer sentence that does not ask describes something, whatever words it begins with.
_LONGEST_COMMAND = 9
# What states so much of a message's letters is a statement.
_MOST = 0.7
_COMMANDS = frozenset({"what-if", "restart"})
# What may be the answer to a question just asked is looked at as one first.
_ANSWERS = frozenset({"confirm", "correct", "dont-know", "retract", DESCRIBE, OFF_TOPIC})
# How like the wordings of an act a message must be: one that asks, and one that may as well be a statement.
_LIKELY, _AHEAD = 0.35, 0.08
_RATHER_LIKELY, _RATHER_AHEAD = 0.4, 0.15
_VERY_LIKELY = 0.6
_NEARLY_CERTAIN = 0.8
# The same for a message that states something.
_FOR_A_STATEMENT, _FOR_ITS_NAME = 0.8, 0.7
# How like an act a message of several sentences must be as a whole, and one that states nothing in any case.
_WHOLE, _LEAST = 0.5, 0.3
# So much likelier it is there that something is wanted than that the case is told of in words nobody knows.
_SAYING_NOTHING = 0.4
_SHORTEST_DESCRIPTION = 5
# What asks for nothing.
_NOTHING = frozenset({DESCRIBE, UNCLEAR})
# Acts that are about something named, so that its name is no sign of a statement.
_NAMING = frozenset({"define", "why-not", "contrast", "changes", "regions", "retract", "correct"})
# Acts whose form is a word or two, which may stand in many questions.
_LOOSE = frozenset({"list", "recommend"})
# Acts that need no question mark even in a first message that says something of a case.
_APART = frozenset({"teach", "define", "list", "help", "what-if", "restart", OFF_TOPIC})
_ABOUT_OPTIONS = frozenset({"why-not", "contrast", "changes"})
_ABOUT_ONE = frozenset({"changes", "tradeoffs"})
# So much clearer than that must it be where the message has the form of another act.
_CLEARLY, _CLEARLY_AHEAD = 0.5, 0.25


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
        describes: whether it is worded like a description, whatever could be understood of it.
        sure: how clearly its form says its act, at most 1.
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
    describes: bool = False
    sure: float = 1.0


class IntentReader(Mentions):
    """Reads messages of one conversation."""

    def read(self, text: str) -> Intent:
        """What the message is taken for: an act by its form, with all that its other sentences state."""
        parts = acts.split_sentences(text)
        found = [self._of_sentence(part, alone=len(parts) == 1) for part in parts]
        if len(parts) > 1:
            found = self._with_whole(text, parts, found)
        asking = [intent for intent in found if intent.act not in {"", "greeting"}]
        clearly = [intent for intent in asking if intent.act != "confirm" or self._state.offered] or asking
        if self._describes_on_the_whole(text, parts):
            clearly = [intent for part, intent in zip(parts, found, strict=True) if intent in clearly and "?" in part]
        if self._state.offered and len(clearly) > 1:  # "forget that" about what was supposed needs no more than no yes
            asked = [intent for intent in clearly if intent.act not in {"retract", "correct"} or self._names(intent)]
            clearly = asked or clearly
        main = max(clearly, key=lambda intent: intent.sure, default=None)
        if main is None:
            greets = bool(found) and all(intent.act == "greeting" for intent in found)
            return found[-1] if greets else self._guessed(text) or self._stating(text)
        at = found.index(main)
        if not main.techniques and main.act in _ABOUT_OPTIONS:
            main = replace(main, techniques=next((one.techniques for one in found if one.techniques), ()))
        if main.act == "describe" or (not self._state.case and self._begins(main, text, parts[at])):
            return main if main.act == "describe" else self._stating(text)
        if main.act in {"what-if", "correct"}:
            rest = ". ".join((main.rest, *parts[at + 1 :])).strip()
            if main.act == "correct" and not self.interpreted(rest) and self.interpreted(text):
                return self._stating(text)
            return replace(main, rest=rest, said=self.interpreted(rest), mentioned=self._mentioned(rest))
        if main.act == "retract":
            return replace(main, mentioned=self._mentioned(main.rest))
        stated = " ".join(part for part, intent in zip(parts, found, strict=True) if not intent.act)
        said = self.interpreted(stated) if stated else Interpretation()
        if main.act == "why-asked" and said:
            return Intent("what-if", rest=stated, said=said, mentioned=self._mentioned(stated))
        return (
            self._stating(text) if said and main.act in {"recommend", "help", "confirm"} else replace(main, said=said)
        )

    def _with_whole(self, text: str, parts: Sequence[str], found: list[Intent]) -> list[Intent]:
        """The intents of sentences, with that of the message where all of it tells what none of them does."""
        likely = self._likeliest_whole(text)
        if likely is None or likely.act in _NOTHING or likely.value < _WHOLE:
            return found
        if any(intent.act == likely.act or (intent.act and intent.sure >= likely.value) for intent in found):
            return found
        at = max((at for at, part in enumerate(parts) if "?" in part), default=len(parts) - 1)
        meant = self._meant(likely, text, self.techniques(text))
        return [meant if place == at else intent for place, intent in enumerate(found)] if meant else found

    def _guessed(self, text: str) -> Intent | None:
        """What a message that states nothing is most like: an answer beside the point beats not being understood."""
        said = self.interpreted(text)
        if said or said.evidence:  # a wish is no statement, and answered
            return None
        telling = _SAYING_NOTHING if self._state.ranking else 1.0
        likely = self._likeliest_whole(text, telling)
        if likely is None or likely.act in _NOTHING or likely.value < _LEAST:
            return None
        return self._meant(likely, text, self.techniques(text))

    def _begins(self, main: Intent, text: str, part: str) -> bool:
        """Whether a message that is the first to state anything states it, rather than asks for something."""
        return main.act not in _APART and not acts.is_question(part) and bool(self.interpreted(text))

    def _names(self, intent: Intent) -> bool:
        """Whether a repair says what it is about."""
        return bool(self._mentioned(intent.rest) or self.interpreted(intent.rest))

    def _describes_on_the_whole(self, text: str, parts: Sequence[str]) -> bool:
        """Whether a message of several sentences is worded like a description, whatever one of them is like."""
        likely = phrasings().likeliest(self._slotted(text)) if len(parts) > 1 else None
        return likely is not None and likely.act == DESCRIBE and likely.value >= _NEARLY_CERTAIN

    # --- One sentence ---------------------------------------------------------------------------------------

    def _of_sentence(self, text: str, *, alone: bool = True) -> Intent:
        techniques = self.techniques(text)
        likely = self._likeliest(text)
        if likely and likely.whole and likely.act not in _ANSWERS and (meant := self._meant(likely, text, techniques)):
            return meant
        found = self._formed(text, techniques)
        if found is None:
            found = self._answer(text, likely)
            if found:
                return found
            found = self._defined(text) or self._about_techniques(text, techniques) or self._other(text)
        if (
            not techniques
            and forms.AND_QUESTION.match(acts.plain(text))
            and (self.interpreted(text) or self._about_it(text))
        ):
            return Intent("what-if", rest=text)
        if likely is None or likely.act == found.act or not self._is_likely(likely, text, alone=alone):
            return found
        if found.act == "correct" and self.interpreted(text):
            return found
        clearly, ahead = (_LIKELY, _AHEAD) if found.act in _LOOSE else (_CLEARLY, _CLEARLY_AHEAD)
        if found.act in _COMMANDS or (found.act and (likely.value < clearly or likely.ahead < ahead)):
            return found
        return self._meant(likely, text, techniques) or found

    def _about_it(self, text: str) -> bool:
        """Whether the words give another value to what was just supposed."""
        return self._state.offered and bool(last_spoken_of(text, self._state, self._knowledge))

    def _formed(self, text: str, techniques: tuple[str, ...]) -> Intent | None:
        form = acts.form_of(text)
        if form and form[0] == "what-if" and not self._state.case and not text.rstrip().endswith("?"):
            return None  # "imagine an assistant that ..." begins a description
        if form and (acts.is_question(text) or form[0] in _COMMANDS or len(text.split()) <= _LONGEST_COMMAND):
            mentioned = self._mentioned(text) if form[0] == "regions" else ()
            about = techniques or (self._referred(acts.plain(text)) if form[0] in _ABOUT_ONE else ())
            return Intent(form[0], techniques=about, rest=form[1] or _small_talk(form[0], text), mentioned=mentioned)
        return None

    # --- By likeness to known wordings --------------------------------------------------------------------------

    def _is_likely(self, likely: Likely, text: str, *, alone: bool) -> bool:
        if likely.act in _NOTHING or likely.value < _LIKELY or likely.ahead < _AHEAD:
            return False
        if acts.is_question(text):
            return True
        if said := self.interpreted(text):
            if likely.act == "dont-know" or self._is_mostly(said, text):
                return False
            return likely.value >= (_FOR_ITS_NAME if likely.act in _NAMING else _FOR_A_STATEMENT)
        least, ahead = (_RATHER_LIKELY, _RATHER_AHEAD) if alone else (_VERY_LIKELY, 0.0)
        if likely.act == "restart" or (likely.act == OFF_TOPIC and not alone):
            least = _NEARLY_CERTAIN  # what is lost by mistake is lost
        return likely.value >= least and likely.ahead >= ahead

    def _is_mostly(self, said: Interpretation, text: str) -> bool:
        """Whether a message is little more than what it states, or answers the question asked."""
        told = {
            at
            for one in said.evidence
            for at in range(one.start, one.end)
            if one.kind != "wish" and not text[at].isspace()
        }
        return self._state.pending in said.constraints or len(told) > _MOST * len("".join(text.split()))

    def _meant(self, likely: Likely, text: str, techniques: tuple[str, ...]) -> Intent | None:
        """The act with what it is about; None if the message lacks that."""
        act = likely.act
        if act in _NOTHING or (act == OFF_TOPIC and not self._is_beyond(likely, text, techniques)):
            return None
        about = techniques or self._referred(acts.plain(text))
        if act == "define" and len(techniques) < 2:
            found = self._named_term(text)
            return Intent(act, target=found[0], rest=found[1]) if found else None
        if act == "list":
            return Intent(act, kind=self._listed(text.lower()) or "technique")
        sure = min(1.0, likely.value)
        act = self._about_another(act, text, techniques)
        if act in {"what-if", "correct", "retract"}:
            return Intent(act, techniques=techniques, rest=text, sure=sure)
        rest = _small_talk(act, text)
        return Intent(act, techniques=about, rest=rest, mentioned=self._mentioned(text), sure=sure)

    def _about_another(self, act: str, text: str, techniques: tuple[str, ...]) -> str:
        """The act, as it is where a technique is named that is not recommended."""
        if act in {"why", "define"} and len(techniques) > 1:
            return "contrast"
        if not techniques or techniques[0] in self._state.ranking[:1]:
            return act
        message = acts.plain(text)
        if act == "why" and forms.BETTER_THAN.search(message):
            return "contrast"
        against = act == "tradeoffs" and forms.AGAINST.search(message)
        doubted = act in {"accuracy", "confirm"} and acts.is_question(text)
        return "why-not" if act == "why" or against or doubted else act

    def _is_beyond(self, likely: Likely, text: str, techniques: tuple[str, ...]) -> bool:
        """Whether a message like those about other things has nothing of the knowledge base in it."""
        if likely.value >= _NEARLY_CERTAIN and (acts.is_question(text) or forms.RETRACT.match(acts.plain(text))):
            return True
        if techniques or self.interpreted(text):
            return False
        return likely.value >= _VERY_LIKELY or not self._topical(text)

    def _answer(self, text: str, likely: Likely | None) -> Intent | None:
        pending = self._knowledge.constraints.get(self._state.pending or "")
        message = acts.plain(text)
        if (found := forms.CHOICE.match(message)) and (task := acts.ordinal(found.group("which"), self._state.options)):
            evidence = Evidence(0, len(text), text, "task", task)
            return Intent("describe", said=Interpretation(task=task, evidence=(evidence,)))
        if pending is None or acts.is_question(text) or forms.PARDON.match(message):
            return None
        if forms.CORRECT.match(text.lower().replace("’", "'").strip()) and not forms.NO.match(message):
            return None
        agrees, refuses = forms.YES.match(message), forms.NO.match(message)
        if (self._state.offered and (agrees or refuses)) or (self._state.trial and forms.KEEP.search(message)):
            return None
        passes = likely is not None and likely.act == "dont-know" and likely.value >= _VERY_LIKELY
        if forms.DONT_KNOW.match(message) or (refuses and not can_be_denied(pending)):
            return Intent("dont-know")
        said = self.interpreted(text)
        if passes and not said:
            return Intent("dont-know", mentioned=self._mentioned(text))
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
        if about and not techniques and forms.BARE_REFERENCE.match(message):
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
        if forms.PARDON.match(message) or (self._state.pending and forms.WHAT_IS_THAT.match(message)):
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
        topical = self._topical(text)
        describes = self._describes(text, topical=topical)
        return Intent(said=said, answer=answer, mentioned=self._mentioned(text), topical=topical, describes=describes)

    def _describes(self, text: str, *, topical: bool) -> bool:
        """Whether a message is worded like a description: a statement of some length, or like those that are known."""
        message = acts.plain(text)
        if acts.is_question(text) or len(message.split()) < _SHORTEST_DESCRIPTION:
            return False
        likely = phrasings().likeliest(self._slotted(text))
        if likely is not None and likely.act == DESCRIBE and likely.value >= _VERY_LIKELY:
            return True
        if not topical:
            return False
        if likely is None or likely.act == DESCRIBE:
            return True
        return bool(forms.FIRST_PERSON.search(message)) and likely.act != OFF_TOPIC


def _small_talk(act: str, text: str) -> str:
    """Whether a greeting is thanks or a farewell."""
    if act != "greeting":
        return ""
    message = acts.plain(text)
    return "farewell" if forms.FAREWELL.search(message) else "thanks" if forms.THANKS.search(message) else ""
