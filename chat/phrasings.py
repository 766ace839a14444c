"""Which act a message performs, by its likeness to wordings that are known for each act (``words/*.txt``).

The forms of :mod:`chat.forms` are exact, and say nothing of a message that is worded in another way. Here the message
is compared with thirteen thousand wordings: by its words, its pairs of words, its letters, and what its words mean
(:mod:`chat.fitting`). How likely an act is depends on the conversation too: what is about an answer comes seldom where
none was given.

The wordings are of no domain. Where terms of the knowledge base stand in a message, they stand as ``{option}`` for a
technique and ``{thing}`` for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from rapidfuzz import fuzz, process

from chat.fitting import Fitted, fit, read_fitted
from chat.meaning import WordVectors, word_vectors

OPTION = "{option}"
THING = "{thing}"
DESCRIBE = "describe"
OFF_TOPIC = "off-topic"
UNCLEAR = "unclear"

# What tells about the case, or about anything under the sun, has words of all kinds.
_TELLING = frozenset({DESCRIBE, OFF_TOPIC, UNCLEAR})
_FOLDER = files("chat").joinpath("words")
_WORDINGS, _SAID, _VECTORS, _FITTED = (
    _FOLDER.joinpath(name) for name in ("acts.txt", "said.txt", "words.npz", "acts.npz")
)
# So much more than a wording of ours counts one by those who do not know the program.
_OUTSIDERS = 3

_SLOTS = {OPTION: " xxoption ", THING: " xxthing "}
_WORD = re.compile(r"[a-z0-9]+")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
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
_LONGEST = 40
# A word in which so much agrees with a word of the wordings is that word, mistyped.
_SLIP = 85
_SHORTEST_SLIP = 5


@dataclass(frozen=True, slots=True)
class Likely:
    """The likeliest act of a message.

    Attributes:
        act: which.
        value: how likely it is, at most 1.
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
        fitted: what was fitted to the wordings before; None to fit now.
    """

    def __init__(
        self, wordings: Mapping[str, Sequence[str]], vectors: WordVectors | None, fitted: Fitted | None = None
    ) -> None:
        self._vectors = vectors
        acts = [act for act, own in wordings.items() for _ in own]
        texts = list(zip(acts, tokens_of_lines([text for own in wordings.values() for text in own]), strict=True))
        self._exact = {_core(tokens): act for act, tokens in texts}
        self._known = {token for _, tokens in texts for token in tokens}
        self._asking = {token for act, tokens in texts if act not in _TELLING for token in tokens}
        self._long = sorted(word for word in self._known if len(word) >= _SHORTEST_SLIP)
        self._fitted = fitted or fit(acts, [tokens for _, tokens in texts], vectors)

    def knows(self, word: str) -> bool:
        """Whether a word is one of those by which acts are told that ask for something."""
        return word in self._asking

    def likeliest(self, text: str, leaning: Mapping[str, float] | None = None) -> Likely | None:
        """The likeliest act of a message; None where no word tells.

        Args:
            text: with ``{option}`` and ``{thing}`` for terms.
            leaning: by how much likelier than elsewhere acts are at this point of the conversation.
        """
        tokens = [self._mended(token) for token in tokens_of(text)]
        if not self._known.intersection(tokens) or len(tokens) > _LONGEST or _OPENERS.issuperset(tokens):
            return None
        core = _core(tokens)
        if all(token.startswith("xx") for token in core):
            return None  # a name alone tells nothing
        if act := self._exact.get(core):
            return Likely(act, 1.0, 1.0, whole=True)
        shares = dict(zip(self._fitted.classes, self._fitted.shares(tokens, self._vectors).tolist(), strict=True))
        if leaning:
            shares = {act: share * leaning.get(act, 1.0) for act, share in shares.items()}
        total = sum(shares.values())
        first, second = sorted(shares, key=shares.__getitem__, reverse=True)[:2]
        return Likely(first, shares[first] / total, (shares[first] - shares[second]) / total)

    def _mended(self, token: str) -> str:
        if token not in self._known and token.removesuffix("s") in self._known:
            return token.removesuffix("s")
        if len(token) < _SHORTEST_SLIP or token in self._known or (self._vectors and self._vectors.has(token)):
            return token
        found = process.extractOne(token, self._long, scorer=fuzz.ratio, score_cutoff=_SLIP)
        return found[0] if found else token


def tokens_of(text: str) -> list[str]:
    """The words of a message in one form: lower case, without contractions; a number is a thing."""
    return _split(_spelled_out(text))


def tokens_of_lines(lines: Sequence[str]) -> list[list[str]]:
    """The same for many lines at once, which is quicker than one by one."""
    return [_split(line) for line in _spelled_out("\n".join(lines)).split("\n")]


def _spelled_out(text: str) -> str:
    text = text.lower().replace("’", "'").replace("‘", "'")
    for slot, word in _SLOTS.items():
        text = text.replace(slot, word)
    text = _DRAWN_OUT.sub(r"\1", text)
    for pattern, plain in _CONTRACTED:
        text = re.sub(pattern, plain, text)
    return text


def _split(text: str) -> list[str]:
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


def _read(file: Traversable) -> dict[str, list[str]]:
    wordings: dict[str, list[str]] = {}
    act = ""
    for line in file.read_text("utf-8").splitlines():
        text = line.strip()
        if text.startswith("="):
            act = text[1:].strip()
        elif text and not text.startswith("#"):
            wordings.setdefault(act, []).append(text)
    return wordings


def read_wordings() -> dict[str, list[str]]:
    """The wordings that are shipped, by act."""
    wordings = _read(_WORDINGS)
    for act, said in _read(_SAID).items():
        wordings.setdefault(act, []).extend(said)
    return wordings


def fit_wordings(vectors: WordVectors | None) -> Fitted:
    """Fit to the wordings that are shipped; takes minutes."""
    examples = [(act, own) for act, own in _read(_WORDINGS).items()]
    examples += [(act, said * _OUTSIDERS) for act, said in _read(_SAID).items()]
    classes = [act for act, own in examples for _ in own]
    return fit(classes, tokens_of_lines([text for _, own in examples for text in own]), vectors)


def digest_of_wordings() -> str:
    """A digest of what is fitted to: the wordings and the vectors of words."""
    return sha256(b"".join(sha256(file.read_bytes()).digest() for file in (_WORDINGS, _SAID, _VECTORS))).hexdigest()


def _read_fitted() -> Fitted | None:
    """What is shipped as fitted to the wordings; None if it is not there or was fitted to others."""
    try:
        with _FITTED.open("rb") as file:
            fitted, digest = read_fitted(file)
        return fitted if digest == digest_of_wordings() else None
    except OSError:
        return None


@lru_cache(maxsize=1)
def phrasings() -> Phrasings:
    """The wordings that are shipped, with what was fitted to them; fitted anew (a minute) if they were changed."""
    vectors = word_vectors()
    return Phrasings(read_wordings(), vectors, _read_fitted() or fit_wordings(vectors))
