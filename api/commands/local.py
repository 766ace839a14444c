"""Subcommands that need the services themselves, not the REST interface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.logs import configure_logging
from api.preflight import check_prolog
from api.services import Services
from api.settings import Settings


@contextmanager
def local_services() -> Iterator[Services]:
    """The services of this installation, in this process.

    Raises:
        NotReady: if SWI-Prolog is missing or too old.
        InvalidSetting: if a setting cannot be used.
    """
    configure_logging("warning")
    check_prolog()
    services = Services(Settings.from_environment())
    try:
        yield services
    finally:
        services.close()
