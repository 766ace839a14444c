"""``adaptwise chat``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from api.commands.common import server_options

if TYPE_CHECKING:
    from pathlib import Path

    from api.client import Client
    from chat.state import Reply
    from chat.terminal import Partner

_HISTORY = "chat-history"
_KINDS = ("tasks", "constraints", "needs", "techniques")
_WAY = "Start the chat with --key, or set ADAPTWISE_KEY."


@click.command()
@click.option("--key", envvar="ADAPTWISE_KEY", help="The key for adding a task to what a server knows.")
@click.option("--session", metavar="ID", help="Go on with this conversation.")
@server_options
def chat(key: str | None, session: str | None, server: str | None) -> None:
    """Talk about an application in the terminal. "quit" or Ctrl-D ends it.

    "Add a task called ..." teaches a new kind of task; in this process no key is needed for that. Through a pipe each
    line is a message, and replies are plain text.
    """
    from chat.terminal import run_terminal

    with _partner(server, key, session) as partner:
        run_terminal(partner, _history_file())


@contextmanager
def _partner(server: str | None, key: str | None, session: str | None) -> Iterator[Partner]:
    """Whom to talk to: a server, or this installation in this process."""
    if server:
        from api.client import Client, HttpTransport

        yield There(Client(HttpTransport(server), key), session)
        return
    from api.callers import noting
    from api.commands.local import local_services
    from chat.sessions import UnknownSessionError
    from chat.teaching_desk import Caller
    from chat.terminal_here import Here

    with local_services() as services:
        # Whoever can open the database can change it.
        name = "command line"
        caller = Caller(name, None, _WAY, noting(services.audit, name))
        try:
            partner = Here(services.dialogues, caller, session)
        except UnknownSessionError as error:
            raise click.ClickException(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
        yield partner


def _history_file() -> Path:
    from api.settings import Settings

    settings = Settings.from_environment()
    settings.prepare()
    return settings.home / _HISTORY


class There:
    """A server.

    Args:
        client: asks it.
        session: a conversation to go on with; a new one if left out.

    Raises:
        ClientError: if the server is not reached, or there is no such conversation.
    """

    def __init__(self, client: Client, session: str | None = None) -> None:
        self._client = client
        self._greeting = ""
        if session is None:
            started = client.data("POST", "/chat")
            session, self._greeting = str(started["session"]), str(started["greeting"])
        else:
            client.data("GET", f"/chat/{quote(session, safe='')}")
        self.session = session

    def greeting(self) -> str:
        """What to show before the first message."""
        return self._greeting

    def say(self, text: str) -> Reply:
        """The reply to a message; what goes wrong is said in it."""
        from api.client import ClientError
        from chat.state import Reply
        from chat.terminal import failed

        try:
            found = self._client.say(self.session, text)
        except ClientError as error:
            return failed("The server did not answer that", error)
        return Reply(**{**found, "suggestions": tuple(found["suggestions"])})

    def words(self) -> Sequence[str]:
        """What terms are called, as far as one page of each kind has them."""
        from api.client import ClientError

        try:
            pages = [self._client.terms(kind) for kind in _KINDS]
        except ClientError:
            return ()
        items: list[dict[str, Any]] = [item for page in pages for item in page["items"]]
        items += [value for item in items for value in item.get("values", ())]
        return [item["label"] for item in items]
