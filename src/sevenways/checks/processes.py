"""Python processes that run a learner's function: each has a `hash`, a number and a memory of its own.

Modelled: what a learner's own functions get by calling `hash` and `os.getpid`, and what they remember in the names of their notebook,
in defaults, closures and caches. The order of a set is the same in all processes.
"""

import copy
import functools
import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from sevenways.checks.trial import attempt

_BY_HASH = "what `hash` makes of a text differs from process to process"
_BY_NUMBER = "each process has a number of its own"
_BY_MEMORY = "what one process remembers, another doesn't know"
_OF_THE_WORLD = (
    "boto3",
    "botocore",
    "motoclock",
    "sevenways",
)  # a client, a Cloud: what they know is the world's, and no memory


class Process:
    """One in which `function` runs. It begins with what the function remembers now; what it learns stays its own.

    `why`: what of the function's differs in another process, as far as its calls have shown.
    """

    def __init__(self, number: int, function: Callable[..., Any]):
        self._number, self.why = number, _BY_MEMORY
        self._function = _Memory(self._hash).of(function)

    def attempt(self, *args: Any) -> Any:
        """What the function makes of it here; a hole or an exception as `trial.attempt` has them."""
        with self._running():
            return attempt(self._function, *args)

    def _hash(self, thing: Any) -> int:
        self.why = _BY_HASH
        return _hash(self._number, thing)

    @contextmanager
    def _running(self) -> Iterator[None]:
        real = os.getpid

        def getpid() -> int:
            self.why = _BY_NUMBER
            return 4000 + self._number

        os.getpid = getpid
        try:
            yield
        finally:
            os.getpid = real


def _hash(process: int, thing: Any) -> int:
    """Text and bytes are hashed with a seed of the process (PYTHONHASHSEED), and so is what holds them; numbers are not."""
    match thing:
        case str() | bytes():
            data = thing.encode(errors="surrogatepass") if isinstance(thing, str) else thing
            digest = hashlib.blake2b(data, digest_size=8, salt=process.to_bytes(8, "big")).digest()
            return int.from_bytes(digest, "big", signed=True)
        case tuple():
            return hash(tuple(_hash(process, part) for part in thing))
        case frozenset():
            return hash(frozenset(_hash(process, part) for part in thing))
    return hash(thing)


class _Memory:
    """Copies a function with all that it remembers, and the functions of its notebook that it calls with it.

    They find this `hash`. Not a patch of `builtins`: what libraries have put into sets and dicts has to be found again.
    """

    def __init__(self, hash_: Any):
        self._hash = hash_
        self._copies: dict[int, Any] = {}
        self._alive: list[Any] = []  # the id of what is gone may come again
        self._names: dict[int, dict[str, Any]] = {}  # by those that they are a copy of
        self._home: dict[str, Any] | None = None

    def of(self, thing: Any) -> Any:
        if id(thing) not in self._copies:
            self._alive.append(thing)
            self._copies[id(thing)] = thing  # what leads back to itself
            self._copies[id(thing)] = self._copied(thing)
        return self._copies[id(thing)]

    def _copied(self, thing: Any) -> Any:
        match thing:
            case FunctionType():
                return self._function(thing)
            case MethodType():
                return MethodType(self.of(thing.__func__), self.of(thing.__self__))
            case functools.partial():
                return functools.partial(
                    self.of(thing.func),
                    *map(self.of, thing.args),
                    **{name: self.of(one) for name, one in thing.keywords.items()},
                )
            case ModuleType() | type():
                return thing
        if type(thing).__module__.partition(".")[0] in _OF_THE_WORLD:
            return thing
        if hasattr(thing, "cache_parameters"):
            return functools.lru_cache(**thing.cache_parameters())(self.of(thing.__wrapped__))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # an iterator of itertools, from Python 3.12 on
                return copy.deepcopy(thing)
        except Exception:  # a lock, a generator: the processes share it
            return thing

    def _function(self, function: FunctionType) -> FunctionType:
        if self._home is None:
            self._home = function.__globals__
        if function.__globals__ is not self._home:  # a library's
            return function
        names = self._names.setdefault(id(self._home), {"__builtins__": self._home["__builtins__"], "hash": self._hash})
        mine = FunctionType(function.__code__, names, function.__name__, None, self._closure(function))
        self._copies[id(function)] = mine
        for name in _names_in(function.__code__):
            if name in self._home:
                names[name] = self.of(self._home[name])
        mine.__defaults__ = self.of(function.__defaults__)
        mine.__kwdefaults__ = self.of(function.__kwdefaults__)
        mine.__dict__.update({name: self.of(one) for name, one in vars(function).items()})
        return mine

    def _closure(self, function: FunctionType) -> tuple[CellType, ...]:
        cells = []
        for cell in function.__closure__ or ():
            try:
                cells.append(CellType(self.of(cell.cell_contents)))
            except ValueError:  # nothing in it yet
                cells.append(CellType())
        return tuple(cells)


def _names_in(code: CodeType) -> set[str]:
    """The names that code and the code in it may look up."""
    inner = (_names_in(one) for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*inner)
