"""Every place where we change moto or botocore: one file a seam, each with a contract test in tests/contract.

`install()` puts all of them in place, once, when the package is imported. They look up the open world at each call, so they do nothing
by themselves.
"""

from importlib import import_module

_SEAMS = (
    "parking",
    "boto",
    "moto_time",
    "time_sleep",
    "http_inside",
    "sqs",
    "sns",
    "awslambda",
    "mappings",
    "kinesis",
    "dynamodb_streams",
    "stepfunctions",
    "events",
    "eventbridgev2",
    "scheduler",
    "pipes",
    "cloudwatch",
    "cloudformation",
)


def install() -> None:
    for name in _SEAMS:
        import_module(f"{__name__}.{name}").install()
