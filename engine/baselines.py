"""What an answer is worth that needs no knowledge: baselines to hold the figures of the advice against.

They are for comparison only; nothing is ever recommended by them. Those that learn are told all cases of the file but
the one that they answer (leave-one-out), so that they know more of such cases than the knowledge base does.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from engine.evaluation import Case, Report, evaluate

_WORD = re.compile(r"[a-z]{2,}")


def features_of_profile(case: Case) -> frozenset[str]:
    """What a profile states, each statement one feature."""
    stated = {f"constraint {name} {value}" for name, value in case.constraints.items()}
    return frozenset(stated | {f"need {need}" for need in case.needs} | {f"task {case.task}"})


def features_of_text(case: Case) -> frozenset[str]:
    """The words of a case."""
    return frozenset(_WORD.findall(case.text.casefold()))


def baselines(cases: Sequence[Case], techniques: Sequence[str], from_text: bool = False) -> dict[str, Report]:
    """The figures of each baseline, by its name.

    Args:
        cases: the cases, at least one.
        techniques: what there is to recommend.
        from_text: whether learning baselines look at the words instead of the profile.
    """
    features = {case.id: (features_of_text if from_text else features_of_profile)(case) for case in cases}
    found = {f"always {technique}": evaluate(cases, _always(technique)) for technique in techniques}
    found["most frequent answer"] = evaluate(cases, lambda case: _most_frequent(_others(cases, case)))
    if not from_text:
        found["most frequent answer for the task"] = evaluate(cases, lambda case: _of_task(cases, case))
    found["most similar case"] = evaluate(cases, lambda case: _most_similar(cases, case, features))
    found["naive Bayes"] = evaluate(cases, lambda case: _naive_bayes(cases, case, features))
    return found


def _always(technique: str) -> Callable[[Case], str]:
    return lambda _: technique


def _others(cases: Sequence[Case], case: Case) -> list[Case]:
    return [other for other in cases if other is not case]


def _most_frequent(cases: Sequence[Case]) -> str | None:
    """What most cases expect first; of several the first by id."""
    counts = Counter(case.expected[0] for case in cases)
    return min(counts, key=lambda technique: (-counts[technique], technique), default=None)


def _of_task(cases: Sequence[Case], case: Case) -> str | None:
    others = _others(cases, case)
    return _most_frequent([other for other in others if other.task == case.task] or others)


def _most_similar(cases: Sequence[Case], case: Case, features: dict[str, frozenset[str]]) -> str | None:
    """What the case expects with which most features are shared, by the measure of Jaccard (1901)."""
    own = features[case.id]

    def alike(other: Case) -> tuple[float, str]:
        theirs = features[other.id]
        return -len(own & theirs) / (len(own | theirs) or 1), other.id

    nearest = min(_others(cases, case), key=alike, default=None)
    return nearest.expected[0] if nearest else None


def _naive_bayes(cases: Sequence[Case], case: Case, features: dict[str, frozenset[str]]) -> str | None:
    """The likeliest answer if features, present and absent, were independent (Bernoulli model, Laplace's rule)."""
    groups: dict[str, list[frozenset[str]]] = defaultdict(list)
    for other in _others(cases, case):
        groups[other.expected[0]].append(features[other.id])
    known = frozenset[str]().union(*(one for group in groups.values() for one in group))

    def likelihood(technique: str) -> float:
        group = groups[technique]
        counts = Counter(feature for one in group for feature in one)
        shares = {feature: (counts[feature] + 1) / (len(group) + 2) for feature in known}
        present = features[case.id]
        return math.log(len(group)) + sum(
            math.log(share if feature in present else 1 - share) for feature, share in sorted(shares.items())
        )

    return min(groups, key=lambda technique: (-likelihood(technique), technique), default=None)
