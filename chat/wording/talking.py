"""What the program says about itself, and what can be said next."""

from __future__ import annotations

from chat.wording.english import bullets, noun, paragraphs, quoted_whole, sentence
from kb.model import Knowledge


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


def tell_me(knowledge: Knowledge) -> str:
    """An invitation to describe."""
    return paragraphs(f"Tell me what your {noun(knowledge)} does and what matters about it.", example(knowledge))


def restarted(knowledge: Knowledge) -> str:
    """After a restart."""
    return f"All right, a clean slate. What does your {noun(knowledge)} do, and what matters about it?"


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
