"""What was understood of a case, changed in it, or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chat.scales import ends_of
from chat.state import Case, Number
from chat.wording.english import bullets, capital, label_of, listing, number, plural, quoted, sentence
from kb.model import Constraint, Knowledge, Term


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
    if case.packs is not None:
        lines.append(counting(knowledge, case.packs))
    return lines


def counting(knowledge: Knowledge, packs: Sequence[str] | None) -> str:
    """By which packs the case is asked."""
    if packs is None:
        return "Packs that count: all that are switched on"
    labels = [label_of(knowledge.packs, pack) for pack in packs]
    return f"Packs that count: {listing(labels) if labels else 'none'}"


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


def unplaced(quotes: Sequence[str]) -> str:
    """Numbers of which nothing says what they count."""
    named = listing([quoted(quote) for quote in quotes])
    if len(quotes) == 1:
        return f"I do not know what to make of {named}, so I left it out."
    return f"I do not know what to make of {named}, so I left them out."


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


def unclear_value(label: str) -> str:
    """Something was mentioned without saying how it is."""
    return f"You mention {label}, but I am not sure which of these you mean."


def not_offered(said: str, label: str) -> str:
    """An answer that is none of those there are."""
    return f"Of {label} I know no {quoted(said)}."


def nearest() -> str:
    """Before the values there are."""
    return "Which of these comes nearest?"


def so_far(lines: Sequence[str]) -> str:
    """What is known, all of it."""
    return f"This is what I have so far:\n{bullets(lines)}"


def left_open(labels: Sequence[str]) -> str:
    """What the user does not know."""
    return f"Left open: {listing(labels)}."


def nothing_to_take_back() -> str:
    """A retraction where nothing was said yet."""
    return "There is nothing to take back yet."


def back_to(lines: Sequence[str]) -> str:
    """What holds again after a change was undone."""
    return f"Back to – {lines[0][0].lower() + lines[0][1:]}." if len(lines) == 1 else f"Back to:\n{bullets(lines)}"


def skipped(label: str) -> str:
    """An answer "I don't know"."""
    return f"Fine, I leave {label} open and will not ask again."


def kept() -> str:
    """A "what if" became part of the case."""
    return "Kept: from here on I take that as given."


def discarded() -> str:
    """A "what if" is dropped."""
    return "All right, I leave everything as it was."


def take_back_what() -> str:
    """A retraction of something unknown."""
    return "I could not tell what you want to take back."


def take_as_given() -> str:
    """After a supposition."""
    return "Shall I take that as given?"


def correct_what() -> str:
    """A correction without content."""
    return "Sorry – what should it be? Say it as you mean it, or “forget …” to take something back."


def supposing(lines: Sequence[str]) -> str:
    """What is supposed."""
    return f"Supposing {lines[0][0].lower() + lines[0][1:]}:" if len(lines) == 1 else f"Supposing:\n{bullets(lines)}"


def what_if_unclear(rest: str) -> str:
    """A supposition that could not be read."""
    return (
        f"I could not tell what would be different{f' if {rest}' if rest else ''}. Name one thing and its value, "
        "for instance as you would answer one of my questions."
    )


def problems(found: Iterable[Any]) -> str:
    """What was wrong with what was stated."""
    return " ".join(sentence(str(problem)) for problem in found)


def instead_say() -> str:
    """After a problem with what was stated."""
    return "I left everything as it was; please say it differently."


def nothing_known(noun: str) -> str:
    """A summary of nothing."""
    return f"You have not told me anything about your {noun} yet."


def fine() -> str:
    """The user does not know, but nothing was asked."""
    return "That is fine."


def good() -> str:
    """The user agrees."""
    return "Good."
