"""Telling classes of short texts apart by linear functions of their words, which are fitted to examples.

A text is seen as its words, its neighbouring words, its runs of letters (so that a typing error leaves most of it as it
was), and what its words mean (:mod:`chat.meaning`): all of them, those it begins with, and those it ends with.
The functions are those of multinomial logistic regression, so that their values are shares that add up to 1.

Fitting some thousand texts takes minutes of a processor. So it is done when the examples change, and its outcome kept
(``scripts/fit-wordings``).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, Any

from chat.meaning import WordVectors

# How many texts must have a feature: what only one has tells nothing of another.
_COMMON = 2
_COMMON_LETTERS = 3
# The weight of what is in no text.
_STRANGE = 2.0
_RUNS = (3, 4, 5)
# How much letters and meaning count beside the words themselves.
_LETTERS, _MEANING, _ENDS = 0.5, 0.6, 0.4
_BIAS = 0.1
# So many words are the beginning or the end of a text.
_REACH = 3
# How strongly the weights are held small, and how many steps are taken towards the best ones.
_RIDGE = 3e-7
_STEPS = 80
_PACE = 0.1
_MEMORY = (0.9, 0.999)
_LEVELS = 127


def words_of(tokens: Sequence[str]) -> set[str]:
    """Words, neighbours, and words with one between them."""
    bounded = ["^", *tokens, "$"]
    return {
        *tokens,
        *(f"{one} {other}" for one, other in pairwise(bounded)),
        *(f"{one} … {other}" for one, other in zip(bounded, bounded[2:], strict=False)),
    }


def letters_of(tokens: Sequence[str]) -> set[str]:
    """Runs of letters, across words too."""
    text = f" {' '.join(tokens)} "
    return {f"#{text[at : at + size]}" for size in _RUNS for at in range(len(text) - size + 1)}


def _key(feature: str) -> int:
    return zlib.crc32(feature.encode())


@dataclass(frozen=True, slots=True)
class Fitted:
    """The functions of some classes.

    Attributes:
        rows: the place of each feature, by a hash of it.
        rarity: the weight of each.
        sparse: the coefficients of features, a row each, a column a class: small integers.
        scales: what makes numbers of them, by class.
        dense: the coefficients of what words mean, and of a constant.
        classes: their names.
    """

    rows: dict[int, int]
    rarity: Any
    sparse: Any
    scales: Any
    dense: Any
    classes: tuple[str, ...]

    def shares(self, tokens: Sequence[str], vectors: WordVectors | None) -> Any:
        """How likely each class is for a text, in the order of the classes; the sum is 1."""
        import numpy as np

        places, weights = _weighted(tokens, self.rows, self.rarity)
        values = _meant([tokens], vectors)[0] @ self.dense
        if places:
            values = values + (np.asarray(weights) @ self.sparse[places]) * self.scales
        return _softmax(values[None, :])[0]

    def write(self, file: IO[bytes], digest: str) -> None:
        """Keep it, with a digest of what it was fitted to."""
        import numpy as np

        np.savez_compressed(
            file,
            keys=np.fromiter(self.rows, dtype=np.uint32, count=len(self.rows)),
            rarity=self.rarity.astype(np.float16),
            sparse=self.sparse,
            scales=self.scales,
            dense=self.dense.astype(np.float16),
            classes=np.array("\n".join(self.classes)),
            digest=np.array(digest),
        )


def read_fitted(file: IO[bytes]) -> tuple[Fitted, str]:
    """What was kept, and the digest of what it was fitted to."""
    import numpy as np

    data = np.load(file)
    fitted = Fitted(
        rows={key: row for row, key in enumerate(data["keys"].tolist())},
        rarity=data["rarity"].astype(np.float32),
        sparse=data["sparse"],
        scales=data["scales"],
        dense=data["dense"].astype(np.float32),
        classes=tuple(str(data["classes"]).split("\n")),
    )
    return fitted, str(data["digest"])


def fit(classes: Sequence[str], texts: Sequence[Sequence[str]], vectors: WordVectors | None) -> Fitted:
    """Fit to texts, given as words, each of the class at its place.

    Multinomial logistic regression with a ridge, by Adam with a pace that falls (Kingma & Ba, 2015); a class with fewer
    examples has them count for more, by the root of the ratio.
    """
    import numpy as np

    names = tuple(dict.fromkeys(classes))
    rows, rarity = _rarities(texts)
    features = _Features(texts, rows, rarity, vectors)
    wanted = np.eye(len(names), dtype=np.float32)[[names.index(name) for name in classes]]
    counts = wanted.sum(axis=0)
    weight = (wanted @ (counts**-0.5))[:, None]
    weight = weight / weight.mean()
    found, mean, square = (np.zeros((features.width, len(names)), dtype=np.float32) for _ in range(3))
    for step in range(1, _STEPS + 1):
        errors = weight * (_softmax(features.times(found)) - wanted)
        slope = features.back(errors) / len(texts) + _RIDGE * found
        mean += (1 - _MEMORY[0]) * (slope - mean)
        square += (1 - _MEMORY[1]) * (slope * slope - square)
        pace = _PACE * (1 - step / _STEPS) * math.sqrt(1 - _MEMORY[1] ** step) / (1 - _MEMORY[0] ** step)
        found -= pace * mean / (np.sqrt(square) + 1e-8)
    scales = np.abs(found[: len(rows)]).max(axis=0, initial=1e-9) / _LEVELS
    whole = np.rint(found[: len(rows)] / scales).astype(np.int8)
    return Fitted(rows, rarity, whole, scales.astype(np.float32), found[len(rows) :], names)


class _Features:
    """The features of many texts, most of which are nought, as a matrix that is multiplied in both directions."""

    def __init__(self, texts: Sequence[Sequence[str]], rows: dict[int, int], rarity: Any, vectors: Any) -> None:
        import numpy as np

        found = [_weighted(tokens, rows, rarity) for tokens in texts]
        self._column = np.concatenate([np.asarray(places, dtype=np.intp) for places, _ in found])
        self._value = np.concatenate([np.asarray(weights, dtype=np.float32) for _, weights in found])
        self._row = np.repeat(np.arange(len(texts)), [len(places) for places, _ in found])
        self._dense = _meant(texts, vectors)
        self._texts, self._known = len(texts), len(rows)
        self.width = self._known + self._dense.shape[1]

    def times(self, weights: Any) -> Any:
        """The sums for every text."""
        import numpy as np

        sums = [
            np.bincount(self._row, self._value * weights[self._column, at], minlength=self._texts)
            for at in range(weights.shape[1])
        ]
        return np.stack(sums, axis=1).astype(np.float32) + self._dense @ weights[self._known :]

    def back(self, errors: Any) -> Any:
        """The sums for every feature."""
        import numpy as np

        sums = [
            np.bincount(self._column, self._value * errors[self._row, at], minlength=self._known)
            for at in range(errors.shape[1])
        ]
        return np.vstack([np.stack(sums, axis=1).astype(np.float32), self._dense.T @ errors])


def _rarities(texts: Sequence[Sequence[str]]) -> tuple[dict[int, int], Any]:
    import numpy as np

    rarity: dict[int, float] = {}
    for features_of, least in ((words_of, _COMMON), (letters_of, _COMMON_LETTERS)):
        frequency = Counter(feature for tokens in texts for feature in features_of(tokens))
        rarity.update({_key(one): math.log(len(texts) / n) + 1 for one, n in frequency.items() if n >= least})
    return {key: row for row, key in enumerate(rarity)}, np.array(list(rarity.values()), dtype=np.float32)


def _weighted(tokens: Sequence[str], rows: dict[int, int], rarity: Any) -> tuple[list[int], list[float]]:
    """The places and weights of the known features of a text: words and letters each of length 1 at most."""
    places: list[int] = []
    weights: list[float] = []
    for features, share in ((words_of(tokens), 1.0), (letters_of(tokens), _LETTERS)):
        own, strange = _known(features, rows)
        values = rarity[own].tolist()
        # What no text has makes what some have count less.
        length = math.sqrt(sum(value * value for value in values) + strange * _STRANGE**2) or 1.0
        places += own
        weights += [math.sqrt(share) * value / length for value in values]
    return places, weights


def _known(features: Iterable[str], rows: dict[int, int]) -> tuple[list[int], int]:
    found = [rows.get(_key(feature)) for feature in features]
    own = [row for row in found if row is not None]
    return own, len(found) - len(own)


def _meant(texts: Sequence[Sequence[str]], vectors: WordVectors | None) -> Any:
    """What words mean: of the whole text, its beginning and its end; and a constant."""
    import numpy as np

    constant = np.full((len(texts), 1), math.sqrt(_BIAS), dtype=np.float32)
    if vectors is None:
        return constant
    plain = [[token for token in tokens if not token.startswith("xx")] for tokens in texts]
    parts = [
        vectors.of(" ".join(words) for words in plain) * math.sqrt(_MEANING),
        vectors.of(" ".join(words[:_REACH]) for words in plain) * math.sqrt(_ENDS),
        vectors.of(" ".join(words[-_REACH:]) for words in plain) * math.sqrt(_ENDS),
    ]
    return np.hstack([*parts, constant]).astype(np.float32)


def _softmax(values: Any) -> Any:
    import numpy as np

    shares = np.exp(values - values.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
