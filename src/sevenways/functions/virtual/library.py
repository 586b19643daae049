"""Which names of the standard library are virtual in a handler, and where else they are put."""

import sys
from types import ModuleType
from typing import Any

from sevenways.functions.virtual.chance import RANDOM, SECRETS, UUID
from sevenways.functions.virtual.dates import DATETIME
from sevenways.functions.virtual.times import TIME

# Libraries made for Lambda that read the clock themselves: loaded once for all, so their names are replaced where they stand.
PATCHED = ("aws_lambda_powertools",)

MODULES: dict[str, ModuleType] = {
    "time": TIME,
    "datetime": DATETIME,
    "random": RANDOM,
    "uuid": UUID,
    "secrets": SECRETS,
}


def find(name: str, from_import: bool) -> ModuleType | None:
    """What `import name`, or `from name import ...`, yields in a handler; None when the real import answers."""
    if from_import or "." not in name:
        return MODULES.get(name)
    return MODULES.get(name.partition(".")[0]) if name in MODULES else None


def patch_third_parties(name: str) -> None:
    """After an import of a library made for Lambda: give its modules the virtual names."""
    if name.partition(".")[0] not in PATCHED:
        return
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
            module._sevenways_patched = True


def _stand_ins() -> dict[int, Any]:
    """Real module, class or function, by identity, to its stand-in."""
    found: dict[int, Any] = {}
    for name, stand_in in MODULES.items():
        real = sys.modules.get(name)
        if real is None:
            continue
        found[id(real)] = stand_in
        for attribute, value in vars(stand_in).items():
            before = vars(real).get(attribute)
            if callable(before) and before is not value:
                found[id(before)] = value
    return found
