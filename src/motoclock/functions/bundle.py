"""The files of a function as Lambda unpacks them: its zip in /var/task, its layers in /opt. Compiled once, run once an environment."""

import ast
import io
import posixpath
import tokenize
import zipfile
from functools import lru_cache
from types import CodeType

from motoclock.functions.interpreter import assigned_attributes

TASK_ROOT = "/var/task"
LAYER_ROOT = "/opt"
LAYER_FOLDERS = ("python/lib/python3.13/site-packages/", "python/")


class Bundle:
    """`files` maps absolute paths to bytes; `modules` maps dotted module names to (path, is a package), path None for a bare folder."""

    def __init__(self, code: bytes, layers: tuple[bytes, ...] = ()):
        self.files: dict[str, bytes] = {}
        self.modules: dict[str, tuple[str | None, bool]] = {}
        self._codes: dict[str, CodeType] = {}
        self._assigned: dict[str, frozenset[tuple[str, str]]] = {}
        self._unpack(code, TASK_ROOT, ("",))
        for layer in layers:
            self._unpack(layer, LAYER_ROOT, LAYER_FOLDERS)
        self.top_names = frozenset(name.partition(".")[0] for name in self.modules)

    def source(self, path: str) -> str:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(self.files[path]).readline)
        return self.files[path].decode(encoding)

    def line(self, path: str, number: int) -> str:
        """One line of a source file, stripped; empty when there is none."""
        if path not in self.files:
            return ""
        lines = self.source(path).splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def code(self, path: str) -> CodeType:
        """The compiled module. SyntaxError as Python raises it."""
        if path not in self._codes:
            tree = ast.parse(self.files[path], path)
            self._assigned[path] = frozenset(assigned_attributes(tree))
            self._codes[path] = compile(tree, path, "exec", dont_inherit=True)
        return self._codes[path]

    def assigned(self, path: str) -> frozenset[tuple[str, str]]:
        """What the module assigns in things that it imports: (dotted name, attribute)."""
        self.code(path)
        return self._assigned[path]

    def _unpack(self, zip_bytes: bytes, root: str, folders: tuple[str, ...]) -> None:
        if not zip_bytes:
            return
        with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
            for name in archive.namelist():
                if name.endswith("/"):
                    continue
                path = posixpath.normpath(f"{root}/{name}")
                if not path.startswith(f"{root}/"):
                    continue  # "../x" leaves the folder
                self.files.setdefault(path, archive.read(name))
                folder = next((folder for folder in folders if name.startswith(folder)), None)
                if folder is not None and name.endswith(".py"):
                    self._add_module(name.removeprefix(folder), path)

    def _add_module(self, name: str, path: str) -> None:
        parts = name.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        for depth in range(1, len(parts)):
            self.modules.setdefault(".".join(parts[:depth]), (None, True))
        dotted = ".".join(parts)
        if dotted and self.modules.get(dotted, (None,))[0] is None:
            self.modules[dotted] = (path, is_package)


@lru_cache(maxsize=256)
def bundle_of(code: bytes, layers: tuple[bytes, ...]) -> Bundle:
    """The bundle of these zips. The same bytes give the same object: environments share compiled code, never modules."""
    return Bundle(code, layers)
