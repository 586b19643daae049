"""How an environment imports: the modules of its bundle belong to it alone, and a few modules of the library are virtual ones.

The bundle's modules stand in `sys.modules` only while the environment's code runs (surroundings.py swaps them), so two functions may
both ship `common.py`, and pickling, dataclasses and `importlib` still find what they expect.
"""

import builtins
import os
import pkgutil
import posixpath
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.resources.readers import FileReader
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

from motoclock.functions.bundle import LAYER_ROOT, TASK_ROOT, Bundle
from motoclock.functions.interpreter import Interpreter
from motoclock.functions.virtual import files, library
from motoclock.functions.virtual.current import running_environment
from motoclock.functions.virtual.library_state import LibraryState

_real_import = builtins.__import__
_FOLDERS = (f"{TASK_ROOT}/", f"{LAYER_ROOT}/", "/tmp/")


class BundleLoader:
    """A finder and loader for one environment. `modules` holds what it has loaded, by dotted name."""

    def __init__(self, bundle: Bundle, interpreter: Interpreter):
        self.bundle = bundle
        self._interpreter = interpreter
        self._found: dict[str, tuple[str, bool]] = {}  # modules in folders that the code has put on sys.path itself
        self.modules: dict[str, ModuleType] = {}
        self.libraries: LibraryState | None = None  # once it has imported a library that keeps state in its modules
        # what `import builtins` gives to the bundle's code: its own, so that a patch of it reaches nobody else
        self._builtins = ModuleType("builtins", builtins.__doc__)
        self.builtins = vars(self._builtins)
        self.builtins.update(vars(builtins))
        self.builtins.update({"__import__": self._import, "open": files.open_})

    def hidden(self) -> tuple[str, ...]:
        """Names in `sys.modules` that the bundle shadows."""
        tops = {name for name in self.bundle.top_names if name in sys.modules}
        return tuple(name for name in sys.modules if name.partition(".")[0] in tops) if tops else ()

    # ------------------------------------------------------------------ importlib's protocol

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname not in self.bundle.modules:
            return None
        return self._spec(fullname, *self.bundle.modules[fullname])

    def find_in(self, folder: str, fullname: str) -> ModuleSpec | None:
        """A module in a folder of the machine that is on `sys.path`, or on a package's."""
        stem = posixpath.join(folder, fullname.rpartition(".")[2])
        for path, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if path in self.bundle.files or (path.startswith("/tmp/") and os.path.isfile(path)):
                self._found[fullname] = path, is_package
                return self._spec(fullname, path, is_package)
        return None

    def _file(self, fullname: str) -> str | None:
        return (self._found.get(fullname) or self.bundle.modules.get(fullname, (None,)))[0]

    def _spec(self, fullname: str, file: str | None, is_package: bool) -> ModuleSpec:
        spec = ModuleSpec(fullname, self, origin=file, is_package=is_package)
        spec.has_location = file is not None
        if is_package:
            spec.submodule_search_locations.append(self._folder(fullname, file))
        return spec

    def _folder(self, fullname: str, file: str | None) -> str:
        return posixpath.dirname(file) if file else f"{TASK_ROOT}/{fullname.replace('.', '/')}"

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        self.modules[module.__name__] = module
        file = self._file(module.__name__)
        if file is not None:
            vars(module)["__builtins__"] = self.builtins
            exec(self._code(file), vars(module))

    def _code(self, file: str) -> CodeType:
        if file not in self.bundle.files:
            return compile(self.get_data(file), file, "exec", dont_inherit=True)
        for dotted, name in self.bundle.assigned(file):
            holder = self._shared(dotted)
            if holder is not None:
                self._interpreter.share(holder, name)
        return self.bundle.code(file)

    def _shared(self, dotted: str) -> Any:
        """A module, or a class in one, that other environments see too; None when it isn't one."""
        names = dotted.split(".")
        if names[0] in self.bundle.top_names or names[0] == "builtins":
            return None
        try:
            holder = self._import(names[0])
            for depth, name in enumerate(names[1:], 2):
                if not hasattr(holder, name):
                    import_module(".".join(names[:depth]))
                holder = getattr(holder, name)
        except (ImportError, AttributeError):
            return None
        return holder if isinstance(holder, ModuleType | type) else None

    def get_source(self, fullname: str) -> str | None:
        """For linecache, and so for tracebacks that a handler prints itself."""
        file = self._file(fullname)
        return self.bundle.source(file) if file in self.bundle.files else None

    def get_data(self, path: str) -> bytes:
        with files.open_(path, "rb") as file:
            return file.read()

    def get_resource_reader(self, fullname: str) -> FileReader:
        """For importlib.resources: its files are those of the machine."""
        file = self._file(fullname)
        return FileReader(SimpleNamespace(path=file or f"{self._folder(fullname, None)}/__init__.py"))

    def is_package(self, fullname: str) -> bool:
        return (self._found.get(fullname) or self.bundle.modules[fullname])[1]

    # ------------------------------------------------------------------ what the bundle's code calls

    def _import(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if level == 0 and name.partition(".")[0] not in self.bundle.top_names:
            if name == "builtins":
                return self._builtins
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


class MachinePathFinder:
    """Finds modules in a folder that a handler's machine may have, too, for `sys.path` and `pkgutil`.

    Python keeps one finder a folder, for all that runs. Each environment has its own files there, and the cell has the host's.
    """

    def __init__(self, folder: str):
        if not f"{folder}/".startswith(_FOLDERS) or os.path.isfile(folder):
            raise ImportError("not a folder of a handler's machine", path=folder)
        self._folder = folder
        self._kept: Any = None

    def find_spec(self, fullname: str, target: Any = None) -> ModuleSpec | None:
        loader = self._loader()
        if loader is not None:
            return loader.find_in(self._folder, fullname)
        host = self._hosts()
        return None if host is None else host.find_spec(fullname, target)

    def invalidate_caches(self) -> None:
        if hasattr(self._kept, "invalidate_caches"):
            self._kept.invalidate_caches()

    def iter_modules(self, prefix: str = "") -> Iterator[tuple[str, bool]]:
        """What `pkgutil.iter_modules` lists."""
        if self._loader() is None:
            host, listed = self._hosts(), vars(pkgutil)["iter_importer_modules"]  # which typeshed doesn't know
            yield from () if host is None else listed(host, prefix)
            return
        if not os.path.isdir(self._folder):
            return
        for name in os.listdir(self._folder):
            if name.endswith(".py") and name != "__init__.py":
                yield prefix + name.removesuffix(".py"), False
            elif os.path.isfile(f"{self._folder}/{name}/__init__.py"):
                yield prefix + name, True

    def _loader(self) -> BundleLoader | None:
        """Of the environment that runs, if its folder is not the host's."""
        environment = running_environment()
        if environment is None or environment.machine.is_the_hosts(self._folder):
            return None
        return environment.loader

    def _hosts(self) -> Any:
        """The finder that there would be without us; None as long as there is no such folder."""
        if self._kept is None:
            for hook in sys.path_hooks:
                if hook is not MachinePathFinder:
                    with suppress(ImportError):
                        self._kept = hook(self._folder)
                        break
        return self._kept


def install() -> None:
    """Let Python ask about folders of machines; once. Folders that it knows already are asked for anew."""
    if MachinePathFinder not in sys.path_hooks:
        sys.path_hooks.insert(0, MachinePathFinder)
        for folder in [folder for folder in sys.path_importer_cache if f"{folder}/".startswith(_FOLDERS)]:
            del sys.path_importer_cache[folder]
    files.patch_captured()
