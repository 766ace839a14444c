"""How often somebody may ask: per key, or per address where there is no key."""

from __future__ import annotations

import ipaddress
import math
import re
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from api.auth import given_key, needed_role, presented, writer
from api.keys import Key, Keys
from api.problems import ProblemError
from api.settings import InvalidSetting, Settings
from kb.events import Events

_PURGE_EVERY = 1000
_EXTENSION = "adaptwise-rates"
_UNCOUNTED = ("health.", "metrics.", "page.static", "swagger.")
_PORT = re.compile(r"^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$")
"""An address with the port that some proxies add to it: ``192.0.2.1:443``, ``[2001:db8::1]:443``."""

_log = Events(__name__)


class SharedFile(Storage):
    """Counts in an SQLite file, which all workers of a server share. They are gone when the server stops.

    Args:
        uri: ``sqlite-file:///`` and the path of the file.
    """

    STORAGE_SCHEME = ["sqlite-file"]  # noqa: RUF012 - as the library wants it

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: Any) -> None:
        super().__init__(uri, wrap_exceptions)
        self._file = Path(uri.removeprefix("sqlite-file://"))
        self._lock, self._calls = threading.Lock(), 0
        # Nothing here has to survive a power cut; what matters is that workers do not wait for a disk.
        self._connection = sqlite3.connect(self._file, timeout=1, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE IF NOT EXISTS hits (key TEXT PRIMARY KEY, count INTEGER, expires REAL)")

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and say how many there are in this window, which begins with the first."""
        now = time.time()
        statement = (
            "INSERT INTO hits VALUES (:key, :amount, :end) ON CONFLICT (key) DO UPDATE SET "
            "count = iif(expires <= :now, :amount, count + :amount), expires = iif(expires <= :now, :end, expires) "
            "RETURNING count"
        )
        values = {"key": key, "amount": amount, "now": now, "end": now + expiry}
        with self._lock:
            self._calls += 1
            if self._calls % _PURGE_EVERY == 0:
                self._connection.execute("DELETE FROM hits WHERE expires <= ?", (now,))
            return int(self._connection.execute(statement, values).fetchall()[0][0])

    def get(self, key: str) -> int:
        """How many there are in the window that is open now."""
        row = self._row(key)
        return int(row[0]) if row and row[1] > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window closes."""
        row = self._row(key)
        return float(row[1]) if row else time.time()

    def _row(self, key: str) -> Any:
        with self._lock:
            return self._connection.execute("SELECT count, expires FROM hits WHERE key = ?", (key,)).fetchone()

    def check(self) -> bool:
        """Whether it can be used."""
        return self._row("") is None

    def reset(self) -> int | None:
        """Forget everything."""
        with self._lock:
            return self._connection.execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget one."""
        with self._lock:
            self._connection.execute("DELETE FROM hits WHERE key = ?", (key,))


class Rates:
    """The limits of an installation.

    Raises:
        InvalidSetting: if what counts are kept in cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        try:
            storage = storage_from_string(settings.rate_storage or "memory://")
        except (ConfigurationError, sqlite3.Error, ImportError, ValueError):
            # The URL may have a password in it, and what the library says may have the URL.
            raise InvalidSetting(
                "ADAPTWISE_RATE_STORAGE cannot be used: it must be a URL of a storage that the library limits knows, "
                "such as redis://host:6379, and the package for that must be installed."
            ) from None
        self._limiter = FixedWindowRateLimiter(storage)
        self.read, self.write, self.refusal = (
            None if rate == "off" else parse(rate)
            for rate in (settings.ask_rate, settings.change_rate, settings.refusal_rate)
        )

    def hit(self, limit: RateLimitItem | None, kind: str, who: str) -> None:
        """Count one more.

        Raises:
            ProblemError: 429 if that is one too many.
        """
        if limit is not None and not self._within(self._limiter.hit, limit, kind, who):
            raise self._refusal(limit, kind, who)

    def test(self, limit: RateLimitItem | None, kind: str, who: str) -> None:
        """Refuse if there were too many already, without counting; raises what :meth:`hit` does."""
        if limit is not None and not self._within(self._limiter.test, limit, kind, who):
            raise self._refusal(limit, kind, who)

    def _within(self, check: Callable[..., bool], limit: RateLimitItem, kind: str, who: str) -> bool:
        try:
            return check(limit, kind, who)
        except Exception as error:
            # Whatever counts are kept in, that it is gone must not take the service with it.
            _log.warning("requests are not counted", error=type(error).__name__)
            return True

    def _refusal(self, limit: RateLimitItem, kind: str, who: str) -> ProblemError:
        seconds = max(1, math.ceil(self._limiter.get_window_stats(limit, kind, who).reset_time - time.time()))
        amount = f"{limit.amount} in {limit.multiples} {limit.GRANULARITY.name}"
        what = {"read": "requests", "write": "changes", "refusal": "wrong keys"}[kind]
        plural = "" if seconds == 1 else "s"
        detail = f"The {who} has sent more {what} than are allowed: {amount}. Try again in {seconds} second{plural}."
        headers = {"Retry-After": str(seconds)}
        return ProblemError(429, "too-many-requests", "Too many requests", detail, headers=headers)


def register_rates(app: Flask, settings: Settings) -> None:
    """Count every request, before anything is done for it, and answer 429 beyond the limits.

    Requests from this machine are not counted, unless a trusted proxy on it says that they come from elsewhere: tools
    and health checks come from there, and behind a proxy that is not trusted everybody would be counted as one.
    """
    rates = Rates(settings)
    app.extensions[_EXTENSION] = rates
    told = threading.Event()

    @app.before_request
    def _count() -> None:
        if not settings.trusted_proxies and "X-Forwarded-For" in request.headers and not told.is_set():
            told.set()
            hint = "if a proxy of yours adds it, ADAPTWISE_TRUSTED_PROXIES says how many there are"
            _log.warning("X-Forwarded-For is ignored", hint=hint)
        endpoint = request.endpoint or ""
        if endpoint.startswith(_UNCOUNTED) or endpoint.endswith(".static"):
            return
        address = client_address()
        if address is None:
            return
        who = f"address {address}"
        if given_key():
            rates.test(rates.refusal, "refusal", who)
            key = presented()
            if key is None:
                rates.hit(rates.refusal, "refusal", who)
            elif not key.expired:
                who = f"key of {key.name}"
        if writer() and needed_role(current_app.view_functions.get(endpoint)):
            rates.hit(rates.write, "write", who)
        else:
            rates.hit(rates.read, "read", who)


def find_typed(given: str) -> Key | None:
    """The key that somebody typed into a form; wrong ones are counted as those in headers are.

    Raises:
        ProblemError: 429 if there were too many wrong ones.
    """
    rates: Rates = current_app.extensions[_EXTENSION]
    address = client_address()
    if address is not None:
        rates.test(rates.refusal, "refusal", f"address {address}")
    keys: Keys = current_app.extensions["adaptwise"].keys
    found = keys.find(given) if given else None
    if found is None and address is not None:
        rates.hit(rates.refusal, "refusal", f"address {address}")
    return found


def client_address() -> str | None:
    """Whose address a request is counted for: of IPv6 the network of 64 bits; None for this machine."""
    try:
        address = ipaddress.ip_address(_PORT.sub(r"\1\2", request.remote_addr or ""))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    # A proxy that is trusted tells of others; nobody comes from this machine through it.
    forwarded = "werkzeug.proxy_fix.orig" in request.environ and "X-Forwarded-For" in request.headers
    if address.is_loopback and not forwarded:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
