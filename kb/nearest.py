"""The valid choices nearest to what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable

LEAST_SIMILARITY = 60.0
"""Below this (of 100) a choice is no help: single typos in short ids score above 75, other words below 50."""

MOST_COMPARED = 5000
"""Of more choices than this only those are compared in full that come near by letters, in C: some 50 ms for 100,000."""

_SHORTLISTED = 60


def nearest(word: str, choices: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to ``count`` choices that resemble ``word``, best first.

    Args:
        word: what was written.
        choices: the ids or labels that would be valid.
        count: how many to give at most.
    """
    found = set(choices)
    compared = shortlist(word, found) if len(found) > MOST_COMPARED else found
    scored = sorted((-similarity(word, choice), choice) for choice in compared)
    return tuple(choice for score, choice in scored[:count] if -score >= LEAST_SIMILARITY)


def shortlist(word: str, choices: Iterable[str], plain: bool = False) -> list[str]:
    """Those of many choices that share most letters with ``word``, in their order or with their words in another.

    Args:
        word: what was written.
        choices: the valid choices.
        plain: whether they are free of hyphens and capitals.
    """
    from rapidfuzz import fuzz, process

    given, wanted, processor = list(choices), _plain(word), None if plain else _plain
    places = {
        place
        for scorer in (fuzz.ratio, fuzz.token_sort_ratio)
        for _, _, place in process.extract(wanted, given, scorer=scorer, processor=processor, limit=_SHORTLISTED)
    }
    return sorted(given[place] for place in places)


def similarity(word: str, choice: str) -> float:
    """How much two names resemble each other, from 0 to 100; hyphens, underscores and case do not matter.

    A typo costs least, another order of words a little, words that only the other name has a little more.
    """
    from rapidfuzz import fuzz  # which only mistakes need

    one, other = _plain(word), _plain(choice)
    scores = [fuzz.ratio(one, other), 0.95 * fuzz.token_sort_ratio(one, other)]
    if min(len(one), len(other)) >= 4:
        scores.append(0.85 * fuzz.partial_token_sort_ratio(one, other))
    return max(scores)


def _plain(text: str) -> str:
    return text.replace("-", " ").replace("_", " ").replace(".", " ").casefold().strip()
