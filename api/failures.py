"""Failures of the command line in words; imported only when something has failed."""

from __future__ import annotations

from api.client import ClientError
from api.preflight import NotReady
from api.settings import InvalidSetting
from engine.errors import EngineError
from engine.evaluation import UnreadableCases
from kb.backup import BackupError
from kb.database import UnusableDatabaseError
from kb.findings import InvalidKnowledgeError
from kb.outage import DatabaseGoneError
from kb.packs import PackError
from kb.reader import KnowledgeError

_SPEAK_FOR_THEMSELVES = (
    NotReady,
    InvalidSetting,
    UnreadableCases,
    PackError,
    KnowledgeError,
    InvalidKnowledgeError,
    EngineError,
    UnusableDatabaseError,
    BackupError,
)


def message_of(error: Exception) -> str | None:
    """What to tell the person at the terminal; None if the failure was not foreseen and its traceback is wanted."""
    if isinstance(error, _SPEAK_FOR_THEMSELVES):
        return str(error)
    if isinstance(error, ClientError):
        return _refusal(error)
    if isinstance(error, DatabaseGoneError):
        return f"{error}. ADAPTWISE_HOME or ADAPTWISE_DATABASE_URL says where it is."
    return None


def _refusal(error: ClientError) -> str:
    """Everything that the server found wrong, one a line."""
    faults = error.problem.get("errors") or []
    lines = [str(error)] if len(faults) != 1 else []
    for fault in faults:
        where = f"{fault['pointer']}: " if fault.get("pointer") else ""
        if fault.get("line"):
            column = f", column {fault['column']}" if fault.get("column") else ""
            where = f"line {fault['line']}{column}: "
        expected = f" Expected {fault['expected']}." if fault.get("expected") else ""
        nearest = f" Nearest: {', '.join(fault['nearest'])}." if fault.get("nearest") else ""
        lines.append(f"{where}{fault['detail']}{expected}{nearest}")
    return "\n  ".join(lines)
