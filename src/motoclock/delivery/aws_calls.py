"""Any AWS call as a target: what EventBridge Scheduler and the new event buses call universal targets.

The input is the call's parameters as JSON. The call goes through boto3, so moto answers it like any other. Modelled: roles are not
evaluated.
"""

import json
import re
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from motoclock.delivery.parcels import Undeliverable
from motoclock.on_behalf import OnBehalf
from motoclock.world import REGION, World

CLIENTS = {"sfn": "stepfunctions", "eventbridge": "events"}  # where the ARN's name of a service is not boto3's
_PASSING = ("Throttl", "TooManyRequests", "ServiceUnavailable", "InternalError", "ProvisionedThroughputExceeded")


def call(world: World, service: str, action: str, text: str, message_id: str, caller_arn: str) -> str | None:
    """One call, e.g. ("sqs", "sendMessage"). Returns the id that the answer gives; Undeliverable. Runs in a Task.

    `message_id` and `caller_arn` say whose doing it is, for the trace.
    """
    task = world.clock.current_task()
    task.on_behalf = OnBehalf(caller_arn, message_ids=(message_id,))
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
    try:
        client: Any = boto3.client(CLIENTS.get(service, service), region_name=REGION)
        answer = getattr(client, method)(**json.loads(text))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        retryable = any(word in code for word in _PASSING)
        raise Undeliverable(f"{code}: {error.response['Error'].get('Message', '')}", code, retryable) from None
    except (BotoCoreError, AttributeError, TypeError, ValueError) as error:
        raise Undeliverable(f"The input does not fit {service}:{action}: {error}", "INVALID_PARAMETER") from None
    return answer.get("MessageId") or answer.get("executionArn")
