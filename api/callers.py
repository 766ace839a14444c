"""Who talks, as far as a conversation adds to the knowledge: whose key a surface was given, and what it is good for."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError

from api.audit import Audit, Entry
from api.auth import HEADER
from api.keys import Key
from api.services import services
from chat.teaching_desk import Caller, Lack
from kb.events import Events
from kb.outage import DatabaseGoneError

_log = Events("audit")

WAY = f"Send it with your message, in the header {HEADER}."
"""How a key is given over REST."""


def caller_of_request() -> Caller:
    """Whoever sends this request, by the key in its header."""
    return caller(request.headers.get(HEADER, "").strip(), WAY)


def caller(given: str, way: str) -> Caller:
    """Whoever gave a key, or none.

    Args:
        given: the key; empty if none was given.
        way: how a key is given on the surface on which they talk, as a sentence.
    """
    key = services().keys.find(given) if given else None
    if key is None:
        return Caller(lack="unknown-key" if given else "no-key", way=way)
    return Caller(key.name, lack_of(key), way, noting(services().audit, key.name, g.get("request_id", "")))


def lack_of(key: Key) -> Lack | None:
    """Why a key is not good for writing; None if it is."""
    if key.expired:
        return "expired-key"
    return None if key.may("write") else "read-only"


def noting(audit: Audit, who: str, request_id: str = "") -> Callable[[str, int], None]:
    """Notes that a conversation added a task, in the record of who wrote what; without the conversation's id."""

    def note(task: str, version: int) -> None:
        try:
            audit.add(Entry(who=who, action="teach", target=f"task:{task}", version=version, request_id=request_id))
        except (SQLAlchemyError, DatabaseGoneError):
            # The log has the entry; the reply to what was done must not be lost with the database.
            _log.exception("audit entry not kept")

    return note
