"""What can be set from outside, read once from the environment and from one file; :mod:`api.configuration` reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from kb.paths import SHIPPED

_ROOT = Path(__file__).resolve().parent.parent

DEFAULT_MAX_BODY = 1024 * 1024
DEFAULT_MAX_PACK = 64 * 1024 * 1024
DEFAULT_MAX_BATCH = 1024 * 1024 * 1024


class InvalidSetting(ValueError):
    """A setting that cannot be used; the message names it and what was expected."""


def default_home(environment: Mapping[str, str]) -> Path:
    """Where data lives unless ``ADAPTWISE_HOME`` says so: ``var/`` of a checkout, else the user's data directory.

    The latter follows the XDG Base Directory Specification, version 0.8.
    """
    if (_ROOT / "setup.cfg").is_file():
        return _ROOT / "var"
    data = environment.get("XDG_DATA_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".local" / "share"
    return Path(data) / "adaptwise"


@dataclass(frozen=True, slots=True)
class About:
    """What a setting is, for whoever sets it.

    Attributes:
        kind: how its text is read; a name of :data:`api.configuration.READERS`.
        text: what it is, without a full stop.
        variable: its variable, where that is not ``ADAPTWISE_`` and its key in capitals.
        key: its key in the file, where that is not its name.
        choices: the values that there are, of a kind that has few.
    """

    kind: str
    text: str
    variable: str = ""
    key: str = ""
    choices: tuple[str, ...] = ()


_LEVELS = ("debug", "info", "warning", "error")
_COUNTED_IN = "where it is counted, as a URL of the library `limits`; by default in a file that all workers share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an installation may set; ``docs/configuration.md`` is made from it."""

    home: Annotated[Path, About("path", "the folder for data")]
    database: Annotated[
        str, About("text", "SQLAlchemy URL of the database; by default `adaptwise.db` in `home`", key="database_url")
    ] = field(repr=False)  # it may have a password in it
    packs: Annotated[Path, About("folder", "the folder of packs that a new database starts from")] = SHIPPED
    admin_key: Annotated[
        str | None, About("secret", "the first key, which may do everything; one is made at the first start if not set")
    ] = field(default=None, repr=False)

    host: Annotated[str, About("text", "the address to listen on", "HOST")] = "127.0.0.1"
    port: Annotated[int, About("port", "the port to listen on; 0 takes any free one", "PORT")] = 8000
    workers: Annotated[int, About("count", "how many worker processes", "WORKERS")] = 1
    threads: Annotated[int, About("count", "how many requests a worker handles at the same time", "THREADS")] = 8
    client_seconds: Annotated[
        int, About("count", "how long a client may take to send a request, and to take in a piece of the answer")
    ] = 20
    stop_seconds: Annotated[int, About("count", "how long what is under way may take once the server is to stop")] = 30

    reading: Annotated[
        str, About("choice", "who may read: `open` is everybody, `key` whoever has a key", choices=("open", "key"))
    ] = "open"
    trusted_proxies: Annotated[
        int, About("number", "how many proxies in front are trusted to name the client in `X-Forwarded-For`")
    ] = 0
    cors_origins: Annotated[
        tuple[str, ...], About("origins", "origins whose pages may ask from a browser, separated by commas; `*` is all")
    ] = ()
    ask_rate: Annotated[str, About("rate", "how often one address, or one key, may ask")] = "1200/minute"
    change_rate: Annotated[str, About("rate", "how often one key may change something")] = "120/minute"
    refusal_rate: Annotated[str, About("rate", "how many wrong keys one address may try")] = "30/minute"
    rate_storage: Annotated[str, About("text", _COUNTED_IN)] = ""

    max_body: Annotated[int, About("count", "the greatest JSON body in bytes")] = DEFAULT_MAX_BODY
    max_depth: Annotated[int, About("count", "the deepest nesting of a JSON body")] = 32
    max_pack: Annotated[int, About("count", "the greatest pack or export in bytes")] = DEFAULT_MAX_PACK
    max_batch: Annotated[int, About("count", "the greatest batch in bytes; it lies on disk while it is answered")] = (
        DEFAULT_MAX_BATCH
    )
    sparql_seconds: Annotated[int, About("count", "how long a SPARQL query may take")] = 10

    answer_days: Annotated[int, About("count", "for how many days an answer is kept")] = 90
    session_days: Annotated[int, About("count", "for how many days a conversation is kept after its last message")] = 30
    proposal_days: Annotated[int, About("count", "for how many days a proposal is kept after it was decided")] = 90
    audit_days: Annotated[int, About("count", "for how many days it is kept who wrote what")] = 365

    log_level: Annotated[str, About("choice", "the least severe events that are logged", choices=_LEVELS)] = "info"
    log_format: Annotated[
        str,
        About(
            "choice",
            "`text` is for people, `json` for programs; `auto` is `text` on a terminal",
            choices=("auto", "text", "json"),
        ),
    ] = "auto"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
        """The settings that the environment and the file describe.

        Args:
            environment: the variables.
            given: what the command line says, by the names of the members; it comes first.

        Raises:
            InvalidSetting: if a setting cannot be used.
        """
        from api.configuration import read_settings

        return read_settings(environment, given)

    def prepare(self) -> None:
        """Make the folder for data.

        Raises:
            InvalidSetting: if that is not possible.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidSetting(
                f"The folder for data, {self.home}, cannot be made ({error.strerror}). Set ADAPTWISE_HOME to another."
            ) from None
