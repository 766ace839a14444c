"""What tests of the chat share: conversations over each domain, and dialogues written as YAML."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from chat.dialogue import Dialogues
from engine.live import LiveAdvisor
from kb.database import Database
from kb.packs import SHIPPED
from kb.store import Store

HERE = Path(__file__).parent
PACKS = {"shipped": SHIPPED, "second": HERE / "second_domain" / "packs"}


@dataclass
class Talk:
    """Conversations over one knowledge base in a database of their own."""

    dialogues: Dialogues
    live: LiveAdvisor
    database: Database


@contextmanager
def talk_about(domain: str, folder: Path) -> Iterator[Talk]:
    """Conversations about a domain; the engine is stopped at the end."""
    store = Store(f"sqlite:///{folder / f'{domain}.db'}", PACKS[domain])
    store.open()
    live = LiveAdvisor(store)
    try:
        yield Talk(Dialogues(live, store.database), live, store.database)
    finally:
        live.close()
        store.database.close()


TEACHING = "teaching-"
"""How files begin whose dialogues change the knowledge: those are held apart from all others."""


def scripts(prefix: str = "") -> list[dict]:
    """The dialogues under ``dialogues/`` whose file begins like this: a file holds one or several."""
    found = []
    for file in sorted((HERE / "dialogues").glob(f"{prefix}*.yml")):
        if file.name.startswith(TEACHING) and not prefix:
            continue
        for script in yaml.safe_load_all(file.read_text("utf-8")):
            found.append({"file": file.stem, **script})
    return found
