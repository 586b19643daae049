"""`cloud.deploy`: a handler becomes a Lambda function, through boto3 as anybody would make one, with an execution role of its own."""

import json
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import boto3
from moto.awslambda.models import lambda_backends

from motoclock.functions import packaging
from motoclock.functions.service import LambdaService
from motoclock.world import ACCOUNT, REGION


class HasNoEffect(UserWarning):
    """A call of the handler's cell that is not packaged, and that changes what the handler uses."""


def deploy(
    functions: LambdaService,
    handler: Callable[[Any, Any], Any],
    name: str | None,
    *,
    timeout: int,
    memory_mb: int,
    environment: dict[str, str] | None,
    reserved_concurrency: int | None,
) -> str:
    """Make the function, or update code and configuration of the one with that name. Returns its ARN."""
    package = packaging.package(handler)
    for sentence in package.left_out:
        warnings.warn(sentence, HasNoEffect, stacklevel=3)
    name = name or handler.__name__.replace("_", "-")
    client = _client("lambda")
    configuration = {
        "FunctionName": name,
        "Handler": package.handler,
        "Runtime": "python3.13",
        "Role": _role(name),
        "Timeout": timeout,
        "MemorySize": memory_mb,
        "Environment": {"Variables": environment or {}},
    }
    if functions.exists(name):
        settle = lambda_backends[ACCOUNT][REGION].settle
        settle(name)
        client.update_function_code(FunctionName=name, ZipFile=package.zip_bytes)
        settle(name)
        arn = client.update_function_configuration(**configuration)["FunctionArn"]
        settle(name)
    else:
        arn = client.create_function(Code={"ZipFile": package.zip_bytes}, **configuration)["FunctionArn"]
    if reserved_concurrency is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved_concurrency)
    else:
        client.delete_function_concurrency(FunctionName=name)
    return arn


@cache
def _client(service: str) -> Any:
    session = boto3.Session(aws_access_key_id="deploy", aws_secret_access_key="deploy", region_name=REGION)
    return session.client(service)


def _role(function: str) -> str:
    """The ARN of the function's execution role, made when it is not there yet. A name that Lambda refuses is none for a role either."""
    name = f"{re.sub(r'[^A-Za-z0-9_-]', '-', function)[:59]}-role"  # IAM takes 64 characters, as Lambda does
    client = _client("iam")
    with suppress(client.exceptions.EntityAlreadyExistsException):
        client.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_LAMBDA_MAY_ASSUME))
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


_LAMBDA_MAY_ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
