"""Every sentence of the dialogue that is not the engine's, in one place: plain, short, without ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chat.scales import ends_of
from chat.state import Case, Number
from engine.render.text import BULLET
from kb.model import Constraint, Knowledge, Source, Term

MAX_SHOWN = 8
_QUOTE_LENGTH = 60
# "[source A07, A16]" at the end of a line, and "X32: " at the beginning of an item.
_MARKS = re.compile(r" \[[^][\n]*\](?=\n|$)")
_SIGN = re.compile(rf"(?m)^(\s*{BULLET} )[A-Z]+[0-9]+[a-z]?: ")
_SOURCES_SHOWN = 4


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:”" else text + "."


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listing(items: Iterable[str], joint: str = "and") -> str:
    """Several as one text, the last joined by "and" or another word."""
    parts = list(items)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if parts else ""


def bullets(items: Iterable[str]) -> str:
    """One line an item."""
    return "\n".join(f"{BULLET} {item}" for item in items)


def paragraphs(*parts: str | None) -> str:
    """The parts that say something, apart from each other."""
    return "\n\n".join(part for part in parts if part)


def quoted(text: str) -> str:
    """The user's own words, shortened."""
    text = " ".join(text.split())
    return f"“{text if len(text) <= _QUOTE_LENGTH else text[: _QUOTE_LENGTH - 1].rstrip() + '…'}”"


def spoken(text: str) -> str:
    """An explanation as one says it: without the marks of its claims, which “who says so?” tells in full."""
    return _SIGN.sub(r"\1", _MARKS.sub("", text))


def noun(knowledge: Knowledge) -> str:
    """What the knowledge base decides about."""
    return knowledge.system.noun if knowledge.system and knowledge.system.noun else "application"


def label_of(terms: Mapping[str, Term], term_id: str) -> str:
    """The label of a term, or its id made readable where it is gone."""
    record = terms.get(term_id)
    return record.label if record else term_id.replace("-", " ")


# --- What was understood ---------------------------------------------------------------------------------


def number(amount: Number) -> str:
    """A number as people write it."""
    return f"{amount:,}" if abs(amount) >= 10_000 else f"{amount:g}" if isinstance(amount, float) else str(amount)


def value(knowledge: Knowledge, constraint: Constraint, stated: str | Number, derived: Sequence[str] = ()) -> str:
    """A stated value: its label; a number or range with its unit and the value it counts as."""
    ends = ends_of(stated) if isinstance(stated, str) else None
    if isinstance(stated, str) and (ends is None or constraint.value(stated)):
        record = constraint.value(stated)
        return record.label if record else stated
    unit = knowledge.units.get(constraint.unit or "")
    shown = f"{number(ends[0])} to {number(ends[1])}" if ends else number(stated)  # type: ignore[arg-type]
    text = f"{shown} {plural(unit.label) if unit and stated != 1 else unit.label if unit else ''}".strip()
    labels = [record.label for one in derived if (record := constraint.value(one))]
    if len(labels) > 1:
        return f"{text}, which may be {listing(labels, 'or')}, so I leave that open"
    return f"{text}, which counts as {labels[0]}" if labels else text


def counts_as(knowledge: Knowledge, constraint: Constraint, stated: str | Number, derived: Sequence[str]) -> str:
    """The value for which a supposed number stands."""
    labels = [quoted(record.label) for one in derived if (record := constraint.value(one))]
    verb = "may be" if len(labels) > 1 else "counts as" if stated == 1 else "count as"
    return f"{value(knowledge, constraint, stated)} {verb} {listing(labels, 'or')} here."


def plural(label: str) -> str:
    """A unit's label in the plural: "labelled examples", "days between updates"; one that is plural already stays."""
    head, space, rest = label.partition(" per ") if " per " in label else label.partition(" of ")
    words = head.split(" ")
    position = next((index for index, word in enumerate(words) if word in {"between", "in", "for"}), len(words)) - 1
    if not words[position].endswith("s"):
        words[position] = _plural(words[position])
    return " ".join(words) + space + rest


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("x", "z", "ch", "sh")) else f"{word}s"


def understood(
    knowledge: Knowledge, case: Case, quotes: Mapping[str, str], derived: Mapping[str, Sequence[str]]
) -> list[str]:
    """One line for each thing that is known about the case, with the words that said it."""
    lines = []
    if case.task:
        lines.append(_with_quote(f"What it does: {label_of(knowledge.tasks, case.task)}", quotes.get("task")))
    for name, stated in case.constraints.items():
        constraint = knowledge.constraints.get(name)
        if constraint:
            text = f"{capital(constraint.label)}: {value(knowledge, constraint, stated, derived.get(name, ()))}"
            lines.append(_with_quote(text, quotes.get(name)))
    for need, strength in case.needs.items():
        said = "not needed" if strength == "denied" else "needed"
        lines.append(_with_quote(f"{capital(label_of(knowledge.needs, need))}: {said}", quotes.get(need)))
    for technique in case.exclude:
        lines.append(_with_quote(f"Ruled out: {label_of(knowledge.techniques, technique)}", quotes.get(technique)))
    return lines


def _with_quote(text: str, quote: str | None) -> str:
    return f"{text} ({quoted(quote)})" if quote and quote.lower() not in text.lower() else text


def echo(lines: Sequence[str], *, first: bool) -> str:
    """What was understood from this message, so that a wrong reading can be corrected."""
    if len(lines) == 1:
        return f"Understood – {lines[0][0].lower() + lines[0][1:]}."
    lead = "Here is what I understood; tell me if any of it is wrong:" if first else "Understood:"
    return f"{lead}\n{bullets(lines)}"


def changed(label: str, before: str, after: str) -> str:
    """A correction."""
    return f"Changed {label}: {after} instead of {before}."


def taken_back(labels: Sequence[str]) -> str:
    """A retraction."""
    return f"Forgotten: {listing(labels)}."


def admitted(labels: Sequence[str]) -> str:
    """Techniques that are no longer ruled out."""
    return f"{capital(listing(labels))} may be used again."


def asked_about(lines: Sequence[str], term: Term) -> str:
    """What is known of something that a question names, else what it is."""
    if lines:
        return f"So far – {lines[0][0].lower() + lines[0][1:]}."
    return (
        f"{capital(term.label)}: {term.definition}" if term.definition else f"You have said nothing about {term.label}."
    )


def dropped_too(labels: Sequence[str]) -> str:
    """What was stated by the words that a correction takes back."""
    return f"The same words had told me {listing(labels)}, so I left that open again."


def not_stated(label: str) -> str:
    """A retraction of what was never said."""
    return f"You have said nothing about {label}, so there is nothing to take back."


def gone(labels: Sequence[str]) -> str:
    """The knowledge base changed under a conversation."""
    return f"My knowledge has changed since: {listing(labels)} is no longer part of it, so I left it out."


def wish(label: str) -> str:
    """A technique that the user would like."""
    return f"You would like to use {label}: noted, but I do not count a wish as a reason."


def doubts(labels: Sequence[str], noun: str) -> str:
    """What a message spoke of without saying it."""
    return f"I was not sure what you meant about {listing(labels)}, so I left it open."


def unplaced(quote: str) -> str:
    """A number of which nothing says what it counts."""
    return f"I could not tell what {quoted(quote)} counts, so I left it out."


def not_placed() -> str:
    """A description without anything in it that is known."""
    return "I read that as a part of your description, but found nothing in it that I know how to weigh."


def perhaps(labels: Sequence[str]) -> str:
    """What a description may be of."""
    return f"The nearest I know is {listing(labels, 'or')}. Is that it? If not, say in other words what it does."


def task_guess(label: str) -> str:
    """A task that is no more than likely."""
    return f"I take this to be {label}; tell me if it is something else."


def task_kept(quote: str, label: str, kept: str) -> str:
    """Words that hint at another task, too few of them understood to replace the one stated."""
    return (
        f"All that I understood of that is {quoted(quote)}, which sounds like {label}. I leave it at {kept}; "
        "say so plainly, in English, if it changed."
    )


def task_doubt(options: Sequence[str]) -> str:
    """A message that fits several tasks."""
    return f"It could be {listing(options, 'or')}. Which is it?"


# --- The recommendation ------------------------------------------------------------------------------------


def recommended(label: str, variant: str | None, reasons: Sequence[str], *, same: bool) -> str:
    """What is recommended, and the reasons that carry most."""
    if same:
        return f"My recommendation stays {label}{f', best as {variant}' if variant else ''}."
    lead = f"I would go with {label}{f', best as {variant}' if variant else ''}."
    if not reasons:
        return lead
    if len(reasons) == 1:
        return f"{lead} {sentence(reasons[0])}"
    return f"{lead}\n{bullets(sentence(reason) for reason in reasons)}"


def nothing_left(blocked: Sequence[tuple[str, Sequence[str]]]) -> str:
    """No technique passes, and why each does not."""
    lines = [f"{label}: {' '.join(sentence(reason) for reason in reasons)}" for label, reasons in blocked]
    return f"Nothing I know of fits all of this.\n{bullets(lines)}"


def ranking(entries: Sequence[tuple[str, int, str]]) -> str:
    """Every technique with its points, best first."""
    said = {"excluded": "ruled out", "infeasible": "not feasible"}
    return "Ranking:\n" + bullets(
        f"{capital(label)}: {said.get(status) or points(score)}" for label, score, status in entries
    )


def points(score: int) -> str:
    """A score in words."""
    return "1 point" if score == 1 else f"{score} points".replace("-", "−")


def path(steps: Sequence[tuple[str, str]]) -> str:
    """The way there, step by step."""
    return "How to get there:\n" + bullets(f"{sentence(text)} {sentence(test)}".strip() for text, test in steps)


def runner_up(label: str, margin: int) -> str:
    """How close the next technique is."""
    if not margin:
        return f"It is a close call: {label} has as many points, but is less simple."
    return f"It is a close call: {label} is only {points(margin)} behind."


def tied(labels: Sequence[str]) -> str:
    """Several techniques share the first rank."""
    return f"{capital(listing(labels))} come out level on what I know."


def decided() -> str:
    """Nothing open can change the answer."""
    return "Nothing you could still tell me would change this."


def no_more_questions() -> str:
    """All questions were asked or skipped."""
    return (
        "I have no further questions that you have not passed over; what you leave open could still change the answer."
    )


def question(text: str, values: Sequence[str], why: str | None = None) -> str:
    """The next question with its choices."""
    lines = [text, bullets(values)] if values else [text]
    return "\n".join(lines) + (f"\n{why}" if why else "")


def skipped(label: str) -> str:
    """An answer "I don't know"."""
    return f"Fine, I leave {label} open and will not ask again."


def kept() -> str:
    """A "what if" became part of the case."""
    return "Kept: from here on I take that as given."


# --- About what the program knows -----------------------------------------------------------------------------


def definition(term: Term, kind: str) -> str:
    """What a term means."""
    text = (
        f"{capital(term.label)}: {term.definition}"
        if term.definition
        else f"{capital(term.label)} is {kind}; I have no definition of it."
    )
    return f"{text}\nAlso called {listing(term.synonyms[:5], 'or')}." if term.synonyms else text


def counted_as(text: str, label: str) -> str:
    """A word that the knowledge base takes to be another term's."""
    return f"I take {quoted(text)} to be {label}."


def source(record: Source, count: int) -> str:
    """A source with how much it carries."""
    parts = [record.title or record.label]
    if record.creator and record.creator not in record.title:
        parts.append(f"by {record.creator}")
    if record.date:
        parts.append(f"({record.date})")
    statements = "1 statement" if count == 1 else f"{count} statements"
    return f"{' '.join(parts)}: {statements}"


def items(labels: Sequence[str], total: int, kind: str) -> str:
    """A list of terms, cut where it gets long."""
    if not labels:
        return f"I know no {kind} yet."
    lead = f"I know {total} {kind}:" if total > 1 else f"I know one {kind.removesuffix('s')}:"
    more = f"\n… and {total - len(labels)} more; ask for one by name." if total > len(labels) else ""
    return f"{lead}\n{bullets(labels)}{more}"


def how_decides(counts: Mapping[str, int], noun: str) -> str:
    """How the engine decides, in words."""
    return paragraphs(
        f"I am a rule-based expert system, not a language model. I hold what sources say as {counts['rules']} rules "
        f"about what a kind of {noun} needs, and {counts['contributions']} statements about how well each technique "
        "serves a need.",
        "What you tell me makes some of those rules apply; each sets how much a need matters. A technique scores what "
        "it gives, weighed by how much that matters, minus what it costs in complexity. One that cannot meet a must, "
        "or lacks something it cannot do without, is out.",
        "Whatever you leave open stays open: I tell you how far that could change the answer. Ask “why?” to see the "
        "reasons, or “who says so?” for the sources.",
    )


def introduction(knowledge: Knowledge) -> str:
    """What the program is, at the beginning."""
    system = knowledge.system
    about = sentence(system.definition) if system and system.definition else ""
    if system and system.label not in about:
        about = f"{system.label}: {about}" if about else f"This is {system.label}."
    return paragraphs(
        f"Hello! {about}".strip(),
        f"Describe your {noun(knowledge)} in your own words, and I will tell you what I would do and why.",
    )


def example(knowledge: Knowledge) -> str:
    """What a description can look like."""
    texts = knowledge.system.examples if knowledge.system else ()
    return f"For example: {quoted_whole(texts[0])}" if texts else ""


def quoted_whole(text: str) -> str:
    """Words in quotation marks, not shortened."""
    return f"“{text}”"


def help_text(knowledge: Knowledge) -> str:
    """What can be said."""
    return paragraphs(
        f"Describe your {noun(knowledge)} in your own words; I say what I would do. Then you can ask:",
        bullets(
            (
                "“why?” – the reasons, and “who says so?” – the sources",
                "“why not …?” – what speaks against another technique",
                "“what if …?” – how the answer changes",
                "“what would have to change for …?” – what would turn the answer",
                "“what are the downsides?”, “what does it cost?”, “how sure are you?”",
                "“what does … mean?”, “which tasks do you know?”, “how do you decide?”",
                "“what do you know so far?”, “no, it is …”, “forget …”, “start over”",
            )
        ),
        example(knowledge),
    )


def greeting(knowledge: Knowledge, said: str, *, begun: bool) -> str:
    """A friendly word in return: to a farewell, to thanks, to a greeting."""
    if said == "farewell":
        return "Goodbye, and good luck with it!"
    if said == "thanks":
        return "You are welcome." + (" Ask on whenever you like." if begun else "")
    return "Hello again! Ask on, or tell me more about it." if begun else introduction(knowledge)


def unclear(knowledge: Knowledge, *, begun: bool) -> str:
    """A message that could not be made sense of."""
    if begun:
        return (
            "I did not understand that. You can tell me more about it, or ask “why?”, “why not …?” or “what if …?”. "
            "“Help” lists everything."
        )
    return paragraphs(
        f"I did not understand that. Tell me what your {noun(knowledge)} does and what matters about it.",
        example(knowledge),
    )


def off_topic(knowledge: Knowledge) -> str:
    """Beyond the domain."""
    system = knowledge.system
    about = f" I can only help with this one: {system.question}" if system and system.question else ""
    return paragraphs(f"That is outside what I know.{about}", example(knowledge))


def nothing_yet(knowledge: Knowledge) -> str:
    """A question about a recommendation that there is not yet."""
    return paragraphs(
        f"I have nothing to go on yet. Tell me what your {noun(knowledge)} does and what matters about it.",
        example(knowledge),
    )


def which_technique(labels: Sequence[str]) -> str:
    """A why-not without a technique."""
    return f"Which one do you mean: {listing(labels, 'or')}?"


def what_if_unclear(rest: str) -> str:
    """A supposition that could not be read."""
    return (
        f"I could not tell what would be different{f' if {rest}' if rest else ''}. Name one thing and its value, "
        "for instance as you would answer one of my questions."
    )


def correct_what() -> str:
    """A correction without content."""
    return "Sorry – what should it be? Say it as you mean it, or “forget …” to take something back."


def not_available(what: str, instead: str = "") -> str:
    """Something the program is meant to do and cannot yet, and what it can do instead."""
    return f"I cannot {what} yet.{f' {instead}' if instead else ''}"


def instead_tradeoffs() -> str:
    """In place of a cost."""
    return "I can say where one technique costs more than another: ask “what are the downsides?”."


def instead_interface() -> str:
    """In place of teaching."""
    return "New tasks are added through the programming interface, and I understand them from that moment."


def unclear_value(label: str) -> str:
    """Something was mentioned without saying how it is."""
    return f"You mention {label}, but I could not tell how it is."


def not_offered(said: str, label: str) -> str:
    """An answer that is none of those there are."""
    return f"Of {label} I know no {quoted(said)}."


def nearest() -> str:
    """Before the values there are."""
    return "Which of these comes nearest?"


def tell_me(knowledge: Knowledge) -> str:
    """An invitation to describe."""
    return paragraphs(f"Tell me what your {noun(knowledge)} does and what matters about it.", example(knowledge))


def ask_task(knowledge: Knowledge) -> str:
    """The question for the task."""
    return f"What does your {noun(knowledge)} mainly do? For instance: {listing(broad_tasks(knowledge), 'or')}."


def broad_tasks(knowledge: Knowledge) -> list[str]:
    """The labels of some tasks that are no kinds of others."""
    return [task.label for task in knowledge.tasks.values() if not task.broader][:4]


def so_far(lines: Sequence[str]) -> str:
    """What is known, all of it."""
    return f"This is what I have so far:\n{bullets(lines)}"


def left_open(labels: Sequence[str]) -> str:
    """What the user does not know."""
    return f"Left open: {listing(labels)}."


def take_as_given() -> str:
    """After a supposition."""
    return "Shall I take that as given?"


def discarded() -> str:
    """A "what if" is dropped."""
    return "All right, I leave everything as it was."


def take_back_what() -> str:
    """A retraction of something unknown."""
    return "I could not tell what you want to take back."


def nothing_to_take_back() -> str:
    """A retraction where nothing was said yet."""
    return "There is nothing to take back yet."


def back_to(lines: Sequence[str]) -> str:
    """What holds again after a change was undone."""
    return f"Back to – {lines[0][0].lower() + lines[0][1:]}." if len(lines) == 1 else f"Back to:\n{bullets(lines)}"


def still_open(count: int) -> str:
    """How many questions could still change the answer."""
    if count == 1:
        return "One thing is open that could still change the answer:"
    return f"{count} things are open that could still change the answer. This one tells most:"


def good() -> str:
    """The user agrees."""
    return "Good."


def fine() -> str:
    """The user does not know, but nothing was asked."""
    return "That is fine."


def supposing(lines: Sequence[str]) -> str:
    """What is supposed."""
    return f"Supposing {lines[0][0].lower() + lines[0][1:]}:" if len(lines) == 1 else f"Supposing:\n{bullets(lines)}"


def nothing_else() -> str:
    """There is only one technique."""
    return "There is nothing else to choose."


def too_much_to_search(label: str) -> str:
    """The search for changes took too long."""
    return f"I could not search all changes in time. This is what stands in the way of {label}:"


def over(label: str) -> str:
    """Before the values of a constraint with what wins for each."""
    return f"Over {label}, all else as it is:"


def about_question(constraint: Constraint) -> str:
    """Why something was asked that the engine no longer asks."""
    return f"{capital(constraint.label)}: {constraint.definition} It could still change the answer."


def asked_nothing() -> str:
    """No question is open."""
    return "I am not asking anything at the moment."


def could_matter() -> str:
    """Why a question is asked that is not the most telling one."""
    return "The answer could still change the recommendation."


def tradeoffs(label: str, texts: Sequence[str], most: int = MAX_SHOWN) -> str | None:
    """What one gives and takes with a technique."""
    told = list(dict.fromkeys(sentence(text) for text in texts))
    more = f"\n… and {len(told) - most} more." if len(told) > most + 1 else ""
    shown = told[:most] if more else told
    return f"What goes with {label}:\n{bullets(shown)}{more}" if told else None


def against(label: str, texts: Sequence[str]) -> str | None:
    """What speaks against a technique here."""
    if len(texts) == 1:
        return f"What speaks against {label} here: {texts[0][:1].lower()}{sentence(texts[0])[1:]}"
    return f"What speaks against {label} here:\n{bullets(sentence(text) for text in texts)}" if texts else None


def warnings(texts: Sequence[str]) -> str | None:
    """What may go wrong."""
    return f"Watch out:\n{bullets(sentence(text) for text in texts)}" if texts else None


def no_downsides(label: str) -> str:
    """Nothing is known against it."""
    return f"I know of no particular downside of {label} here."


def confidence(decided: bool, stability: float, sampled: bool, has_task: bool) -> str:
    """How sure the current recommendation is; a sampled share is an estimate and said to be one."""
    if decided:
        return "Of this recommendation I am sure as far as my knowledge goes: nothing still open would change it."
    share = round(100 * stability)
    about = "about " if sampled else ""
    said = f"In {about}{share} of 100 ways to fill in what is still open, the recommendation stays the same."
    return said if has_task else f"{said} I do not know yet what it is for, which could change it too."


def record(scenarios: int, acceptable: int, measured: Sequence[tuple[int, float]]) -> str:
    """How the knowledge did: on its own worked cases, and on others, each with the share that was acceptable."""
    own = ""
    if scenarios:
        right = "all" if acceptable == scenarios else f"{acceptable}"
        own = f"Of the {scenarios} worked cases that I am checked against, {right} come out as they should."
    shares = sorted({round(100 * share) for _, share in measured})
    others = ""
    if shares:
        most = max(count for count, _ in measured)
        told = f"{shares[0]} of 100" if len(shares) == 1 else f"{shares[0]} to {shares[-1]} of 100"
        others = f"Of {most} cases of others, {told} answers were acceptable, depending on how the case was told."
    limits = "I am only as good as my sources: ask “who says so?” and judge for yourself."
    return " ".join(part for part in (own, others, limits) if part)


def as_markdown(knowledge: Knowledge, lines: Sequence[str], advice: str, why: str) -> str:
    """The state of a conversation as a Markdown document."""
    title = knowledge.system.label if knowledge.system else "Summary"
    text = "\n\n".join(
        (f"# {title}: summary", "## What is known", bullets(lines), "## Recommendation", advice, "## Why", why)
    )
    return text.replace(f"{BULLET} ", "- ")


def no_definition(text: str) -> str:
    """An unknown term."""
    return f"I do not know the term {quoted(text)}. Ask “which tasks do you know?” or “which techniques do you know?”."


def values_of(values: Sequence[tuple[str, str]]) -> str:
    """The values of a constraint with what they mean."""
    return bullets(f"{capital(label)}: {meaning}" if meaning else capital(label) for label, meaning in values)


def defined_by(titles: Sequence[str]) -> str:
    """Where a definition comes from."""
    return f"Source: {listing(titles)}."


def composition(parts: Sequence[str], family: str | None, variants: Sequence[str]) -> str | None:
    """What a technique consists of, and its relatives."""
    said = [
        f"It combines {listing(parts)}." if parts else "",
        f"It is a kind of {family}." if family else "",
        f"Kinds of it: {listing(variants)}." if variants else "",
    ]
    return " ".join(text for text in said if text) or None


def claim(text: str, title: str, locator: str) -> str:
    """A claim with its source."""
    where = ", ".join(part for part in (title, locator) if part)
    return f"{sentence(text)}{f' ({where})' if where else ''}"


def evidence(lines: Sequence[str], judged: int, total: int, sources: Sequence[str]) -> str:
    """Who says so: what carries most, how much is judgement, and the sources with the most statements."""
    first = f"What carries it most:\n{bullets(lines)}" if lines else ""
    many = "all" if judged == total else str(judged)
    own = f"; {many} of them are judgements of whoever keeps this knowledge" if judged else ""
    behind = "1 statement is" if total == 1 else f"{total} statements are"
    more = len(sources) - _SOURCES_SHOWN
    rest = f"\n{BULLET} and {more} more, with fewer" if more > 0 else ""
    listed = f" They come from:\n{bullets(sources[:_SOURCES_SHOWN])}{rest}" if sources else ""
    return paragraphs(first, f"{behind} behind this{own}.{listed}")


# --- Things to say next ----------------------------------------------------------------------------------------


def ask_why() -> str:
    """The suggestion to ask for reasons."""
    return "Why?"


def ask_why_not(label: str) -> str:
    """The suggestion to ask about another technique."""
    return f"Why not {label}?"


def ask_changes(label: str) -> str:
    """The suggestion to ask what would make a technique win."""
    return f"What would have to change for {label}?"


def ask_downsides() -> str:
    """The suggestion to ask for tradeoffs."""
    return "What are the downsides?"


def ask_sources() -> str:
    """The suggestion to ask for sources."""
    return "Who says so?"


def ask_keep() -> str:
    """The suggestion to keep a supposition."""
    return "Keep that"


def say_dont_know() -> str:
    """The suggestion to leave a question open."""
    return "I don't know"


def problems(found: Iterable[Any]) -> str:
    """What was wrong with what was stated."""
    return " ".join(sentence(str(problem)) for problem in found)


def instead_say() -> str:
    """After a problem with what was stated."""
    return "I left everything as it was; please say it differently."


def nothing_known(noun: str) -> str:
    """A summary of nothing."""
    return f"You have not told me anything about your {noun} yet."


def restarted(knowledge: Knowledge) -> str:
    """After a restart."""
    return f"All right, a clean slate. What does your {noun(knowledge)} do, and what matters about it?"


def no_choice(count: int) -> str:
    """An ordinal beyond the end."""
    return f"There are only {count}."
