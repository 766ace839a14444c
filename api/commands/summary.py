"""What many answers say together: how often each technique is recommended, and what stands in the way most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

MOST_BLOCKERS = 10
"""How many blockers are told."""


class Summary:
    """Counts over the answers of a batch. Its size depends on the knowledge, not on the number of answers."""

    def __init__(self) -> None:
        self.answered = 0
        self.refused = 0
        self.versions: set[int] = set()
        self._recommended: Counter[str] = Counter()
        self._blockers: Counter[tuple[str, str]] = Counter()
        self._labels: dict[str, str] = {}
        self._refusals: Counter[str] = Counter()

    def add(self, answer: Mapping[str, Any]) -> None:
        """Count one line of a batch."""
        if "error" in answer:
            self.refused += 1
            self._refusals[answer["error"]["title"]] += 1
            return
        self.answered += 1
        self.versions.add(answer["kb_version"])
        recommended = answer["recommended"]
        self._recommended[recommended["technique"] if recommended else ""] += 1
        for ranked in answer["ranking"]:
            self._labels[ranked["technique"]] = ranked["label"]
            if ranked["status"] in ("infeasible", "excluded"):
                # What only costs points stands in nobody's way.
                texts = {reason["text"] for reason in ranked["reasons"] if reason["points"] is None}
                self._blockers.update((ranked["technique"], text) for text in texts)

    def as_dict(self) -> dict[str, Any]:
        """The summary as data."""
        return {
            "answered": self.answered,
            "refused": self.refused,
            "kb_versions": sorted(self.versions),
            "recommended": [self._told(one, count) for one, count in self._ordered(self._recommended)],
            "blockers": [
                {**self._told(one, count), "text": text}
                for (one, text), count in self._ordered(self._blockers)[:MOST_BLOCKERS]
            ],
            "refusals": [{"title": title, "count": count} for title, count in self._ordered(self._refusals)],
        }

    def as_text(self) -> str:
        """The summary for a terminal."""
        told = self.as_dict()
        lines = [f"{self.answered:,} answered, {self.refused:,} refused."]
        if len(self.versions) > 1:
            lines.append(f"The answers are of several versions: {', '.join(map(str, told['kb_versions']))}.")
        recommended = [(one["label"] or "nothing", one) for one in told["recommended"]]
        blockers = [(f"{one['label']}: {one['text']}", one) for one in told["blockers"]]
        for heading, rows in (("Recommended:", recommended), ("What stands in the way most often:", blockers)):
            if rows:
                lines += ["", heading, *(f"  {one['share']:6.1%} {one['count']:>9,}  {text}" for text, one in rows)]
        if told["refusals"]:
            lines += ["", "Refused:", *(f"  {one['count']:>9,}  {one['title']}" for one in told["refusals"])]
        return "\n".join(lines)

    def _told(self, technique: str, count: int) -> dict[str, Any]:
        share = round(count / self.answered, 4)
        return {"technique": technique or None, "label": self._labels.get(technique), "count": count, "share": share}

    @staticmethod
    def _ordered(counter: Counter[Any]) -> list[tuple[Any, int]]:
        """The most frequent first, equally frequent ones in their own order."""
        return sorted(counter.items(), key=lambda item: (-item[1], item[0]))
