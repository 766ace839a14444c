"""Requests of the client over the network: tried again where that is safe, after a while that grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

TRIES = 4
"""How often a request is tried again at most."""

LONGEST_WAIT = 30.0
"""Seconds; a server that asks for more patience is told to whoever waits."""

_PASSING = (429, 502, 503, 504)
"""Refusals that another time may not meet: too many requests, a proxy without its server, too busy."""

_QUESTIONS = ("/api/v1/recommendations", "/api/v1/interpretations")
"""Where POST asks and changes nothing, so that asking twice does no harm."""

_REPEATABLE = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")


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


class _Again(Retry):
    """Tries again as the server asks, within reason."""

    def get_retry_after(self, response: Any) -> float | None:
        """Seconds to wait, None if the server names none."""
        seconds = super().get_retry_after(response)
        return None if seconds is None else min(seconds, LONGEST_WAIT)


class HttpTransport:
    """Requests over the network.

    Args:
        server: the server's URL, for instance ``http://127.0.0.1:8000``.
        timeout: seconds to wait for an answer.
        tries: how often a request is tried again at most that was not answered, or answered with "not now".
    """

    def __init__(self, server: str, timeout: float = 30.0, tries: int = TRIES) -> None:
        self._server, self._timeout = server.rstrip("/"), timeout
        self._session = requests.Session()
        self._session.mount(f"{self._server}/", _adapter(tries, _REPEATABLE))
        for path in _QUESTIONS:
            self._session.mount(f"{self._server}{path}", _adapter(tries, (*_REPEATABLE, "POST")))

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
        except requests.RequestException as error:
            raise ClientError(f"The server {self._server} was not reached ({type(error).__name__}).") from error
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        return Answer(response.status_code, media_type, response.content)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()


def _adapter(tries: int, methods: tuple[str, ...]) -> HTTPAdapter:
    return HTTPAdapter(
        max_retries=_Again(
            total=tries,
            connect=min(tries, 1),
            backoff_factor=0.2,
            backoff_max=LONGEST_WAIT,
            backoff_jitter=0.1,
            status_forcelist=_PASSING,
            allowed_methods=methods,
            redirect=0,
            raise_on_status=False,
        )
    )
