"""What English needs whatever is said: lists, numbers, the first letter and the full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LINK = re.compile(r"(.*?)( (?:of|per|an?) |$)(.*)")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Join parts as in a sentence: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form: "one point", "3 points" from ten on in digits."""
    return f"{number_word(number)} {noun}" if number == 1 else f"{number_word(number)} {noun}s"


def plural(label: str) -> str:
    """A unit's name for several of it: "requests per month", "categories"; "per cent" stays."""
    if label.startswith("per "):
        return label
    head, link, rest = _LINK.findall(label)[0]
    if head.endswith("s"):
        return label
    ending = f"{head[:-1]}ies" if _CONSONANT_Y.search(head) else f"{head}s"
    return f"{ending}{link}{rest}"


def told_once(clauses: Sequence[str], opening: str = "you said that ") -> list[str]:
    """Clauses of one list in which only the first says who said so: "you said that a", "that b"."""
    said = [clause for clause in clauses if clause.startswith(opening)]
    return [
        *(clause for clause in clauses if not clause.startswith(opening)),
        *said[:1],
        *(f"that {clause.removeprefix(opening)}" for clause in said[1:]),
    ]


def number_word(number: int) -> str:
    """A number as one writes it in a text: in digits from eleven on."""
    return _NUMBER_WORDS[number] if 0 <= number < len(_NUMBER_WORDS) else str(number)


def first_sentence(text: str) -> str:
    """What stands before the first full stop, exclamation or question mark that ends a sentence."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z\"“])", text.strip(), maxsplit=1)[0]


def sentence(text: str) -> str:
    """With a capital letter and a full stop, unless it has them."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:" else f"{text}."


def signed(points: int) -> str:
    """Points with their sign; a true minus sign."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def lowered(text: str) -> str:
    """With a small first letter, unless the first word is a name or an abbreviation."""
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and not first[1:].islower() else text[:1].lower() + text[1:]
