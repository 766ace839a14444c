"""``adaptwise chat``."""

from __future__ import annotations

import click


@click.command()
def chat() -> None:
    """Talk about an application in the terminal. "quit" or Ctrl-D ends it."""
    from api.commands.local import local_services
    from chat.terminal import run_terminal

    with local_services() as services:
        run_terminal(services.dialogues)
