"""Where the files are that come with the program."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent / "packs"
"""The packs."""

ONTOLOGY = Path(__file__).parent / "ontology"
"""The schema and the shapes."""
