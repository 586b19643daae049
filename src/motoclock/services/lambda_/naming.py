"""How a request may name a function and its qualifier: checked before anything is looked for.

Recorded on AWS in November 2025. The patterns and lengths are botocore's.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.core.exceptions import JsonRESTError
from moto.core.responses import get_service_model

from motoclock.arn import Arn
from motoclock.services.model_constraints import broken, is_checked, refusal, shown

_FUNCTION_NAME = "FunctionName"
_NAMES = (_FUNCTION_NAME, "Qualifier")
_OTHERWISE = frozenset(
    {"Runtime", "Timeout", "MemorySize", "Code", "ZipFile", "Content", "Environment", "Payload", "VpcConfig"}
)
_OTHERWISE_IN = frozenset({"CreateEventSourceMapping", "UpdateEventSourceMapping", "Invoke", "InvokeAsync"})
_LATEST = "$LATEST"
_NAMED = re.compile(r"(arn:[^:]*:lambda:[^:]*:)?((?P<account>\d{12}):)?function:(?P<name>[^:]+(:[^:]+)?)")
_NAMELESS = re.compile(
    r"arn:[^:]*:lambda:[^:]*:(?P<account>\d{12}):(?P<name>function)"
)  # taken for a function of that name
_QUALIFIED_PARTS = 3  # "function", its name, a qualifier


class NotFound(JsonRESTError):
    code = 404

    def __init__(self, message: str):
        super().__init__("ResourceNotFoundException", message)


def check_names(
    operation: str, path: str, query: Mapping[str, list[str]], body: Mapping[str, Any], region: str
) -> None:
    """ValidationException, InvalidParameterValueException or ResourceNotFoundException for names that can't be.

    With them everything else that the model constrains, but for what has words of its own elsewhere.
    """
    model = get_service_model("lambda").operation_model(operation)
    members = {} if model.input_shape is None else model.input_shape.members
    parameters = {**body, **_in_query(members, query), **_in_path(model.http["requestUri"], path)}
    checked = [name for name in members if name in _NAMES or not (name in _OTHERWISE or operation in _OTHERWISE_IN)]
    clauses = [
        one.clause(shown(one))
        for name in sorted(checked, key=_NAMES.__contains__, reverse=True)
        if parameters.get(name) is not None
        for one in broken(members[name], parameters[name], is_checked, path=name[0].lower() + name[1:])
        if one.value is not None
    ]
    if clauses:
        raise refusal(clauses)
    if _FUNCTION_NAME not in members:
        return
    name, asked = parameters.get("FunctionName") or "", parameters.get("Qualifier")
    arn = Arn.of(name)
    if arn.service == "lambda" and arn.region != region:
        raise NotFound(f"Functions from '{arn.region}' are not reachable in this region ('{region}')")
    derived = _qualifier_of(name)
    if asked and derived and asked != derived:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    if operation == "DeleteFunction" and _LATEST in (asked, derived):
        raise InvalidParameterValueException("$LATEST version cannot be deleted without deleting the function.")


def short_path(path: str, operation: str, account: str) -> str:
    """The path with the function's plain name in it, and its qualifier behind a colon. AWS takes an ARN, or a part of one, everywhere;
    moto takes them in some places.
    """
    name = names_of(operation, path).get("FunctionName")
    if name is None:
        return path
    found = _NAMED.fullmatch(name) or _NAMELESS.fullmatch(name)
    if found is None or found["account"] not in (None, account):
        return path
    return path.replace(f"/{quote(name, safe='')}", f"/{found['name']}", 1).replace(f"/{name}", f"/{found['name']}", 1)


def names_of(operation: str, path: str) -> dict[str, str]:
    """The parameters in the path of a request."""
    return _in_path(get_service_model("lambda").operation_model(operation).http["requestUri"], path)


def qualified(name: str, qualifier: str | None) -> tuple[str, str | None]:
    """The plain name and the qualifier, one of which may stand behind the name."""
    plain, _, own = (name.partition("function:")[2] or name).partition(":")
    return plain, own or qualifier


def _in_query(members: Mapping[str, Any], query: Mapping[str, list[str]]) -> dict[str, Any]:
    """The parameters that stand behind the path, as the model types them."""
    found: dict[str, Any] = {}
    for name, shape in members.items():
        given = query.get(shape.serialization.get("name", name))
        if given is not None and shape.serialization.get("location") == "querystring":
            found[name] = (
                given if shape.type_name == "list" else int(given[0]) if shape.type_name == "integer" else given[0]
            )
    return found


def _in_path(template: str, path: str) -> dict[str, str]:
    """botocore's "/2015-03-31/functions/{FunctionName}/code", read backwards."""
    found = _pattern_of(template.partition("?")[0]).fullmatch(path.rstrip("/"))
    return {name: unquote(value) for name, value in found.groupdict().items()} if found else {}


@cache
def _pattern_of(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)\+?}", r"(?P<\1>[^/]+)", template.rstrip("/")))


def _qualifier_of(name: str) -> str | None:
    """What stands behind the name: of "f:live", "123456789012:function:f:live" or a whole ARN."""
    parts = name[name.find("function:") :].split(":") if "function:" in name else ["function", *name.split(":")]
    return parts[2] if len(parts) == _QUALIFIED_PARTS else None
