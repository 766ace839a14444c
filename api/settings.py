"""What can be set from outside, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.packs import SHIPPED
from kb.proposals import KEPT_DAYS

_ROOT = Path(__file__).resolve().parent.parent

DEFAULT_MAX_BODY = 1024 * 1024
DEFAULT_MAX_PACK = 64 * 1024 * 1024


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an installation may set.

    Attributes:
        home: the folder for data (``ADAPTWISE_HOME``).
        database: SQLAlchemy URL of the database (``ADAPTWISE_DATABASE_URL``); by default an SQLite file in ``home``.
        packs: the folder of packs that a new database starts from (``ADAPTWISE_PACKS``).
        admin_key: the first key for writing (``ADAPTWISE_ADMIN_KEY``).
        max_body: the greatest request body in bytes.
        max_depth: the deepest nesting of a JSON body.
        max_pack: the greatest pack or export in bytes (``ADAPTWISE_MAX_PACK``).
        proposal_days: for how many days a proposal is kept after it was decided (``ADAPTWISE_PROPOSAL_DAYS``).
    """

    home: Path
    database: str
    packs: Path = SHIPPED
    admin_key: str | None = field(default=None, repr=False)
    max_body: int = DEFAULT_MAX_BODY
    max_depth: int = 32
    max_pack: int = DEFAULT_MAX_PACK
    proposal_days: int = KEPT_DAYS

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the environment describes.

        Raises:
            InvalidSetting: if a setting cannot be used.
        """
        home = Path(environment.get("ADAPTWISE_HOME") or default_home(environment)).expanduser().absolute()
        packs = Path(environment.get("ADAPTWISE_PACKS") or SHIPPED)
        if not packs.is_dir():
            raise InvalidSetting(f"ADAPTWISE_PACKS must name a folder of packs, but {packs} is none.")
        return cls(
            home=home,
            database=environment.get("ADAPTWISE_DATABASE_URL") or f"sqlite:///{home / 'adaptwise.db'}",
            packs=packs,
            admin_key=environment.get("ADAPTWISE_ADMIN_KEY") or None,
            max_body=_positive(environment, "ADAPTWISE_MAX_BODY", DEFAULT_MAX_BODY),
            max_pack=_positive(environment, "ADAPTWISE_MAX_PACK", DEFAULT_MAX_PACK),
            proposal_days=_positive(environment, "ADAPTWISE_PROPOSAL_DAYS", KEPT_DAYS),
        )

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


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise InvalidSetting(f"{name} must be a positive whole number, not {text!r}.")
    return int(text)
