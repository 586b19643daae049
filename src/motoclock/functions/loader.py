"""How an environment imports: the modules of its bundle belong to it alone, and a few modules of the library are virtual ones.

The bundle's modules stand in `sys.modules` only while the environment's code runs (surroundings.py swaps them), so two functions may
both ship `common.py`, and pickling, dataclasses and `importlib` still find what they expect.
"""

import builtins
import io
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from motoclock.functions.bundle import LAYER_ROOT, TASK_ROOT, Bundle
from motoclock.functions.virtual import library
from motoclock.functions.virtual.library_state import LibraryState

_real_import = builtins.__import__
_real_open = builtins.open


class BundleLoader:
    """A finder and loader for one environment. `modules` holds what it has loaded, by dotted name."""

    def __init__(self, bundle: Bundle):
        self.bundle = bundle
        self.modules: dict[str, ModuleType] = {}
        self.libraries: LibraryState | None = None  # once it has imported a library that keeps state in its modules
        self.builtins = {**vars(builtins), "__import__": self._import, "open": self._open}

    def hidden(self) -> tuple[str, ...]:
        """Names in `sys.modules` that the bundle shadows."""
        tops = {name for name in self.bundle.top_names if name in sys.modules}
        return tuple(name for name in sys.modules if name.partition(".")[0] in tops) if tops else ()

    # ------------------------------------------------------------------ importlib's protocol

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname not in self.bundle.modules:
            return None
        file, is_package = self.bundle.modules[fullname]
        spec = ModuleSpec(fullname, self, origin=file, is_package=is_package)
        spec.has_location = file is not None
        if is_package:
            folder = os.path.dirname(file) if file else f"{TASK_ROOT}/{fullname.replace('.', '/')}"
            spec.submodule_search_locations.append(folder)
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        self.modules[module.__name__] = module
        file = self.bundle.modules[module.__name__][0]
        if file is not None:
            vars(module)["__builtins__"] = self.builtins
            exec(self.bundle.code(file), vars(module))

    def get_source(self, fullname: str) -> str | None:
        """For linecache, and so for tracebacks that a handler prints itself."""
        file = self.bundle.modules.get(fullname, (None,))[0]
        return self.bundle.source(file) if file else None

    def get_data(self, path: str) -> bytes:
        return self.bundle.files[path]

    # ------------------------------------------------------------------ what the bundle's code calls

    def _import(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if level == 0 and name.partition(".")[0] not in self.bundle.top_names:
            virtual = library.find(name, bool(fromlist))
            if virtual is not None:
                return virtual
            module = _real_import(name, globals, locals, fromlist, level)
            if library.is_patched(name):
                library.patch_third_parties()
                if self.libraries is None:
                    self.libraries = LibraryState()
                    self.libraries.put_in()
            return module
        return _real_import(name, globals, locals, fromlist, level)

    def _open(self, file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        """`open`, with /var/task and /opt read from the bundle. Both are read-only, as in Lambda."""
        path = os.fspath(file) if isinstance(file, str | os.PathLike) else None
        if not isinstance(path, str) or not os.path.normpath(path).startswith((f"{TASK_ROOT}/", f"{LAYER_ROOT}/")):
            return _real_open(file, mode, *args, **kwargs)
        path = os.path.normpath(path)
        if any(letter in mode for letter in "wax+"):
            raise OSError(30, "Read-only file system", path)
        if path not in self.bundle.files:
            raise FileNotFoundError(2, "No such file or directory", path)
        raw = io.BytesIO(self.bundle.files[path])
        if "b" in mode:
            return raw
        return io.TextIOWrapper(raw, encoding=kwargs.get("encoding") or "utf-8", newline=kwargs.get("newline"))
