"""How requests of the client travel: over the network, tried again where that is safe, after a while that grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

TRIES = 4
"""How often a request is tried again at most."""


class ClientError(Exception):
    """The server refused, or was not reached.

    Attributes:
        problem: the problem document (RFC 9457), empty if there is none.
    """

    def __init__(self, message: str, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.problem = dict(problem or {})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, media type and body."""

    status: int
    media_type: str
    body: bytes


class Transport(Protocol):
    """How requests reach the application."""

    def send(
        self,
        method: str,
        path: str,
        json: object,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        data: bytes | None = None,
    ) -> Answer:
        """Send one request; ``path`` begins with a slash. The body is ``json`` or ``data``."""


class HttpTransport:
    """Requests over the network.

    Args:
        server: the server's URL, for instance ``http://127.0.0.1:8000``.
        timeout: seconds to wait for an answer.
        tries: how often a request is tried again at most that was not answered, or answered with "not now".
    """

    def __init__(self, server: str, timeout: float = 30.0, tries: int = TRIES) -> None:
        from api.network import session  # a tenth of a second, which asking in this process does without

        self._server, self._timeout = server.rstrip("/"), timeout
        self._session = session(self._server, tries)

    def send(
        self,
        method: str,
        path: str,
        json: object,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        data: bytes | None = None,
    ) -> Answer:
        """Send one request.

        Raises:
            ClientError: if the server is not reached.
        """
        try:
            response = self._session.request(
                method,
                self._server + path,
                json=json,
                data=data,
                params=params,
                headers=headers,
                timeout=self._timeout,
            )
        except OSError as error:  # what the library raises is one, as whatever goes wrong with a connection
            raise ClientError(f"The server {self._server} was not reached ({type(error).__name__}).") from error
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        return Answer(response.status_code, media_type, response.content)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()
