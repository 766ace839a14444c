"""What is recommended, what goes with it, and what is asked next."""

from __future__ import annotations

from collections.abc import Sequence

from chat.wording.english import bullets, capital, listing, noun, points, sentence
from engine.render.text import BULLET
from kb.model import Constraint, Knowledge

MAX_SHOWN = 8


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


def path(steps: Sequence[tuple[str, str]], most: int | None = None) -> str:
    """The way there, step by step; at first only ``most`` of the steps."""
    shown = bullets(f"{sentence(text)} {sentence(test)}".strip() for text, test in steps[:most])
    rest = len(steps) - len(steps[:most])
    more = f"\nThat is the beginning of {len(steps)} steps; “show all steps” tells the rest." if rest else ""
    return f"How to get there:\n{shown}{more}"


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


def is_recommended() -> str:
    """Somebody asks why not what is recommended."""
    return "But it comes first here."


def still_asked(text: str, values: Sequence[str]) -> str:
    """The question that was asked before and is not answered yet, in a line."""
    choices = f" – {listing(values, 'or')}" if values else ""
    return f"Still open: {text}{choices}"


def still_open(count: int) -> str:
    """How many questions could still change the answer."""
    if count == 1:
        return "One thing is open that could still change the answer:"
    return f"{count} things are open that could still change the answer. This one tells most:"


def which_technique(labels: Sequence[str]) -> str:
    """A why-not without a technique."""
    return f"Which one do you mean: {listing(labels, 'or')}?"


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


def as_markdown(knowledge: Knowledge, lines: Sequence[str], advice: str, why: str) -> str:
    """The state of a conversation as a Markdown document."""
    title = knowledge.system.label if knowledge.system else "Summary"
    text = "\n\n".join(
        (f"# {title}: summary", "## What is known", bullets(lines), "## Recommendation", advice, "## Why", why)
    )
    return text.replace(f"{BULLET} ", "- ")


def instead_tradeoffs() -> str:
    """In place of a cost."""
    return "I can say where one technique costs more than another: ask “what are the downsides?”."


def ask_task(knowledge: Knowledge) -> str:
    """The question for the task."""
    return f"What does your {noun(knowledge)} mainly do? For instance: {listing(broad_tasks(knowledge), 'or')}."


def broad_tasks(knowledge: Knowledge) -> list[str]:
    """The labels of some tasks that are no kinds of others."""
    return [task.label for task in knowledge.tasks.values() if not task.broader][:4]
