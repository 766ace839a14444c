"""Requests to the application in this process: the same code path as over the network, without one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import orjson
from werkzeug.test import Client

from api.parts import Application, part
from api.routes import part_for
from api.transport import Answer

if TYPE_CHECKING:
    from api.services import Services


_FROM_HERE = {"REMOTE_ADDR": "127.0.0.1"}


class LocalTransport:
    """Asks as much of the application as a request needs; the whole takes far longer to import than most answers.

    Args:
        services: what answers; a key for writing is lent by them.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._parts: dict[tuple[str, ...], Application] = {}

    @cached_property
    def _complete(self) -> Application:
        from api.app import complete

        return complete(self._services)

    def _application(self, method: str, path: str) -> Application:
        """The application to ask: a part that has the operation, else the whole, which also says what there is not."""
        modules = part_for(path)
        if modules is None:
            return self._complete
        if modules not in self._parts:
            self._parts[modules] = part(self._services, modules)
        found = self._parts[modules]
        return found if found.has(method, path) else self._complete

    def send(
        self,
        method: str,
        path: str,
        json: object,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        data: bytes | None = None,
    ) -> Answer:
        """Send one request."""
        client = Client(self._application(method, path))
        sent = dict(headers)
        if json is not None:
            data, sent["Content-Type"] = orjson.dumps(json), "application/json"
        response = client.open(
            path, method=method, data=data, query_string=dict(params), headers=sent, environ_base=_FROM_HERE
        )
        return Answer(response.status_code, response.mimetype or "", response.get_data())
