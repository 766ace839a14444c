"""``adaptwise serve``."""

from __future__ import annotations

import os

import click

from api.settings import Settings


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes.  [default: 1]")
@click.option("--threads", type=click.IntRange(1, 256), help="Requests a worker handles at once.  [default: 8]")
def serve(host: str | None, port: int | None, workers: int | None, threads: int | None) -> None:
    """Start the server: REST, page and chat.

    Everything else is set by the environment or by a file; docs/configuration.md lists it.
    """
    from api.configuration import check_variables
    from api.server import serve as run

    check_variables(os.environ)
    run(Settings.from_environment(host=host, port=port, workers=workers, threads=threads))
