"""Which act a message performs, by its likeness to wordings that are known for each act (``words/acts.txt``).

The forms of :mod:`chat.forms` are exact, and say nothing of a message that is worded in another way. Here the message
is compared with three thousand wordings: by its words, its pairs of words in order, and what its words mean
(:mod:`chat.meaning`). For each act a linear function of these features is fitted to all wordings (ridge regression;
Hoerl & Kennard, 1970), with the value 1 for the act's own and 0 for others.

The wordings are of no domain. Where terms of the knowledge base stand in a message, they stand as ``{option}`` for a
technique and ``{thing}`` for anything else.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz, process

from chat.meaning import WordVectors, word_vectors

OPTION = "{option}"
THING = "{thing}"
DESCRIBE = "describe"
OFF_TOPIC = "off-topic"

_SLOTS = {OPTION: " xxoption ", THING: " xxthing "}
_WORD = re.compile(r"[a-z0-9]+")
_CONTRACTED = (
    (r"\bwon't\b", "will not"),
    (r"\bcan't\b|\bcannot\b|\bcant\b", "can not"),
    (r"\b(do|does|did|is|are|was|were|has|have|had|would|should|could)n'?t\b", r"\1 not"),
    (r"\blet'?s\b", "let us"),
    (r"\b(what|where|who|how|that|it|there|here|when|why)s\b", r"\1 is"),
    (r"'s\b", " is"),
    (r"'re\b", " are"),
    (r"'m\b", " am"),
    (r"'ve\b", " have"),
    (r"'d\b", " would"),
    (r"'ll\b", " will"),
    (r"\bu\b", "you"),
    (r"\bur\b", "your"),
    (r"\bim\b", "i am"),
    (r"\bpls\b|\bplz\b", "please"),
    (r"\bnvm\b", "never mind"),
    (r"\br\b", "are"),
)
_OPENERS = frozenset(
    [
        "and",
        "but",
        "so",
        "ok",
        "okay",
        "well",
        "hm",
        "hmm",
        "then",
        "now",
        "right",
        "fine",
        "please",
        "sorry",
        "oh",
        "ah",
        "um",
        "hey",
        "alright",
    ]
)
_CLOSERS = frozenset(["please", "then", "now", "again", "though", "exactly", "anyway", "thanks"])
# How strongly the weights are held small, and how much the meaning of words counts beside the words themselves.
_RIDGE = 0.3
_COMMON = 2
# The weight of what is in no wording, or in one alone.
_STRANGE = 2.0
# Features share columns by a hash with a sign (Weinberger et al., 2009): as good as a column each, and sooner fitted.
_COLUMNS = 2048
_MEANING = 0.6
_BIAS = 0.1
_LONGEST = 30
# A word in which so much agrees with a word of the wordings is that word, mistyped.
_SLIP = 85
_SHORTEST_SLIP = 5


@dataclass(frozen=True, slots=True)
class Likely:
    """The likeliest act of a message.

    Attributes:
        act: which.
        value: of the act's linear function: about 1 for its own wordings, 0 for others.
        ahead: by how much it is ahead of the next act.
        whole: whether the message is one of the wordings.
    """

    act: str
    value: float
    ahead: float
    whole: bool = False


class Phrasings:
    """The wordings known for each act.

    Args:
        wordings: by act.
        vectors: of words; None to compare by the words alone.
    """

    def __init__(self, wordings: Mapping[str, Sequence[str]], vectors: WordVectors | None) -> None:
        self._acts = list(wordings)
        self._vectors = vectors
        texts = [(act, _tokens(text)) for act, own in wordings.items() for text in own]
        self._exact = {_core(tokens): act for act, tokens in texts}
        self._known = {token for _, tokens in texts for token in tokens}
        self._long = sorted(word for word in self._known if len(word) >= _SHORTEST_SLIP)
        self._fit([act for act, _ in texts], [tokens for _, tokens in texts])

    def knows(self, word: str) -> bool:
        """Whether a word is one of those by which acts are told."""
        return word in self._known

    def likeliest(self, text: str) -> Likely | None:
        """The likeliest act of a message with ``{option}`` and ``{thing}`` for terms; None where no word tells."""
        tokens = [self._mended(token) for token in _tokens(text)]
        if not any(self.knows(token) for token in tokens) or len(tokens) > _LONGEST or _OPENERS.issuperset(tokens):
            return None
        core = _core(tokens)
        if (act := self._exact.get(core)) and not all(token.startswith("xx") for token in core):
            return Likely(act, 1.0, 1.0, whole=True)
        values = self._values(tokens)
        first, second = values.argsort()[::-1][:2]
        return Likely(self._acts[first], float(values[first]), float(values[first] - values[second]))

    def _mended(self, token: str) -> str:
        if len(token) < _SHORTEST_SLIP or token in self._known or (self._vectors and self._vectors.has(token)):
            return token
        found = process.extractOne(token, self._long, scorer=fuzz.ratio, score_cutoff=_SLIP)
        return found[0] if found else token

    # --- The linear functions -----------------------------------------------------------------------------------

    def _fit(self, acts: Sequence[str], texts: Sequence[Sequence[str]]) -> None:
        import numpy as np

        frequency = Counter(feature for tokens in texts for feature in _features(tokens))
        # What only one wording has tells nothing of another.
        self._rarity = {
            feature: math.log(len(texts) / count) + 1 for feature, count in frequency.items() if count >= _COMMON
        }
        matrix = np.vstack([self._row(tokens) for tokens in texts])
        wanted = np.eye(len(self._acts), dtype=np.float32)[[self._acts.index(act) for act in acts]]
        square = matrix.T @ matrix + _RIDGE * np.eye(matrix.shape[1], dtype=np.float32)
        self._weights = np.linalg.solve(square, matrix.T @ wanted)

    def _row(self, tokens: Sequence[str]) -> Any:
        """The features of a message as one row: its words and pairs, what they mean, and a constant."""
        import numpy as np

        words = np.zeros(_COLUMNS, dtype=np.float32)
        strange = 0
        for feature in _features(tokens):
            if rarity := self._rarity.get(feature):
                place = zlib.crc32(feature.encode())
                words[place % _COLUMNS] += rarity if place >> 31 else -rarity
            else:
                strange += 1
        # What no wording has makes what some have count less.
        words /= math.sqrt(float(words @ words) + strange * _STRANGE**2) or 1.0
        parts = [words]
        if self._vectors:
            plain = " ".join(token for token in tokens if not token.startswith("xx"))
            parts.append(self._vectors.of([plain])[0] * _MEANING**0.5)
        return np.concatenate([*parts, np.array([_BIAS**0.5], dtype=np.float32)])

    def _values(self, tokens: Sequence[str]) -> Any:
        return self._row(tokens) @ self._weights


def _tokens(text: str) -> list[str]:
    """The words of a message in one form: lower case, without contractions; a number is a thing."""
    text = text.lower().replace("’", "'").replace("‘", "'")
    for slot, word in _SLOTS.items():
        text = text.replace(slot, word)
    for pattern, plain in _CONTRACTED:
        text = re.sub(pattern, plain, text)
    words = ["xxthing" if word[0].isdigit() else word for word in _WORD.findall(text)]
    return [word for at, word in enumerate(words) if word != "xxthing" or not at or words[at - 1] != word]


def _core(tokens: Sequence[str]) -> tuple[str, ...]:
    """The words without those that only open or close a message."""
    words = list(tokens)
    while len(words) > 1 and words[0] in _OPENERS:
        words.pop(0)
    while len(words) > 1 and words[-1] in _CLOSERS:
        words.pop()
    return tuple(words)


def _features(tokens: Sequence[str]) -> set[str]:
    """Words, neighbours, and words with one between them."""
    bounded = ["^", *tokens, "$"]
    return {
        *tokens,
        *(f"{one} {other}" for one, other in pairwise(bounded)),
        *(f"{one} … {other}" for one, other in zip(bounded, bounded[2:], strict=False)),
    }


def read_wordings() -> dict[str, list[str]]:
    """The wordings that are shipped, by act."""
    wordings: dict[str, list[str]] = {}
    act = ""
    for line in files("chat").joinpath("words", "acts.txt").read_text("utf-8").splitlines():
        text = line.strip()
        if text.startswith("="):
            act = text[1:].strip()
        elif text and not text.startswith("#"):
            wordings.setdefault(act, []).append(text)
    return wordings


@lru_cache(maxsize=1)
def phrasings() -> Phrasings:
    """The wordings that are shipped, fitted at the first use."""
    return Phrasings(read_wordings(), word_vectors())
