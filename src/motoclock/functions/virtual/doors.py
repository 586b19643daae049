"""Ways to the disk that lead past `open` and `os`: libraries in C that open what they are told to. In handlers these names translate
first: SQLite's and dbm's files, and certificates that a package brings along.

SQLite opens a second file by a statement, ATTACH or VACUUM INTO, where no path can be translated: there it says "not authorized".
"""

import os
import sqlite3
import ssl
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import quote, unquote

from motoclock.functions.machine import Machine
from motoclock.functions.virtual.paths import Argument, Inside, stand_in

_URI_AT = 7  # its place among connect's arguments
_READ_ONLY = "?mode=ro"


def put_in() -> None:
    for holder, name, _, virtual in _DOORS:
        setattr(holder, name, virtual)


def take_out() -> None:
    for holder, name, original, _ in _DOORS:
        setattr(holder, name, original)


def database_path(database: Any) -> str | None:
    """The path in what names a database; None when it is kept in memory."""
    text = os.fsdecode(database)
    if not text.startswith("file:"):
        return None if text in ("", ":memory:") else text
    path, _, query = text.removeprefix("file:").partition("#")[0].partition("?")
    if "mode=memory" in query.split("&") or path in ("", ":memory:"):
        return None
    return unquote("/" + path.lstrip("/").partition("/")[2] if path.startswith("//") and path[2:3] != "/" else path)


def opens_read_only(database: Any) -> bool:
    return os.fsdecode(database).startswith("file:") and os.fsdecode(database).endswith(_READ_ONLY)


def _connect(database: Any, *args: Any, **more: Any) -> Any:
    inside = Inside()
    with inside as machine:
        if machine is not None:
            uri = args[_URI_AT - 1] if len(args) >= _URI_AT else more.pop("uri", False)
            database, uri = _database(machine, database, uri)
            args = (*args[: _URI_AT - 1], uri, *args[_URI_AT:]) if len(args) >= _URI_AT else args
            more |= {} if len(args) >= _URI_AT else {"uri": uri}
    connection = _real_connect(database, *args, **more)  # a factory is the handler's own code
    if inside.machine is not None:
        connection.set_authorizer(_authorize)
    return connection


def _database(machine: Machine, database: Any, uri: bool) -> tuple[Any, bool]:
    """Where it really lies, and whether that is a URI. What is in the package can be read only."""
    if not uri and os.fsdecode(database).startswith("file:"):
        path: str | None = os.fsdecode(database)
    else:
        path = database_path(database)
    if path is None:
        return database, uri
    real, writable = machine.real(path)
    if not writable:
        return f"file:{quote(real)}{_READ_ONLY}", True
    if not uri or not os.fsdecode(database).startswith("file:"):
        return real, False
    _, mark, query = os.fsdecode(database).partition("?")
    return f"file:{quote(real)}{mark}{query}", True


def _authorize(action: int, first: str | None, *_: Any) -> int:
    if action == sqlite3.SQLITE_ATTACH and first not in ("", ":memory:"):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


_Door = tuple[Any, str, Any, Callable[..., Any]]


def _dbm_doors() -> list[_Door]:
    """Those that this Python was built with."""
    found: list[_Door] = []
    for name in ("dbm.gnu", "dbm.ndbm"):
        try:
            module = import_module(name)
        except ImportError:
            continue
        found.append((module, "open", module.open, stand_in(module.open, (Argument("filename", changed=True),))))
    return found


_real_connect = sqlite3.connect
_CERTIFICATES = {
    "load_verify_locations": (Argument("cafile"), Argument("capath")),
    "load_cert_chain": (Argument("certfile"), Argument("keyfile")),
}
_DOORS: list[_Door] = [
    *((module, "connect", _real_connect, _connect) for module in (sqlite3, sqlite3.dbapi2)),
    *(
        (ssl.SSLContext, name, getattr(ssl.SSLContext, name), stand_in(getattr(ssl.SSLContext, name), paths, first=1))
        for name, paths in _CERTIFICATES.items()
    ),
    *_dbm_doors(),
]
