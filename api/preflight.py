"""What must be in place before the server starts; each failure says what to do about it."""

from __future__ import annotations

import errno
import re
import shutil
import socket
import subprocess

PROLOG_PACKAGE = "swi-prolog-core-packages"
_MINIMUM = (9, 0)
_HINT = f"On Debian or Ubuntu: apt-get install --no-install-recommends {PROLOG_PACKAGE}"


class NotReady(Exception):
    """The server cannot start; the message is for whoever started it."""


def check_prolog() -> None:
    """SWI-Prolog is there and new enough; asked of the program, since a failing library can end the process.

    Raises:
        NotReady: if it is not.
    """
    program = shutil.which("swipl")
    if program is None:
        raise NotReady(f"SWI-Prolog is missing: there is no swipl on the PATH.\n{_HINT}")
    try:
        output = subprocess.run(  # noqa: S603 - the program is the PATH's own swipl
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        raise NotReady(f"SWI-Prolog does not run: {program} --version failed.\n{_HINT}") from None
    found = re.search(r"version (\d+)\.(\d+)", output)
    if found is None:
        raise NotReady(f"SWI-Prolog does not run: {program} --version told no version.\n{_HINT}")
    version = (int(found[1]), int(found[2]))
    if version < _MINIMUM:
        raise NotReady(f"SWI-Prolog {version[0]}.{version[1]} is too old; 9.0 or newer is needed.\n{_HINT}")


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket for the server to listen on; binding here makes the check and the use one act.

    Args:
        host: a name or an address, IPv4 or IPv6.
        port: the port; 0 takes any free one.

    Raises:
        NotReady: if the address is taken, not ours, or not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise NotReady(f"{host!r} is no address of this machine. Set HOST to one, for instance 127.0.0.1.") from None
    except OverflowError:
        raise NotReady(f"{port} is no port; ports are 0 to 65535.") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        # Two sockets may bind one port with SO_REUSEADDR as long as neither listens: listen now.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise NotReady(_bind_failure(error, host, port)) from None
    return listener


def _bind_failure(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program. Choose another, for instance: PORT={port + 1} make run"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs rights that you do not have. Choose one above 1023: PORT=8000 make run"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine. Set HOST to one, for instance 127.0.0.1."
    return f"Cannot listen on {host}, port {port}: {error.strerror}."
