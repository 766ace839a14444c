"""Settings from the environment and from a file, every mistake named with what was expected.

What the command line says comes first, then the environment, then the file, then the defaults.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from api.settings import About, InvalidSetting, Settings, default_home
from kb.nearest import nearest

FILE = "ADAPTWISE_CONFIG"
"""The variable that names the file."""

DEFAULT_FILE = "adaptwise.toml"
"""The file in the folder for data that is read if no other is named."""

PREFIX = "ADAPTWISE_"

OTHER_VARIABLES = {
    FILE: "the file to read settings from; by default `adaptwise.toml` in the folder for data, if there is one",
    "ADAPTWISE_SERVER": "the server that the command line asks instead of answering by itself (`--server`)",
    "ADAPTWISE_KEY": "the key that the command line sends there (`--key`)",
}
"""Variables that are no settings of a server, with what they are."""

_RATE = re.compile(r"off|[1-9][0-9]{0,8}/(second|minute|hour|day)")
_ORIGIN = re.compile(r"\*|https?://[^\s/,]+")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as people know it.

    Attributes:
        name: the member of :class:`~api.settings.Settings`.
        variable: its variable in the environment.
        key: its key in the file.
        kind: how its text is read.
        default: what holds if nobody sets it; None if that depends on something else.
        about: what it is.
        choices: the values that there are, if those are few.
    """

    name: str
    variable: str
    key: str
    kind: str
    default: Any
    about: str
    choices: tuple[str, ...] = ()


def _settings() -> Iterator[Setting]:
    hints = get_type_hints(Settings, include_extras=True)
    for member in dataclasses.fields(Settings):
        about: About = hints[member.name].__metadata__[0]
        key = about.key or member.name
        default = None if member.default is dataclasses.MISSING else member.default
        variable = about.variable or PREFIX + key.upper()
        yield Setting(member.name, variable, key, about.kind, default, about.text, about.choices)


SETTINGS: tuple[Setting, ...] = tuple(_settings())
"""Everything that can be set, in the order in which it is documented."""


def read_settings(environment: Mapping[str, str], given: Mapping[str, Any]) -> Settings:
    """The settings of an installation.

    Args:
        environment: the variables.
        given: what comes first, by the names of the members; None counts as not given.

    Raises:
        InvalidSetting: if a setting cannot be used, or the file cannot be read.
    """
    home = Path(environment.get("ADAPTWISE_HOME") or default_home(environment)).expanduser().absolute()
    file, chosen = _file(environment, home)
    if "ADAPTWISE_HOME" not in environment and "home" in chosen:
        home = Path(str(chosen["home"])).expanduser().absolute()
    values: dict[str, Any] = {"home": home, "database": f"sqlite:///{home / 'adaptwise.db'}"}
    for setting in SETTINGS:
        if given.get(setting.name) is not None:
            values[setting.name] = given[setting.name]
        elif environment.get(setting.variable):
            values[setting.name] = _read(setting, environment[setting.variable], setting.variable)
        elif setting.key in chosen and setting.name != "home":
            values[setting.name] = _read(setting, chosen[setting.key], f"{setting.key} in {file}")
    return Settings(**values)


def check_variables(environment: Mapping[str, str]) -> None:
    """Refuse a variable that is a slip of the pen: no setting, but close to one. Others may be somebody else's.

    Raises:
        InvalidSetting: naming the variable and the setting.
    """
    known = {setting.variable for setting in SETTINGS} | set(OTHER_VARIABLES)
    ours = {name.removeprefix(PREFIX): name for name in known if name.startswith(PREFIX)}
    for variable in sorted(environment):
        if variable in known or not variable.startswith(PREFIX):
            continue
        if near := nearest(variable.removeprefix(PREFIX), ours, 1):
            raise InvalidSetting(f"{variable} is no setting. Did you mean {ours[near[0]]}?")


def _file(environment: Mapping[str, str], home: Path) -> tuple[str, dict[str, Any]]:
    """The file's name and what it sets; nothing if there is none and none was named."""
    named = environment.get(FILE)
    file = Path(named).expanduser() if named else home / DEFAULT_FILE
    if not named and not file.is_file():
        return "", {}
    try:
        chosen = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSetting(
            f"The file of settings, {file}, cannot be read ({error.strerror}); {FILE} names it."
        ) from None
    except UnicodeDecodeError:
        raise InvalidSetting(f"The file of settings, {file}, is not in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidSetting(f"The file of settings, {file}, is no TOML: {error}.") from None
    keys = [setting.key for setting in SETTINGS]
    for key in chosen:
        if key not in keys:
            near = nearest(key, keys, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(keys)}."
            raise InvalidSetting(f"{key} in {file} is no setting. {hint}")
    return str(file), chosen


def _read(setting: Setting, value: Any, where: str) -> Any:
    try:
        return READERS[setting.kind](value, setting)
    except ValueError as error:
        # What a secret is does not belong on a terminal, and a database's URL may have a password in it.
        shown = "" if setting.kind == "secret" or setting.name == "database" else f", not {value!r}"
        raise InvalidSetting(f"{where} must be {error}{shown}.") from None


# --- How values are read: from the text of a variable, or from a value of TOML ------------------------------------


def _text(value: Any, _setting: Setting) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("text")
    return value.strip()


def _whole(value: Any, least: int, most: int, expected: str) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(expected)
    return value


def _count(value: Any, _setting: Setting) -> int:
    return _whole(value, 1, 2**62, "a positive whole number")


def _number(value: Any, _setting: Setting) -> int:
    return _whole(value, 0, 100, "a whole number, 0 to 100")


def _port(value: Any, _setting: Setting) -> int:
    return _whole(value, 0, 65535, "a port, 0 to 65535")


def _choice(value: Any, setting: Setting) -> str:
    if value not in setting.choices:
        raise ValueError(f"one of {', '.join(setting.choices)}")
    return str(value)


def _path(value: Any, setting: Setting) -> Path:
    return Path(_text(value, setting)).expanduser().absolute()


def _folder(value: Any, setting: Setting) -> Path:
    found = Path(_text(value, setting)).expanduser()
    if not found.is_dir():
        raise ValueError("a folder of packs that is there")
    return found


def _rate(value: Any, _setting: Setting) -> str:
    text = str(value).replace(" per ", "/").replace(" ", "")
    if not _RATE.fullmatch(text):
        raise ValueError("a number per second, minute, hour or day, such as 600/minute, or off")
    return text


def _origins(value: Any, _setting: Setting) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).split(",")
    found = tuple(str(part).strip() for part in parts if str(part).strip())
    if not all(_ORIGIN.fullmatch(one) for one in found):
        raise ValueError("origins such as https://app.example.org, separated by commas, or *")
    return found


READERS: Mapping[str, Callable[[Any, Setting], Any]] = {
    "text": _text,
    "secret": _text,
    "path": _path,
    "folder": _folder,
    "choice": _choice,
    "count": _count,
    "number": _number,
    "port": _port,
    "rate": _rate,
    "origins": _origins,
}
"""The kinds of settings."""
