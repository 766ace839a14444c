"""Settings: where they come from, how mistakes in them are told, and that they are documented as they are."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ADAPTWISE, ROOT, RunningServer, clean_environment

from api.configuration import OTHER_VARIABLES, SETTINGS, Setting, check_variables
from api.settings import InvalidSetting, Settings

PAGE = ROOT / "docs" / "configuration.md"


def read(home: Path, file: str | None = None, **variables: str) -> Settings:
    """The settings of an installation with this file and these variables."""
    if file is not None:
        (home / "adaptwise.toml").write_text(file, encoding="utf-8")
    return Settings.from_environment({"ADAPTWISE_HOME": str(home), **variables})


def test_the_command_line_comes_before_the_environment_before_the_file(tmp_path: Path) -> None:
    """Each place can set anything, and the nearer one counts."""
    file = 'max_body = 7\nport = 1\nlog_level = "error"\ncors_origins = ["https://a.example", "http://b.example:1"]\n'
    found = read(tmp_path, file, PORT="2", ADAPTWISE_LOG_LEVEL="debug")
    assert (found.max_body, found.port, found.log_level) == (7, 2, "debug")
    assert found.cors_origins == ("https://a.example", "http://b.example:1")
    assert Settings.from_environment({"ADAPTWISE_HOME": str(tmp_path), "PORT": "2"}, port=3).port == 3
    assert found.database == f"sqlite:///{tmp_path}/adaptwise.db"


def test_a_file_can_be_named_and_can_name_the_folder_for_data(tmp_path: Path) -> None:
    """The file need not lie in the folder for data, and may say where that is."""
    file = tmp_path / "some.toml"
    file.write_text(f'home = "{tmp_path}/data"\n')
    assert Settings.from_environment({"ADAPTWISE_CONFIG": str(file)}).home == tmp_path / "data"


WRONG = {
    "count": "0",
    "number": "-1",
    "port": "65536",
    "choice": "perhaps",
    "rate": "9 per fortnight",
    "origins": "example.org",
    "folder": "/no/such/folder",
    "text": "\x00",
    "path": " \x07",
    "secret": "\x1b",
}
"""A text for each kind of setting that it cannot have."""


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_value_that_cannot_be_is_refused_by_name(tmp_path: Path, setting: Setting) -> None:
    """Every setting, from either place, is named with what was expected; what a secret was is not shown."""
    if setting.name == "home":
        pytest.skip("any text names a folder; whether it can be made is told when it is made")
    wrong = WRONG[setting.kind]
    with pytest.raises(InvalidSetting, match=rf"^{setting.variable} must be ") as refusal:
        read(tmp_path, **{setting.variable: wrong})
    assert (repr(wrong) in str(refusal.value)) == (setting.kind != "secret" and setting.name != "database")
    with pytest.raises(InvalidSetting, match=rf"^{setting.key} in .*adaptwise.toml must be "):
        read(tmp_path, f"{setting.key} = {{}}")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("max_boddy = 3", "max_boddy in .* Did you mean max_body"),
        ("colour = 3", "colour in .* There are: home, "),
        ("max_body = ", "is no TOML: Invalid value"),
        ("workers = true", "workers in .* positive whole number"),
        ("workers = 1.5", "workers in .* positive whole number"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_place(tmp_path: Path, file: str, words: str) -> None:
    """A key that is none, a file that is no TOML, a value of another type."""
    with pytest.raises(InvalidSetting, match=words):
        read(tmp_path, file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A file that was named must be there."""
    with pytest.raises(InvalidSetting, match=r"nowhere\.toml, cannot be read .*ADAPTWISE_CONFIG"):
        read(tmp_path, ADAPTWISE_CONFIG=str(tmp_path / "nowhere.toml"))


@pytest.mark.parametrize("slip", ["ADAPTWISE_MAX_BODDY", "ADAPTWISE_DATABASE", "ADAPTWISE_ASK_RATES"])
def test_a_variable_that_is_a_slip_of_the_pen_is_refused(slip: str) -> None:
    """A variable close to a setting is told with the setting."""
    with pytest.raises(InvalidSetting, match=rf"^{slip} is no setting. Did you mean ADAPTWISE_"):
        check_variables({slip: "1"})


def test_variables_of_others_are_left_alone() -> None:
    """What is set for tests, for the command line, or by somebody else does not stop a server."""
    check_variables({**dict.fromkeys(OTHER_VARIABLES, "x"), "ADAPTWISE_SOAK": "1", "PATH": "x", "WORKER": "1"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ADAPTWISE_ASK_RATE", "often"),
        ("ADAPTWISE_MAX_BODDY", "1"),
        ("PORT", "http"),
        ("ADAPTWISE_RATE_STORAGE", "redis://:secret@nowhere"),
    ],
)
def test_the_server_does_not_start_with_what_it_cannot_use(tmp_path: Path, variable: str, value: str) -> None:
    """`serve` ends with the name of the setting, and without a traceback."""
    environment = clean_environment(tmp_path, **{variable: value})
    ended = subprocess.run([ADAPTWISE, "serve"], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"adaptwise: {variable} ") and ended.stderr.count("\n") == 1
    assert "secret" not in ended.stderr


def test_the_page_lists_every_setting_as_it_is() -> None:
    """The table of docs/configuration.md is what the settings say of themselves."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- settings -->\n", "<!-- end of settings -->"
    before, _, rest = page.partition(begin)
    table, _, after = rest.partition(end)
    if os.environ.get("ADAPTWISE_BLESS"):
        PAGE.write_text(f"{before}{begin}{documented()}{end}{after}", encoding="utf-8")
    else:
        assert table == documented()
    assert all(f"`{name}`" in page for name in OTHER_VARIABLES)


def documented() -> str:
    """The settings as a table."""
    rows = ["| variable | in the file | default | what it is |", "|---|---|---|---|"]
    for one in SETTINGS:
        default = {None: "", "": "", (): "none"}.get(one.default, f"`{one.default}`")
        if one.name == "packs":
            default = "those of the program"
        rows.append(f"| `{one.variable}` | `{one.key}` | {default} | {one.about} |")
    return "\n".join(rows) + "\n"


def test_the_example_of_the_page_can_be_used(tmp_path: Path) -> None:
    """The file shown there is read without complaint and means what it says."""
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = read(tmp_path, example)
    assert found.database.startswith("postgresql://") and found.trusted_proxies == 1


@pytest.mark.skipif(not os.environ.get("ADAPTWISE_SOAK"), reason="starts a server of its own: with ADAPTWISE_SOAK")
def test_a_setting_reaches_the_server(own_server: RunningServer) -> None:
    """A limit that the file sets is the one that holds."""
    (own_server.home / "adaptwise.toml").write_text("max_body = 100\n")
    own_server.start()
    assert own_server.post("/api/v1/interpretations", {"text": "x" * 200}).status_code == 413
    assert own_server.post("/api/v1/interpretations", {"text": "x" * 20}).status_code == 200
