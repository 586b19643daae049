"""Seam: moto takes an error of ours for what it is, and knows AWS's errors that botocore's models leave out.

moto 5.2.5 asks which service an exception belongs to by the name of its module: whatever starts with "moto" counts as moto's own, so
`motoclock.services.sns.refusals` would be an error of a service called "services".
"""

from typing import Any

import moto.core.errors
from moto.core.errors import ErrorLookup, ErrorLookupFactory, ErrorShape

_moto_answers = moto.core.errors.get_exception_service_model
_moto_reads = ErrorLookupFactory._create_error_lut

# Service id -> shape name -> what the model would say of it. Recorded on AWS in April 2024.
_UNMODELLED: dict[str, dict[str, dict[str, Any]]] = {
    "SQS": {
        "InvalidParameterValueException": {"code": "InvalidParameterValue", "httpStatusCode": 400, "senderFault": True}
    }
}
_STATUS = {("SQS", "ResourceNotFoundException"): 404}
_WITHOUT_MEMBERS = ("SNS",)  # the query protocol has one Message; moto writes the model's member `message` beside it


def install() -> None:
    moto.core.errors.get_exception_service_model = _service_model
    ErrorLookupFactory._create_error_lut = staticmethod(_errors_of)


def _service_model(exception: Exception) -> object | None:
    """None where the service that was called says all there is to say."""
    return None if type(exception).__module__.partition(".")[0] == "motoclock" else _moto_answers(exception)


def _errors_of(service_model: Any) -> ErrorLookup:
    """moto's table of a service's errors, by code and by name, and ours in it."""
    known, service = _moto_reads(service_model)._code_to_error, service_model.metadata.get("serviceId")
    for name, error in _UNMODELLED.get(service, {}).items():
        shape = ErrorShape(name, {"exception": True, "type": "structure", "members": {}, "error": error})
        known.setdefault(name, shape)
        known.setdefault(error["code"], shape)
    if service in _WITHOUT_MEMBERS:
        known = {code: _bare(shape) for code, shape in known.items()}
    for (of, name), status in _STATUS.items():
        if of == service:
            old = known[name]
            model = {
                **old._shape_model,
                "error": {**old.metadata.get("error", {}), "code": name, "httpStatusCode": status},
            }
            model["error"].setdefault("senderFault", True)
            known[name] = ErrorShape(name, model, old._shape_resolver)
    return ErrorLookup(known)


def _bare(shape: ErrorShape) -> ErrorShape:
    return ErrorShape(shape.name, {**shape._shape_model, "members": {}}, shape._shape_resolver)
