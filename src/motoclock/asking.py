"""What a public function takes, checked in one place: the annotations of its arguments are the rules.

    @asked
    def run(self, seconds: Seconds | None = None) -> RunRecord: ...

    cloud.run("5")      TypeError: run: seconds is a number or None, not '5'.
    cloud.run(-1)       ValueError: run: seconds is 0 or more, not -1.
    cloud.run(secs=5)   TypeError: run takes no `secs`. It takes seconds.

A number is no bool, and no number is NaN. `Annotated[int, AtLeast(1)]` bounds it. What an annotation says of the inside of a list or a
mapping is not looked at.
"""

import collections.abc
import difflib
import inspect
import math
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from numbers import Integral, Real
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from motoclock.wording import listed, shortened

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, both included; `words` for the middle of a sentence: "0 or more"."""

    least: float
    most: float
    words: str


def at_least(least: int) -> Range:
    """A number without an upper bound. Infinity is none."""
    return Range(least, math.nextafter(math.inf, 0), f"{least} or more")


Share = Annotated[float, Range(0, 1, "a share between 0 and 1")]


def asked(function: F) -> F:
    """Decorator: wrong arguments are refused with a sentence, before the function does anything."""
    signature = inspect.signature(function)
    name = function.__qualname__.removesuffix(".__init__") if function.__name__ == "__init__" else function.__name__

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            raise TypeError(_unbound(name, signature, args, kwargs)) from None
        rules = _rules(function)
        for argument, value in bound.arguments.items():
            if argument in rules and signature.parameters[argument].kind not in _MANY:
                checked(f"{name}: {argument}", rules[argument], value)
            elif argument in rules:
                for each in value if isinstance(value, tuple) else value.values():
                    checked(f"{name}: {argument}", rules[argument], each)
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_name=name)  # a code of its own: tracebacks and the shield tell them apart
    return cast("F", call)


def checked(what: str, rule: Any, value: Any, source: str = "") -> Any:
    """The value, where it is what the annotation `rule` asks for; TypeError or ValueError, one sentence, where it isn't."""
    if not _is(rule, value):
        raise TypeError(f"{what} is {_words(rule)}, not {_shown(value)}{f' ({source})' if source else ''}.")
    for bounds in _ranges(rule):
        if isinstance(value, Real) and not bounds.least <= value <= bounds.most:
            raise ValueError(f"{what} is {bounds.words}, not {_shown(value)}{f' ({source})' if source else ''}.")
    return value


# ---------------------------------------------------------------------- the rules

_MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_UNIONS = (Union, types.UnionType)


@cache
def _rules(function: Callable[..., Any]) -> dict[str, Any]:
    """Argument to annotation. One whose names are known to type checkers only is no rule."""
    try:
        return {name: rule for name, rule in get_type_hints(function, include_extras=True).items() if name != "return"}
    except NameError:
        return {}


def _is(rule: Any, value: Any) -> bool:
    origin = get_origin(rule)
    if rule is Any or isinstance(rule, TypeVar):
        return True
    if origin is Annotated:
        return _is(get_args(rule)[0], value)
    if origin in _UNIONS:
        return any(_is(one, value) for one in get_args(rule))
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in get_args(rule))
    if rule is None or rule is types.NoneType:
        return value is None
    if rule is float:
        return isinstance(value, Real) and not isinstance(value, bool)
    if rule is int:
        return isinstance(value, Integral) and not isinstance(value, bool)
    if origin is collections.abc.Callable or rule is collections.abc.Callable:
        return callable(value)
    kind = origin or rule
    return isinstance(value, kind) if isinstance(kind, type) else True


def _ranges(rule: Any) -> list[Range]:
    """Of a union, those of all its members: no two kinds of number are in one."""
    if get_origin(rule) is Annotated:
        return [one for one in rule.__metadata__ if isinstance(one, Range)]
    return [found for one in get_args(rule) if get_origin(rule) in _UNIONS for found in _ranges(one)]


# ---------------------------------------------------------------------- the words

_KINDS = {
    float: "a number",
    int: "a whole number",
    str: "text",
    bool: "True or False",
    dict: "a dict",
    list: "a list",
    tuple: "a tuple",
    type(None): "None",
    None: "None",
    collections.abc.Mapping: "a dict",
    collections.abc.Iterable: "a list",
    collections.abc.Callable: "a function",
}


def _words(rule: Any) -> str:
    origin = get_origin(rule)
    if origin is Annotated:
        return _words(get_args(rule)[0])
    if origin in _UNIONS:
        *first, last = dict.fromkeys(_words(one) for one in get_args(rule))
        return f"{', '.join(first)} or {last}" if first else last
    if origin is Literal:
        return " or ".join(repr(one) for one in get_args(rule))
    kind = origin or rule
    return _KINDS.get(kind) or f"a {getattr(kind, '__name__', kind)}"


def _shown(value: Any) -> str:
    """The value as code where that is short, and its type where it is not plain."""
    if isinstance(value, str | bytes | int | float | type(None)):
        try:
            return shortened(ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value), 60)
        except ValueError:  # an int of more digits than Python writes
            return "a number of thousands of digits"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _unbound(name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Why the arguments do not go together with the function."""
    parameters = [
        one for one in signature.parameters.values() if one.name not in ("self", "cls") and one.kind not in _MANY
    ]
    names = [one.name for one in parameters]
    takes = f"It takes {listed(names, 12)}." if names else "It takes nothing."
    plain = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    unknown = [one for one in kwargs if one not in names]
    if unknown and not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in signature.parameters.values()):
        near = difflib.get_close_matches(unknown[0], names, 1)
        return f"{name} takes no `{unknown[0]}`. {f'Did you mean {near[0]}? ' if near else ''}{takes}"
    for place, one in enumerate(plain):
        if one.name in kwargs and place < len(args) and one.kind not in _MANY:
            return f"{name} was given {one.name} twice."
    given = {one.name for one in plain[: len(args)]} | kwargs.keys()
    missing = [one.name for one in parameters if one.default is inspect.Parameter.empty and one.name not in given]
    if missing:
        return f"{name} needs {listed(missing)}. {takes}"
    return f"{name} was given more than it takes. {takes}"
