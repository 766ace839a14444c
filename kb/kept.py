"""What was made from the database once, kept in files, so that the next start need not make it again.

Reading a hundred thousand terms takes a minute, reading what came of it seconds. Nothing rests on these files: one that
is missing, damaged, or written by another program or version of it is passed over, and what it holds made anew.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import tempfile
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from kb.sorted_map import uncollected

_MARK = b"adaptwise"
# Besides records: what their fields hold. Nothing that could be called to any effect.
_PLAIN = {("decimal", "Decimal"), ("datetime", "date"), ("collections", "OrderedDict")}


class KeptFiles:
    """Files in one folder, each written whole.

    Args:
        folder: made when something is first written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, key: str) -> bytes | None:
        """What was kept under a name, if it was made for this key and is undamaged."""
        try:
            with (self._folder / name).open("rb") as file:
                head = file.readline(1024).split()
                if head[:2] != [_MARK, key.encode()] or len(head) != 3:
                    return None
                data = file.read()
        except OSError:
            return None
        return data if sha256(data).hexdigest().encode() == head[2] else None

    def write(self, name: str, key: str, data: bytes) -> bool:
        """Keep something in the place of what there was; false where that cannot be written."""
        head = b" ".join((_MARK, key.encode(), sha256(data).hexdigest().encode())) + b"\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(dir=self._folder, prefix=f".{name}-")  # readable by its owner only
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(head)
                    file.write(data)
                Path(path).replace(self._folder / name)
            except OSError:
                Path(path).unlink(missing_ok=True)
                raise
        except OSError:
            return False
        return True


def packed(records: object) -> bytes:
    """Records and what holds them, as bytes."""
    with uncollected():
        return pickle.dumps(records, protocol=5)


def unpacked(data: bytes) -> Any:
    """What :func:`packed` made bytes of.

    Raises:
        UnpicklingError: for bytes that hold anything but records of this package and plain values.
    """
    with uncollected():
        return _RecordsOnly(io.BytesIO(data)).load()


class _RecordsOnly(pickle.Unpickler):
    """Makes records of this package and plain values, and calls nothing else, whoever wrote the file."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return getattr(import_module(module), name)
        if module.startswith("kb.") and name.isidentifier():
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"not a record: {module}.{name}")


@cache
def program_of(package: str) -> str:
    """A fingerprint of the modules of a package and of this Python: what they made, others may not understand."""
    found = sha256(sys.version.encode())
    folder = Path(import_module(package).__file__ or "").parent
    for path in sorted(folder.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
