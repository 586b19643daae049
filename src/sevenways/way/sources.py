"""Where one can read on: the key of a fact's source in words, and the page of AWS, or of GitHub, that it stands for.

A guide's page is named in the key. A key of botocore names a shape of a service's model, and the model is what AWS's API reference is
made of, so it leads to the page of the operation that takes the shape, or of the structure itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import boto3
from botocore.model import ServiceModel

from motoclock.facts import Fact

_DOCS = "https://docs.aws.amazon.com"
_GUIDES = {
    "LDG/": ("Lambda developer guide", f"{_DOCS}/lambda/latest/dg"),
    "SQSG/": ("SQS developer guide", f"{_DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide"),
    "SNSG/": ("SNS developer guide", f"{_DOCS}/sns/latest/dg"),
    "EBG/": ("EventBridge user guide", f"{_DOCS}/eventbridge/latest/userguide"),
    "SCHG/": ("EventBridge Scheduler user guide", f"{_DOCS}/scheduler/latest/UserGuide"),
    "KDG/": ("Kinesis Data Streams developer guide", f"{_DOCS}/streams/latest/dev"),
    "DDBG/": ("DynamoDB developer guide", f"{_DOCS}/amazondynamodb/latest/developerguide"),
}
_APIS = {
    "sqs": ("SQS", f"{_DOCS}/AWSSimpleQueueService/latest/APIReference", "API_"),
    "sns": ("SNS", f"{_DOCS}/sns/latest/api", "API_"),
    "lambda": ("Lambda", f"{_DOCS}/lambda/latest/api", "API_"),
    "events": ("EventBridge", f"{_DOCS}/eventbridge/latest/APIReference", "API_"),
    "pipes": ("EventBridge Pipes", f"{_DOCS}/eventbridge/latest/pipes-reference", "API_"),
    "scheduler": ("EventBridge Scheduler", f"{_DOCS}/scheduler/latest/APIReference", "API_"),
    "kinesis": ("Kinesis", f"{_DOCS}/kinesis/latest/APIReference", "API_"),
    "dynamodbstreams": ("DynamoDB Streams", f"{_DOCS}/amazondynamodb/latest/APIReference", "API_streams_"),
    "stepfunctions": ("Step Functions", f"{_DOCS}/step-functions/latest/apireference", "API_"),
}

_REPOSITORY = re.compile(r"(?:github\.com/)?([\w-]+/[\w.-]+(?:/issues/\d+)?)(?:,|$)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A source in words; `address` is empty where no page can be opened: a recording, a repository that is gone, our own choice."""

    words: str
    address: str = ""


def references(facts: tuple[Fact, ...]) -> tuple[Reference, ...]:
    """Where these facts come from, each place once."""
    return tuple(dict.fromkeys(map(reference, facts)))


def reference(fact: Fact) -> Reference:
    """Where this fact comes from."""
    return _of_a_guide(fact.source) or _of_an_api(fact.source) or _of_a_repository(fact.where) or Reference(fact.where)


def _of_a_guide(source: str) -> Reference | None:
    key, _, page = source.partition("/")
    if f"{key}/" not in _GUIDES:
        return None
    guide, base = _GUIDES[f"{key}/"]
    return Reference(f"{guide}, {page}", f"{base}/{page}.html")


def _of_an_api(source: str) -> Reference | None:
    service, _, rest = source.removeprefix("bc:").partition(".")
    if not source.startswith("bc:") or service not in _APIS:
        return None
    name, base, prefix = _APIS[service]
    page = _page_of(service, rest.partition(".")[0]) if rest else None
    return (
        Reference(f"{name} API, {page}", f"{base}/{prefix}{page}.html")
        if page
        else Reference(f"{name} API", f"{base}/Welcome.html")
    )


def _of_a_repository(where: str) -> Reference | None:
    found = _REPOSITORY.match(where)
    return Reference(found[1], f"https://github.com/{found[1]}") if found else None


def _page_of(service: str, shape: str) -> str | None:
    """The operation of that name, or that takes or gives the shape; else the structure. None for what has no page."""
    model = _model(service)
    if shape in model.operation_names:
        return shape
    for name in model.operation_names:
        operation = model.operation_model(name)
        if shape in {part.name for part in (operation.input_shape, operation.output_shape) if part}:
            return name
    found = model.shape_for(shape) if shape in model.shape_names else None
    return shape if found and found.type_name == "structure" and not found.metadata.get("exception") else None


@cache
def _model(service: str) -> ServiceModel:
    return boto3.session.Session()._session.get_service_model(service)
