"""Connections to a server that try a request again where that is safe, after a while that grows."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

LONGEST_WAIT = 30.0
"""Seconds; a server that asks for more patience is told to whoever waits."""

_PASSING = (429, 502, 503, 504)
"""Refusals that another time may not meet: too many requests, a proxy without its server, too busy."""

_QUESTIONS = ("/api/v1/recommendations", "/api/v1/interpretations")
"""Where POST asks and changes nothing, so that asking twice does no harm."""

_REPEATABLE = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")


class _Again(Retry):
    """Tries again as the server asks, within reason."""

    def get_retry_after(self, response: Any) -> float | None:
        """Seconds to wait, None if the server names none."""
        seconds = super().get_retry_after(response)
        return None if seconds is None else min(seconds, LONGEST_WAIT)


def session(server: str, tries: int) -> requests.Session:
    """Connections to a server.

    Args:
        server: its URL, without a slash at its end.
        tries: how often a request is tried again at most.
    """
    made = requests.Session()
    made.mount(f"{server}/", _adapter(tries, _REPEATABLE))
    for path in _QUESTIONS:
        made.mount(f"{server}{path}", _adapter(tries, (*_REPEATABLE, "POST")))
    return made


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
