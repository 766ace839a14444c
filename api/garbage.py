"""How often Python looks for garbage that names itself."""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()

SELDOM = 50_000
"""How many objects may come into being before the youngest are looked at; 700 or 2000 by default."""


def collect_seldom() -> None:
    """While a program starts: of all that it imports nothing is garbage, and looking takes a tenth of the time."""
    gc.set_threshold(SELDOM, *_USUAL[1:])


def collect_as_usual() -> None:
    """Once a program serves: garbage is then looked for in small pieces, which nobody waits for."""
    gc.set_threshold(*_USUAL)
