"""The operating guide tells the truth: its commands, settings and figures are those that there are."""

from __future__ import annotations

import re
import shlex

import click
from conftest import ROOT
from prometheus_client import REGISTRY

import api.metrics
from api.cli import cli
from api.configuration import OTHER_VARIABLES, SETTINGS

GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_every_command_of_the_guide_is_one() -> None:
    """Each is taken apart by the command line itself, with its options and arguments."""
    shown = re.findall(r"`(adaptwise [^`]+)`", GUIDE)
    assert len(shown) > 5
    for line in shown:
        command: click.Command = cli
        context, words = click.Context(cli), shlex.split(line)[1:]
        while isinstance(command, click.Group):
            found = command.get_command(context, words.pop(0))
            assert found is not None, line
            command = found
        if words:
            values, rest, _ = command.make_parser(click.Context(command)).parse_args(words)
            assert values and not rest, line


def test_every_setting_of_the_guide_is_one() -> None:
    """No variable is named that nothing reads."""
    known = {setting.variable for setting in SETTINGS} | set(OTHER_VARIABLES)
    named = set(re.findall(r"\b(ADAPTWISE_[A-Z_]+|WORKERS|HOST)\b", re.sub(r"`Host`", "", GUIDE)))
    assert len(named) > 10 and named <= known


def test_every_figure_is_in_the_guide_and_the_other_way_round() -> None:
    """The table of metrics has those that there are, by their names and labels."""
    assert api.metrics.MeasuredEngine
    ours = {}
    for family in REGISTRY.collect():
        if family.name.startswith("adaptwise_"):
            ours[family.name + ("_total" if family.type == "counter" else "")] = family.type
    told = {
        name for row in GUIDE.splitlines() if "| `adaptwise_" in row for name in re.findall(r"`(adaptwise_\w+)", row)
    }
    assert told == set(ours)


def test_files_that_the_guide_names_are_there() -> None:
    """Links and files in commands."""
    for name in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (ROOT / "docs" / name).is_file(), name
    for name in re.findall(r"(?:-r |install -m 644 )(\S+)", GUIDE):
        assert (ROOT / name).is_file(), name
