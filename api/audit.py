"""Who wrote what, when, by which request: a record that holds no secret and no content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Column, Integer, String, Table, Text, delete, func, insert, select

from api.auth import needed_role, writer
from kb.database import METADATA, Database
from kb.events import Events
from kb.outage import DatabaseGoneError
from kb.versions import now

_LONGEST_TARGET = 1000
_log = Events("audit")


ENTRIES = Table(
    "audit_entry",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), index=True, nullable=False),
    Column("who", String(100), nullable=False),
    Column("action", String(100), nullable=False),
    Column("target", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("version", Integer),
    Column("request_id", String(64), nullable=False),
    # A number is never given again, even if the newest rows are forgotten.
    sqlite_autoincrement=True,
)
"""One thing that somebody did or tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that somebody did or tried.

    Attributes:
        number: its place in the record.
        at: when (ISO 8601, UTC).
        who: whose key it was.
        action: what: the method of a request, or a command.
        target: on what: the path of a request, or whose key.
        status: the HTTP status; 200 for commands.
        version: the version of the knowledge that it made, if it made one.
        request_id: the request's id, as logs have it; empty for commands.
    """

    number: int = 0
    at: str = ""
    who: str
    action: str
    target: str
    status: int = 200
    version: int | None = None
    request_id: str = ""


class Audit:
    """The record of an installation.

    Args:
        database: where.
        keep_days: for how many days an entry is kept.
    """

    def __init__(self, database: Database, keep_days: int = 365) -> None:
        self._database, self._keep = database, timedelta(days=keep_days)

    def add(self, entry: Entry) -> None:
        """Note something."""
        values = {
            "at": now(),
            "who": entry.who,
            "action": entry.action,
            "target": entry.target[:_LONGEST_TARGET],
            "status": entry.status,
            "version": entry.version,
            "request_id": entry.request_id,
        }
        _log.info("audit", **{name: value for name, value in values.items() if name not in ("at", "request_id")})
        with self._database.write() as connection:
            connection.execute(insert(ENTRIES).values(values))

    def newest(self, limit: int, offset: int = 0, who: str | None = None) -> tuple[list[Entry], int]:
        """Entries, newest first, and how many there are.

        Args:
            limit: how many at most.
            offset: how many to leave out first.
            who: only those of this key.
        """
        wanted = [ENTRIES.c.who == who] if who is not None else []
        columns = [ENTRIES.c[name] for name in Entry.__slots__]
        query = select(*columns).where(*wanted).order_by(ENTRIES.c.number.desc()).limit(limit).offset(offset)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(ENTRIES).where(*wanted)).scalar_one()
            return [Entry(**row._mapping) for row in connection.execute(query)], total

    def prune(self) -> int:
        """Forget what is older than configured; returns how many entries that were."""
        oldest = (datetime.now(UTC) - self._keep).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        with self._database.write() as connection:
            return connection.execute(delete(ENTRIES).where(ENTRIES.c.at < oldest)).rowcount


def register_audit(app: Flask) -> None:
    """Note every request that writes with a key, whatever came of it; rehearsals leave nothing behind.

    Attempts without a key that is known are logged, not noted: anybody could fill the record with them.
    """

    @app.after_request
    def _note(response: Response) -> Response:
        writes = needed_role(current_app.view_functions.get(request.endpoint or "")) or g.get("key_is_good")
        key = writer() if writes else None
        if key is None or request.args.get("dry_run", "").lower() in ("true", "1"):
            return response
        found = re.match(r"\d+", response.get_etag()[0] or "")
        entry = Entry(
            who=key.name,
            action=request.method,
            target=request.path,
            status=response.status_code,
            version=int(found[0]) if found and response.status_code < 300 else None,
            request_id=g.request_id,
        )
        try:
            current_app.extensions["adaptwise"].audit.add(entry)
        except DatabaseGoneError:
            # The log has the entry; the answer to what was done must not be lost with the database.
            _log.exception("audit entry not kept")
        return response
