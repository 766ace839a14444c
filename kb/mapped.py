"""Tables as classes, for those that few starts read: SQLAlchemy's mapper takes as long to import as a question."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from kb.database import METADATA


class Base(DeclarativeBase):
    """The base class of such tables."""

    metadata = METADATA
