"""Importing while something else is done that leaves Python alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


@contextmanager
def importing(*modules: str) -> Iterator[None]:
    """Import modules on another thread while the block runs; what fails there fails again where it is imported next."""

    def work() -> None:
        for module in modules:
            try:
                import_module(module)
            except Exception:
                return

    thread = threading.Thread(target=work, name="importing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
