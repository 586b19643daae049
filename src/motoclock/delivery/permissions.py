"""May a service deliver to a target? Resource policies as AWS evaluates them for a service principal.

Advisory by default: what AWS would refuse happens, and the trace names the missing statement (once a pair). With
`Cloud(strict_permissions=True)` it is refused. Modelled: Allow and Deny statements with service or account principals, wildcards in
actions and resources, and conditions on aws:SourceArn, aws:SourceAccount and aws:SecureTransport; what a function allows holds for its
versions and aliases too; execution-role policies are not evaluated.
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import lambda_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from motoclock.arn import NO_ARN, Arn
from motoclock.delivery.parcels import Undeliverable
from motoclock.trace import Unpermitted
from motoclock.world import World

_ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}


def require(world: World, principal: str, target_arn: str, source_arn: str) -> None:
    """Raise Undeliverable (strict) or note in the trace (advisory) when no statement lets `principal` deliver to the target.

    `principal`: a service such as "sns.amazonaws.com". Targets without resource policies (streams, state machines, buses) need a role
    instead, which is not evaluated.
    """
    service = Arn.of(target_arn).service
    action = _ACTIONS.get(service)
    statements = _statements(service, target_arn) if action else None
    if statements is None or _allowed(statements, principal, action, target_arn, source_arn):
        return
    strict = world.options.strict_permissions
    noted = world.services.permissions_noted
    if strict or (source_arn, target_arn) not in noted:
        noted.add((source_arn, target_arn))
        world.trace.append(Unpermitted(principal, action, target_arn, source_arn), source_arn)
    if strict:
        raise Undeliverable(
            f"{principal} may not {action} on {target_arn.rsplit(':', 1)[-1]}: no policy allows it.", "NO_PERMISSIONS"
        )


def _statements(service: str, arn: str) -> list[Mapping[str, Any]] | None:
    """The statements of the target's policy; None when there is no such target, which the hand-over will say."""
    place = Arn.of(arn)
    region, account, name = place.region, place.account, place.path[1 if service == "lambda" else 0]
    policy: Any = None
    if service == "sqs":
        queue = sqs_backends[account][region].queues.get(name)
        if queue is None:
            return None
        policy = queue.policy
    elif service == "sns":
        topic = sns_backends[account][region].topics.get(arn)
        if topic is None:
            return None
        policy = topic._policy_json or topic.policy
    elif service == "lambda":
        try:
            return lambda_backends[account][region].statements_of(name)
        except LambdaClientError:
            return None
    if isinstance(policy, str):
        policy = json.loads(policy or "{}")
    return _listed((policy or {}).get("Statement"))


def _allowed(statements: Iterable[Mapping[str, Any]], principal: str, action: str, target: str, source: str) -> bool:
    said = [one["Effect"] for one in statements if _applies(one, principal, action, target, source)]
    return "Allow" in said and "Deny" not in said


def _applies(statement: Mapping[str, Any], principal: str, action: str, target: str, source: str) -> bool:
    actions = [one.lower() for one in _listed(statement.get("Action"))]
    resources = _listed(statement.get("Resource")) or ["*"]
    return (
        _is_principal(statement.get("Principal"), principal)
        and any(fnmatchcase(action.lower(), one) for one in actions)
        and any(fnmatchcase(target, one) or target.startswith(f"{one}:") for one in resources)
        and _conditions_hold(statement.get("Condition") or {}, source)
    )


def _is_principal(said: Any, principal: str) -> bool:
    if said == "*":
        return True
    if not isinstance(said, Mapping):
        return False
    return principal in _listed(said.get("Service")) or "*" in _listed(said.get("AWS"))


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], source: str) -> bool:
    """All of them. A key that we don't know is taken as absent: better a named statement too many than a false promise."""
    known = {"aws:sourcearn": source, "aws:securetransport": "true"}
    if (place := Arn.of(source)) is not NO_ARN:
        known["aws:sourceaccount"] = place.account
    return all(
        _holds(operator, known.get(key.lower()), _listed(wanted))
        for operator, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _holds(operator: str, value: str | None, wanted: list[Any]) -> bool:
    """IAM's operators on text and ARNs (IAM user guide, reference_policies_elements_condition_operators)."""
    name = operator.lower().rpartition(":")[2]  # ForAnyValue: and ForAllValues: are about keys with many values
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in wanted]
    if name == "null":
        return texts == [str(value is None).lower()]
    if value is None:
        return "not" in name or name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    if "ignorecase" in name:
        value, texts = value.lower(), [one.lower() for one in texts]
    takes_wildcards = "like" in name or name.startswith("arn")
    met = any(fnmatchcase(value, one) if takes_wildcards else value == one for one in texts)
    return met != ("not" in name)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
