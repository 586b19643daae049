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
from motoclock.services.model_constraints import broken, refusal

_NAMES = ("FunctionName", "Qualifier")
_LATEST = "$LATEST"
_NAMED = re.compile(r"(arn:[^:]*:lambda:[^:]*:)?((?P<account>\d{12}):)?function:(?P<name>[^:]+(:[^:]+)?)")
_QUALIFIED_PARTS = 3  # "function", its name, a qualifier


class NotFound(JsonRESTError):
    code = 404

    def __init__(self, message: str):
        super().__init__("ResourceNotFoundException", message)


def check_names(operation: str, path: str, given: Mapping[str, Any], region: str) -> None:
    """ValidationException, InvalidParameterValueException or ResourceNotFoundException for names that can't be.

    `given`: what the request says outside its path.
    """
    model = get_service_model("lambda").operation_model(operation)
    members = {} if model.input_shape is None else model.input_shape.members
    parameters = {**given, **_in_path(model.http["requestUri"], path)}
    clauses = [
        one.clause(f" '{one.value}'")
        for name in _NAMES
        if name in members and isinstance(value := parameters.get(name), str)
        for one in broken(members[name], value, path=name[0].lower() + name[1:])
    ]
    if clauses:
        raise refusal(clauses)
    if "FunctionName" not in members:
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
    template = get_service_model("lambda").operation_model(operation).http["requestUri"]
    name = _in_path(template, path).get("FunctionName")
    if name is None:
        return path
    found = _NAMED.fullmatch(name)
    if found is None or found["account"] not in (None, account):
        return path
    return path.replace(f"/{quote(name, safe='')}", f"/{found['name']}", 1).replace(f"/{name}", f"/{found['name']}", 1)


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
