"""``adaptwise serve``."""

from __future__ import annotations

import click

from api.settings import Settings


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", envvar="PORT", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--workers", envvar="WORKERS", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--threads", envvar="THREADS", type=click.IntRange(1, 256), default=8, show_default=True)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Start the server: REST, page and chat."""
    from api.server import ServerOptions
    from api.server import serve as run

    run(Settings.from_environment(), ServerOptions(host=host, port=port, workers=workers, threads=threads))
