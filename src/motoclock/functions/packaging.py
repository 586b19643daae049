"""From a handler in a cell to the zip that is deployed.

From a module's file, the file is zipped as it is. From a cell (or a script, or a function inside a function) the zip holds the cell's
imports and, in their order, the definitions and assignments that the handler uses, directly or not, and nothing else: no call that
merely stands in the cell is run again at a cold start. Whatever can't be packaged is refused with a sentence.
"""

import ast
import inspect
import io
import linecache
import os
import sys
import textwrap
import tokenize
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import CodeType, FunctionType
from typing import Any

from boto3.resources.base import ServiceResource
from botocore.client import BaseClient

from motoclock.functions.names import Cell, UnknownNames

MODULE = "lambda_function"  # the name that the AWS console gives, too


class CannotPackage(ValueError):
    """The handler can't become a Lambda function as it stands. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """`zip_bytes` for `Code={"ZipFile": ...}`, `handler` for `Handler=...`, `source` of the module that holds the handler.

    `left_out`: a sentence for each call of the cell that has no effect in Lambda although it changes what the handler uses.
    """

    zip_bytes: bytes
    handler: str
    source: str
    left_out: tuple[str, ...] = ()


def package(handler: Callable[[Any, Any], Any]) -> Package:
    """Zip a handler with what it needs. CannotPackage says what stands in the way."""
    function = _function(handler)
    path = function.__code__.co_filename
    name = handler.__name__
    if (
        "<locals>" not in function.__qualname__
        and function.__module__ != "__main__"
        and _is_module_file(function, path)
    ):
        with open(path, "rb") as file:
            content = file.read()
        with tokenize.open(path) as text:  # in the encoding that it declares
            source = text.read()
        return _package(os.path.basename(path).removesuffix(".py"), name, source, content)
    cell = _cell(function)
    try:
        source = cell.parts_for(name)
    except UnknownNames as unknown:
        raise CannotPackage(_unknown(name, unknown, function)) from None
    packed = _package(MODULE, name, source, source.encode())
    return replace(packed, left_out=tuple(_ineffective(name, cell, function)))


def _function(handler: Any) -> FunctionType:
    """The plain function behind the handler, its decorators taken off; a sentence for what isn't one."""
    function = inspect.unwrap(handler) if callable(handler) else handler
    if not inspect.isfunction(function):
        raise CannotPackage(
            f"deploy takes a function written with def handler(event, context), not {type(handler).__name__}: "
            "write one that calls it."
        )
    if function.__name__ == "<lambda>":
        raise CannotPackage(
            "A lambda expression has no name for Lambda to call. Write it as a function: def handler(event, context)."
        )
    name = function.__name__
    if function.__closure__:
        names = ", ".join(f"`{free}`" for free in function.__code__.co_freevars)
        raise CannotPackage(
            f"{name} takes {names} from the function around it, and only the source travels to Lambda. Define {name} at the "
            "top level of its cell, and put such values there or in environment={...}."
        )
    if "." in function.__qualname__.rpartition("<locals>.")[2]:
        raise CannotPackage(
            f"{function.__qualname__} is a method, and Lambda calls a plain function. Write def handler(event, context) that calls it."
        )
    if not _takes_two(function):
        raise CannotPackage(f"Lambda calls {name} with two arguments: write it as def {name}(event, context).")
    return function


def _takes_two(function: FunctionType) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    return True


def _is_module_file(function: FunctionType, path: str) -> bool:
    module = sys.modules.get(function.__module__)
    return path.endswith(".py") and os.path.isfile(path) and getattr(module, "__file__", None) is not None


def _cell(function: FunctionType) -> Cell:
    """The handler's cell."""
    name, path = function.__name__, function.__code__.co_filename
    lines = _lines(function)
    if not lines:
        raise CannotPackage(
            f"The source of {name} can't be found, and only source can be packaged. Write it in a notebook cell or in a .py file."
        )
    try:
        cell = Cell("".join(lines))
    except SyntaxError as error:
        raise CannotPackage(f"The cell of {name} can't be read as Python ({error.msg}, line {error.lineno}).") from None
    if "<locals>" in function.__qualname__:
        cell.put_first_class(name, _own_source(function))
    if name not in cell.defined:
        raise CannotPackage(f"{path} no longer defines {name}: run its cell again, then deploy.")
    return cell


def _ineffective(handler: str, cell: Cell, function: FunctionType) -> Iterator[str]:
    seen = set()
    for left in cell.left_out(handler):
        # a call through a client, or of the Cloud, changes the account: once is what is meant
        value = function.__globals__.get(left.name)
        if isinstance(value, BaseClient | ServiceResource) or hasattr(value, "deploy") or left.source in seen:
            continue
        seen.add(left.source)
        yield (
            f"`{left.source}` has no effect in Lambda: {handler} uses `{left.name}`, and of its cell only definitions and "
            f"assignments are packaged. Put it into {handler}, or into a function that {handler} calls."
        )


def _lines(function: FunctionType) -> list[str]:
    path = function.__code__.co_filename
    if not os.path.isfile(path):
        return linecache.getlines(path, function.__globals__) or _lines_under_magic(function)
    linecache.checkcache(path)
    return linecache.getlines(path)


def _lines_under_magic(function: FunctionType) -> list[str]:
    """The body of a cell such as `%%time`: IPython keeps the cell in its history, as the call that runs the magic."""
    for cell in reversed(function.__globals__.get("In") or ()):
        try:
            tree = ast.parse(cell)
        except (SyntaxError, TypeError):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="run_cell_magic"), args=[_, _, ast.Constant(value=str(body))]):
                    if _defines(body, function):
                        return body.splitlines(keepends=True)
    return []


def _defines(body: str, function: FunctionType) -> bool:
    """Whether this source compiles to that function, at its place."""
    try:
        codes = [compile(body, "cell", "exec", dont_inherit=True)]
    except SyntaxError:
        return False
    code = function.__code__
    for one in codes:
        if (one.co_name, one.co_firstlineno, one.co_code) == (code.co_name, code.co_firstlineno, code.co_code):
            return True
        codes.extend(constant for constant in one.co_consts if isinstance(constant, CodeType))
    return False


def _own_source(function: FunctionType) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise CannotPackage(
            f"The source of {function.__name__} can't be found. Write it in a notebook cell or in a .py file."
        ) from None


def _unknown(handler: str, unknown: UnknownNames, function: FunctionType) -> str:
    name, user = unknown.names[0], unknown.user
    uses = f"{handler} uses `{name}`" if user == handler else f"{handler} needs {user}, which uses `{name}`"
    if name in function.__globals__:
        value = function.__globals__[name]
        move = f"the import of {name}" if inspect.ismodule(value) else f"the line that makes `{name}`"
        return (
            f"{uses}, which another cell defines, and a Lambda function sees only its own file. "
            f"Put {move} in the cell of {handler}, or pass a value in the event or in environment={{...}}."
        )
    return f"{uses}, which nothing defines: define or import it in the cell of {handler}."


def _package(module: str, function_name: str, source: str, content: bytes) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{module}.py")  # dated 1980: the same source gives the same bytes
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, content)
    return Package(buffer.getvalue(), f"{module}.{function_name}", source)
