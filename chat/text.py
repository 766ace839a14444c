"""Words of a text: where they stand, what they look like without their endings, and where clauses end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[$€£%]|[^\w\s]", re.UNICODE)
_SENTENCE_END = frozenset(".!?;\n")
_CLAUSE_END = frozenset(".!?;,:()–—\n…")
_POSSESSIVE = re.compile(r"'s$")
_STEMMER = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign of a text.

    Attributes:
        start: where it begins in the text.
        end: where it ends.
        word: lower case, straight apostrophe, no possessive ending.
        light: without the ending of its inflection ("labels", "labelled": label).
        stem: without the endings of derivation too ("moderation", "moderate": moder).
        sign: whether it is punctuation or another sign.
    """

    start: int
    end: int
    word: str
    light: str
    stem: str
    sign: bool = False


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Snowball (Porter 2) stem of a word, with British and American spellings made one."""
    american = re.sub(r"is(e|ed|es|er|ers|ing|ation|ations)$", r"iz\1", word)
    american = re.sub(r"(..)our(s|ed|ing|ite|ites)?$", r"\1or\2", american)
    american = re.sub(r"([aeiou])ll(ed|ing|er|ers)$", r"\1l\2", american)
    stemmed = str(_STEMMER.stemWord(american))
    return stemmed.removesuffix("i") if len(stemmed) > 3 else stemmed


@lru_cache(maxsize=20_000)
def light(word: str) -> str:
    """The word without its inflection, so that a derived word can be told from an inflected one."""
    if len(word) <= 3 or word.endswith("ss"):
        return word
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: len(word) - len(ending)] + replacement
            if ending in {"ing", "ed"} and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sfz":
                base = base[:-1]
            return base.removesuffix("e")
    return word.removesuffix("e")


def make_token(start: int, end: int, raw: str) -> Token:
    """The token for the characters ``raw`` that stand at ``start``."""
    word = _POSSESSIVE.sub("", raw.lower().replace("’", "'"))
    sign = not word[:1].isalnum()
    return Token(start, end, word, word if sign else light(word), word if sign else stem(word), sign)


def tokenise(text: str) -> tuple[Token, ...]:
    """Words, numbers and signs in their order; hyphenated words come apart."""
    tokens = []
    for match in _TOKEN.finditer(text):
        tokens.append(make_token(match.start(), match.end(), match.group()))
    for match in re.finditer(r"\n+", text):
        tokens.append(Token(match.start(), match.end(), "\n", "\n", "\n", sign=True))
    return tuple(sorted(tokens, key=lambda token: token.start))


def ends_sentence(token: Token) -> bool:
    """Whether a sentence ends with this token."""
    return token.sign and token.word in _SENTENCE_END


def ends_clause(token: Token) -> bool:
    """Whether a clause ends with this token."""
    return token.sign and token.word in _CLAUSE_END


def sentences(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The index ranges of the sentences, signs at their end left out."""
    spans, begin = [], 0
    for index, token in enumerate(tokens):
        if ends_sentence(token):
            if index > begin:
                spans.append((begin, index))
            begin = index + 1
    if begin < len(tokens):
        spans.append((begin, len(tokens)))
    return spans
