"""moto's state machine interpreter, loaded at the first need and put on the virtual clock.

Importing it takes long, so nothing of it is imported until somebody makes a state machine. `load()` replaces the names `threading`,
`time`, `datetime`, `random` and `uuid4` in its modules, then the methods that differ from AWS: see the modules named in `_CHANGES`.
"""

import copy as real_copy
import datetime as real_datetime
import logging
import random as real_random
import re
import sys
import threading as real_threading
import time as real_time
import uuid as real_uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import moto
import moto.core.utils

from motoclock.extras.stepfunctions import stand_ins
from motoclock.extras.stepfunctions.map_fields import parse_with

_PACKAGE = "moto.stepfunctions"
# moto's grammar wants a point in it
_WHOLE_PERCENTAGE = re.compile(r'("ToleratedFailurePercentage"\s*:\s*\d+)(?![.\d])')
_CHANGES = (
    "literals",
    "intrinsics",
    "intrinsic_functions",
    "errors",
    "paths",
    "comparisons",
    "programs",
    "states",
    "attempts",
    "shapes",
    "sdk",
    "tasks",
    "task_failures",
    "activity_tasks",
    "http_tasks",
    "iterations",
    "item_reader",
    "distributed",
    "jsonata",
)


@cache
def load() -> None:
    """Import the interpreter and put it on the virtual clock, once a process."""
    with _batch_without_its_models():
        # all there is: nothing of it may be imported after the names are replaced
        for name in ("models", "backend.test_state.execution"):
            import_module(f"{_PACKAGE}.parser.{name}")
    # it logs every caught error as an error of its own
    logging.getLogger(f"{_PACKAGE}.parser").setLevel(logging.CRITICAL)
    _replace_names()
    _remember_parses()
    for name in _CHANGES:
        import_module(f"{__package__}.{name}").change()


def variable_references(definition: str) -> dict[str, list[str]]:
    """The variables that each state refers to, by the state's name; states without are left out."""
    load()
    name = f"{_PACKAGE}.parser.asl.static_analyser.variable_references_static_analyser"
    found = import_module(name).VariableReferencesStaticAnalyser.process_and_get(definition)
    return {state: sorted(variables) for state, variables in found.items()}  # moto's order follows the hash seed


@contextmanager
def _batch_without_its_models() -> Iterator[None]:
    """The interpreter wants one enumeration of `moto.batch`, whose models load all of EC2: two thirds of the time, and 80 MB.

    In the block a package without them stands in its place. Whoever uses AWS Batch later gets moto's own.
    """
    batch = "moto.batch"
    if batch in sys.modules:
        yield
        return
    stand_in = sys.modules[batch] = ModuleType(batch)
    stand_in.__path__ = [str(Path(moto.__file__).with_name("batch"))]
    try:
        yield
    finally:
        del sys.modules[batch]  # the modules loaded through it stay, so the real package has the same enumeration


def _replace_names() -> None:
    utils = import_module(f"{_PACKAGE}.parser.utils")
    forgetful = stand_ins.Forgetful()
    replacements = {
        id(real_copy): stand_ins.COPY,
        id(real_threading): stand_ins.THREADING,
        id(real_threading.Thread): stand_ins.Thread,
        id(real_threading.Event): stand_ins.Event,
        id(real_threading.Lock): stand_ins.Lock,
        id(real_time): stand_ins.TIME,
        id(real_datetime): moto.core.utils.datetime,  # the facade of the moto_time seam
        id(real_random): stand_ins.RANDOM,
        id(real_uuid.uuid4): stand_ins.uuid4,
        id(utils.TMP_THREADS): forgetful,
    }
    for module in interpreter_modules():
        for name, value in list(vars(module).items()):
            if id(value) in replacements:
                setattr(module, name, replacements[id(value)])


def interpreter_modules() -> list[ModuleType]:
    """The loaded modules of moto's Step Functions, by name."""
    names = sorted(name for name in sys.modules if name.startswith(f"{_PACKAGE}."))
    return [sys.modules[name] for name in names]


def _remember_parses() -> None:
    """A definition is parsed once, and so is a JSONPath: the parse trees are never changed by running them."""
    asl_parser = import_module(f"{_PACKAGE}.parser.asl.parse.asl_parser").AmazonStateLanguageParser
    plain_parse = asl_parser.parse

    @lru_cache(maxsize=256)
    def parse_asl(definition: str) -> Any:
        return parse_with(lambda text: plain_parse(_WHOLE_PERCENTAGE.sub(r"\1.0", text)), definition)

    asl_parser.parse = staticmethod(parse_asl)
    for module in interpreter_modules():
        parse: Any = getattr(module, "parse", None)
        if getattr(parse, "__module__", "").startswith("jsonpath_ng"):
            module.parse = lru_cache(maxsize=1024)(parse)
