"""The tables of conversations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.mapped import Base


class SessionRow(Base):
    """A conversation: ``asked`` messages came, ``turn`` of them are settled, after which its state is this."""

    __tablename__ = "chat_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[datetime] = mapped_column(DateTime)
    used: Mapped[datetime] = mapped_column(DateTime, index=True)
    turn: Mapped[int] = mapped_column(Integer)
    asked: Mapped[int] = mapped_column(Integer, server_default="0")
    state: Mapped[bytes] = mapped_column(LargeBinary)


class MessageRow(Base):
    """One message and its reply."""

    __tablename__ = "chat_message"

    session: Mapped[str] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"), primary_key=True)
    turn: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    reply: Mapped[bytes] = mapped_column(LargeBinary)
