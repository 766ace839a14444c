"""Verification: what a knowledge base says wrong although each of its terms is well-formed.

Rules that conflict, cover or repeat one another or never fire; needs that nothing raises or serves; tasks that nothing
tells apart; prerequisites that can never be met; composites that are never considered. Structure (circles, scales,
bands, names) is checked by :mod:`kb.checks`.
"""

from __future__ import annotations

from collections.abc import Set

from engine.verification import rules, techniques, vocabulary
from engine.verification.scope import Scope
from kb.findings import Finding
from kb.graph import Key
from kb.model import Knowledge

__all__ = ["verify"]

CHECKS = (*rules.CHECKS, *vocabulary.CHECKS, *techniques.CHECKS)


def verify(knowledge: Knowledge, focus: Set[Key] | None = None) -> list[Finding]:
    """Every finding, errors first.

    Args:
        knowledge: a knowledge base whose terms are well-formed and whose hierarchies have no circles.
        focus: the terms whose findings are wanted; all by default. Of two sides of a finding one must be among them.
    """
    scope = Scope(knowledge, None if focus is None else frozenset(focus))
    findings = [finding for check in CHECKS for finding in check(scope)]
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.rank)
