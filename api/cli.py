"""The command line: ``adaptwise <subcommand>``. A subcommand is imported when it is called: each starts fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from api.garbage import collect_seldom

SUBCOMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("api.commands.serve:serve", "Start the server."),
    "chat": ("api.commands.chat:chat", "Talk about an application in the terminal."),
    "recommend": ("api.commands.advice:recommend", "Recommend a technique for an application."),
    "batch": ("api.commands.batch:batch", "Recommend for many applications, one a line."),
    "why": ("api.commands.explanations:why", "Say why it is recommended."),
    "why-not": ("api.commands.explanations:why_not", "Say why another technique is not."),
    "contrast": ("api.commands.explanations:contrast", "Say why one technique rather than another."),
    "what-if": ("api.commands.advice:what_if", "Say what would be recommended if something were different."),
    "changes": ("api.commands.explanations:changes", "Say what would make another technique win."),
    "regions": ("api.commands.explanations:regions", "Map where each technique wins."),
    "cost": ("api.commands.explanations:cost", "Say what each technique costs."),
    "claims": ("api.commands.explanations:claims", "Say who says so."),
    "define": ("api.commands.expert:define", "Say what a term means."),
    "method": ("api.commands.expert:method", "Say how answers come about."),
    "accuracy": ("api.commands.expert:accuracy", "Say how the scenarios of the knowledge base come out."),
    "evaluate": ("api.commands.evaluate:evaluate", "Measure the advice against worked cases."),
    "backup": ("api.commands.backup:backup", "Write everything that lasts into one file."),
    "restore": ("api.commands.backup:restore", "Make the database what a backup says."),
    "keys": ("api.commands.keys:keys", "Give and take keys."),
    "audit": ("api.commands.keys:audit", "Tell who wrote what."),
    "kb": ("api.commands.knowledge:kb", "Check, list and extend the knowledge base."),
}


class LazyGroup(click.Group):
    """A group that knows the names of its subcommands before it imports them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are described."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of this name."""
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _, name = SUBCOMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in SUBCOMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="adaptwise", prog_name="adaptwise")
def cli() -> None:
    """Ask which technique suits an application, and have every answer explained."""


def main() -> None:
    """Run the command line. What is foreseen to fail is worded here, once for all commands."""
    collect_seldom()
    try:
        _leave(cli.main(prog_name="adaptwise", standalone_mode=False) or 0)
    except click.ClickException as failure:
        failure.show()
        _leave(failure.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # whoever read our output has read enough; nothing more may be flushed to it at exit
        sys.stdout = None
        sys.exit(0)
    except Exception as error:
        from api.failures import message_of

        message = message_of(error)
        if message is None:
            raise
        click.echo(f"adaptwise: {message}", err=True)
        _leave(1)


def _leave(status: int) -> None:
    """End the process. Commands close what they opened; taking apart what they imported takes longer than most of them.

    Raises:
        BrokenPipeError: if nobody reads the output any more.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
