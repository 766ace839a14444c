"""Subcommands that need the services themselves, not the REST interface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.preflight import check_prolog
from api.settings import Settings
from api.together import importing
from engine.bridge import start_prolog
from kb.events import configure_when_needed

if TYPE_CHECKING:
    from api.services import Services
    from kb.store import Store


def _log_warnings() -> None:
    from api.logs import configure_logging

    configure_logging("warning")


@contextmanager
def local_services(*modules: str) -> Iterator[Services]:
    """The services of this installation, in this process.

    Args:
        modules: what will be imported next.

    Raises:
        NotReady: if SWI-Prolog is missing or too old.
        InvalidSetting: if a setting cannot be used.
    """
    configure_when_needed(_log_warnings)
    check_prolog()
    with importing("api.services", *modules):
        start_prolog()
    from api.services import Services

    services = Services(Settings.from_environment())
    try:
        yield services
    finally:
        services.close()


@contextmanager
def local_store() -> Iterator[Store]:
    """The knowledge base of this installation, without the engine.

    Raises:
        InvalidSetting: if a setting cannot be used.
    """
    from kb.store import Store

    configure_when_needed(_log_warnings)
    settings = Settings.from_environment()
    settings.prepare()
    store = Store(settings.database, settings.packs)
    store.open()
    try:
        yield store
    finally:
        store.database.close()
