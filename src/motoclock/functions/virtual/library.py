"""Which names of the standard library are virtual in a handler, and where else they are put."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from motoclock.functions.virtual.chance import RANDOM, SECRETS, UUID
from motoclock.functions.virtual.dates import DATETIME
from motoclock.functions.virtual.library_state import find_state
from motoclock.functions.virtual.loops import ASYNCIO
from motoclock.functions.virtual.threads import CONCURRENT, FUTURES, QUEUE, RAW_THREADS, THREADING
from motoclock.functions.virtual.times import TIME

# Libraries made for Lambda that read the clock themselves: loaded once for all, so their names are replaced where they stand.
PATCHED = ("aws_lambda_powertools",)

_IN_LIBRARIES: dict[str, ModuleType] = {
    "time": TIME,
    "datetime": DATETIME,
    "random": RANDOM,
    "uuid": UUID,
    "secrets": SECRETS,
    "asyncio": ASYNCIO,
}
MODULES: dict[str, ModuleType] = {
    **_IN_LIBRARIES,
    "threading": THREADING,
    "_thread": RAW_THREADS,
    "queue": QUEUE,
    "concurrent": CONCURRENT,
    "concurrent.futures": FUTURES,
    "concurrent.futures.thread": FUTURES.thread,
    "concurrent.futures.process": FUTURES.process,
}


def find(name: str, from_import: bool) -> ModuleType | None:
    """What `import name`, or `from name import ...`, yields in a handler; None when the real import answers."""
    top = name.partition(".")[0]
    if name in MODULES:
        return MODULES[name] if from_import else MODULES[top]
    if top in MODULES and not from_import:
        import_module(name)
        return MODULES[top]
    return None


def is_patched(name: str) -> bool:
    """Whether this is a library made for Lambda, or a module of one."""
    return name.partition(".")[0] in PATCHED


def patch_third_parties() -> None:
    """After an import of a library made for Lambda: give its modules the virtual names, and note the state that they keep."""
    stand_ins = _stand_ins()
    for module_name, module in list(sys.modules.items()):
        if module is not None and module_name.partition(".")[0] in PATCHED and "_sevenways_patched" not in vars(module):
            spec = getattr(module, "__spec__", None)
            if getattr(spec, "_initializing", False):
                continue
            for attribute, value in list(vars(module).items()):
                stand_in = stand_ins.get(id(value))
                if stand_in is not None:
                    setattr(module, attribute, stand_in)
            find_state(module)
            module._sevenways_patched = True


def _stand_ins() -> dict[int, Any]:
    """Real module, class or function, by identity, to its stand-in."""
    found: dict[int, Any] = {}
    for name, stand_in in _IN_LIBRARIES.items():
        real = sys.modules.get(name)
        if real is None:
            continue
        found[id(real)] = stand_in
        for attribute, value in vars(stand_in).items():
            before = vars(real).get(attribute)
            if callable(before) and before is not value:
                found[id(before)] = value
    return found
