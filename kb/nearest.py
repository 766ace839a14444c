"""The valid choices nearest to what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

LEAST_SIMILARITY = 60.0
"""Below this (of 100) a choice is no help: single typos in short ids score above 75, other words below 50."""


def nearest(word: str, choices: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to ``count`` choices that resemble ``word``, best first; hyphens, underscores and case do not matter.

    Args:
        word: what was written.
        choices: the ids or labels that would be valid.
        count: how many to give at most.
    """
    among = sorted(set(choices))
    found = process.extract(
        _plain(word), among, scorer=_similarity, processor=None, limit=count, score_cutoff=LEAST_SIMILARITY
    )
    return tuple(choice for choice, _, _ in found)


def _similarity(word: str, choice: str, **_options: object) -> float:
    plain = _plain(choice)
    # Word order counts little, a shared word among several counts a little less than a typo.
    return max(
        fuzz.ratio(word, plain),
        0.95 * fuzz.token_sort_ratio(word, plain),
        0.9 * fuzz.partial_token_sort_ratio(word, plain) if min(len(word), len(plain)) >= 4 else 0.0,
    )


def _plain(text: str) -> str:
    return text.replace("-", " ").replace("_", " ").replace(".", " ").casefold().strip()
