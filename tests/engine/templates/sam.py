"""SAM templates as stacks of the open Cloud: translated by AWS's own library, created through boto3."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml

from motoclock.trace import Kind

HERE = Path(__file__).parent


class _AwsPolicies:
    """AWS's managed policies by name, without asking IAM: the templates name these few."""

    def load(self) -> dict[str, str]:
        return {
            name: f"arn:aws:iam::aws:policy/service-role/{name}"
            for name in ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole")
        }


@cache
def _translated(text: str) -> str:
    if "Transform: AWS::Serverless" not in text:
        return text
    # here, lest every process of the tests loads it
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    return yaml.dump(transform(yaml_parse(text), {}, _AwsPolicies()), sort_keys=False)


def stack(name: str) -> dict[str, str]:
    """Create the stack of a template of this folder. Returns its outputs."""
    stacks = boto3.client("cloudformation")
    stacks.create_stack(
        StackName=name,
        TemplateBody=_translated((HERE / f"{name}.yaml").read_text()),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    stacks.get_waiter("stack_create_complete").wait(StackName=name)
    return outputs(name)


def outputs(name: str) -> dict[str, str]:
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}


def bodies(url: str) -> list[str]:
    """The bodies that can be received now; they stay in flight."""
    sqs, found = boto3.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return found


def unpermitted(cloud: Any) -> list:
    return cloud.trace.of_kind(Kind.UNPERMITTED)
