"""``adaptwise batch``: recommendations for a file of applications, one JSON object a line."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import orjson

from api.commands.common import client_of, print_json, server_options
from api.commands.summary import Summary

if TYPE_CHECKING:
    from api.client import Client


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Write the answers here."
)
@click.option("--resume", is_flag=True, help="Go on where an earlier run stopped.")
@click.option("--overwrite", is_flag=True, help="Replace what an earlier run wrote.")
@click.option("--packs", metavar="IDS", help="Active packs, separated by commas; all if left out.")
@click.option("--as-of", metavar="DATE", help="The date to answer for (YYYY-MM-DD); today if left out.")
@click.option(
    "--explain",
    type=click.Choice(["none", "summary", "full"]),
    default="none",
    show_default=True,
    help="How much of the proof to show.",
)
@click.option("--keep", is_flag=True, help="Keep the answers, to be asked about later.")
@click.option("--part", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Lines sent at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@server_options
def batch(
    file: Path,
    output: Path,
    resume: bool,
    overwrite: bool,
    packs: str | None,
    as_of: str | None,
    explain: str,
    keep: bool,
    part: int,
    as_json: bool,
    server: str | None,
) -> None:
    """Recommend for every line of FILE: a JSON object as for a single recommendation (a name in .gz is read as gzip).

    The answers are written in the same order, each with the number of its line; a line that cannot be answered gives an
    error there and does not stop the others. A summary is printed at the end.
    """
    if resume and overwrite:
        raise click.UsageError("--resume goes on with what is there, --overwrite does away with it: take one of them.")
    if output.exists() and not (resume or overwrite):
        raise click.UsageError(f"{output} exists already. --resume goes on with it, --overwrite replaces it.")
    parameters = {"explain": explain, "keep": str(keep).lower()}
    parameters |= {name: value for name, value in (("packs", packs), ("as_of", as_of)) if value}
    summary = Summary()
    done = _done(output, summary) if resume and output.exists() else 0
    try:
        with client_of(server) as client, output.open("ab" if resume else "wb") as out:
            _answer(client, file, out, parameters, done, part, summary)
    except KeyboardInterrupt:
        raise click.ClickException(f"Stopped. The same command with --resume goes on with {output}.") from None
    if as_json:
        print_json(summary.as_dict())
    else:
        click.echo(summary.as_text())


def _answer(
    client: Client, file: Path, out: IO[bytes], parameters: dict[str, str], done: int, part: int, summary: Summary
) -> None:
    """Send the lines after those that are done, a part at a time, and write what comes back."""
    with _opened(file) as (lines, advance):
        for first, waiting in _parts(lines, done, part):
            for answer in client.recommend_lines(b"".join(waiting), first_line=str(first), **parameters):
                out.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
                summary.add(answer)
            out.flush()
            advance()


def _parts(lines: Iterator[bytes], done: int, part: int) -> Iterator[tuple[int, list[bytes]]]:
    """Lines after the first ``done``, with the number of the first one of each part."""
    waiting: list[bytes] = []
    number = 0
    for number, line in enumerate(lines, start=1):
        if number <= done:
            continue
        waiting.append(line if line.endswith(b"\n") else line + b"\n")
        if len(waiting) == part:
            yield number - part + 1, waiting
            waiting = []
    if waiting:
        yield number - len(waiting) + 1, waiting


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Iterator[bytes], Any]]:
    """The lines of a file, and what moves the progress bar to where they are read; it is drawn on terminals only."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Answering"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with file.open("rb") as raw, Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("", total=file.stat().st_size)
        lines: Any = gzip.GzipFile(fileobj=raw) if file.name.endswith(".gz") else raw
        try:
            yield iter(lines), lambda: progress.update(bar, completed=raw.tell())
        except (gzip.BadGzipFile, EOFError):
            raise click.ClickException(f"{file} is called .gz, and is no gzip file, or not to its end.") from None


def _done(output: Path, summary: Summary) -> int:
    """The number of the last line that an earlier run answered; what it left unfinished at the end is cut off.

    Raises:
        ClickException: if the file was written by something else.
    """
    number, whole = 0, 0
    with output.open("rb") as found:
        for line in found:
            if not line.endswith(b"\n"):
                break
            try:
                answer = orjson.loads(line)
                number = int(answer["line"])
                summary.add(answer)
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
                raise click.ClickException(f"{output} holds no answers of a batch; --overwrite replaces it.") from None
            whole += len(line)
    if whole < output.stat().st_size:
        os.truncate(output, whole)
    return number
