"""Likeness of meaning: how near a text comes to the phrases of a knowledge base in a space of word vectors.

The vectors (``chat/words/``) say what English words mean, nothing of any domain. A text is the mean of its words'
vectors; what the terms of a knowledge base mean follows from its own phrases, so that a new term counts from the moment
it is committed. Without the vectors, or without NumPy, everything works by words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any

_WORD = re.compile(r"[a-z]+")
_LONGEST = 24
# How strongly the weights of a term are held small (ridge regression; Hoerl & Kennard, 1970).
_RIDGE = 2.0
# A term is as near as the mean of its nearest phrases.
_NEAREST = 3


class WordVectors:
    """Vectors of words and parts of words."""

    def __init__(self, words: Sequence[str], vectors: Any, scales: Any) -> None:
        """Vectors as rows of small integers, each with the scale that makes numbers of them."""
        self._rows = {word: row for row, word in enumerate(words)}
        self._vectors = vectors
        self._scales = scales
        self._pieces = lru_cache(maxsize=50_000)(self._split)
        self._kept = lru_cache(maxsize=50_000)(lambda phrase: self.of([phrase])[0])

    def of(self, texts: Iterable[str]) -> Any:
        """One unit vector a text (rows); zeros where it has no known word."""
        import numpy as np

        rows = []
        for text in texts:
            pieces = [row for word in _WORD.findall(text.lower()) for row in self._pieces(word)]
            if pieces:
                mean = (self._vectors[pieces] * self._scales[pieces][:, None]).mean(axis=0)
                rows.append(mean / (float(np.linalg.norm(mean)) or 1.0))
            else:
                rows.append(np.zeros(self._vectors.shape[1]))
        return np.asarray(rows, dtype=np.float32).reshape(len(rows), self._vectors.shape[1])

    def of_known(self, texts: Iterable[str]) -> Any:
        """The same for texts that are asked for again and again: phrases of a knowledge base."""
        import numpy as np

        rows = [self._kept(text) for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(len(rows), self.width)

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return int(self._vectors.shape[1])

    def has(self, word: str) -> bool:
        """Whether a word has a vector of its own."""
        return word in self._rows

    def likeness(self, text: str, phrase: str) -> float:
        """The cosine between a text and a phrase that is asked for again and again."""
        return float(self.of([text])[0] @ self._kept(phrase))

    def _split(self, word: str) -> tuple[int, ...]:
        """The rows of a word: its own, else those of its longest known parts (WordPiece; Wu et al., 2016)."""
        found = []
        start = 0
        while start < len(word[:_LONGEST]):
            for end in range(min(len(word), _LONGEST), start, -1):
                row = self._rows.get(("##" if start else "") + word[start:end])
                if row is not None:
                    found.append(row)
                    start = end
                    break
            else:
                return ()
        return tuple(found)


@lru_cache(maxsize=1)
def word_vectors() -> WordVectors | None:
    """The vectors that are shipped, read at the first use; None without them or without NumPy."""
    try:
        import numpy as np

        with files("chat").joinpath("words", "words.npz").open("rb") as file:
            data = np.load(file)
            words = str(data["words"]).split("\n")
            return WordVectors(words, data["vectors"], data["scales"].astype(np.float32))
    except (ImportError, OSError):
        return None


class _Rows:
    """Vectors of phrases and sums of terms, one after the other; versions share them and look at their own part."""

    def __init__(self, width: int, phrases: int, terms: int) -> None:
        import numpy as np

        self.known = np.zeros((phrases, width), dtype=np.float32)
        self.sums = np.zeros((terms, width + 1), dtype=np.float64)
        self.used = (0, 0)
        self.lock = Lock()

    def grown(self, phrases: int, terms: int, keep: tuple[int, int]) -> _Rows:
        """Room for more, with what is to be kept."""
        other = _Rows(self.known.shape[1], phrases, terms)
        other.known[: keep[0]], other.sums[: keep[1]] = self.known[: keep[0]], self.sums[: keep[1]]
        other.used = keep
        return other


class Likeness:
    """How like texts are to the phrases of some terms.

    For each term there are two measures: the cosine to its nearest phrases, and a linear function of the vector that
    was fitted to the phrases of all terms. What differs in another version is added to what there is.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]], vectors: WordVectors) -> None:
        """Fit to the phrases of each term."""
        import numpy as np

        width = vectors.width
        self._vectors = vectors
        self._terms: list[str] = []
        self._owner = np.zeros(0, dtype=np.intp)
        self._square = np.zeros((width + 1, width + 1))
        self._rows = _Rows(width, sum(map(len, phrases.values())), len(phrases))
        self._places: dict[str, tuple[int, range]] = {}
        self._add(phrases)

    def changed(self, gone: Iterable[str], come: Mapping[str, Sequence[str]]) -> Likeness:
        """The same with other terms: those in ``gone`` are taken away first, if they are there."""
        other: Likeness = object.__new__(Likeness)
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("_fitted", None)
        other._terms, other._owner, other._places = list(self._terms), self._owner.copy(), dict(self._places)
        for term in gone:
            if term in other._places:
                number, places = other._places.pop(term)
                rows = self._with_ones(self._rows.known[places.start : places.stop])
                other._square = other._square - rows.T @ rows
                other._terms[number] = ""
                other._owner[places.start : places.stop] = -1
        other._add(come)
        return other

    def nearness(self, texts: Sequence[str]) -> dict[str, float]:
        """For each term the mean cosine of its nearest phrases, each to the text that is nearest to it."""
        import numpy as np

        here = self._owner >= 0
        best = (self._vectors.of(texts) @ self._rows.known[: len(self._owner)].T).max(axis=0)[here]
        owner = self._owner[here]
        order = np.lexsort((-best, owner))
        best, owner = best[order], owner[order]
        starts = np.searchsorted(owner, np.arange(len(self._terms)))
        near = np.arange(len(owner)) - starts[owner] < _NEAREST
        totals = np.bincount(owner[near], weights=best[near], minlength=len(self._terms))
        counts = np.maximum(np.bincount(owner[near], minlength=len(self._terms)), 1)
        return dict(self._of_terms(totals / counts))

    def fit(self, text: str) -> dict[str, float]:
        """For each term the value of its linear function: about 1 for its own phrases, 0 for those of others."""
        vector = self._with_ones(self._vectors.of([text]))[0]
        return dict(self._of_terms(self._rows.sums[: len(self._terms)] @ (self._fitted @ vector)))

    @cached_property
    def _fitted(self) -> Any:
        import numpy as np

        return np.linalg.inv(self._square + _RIDGE * np.eye(len(self._square)))

    def _of_terms(self, values: Any) -> Iterator[tuple[str, float]]:
        return ((term, value) for term, value in zip(self._terms, values.tolist(), strict=True) if term)

    def _add(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Put terms behind those that there are, in rows that no other version looks at."""
        import numpy as np

        vectors = self._vectors.of_known(text for texts in phrases.values() for text in texts)
        first, number = len(self._owner), len(self._terms)
        with self._rows.lock:
            needed = first + len(vectors), number + len(phrases)
            room = len(self._rows.known), len(self._rows.sums)
            if self._rows.used != (first, number) or needed[0] > room[0] or needed[1] > room[1]:
                self._rows = self._rows.grown(needed[0] * 5 // 4 + 64, needed[1] * 5 // 4 + 64, (first, number))
            self._rows.used = needed
        self._rows.known[first : needed[0]] = vectors
        rows = self._with_ones(vectors)
        self._square = self._square + rows.T @ rows
        owner = np.repeat(np.arange(number, needed[1]), [len(texts) for texts in phrases.values()])
        self._owner = np.concatenate([self._owner, owner.astype(np.intp)])
        at = first
        for term, texts in phrases.items():
            self._places[term] = (len(self._terms), range(at, at + len(texts)))
            self._rows.sums[len(self._terms)] = rows[at - first : at - first + len(texts)].sum(axis=0)
            self._terms.append(term)
            at += len(texts)

    @staticmethod
    def _with_ones(rows: Any) -> Any:
        import numpy as np

        return np.hstack([rows, np.ones((len(rows), 1))]).astype(np.float64)
