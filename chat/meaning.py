"""Likeness of meaning: how near a text comes to the phrases of a knowledge base in a space of word vectors.

The vectors (``chat/words/``) say what English words mean, nothing of any domain. A text is the mean of its words'
vectors; what the terms of a knowledge base mean follows from its own phrases, so that a new term counts from the moment
it is committed. Without the vectors, or without NumPy, everything works by words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
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
        self._kept = lru_cache(maxsize=10_000)(lambda phrase: self.of([phrase])[0])

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


class Likeness:
    """How like texts are to the phrases of some terms.

    For each term there are two measures: the cosine to its nearest phrases, and a linear function of the vector that
    was fitted to the phrases of all terms.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]], vectors: WordVectors) -> None:
        """Fit to the phrases of each term."""
        import numpy as np

        self._vectors = vectors
        self._terms = list(phrases)
        self._owner = np.asarray(
            [number for number, term in enumerate(self._terms) for _ in phrases[term]], dtype=np.intp
        )
        self._known = vectors.of(text for term in self._terms for text in phrases[term])
        rows = np.hstack([self._known, np.ones((len(self._known), 1), dtype=np.float32)])
        wanted = np.eye(len(self._terms))[self._owner]
        square = rows.T @ rows + _RIDGE * np.eye(rows.shape[1])
        self._weights = np.linalg.solve(square, rows.T @ wanted)

    def nearness(self, texts: Sequence[str]) -> dict[str, float]:
        """For each term the mean cosine of its nearest phrases, each to the text that is nearest to it."""
        import numpy as np

        best = (self._vectors.of(texts) @ self._known.T).max(axis=0)
        found = {}
        for number, term in enumerate(self._terms):
            own = np.sort(best[self._owner == number])[-_NEAREST:]
            found[term] = float(own.mean()) if len(own) else 0.0
        return found

    def fit(self, text: str) -> dict[str, float]:
        """For each term the value of its linear function: about 1 for its own phrases, 0 for those of others."""
        import numpy as np

        vector = np.append(self._vectors.of([text])[0], 1.0)
        return dict(zip(self._terms, (float(value) for value in vector @ self._weights), strict=True))
