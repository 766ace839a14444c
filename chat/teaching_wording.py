"""Every sentence in which a new task is asked for and taken in, in one place: plain, short, without ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat import teaching_verdict as verdict
from chat.teaching_desk import Caller
from chat.teaching_draft import Draft, Slot
from chat.wording import bullets, capital, label_of, listing, quoted_whole
from kb.definitions import Demand
from kb.model import Knowledge

# --- Questions --------------------------------------------------------------------------------------------


def begin(noun: str) -> str:
    """At the start."""
    return f"Gladly: let us describe the new kind of {noun} together. Say “cancel” at any time."


def ask_label() -> str:
    """The name."""
    return "What is it called?"


def ask_synonyms(label: str) -> str:
    """Other names."""
    return f"What else do people call {quoted_whole(label)}? List other names with commas, or say “none”."


def ask_broader(near: Sequence[str]) -> str:
    """The broader task."""
    question = "Is it a kind of something I know already? It then takes over what that needs. Say “none” if it is not."
    return f"{question}\n{bullets(map(capital, near))}" if near else question


def ask_needs(demands: Sequence[Demand], inherited: Sequence[str], examples: Sequence[str]) -> str:
    """What it needs."""
    if demands:
        return "What else does it need? Say “that's all” when there is nothing more."
    beyond = f", beyond what it takes over ({listing(inherited)})" if inherited else ""
    question = f"What does it need{beyond}? Name one need or several, or say “none”."
    return f"{question} For instance:\n{bullets(map(capital, examples))}" if examples else question


def ask_strength(need: str, strengths: Sequence[tuple[str, str]]) -> str:
    """How much a need matters."""
    choices = bullets(f"{capital(label)}: {meaning}" if meaning else capital(label) for label, meaning in strengths)
    return f"How much does {quoted_whole(need)} matter?\n{choices}"


def ask_commit(caller: Caller, *, refused: bool) -> str:
    """At the end."""
    if refused:
        return "It cannot be added like this. Tell me what to change, or say “cancel”."
    if not caller.may_write:
        return f"{verdict.lacking(caller)} I keep the draft until then; you can still change it, or say “cancel”."
    return "Shall I add it? Say “yes” to add it, tell me what to change, or say “cancel”."


def why(slot: Slot, noun: str) -> str:
    """Why something is asked."""
    texts: Mapping[Slot, str] = {
        "label": "I show it under this name, and recognise it by its words when somebody describes theirs.",
        "synonyms": "I recognise it by these words too.",
        "broader": "What is known of a broader kind then holds for this one as well; you need not say it again.",
        "needs": f"What a kind of {noun} needs is all I go by when I compare what serves it.",
        "strength": "The more a need matters, the more it counts; without something required, a technique is out.",
        "review": "Nothing is saved before you say yes; until then it is a draft that only you see.",
    }
    return texts[slot]


def help_text() -> str:
    """What can be said while a task is described."""
    return "Answer the question, or say for instance:\n" + bullets(
        (
            "“the name is …”, “also called …”, “it is a kind of …”",
            "“it needs …, strong”, “only if …”, “drop …”, “the definition is …”",
            "“show me” – the draft so far, “cancel” – to drop it",
        )
    )


# --- What was taken in ------------------------------------------------------------------------------------


def noted(lines: Sequence[str]) -> str:
    """What a message said."""
    return f"Noted: {'; '.join(lines)}."


def named(label: str) -> str:
    """The name."""
    return f"it is called {quoted_whole(label)}"


def also(names: Sequence[str]) -> str:
    """Other names."""
    return f"also called {listing(map(quoted_whole, names))}"


def kind_of(labels: Sequence[str]) -> str:
    """Broader tasks."""
    return f"a kind of {listing(labels)}"


def removed(label: str) -> str:
    """Something was taken out again."""
    return f"without {quoted_whole(label)}"


def defined() -> str:
    """A definition or a reason."""
    return "in your words"


def demand(knowledge: Knowledge, one: Demand) -> str:
    """A need with its strength and condition."""
    parts = [knowledge.strengths[one.strength].label] if one.strength else []
    parts += [f"only if {listing(conditions(knowledge, one))}"] if one.when else []
    label = label_of(knowledge.needs, one.need)
    return f"{label} ({', '.join(parts)})" if parts else label


def conditions(knowledge: Knowledge, one: Demand) -> list[str]:
    """The conditions of a demand."""
    said = []
    for name, values in one.when.items():
        constraint = knowledge.constraints[name]
        wanted = (values,) if isinstance(values, str) else values
        labels = [record.label for value in wanted if (record := constraint.value(value))]
        said.append(f"{constraint.label} is {listing(labels, 'or')}")
    return said


def assumed(label: str) -> str:
    """A strength that nobody stated."""
    return f"Then I take it as {quoted_whole(label)}; say it differently at any time."


def shown(knowledge: Knowledge, draft: Draft) -> str:
    """The draft so far."""
    lines = [f"Name: {draft.label}"] if draft.label else []
    lines += [f"Also called: {listing(draft.synonyms)}"] if draft.synonyms else []
    lines += [f"A kind of: {listing(label_of(knowledge.tasks, one) for one in draft.broader)}"] if draft.broader else []
    lines += [f"Needs: {listing(demand(knowledge, one) for one in draft.demands)}"] if draft.demands else []
    lines += [f"Definition: {draft.definition}"] if draft.definition else []
    lines += [f"Reason: {draft.reason}"] if draft.reason else []
    return f"This is the draft:\n{bullets(lines)}" if lines else "The draft is still empty."


# --- What was not understood ------------------------------------------------------------------------------


def not_a_name() -> str:
    """A name that cannot be one."""
    return "I need a short name for it, a few words that people would use."


def too_long() -> str:
    """More than an answer can be."""
    return "That is too much to read at once. Say it in a sentence or two."


def no_latin(name: str) -> str:
    """A name of which no id can be made."""
    return f"{quoted_whole(name)} can be another name later; the first one needs a Latin letter or a digit."


def not_known(missed: Sequence[str], kind: str, near: Sequence[str]) -> str:
    """Words that stand for no term."""
    text = f"I know no {kind} called {listing(map(quoted_whole, missed), 'or')}."
    if near:
        return f"{text} Did you mean one of these?\n{bullets(map(capital, near))}"
    return f"{text} Ask “which {kind}s do you know?” to see them all."


def which_one() -> str:
    """A yes where there are several to choose from."""
    return "Which one? Say its name."


def taken(name: str, label: str) -> str:
    """A name that another task has."""
    if name.lower() == label.lower():
        return f"I know {quoted_whole(label)} already. Give the new one another name, or say “cancel”."
    return (
        f"{quoted_whole(capital(name))} is another name of {quoted_whole(label)}, which I know already. Choose another."
    )


def no_strength(said: str) -> str:
    """Words that say nothing of how much something matters."""
    return f"I could not tell how much that is: {quoted_whole(said)}."


def no_condition(said: str) -> str:
    """A condition that could not be read."""
    return (
        f"I could not tell on what it depends: {quoted_whole(said)}. Name one thing and its value, as you would tell "
        "me about your own case; or leave it, and the need holds always."
    )


def which() -> str:
    """Something is to be changed."""
    return "What should be different? Say for instance “the name is …”, “it needs …” or “drop …”; or “cancel”."


def not_clear() -> str:
    """Something like a yes."""
    return "I add it only on a clear “yes”."


# --- The end -----------------------------------------------------------------------------------------------


def dropped(label: str) -> str:
    """The draft is gone."""
    return f"All right, I dropped the draft{f' of {quoted_whole(label)}' if label else ''}; nothing was added."


def anew() -> str:
    """The draft begins again."""
    return "All right, the draft is empty again."


def still_open(label: str) -> str:
    """After an answer to something else."""
    what = f" of {quoted_whole(label)}" if label else ""
    return f"Back to the draft{what}:"


def already(label: str) -> str:
    """A second opening."""
    what = quoted_whole(label) if label else "a new task"
    return f"We are in the middle of describing {what}. Say “cancel” to drop that."


def only_tasks(noun: str) -> str:
    """Something else than a task is to be taught."""
    return (
        f"In a conversation I can learn a new kind of {noun}: say “add a task called …”. Everything else comes with "
        "packs, which the programming interface and the command line take."
    )


# --- Things to say next -----------------------------------------------------------------------------------


def say_none() -> str:
    """The suggestion to pass a question over."""
    return "None"


def say_done() -> str:
    """The suggestion to end a list."""
    return "That's all"


def say_yes() -> str:
    """The suggestion to add it."""
    return "Yes, add it"


def say_cancel() -> str:
    """The suggestion to drop it."""
    return "Cancel"
