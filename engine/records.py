"""Evaluations that were recorded: figures on worked cases that are not part of the knowledge base, with their date.

A record is what ``adaptwise evaluate FILE --json`` prints, kept in ``records/`` beside the packs that were measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from kb.events import Events

FOLDER = "records"
"""The folder beside the packs."""

_FIGURES = (
    "name",
    "source",
    "date",
    "content",
    "packs",
    "cases",
    "acceptable",
    "mean_per_technique",
    "unacceptable",
    "per_technique",
    "by_confidence",
    "calibration",
    "confusion",
    "compared",
    "wrong",
)

_log = Events(__name__)


@dataclass(frozen=True)
class Record:
    """One recorded evaluation; ``figures`` has the members of :meth:`engine.measured.Evaluation.as_dict`."""

    figures: Mapping[str, Any]

    def as_dict(self, content: str) -> dict[str, Any]:
        """The figures, and whether the knowledge is still the one that was measured.

        Args:
            content: the content hash of the knowledge now.
        """
        return {**self.figures, "still_this_knowledge": self.figures["content"] == content}


def read_records(packs: Path) -> tuple[Record, ...]:
    """The records beside some packs, in the order of their file names; what is none is logged and left out."""
    found = []
    for file in sorted((packs / FOLDER).glob("*.json")):
        try:
            data = orjson.loads(file.read_bytes())
            figures = {name: data[name] for name in _FIGURES}
            found.append(Record({**figures, "understanding": data.get("understanding") or None}))
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
            _log.warning("this is no record of an evaluation", file=file.name, reason=repr(error))
    return tuple(found)
