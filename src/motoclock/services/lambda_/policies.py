"""Who may invoke a function, or one version or alias of it: each has a policy of its own.

Recorded on AWS in November 2025. moto writes what a version is given into the version, and takes two statements of the same id.
"""

import json
from typing import Any

from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
    UnknownAliasException,
    UnknownFunctionException,
)
from moto.awslambda.policy import Policy
from moto.awslambda.utils import make_function_arn
from moto.moto_api._internal import mock_random

from motoclock.services.lambda_.naming import NotFound, qualified

_LATEST = "$LATEST"
_ACCOUNT_DIGITS = 12
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")  # modelled: AWS has a list of its services
_CONDITIONS = {  # the operator and the key of each setting that narrows a statement
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
}


class StatementExists(LambdaClientError):
    code = 409

    def __init__(self, sid: str):
        super().__init__(
            "ResourceConflictException",
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement.",
        )


class Policies:
    """The part of the Lambda backend that keeps them. A mixin before moto's LambdaBackend."""

    # moto's LambdaBackend has them
    _lambdas: Any
    region_name: str
    account_id: str

    def add_permission(self, function_name: str, qualifier: str | None, raw: str) -> dict[str, Any]:
        """The statement that the function, its version or its alias has got."""
        asked = json.loads(raw)
        name, qualifier = qualified(function_name, qualifier)
        if qualifier == _LATEST:
            raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
        principal = _principal(asked["Principal"])
        policy, resource = self._policy_of(name, qualifier)
        if any(statement["Sid"] == asked["StatementId"] for statement in policy.statements):
            raise StatementExists(asked["StatementId"])
        self._check_revision(policy, name, qualifier, asked.get("RevisionId"))
        statement: dict[str, Any] = {
            "Sid": asked["StatementId"], "Effect": "Allow", "Principal": principal,
            "Action": asked["Action"], "Resource": resource,
        }  # fmt: skip
        for setting, (operator, key) in _CONDITIONS.items():
            if asked.get(setting):
                statement.setdefault("Condition", {}).setdefault(operator, {})[key] = asked[setting]
        policy.statements.append(statement)
        policy.revision = str(mock_random.uuid4())
        return statement

    def remove_permission(self, function_name: str, sid: str, revision: str = "", qualifier: str | None = None) -> None:
        name, qualifier = qualified(function_name, qualifier)
        try:
            policy, _ = self._policy_of(name, qualifier)
        except UnknownFunctionException:
            raise NotFound(
                f"No policy found for: {make_function_arn(self.region_name, self.account_id, name)}"
            ) from None
        if not policy.statements:
            raise NotFound("No policy is associated with the given resource.")
        if all(statement["Sid"] != sid for statement in policy.statements):
            raise NotFound(f"Statement {sid} is not found in resource policy.")
        self._check_revision(policy, name, qualifier, revision)
        policy.statements[:] = [statement for statement in policy.statements if statement["Sid"] != sid]
        policy.revision = str(mock_random.uuid4())

    def get_policy(self, function_name: str, qualifier: str | None = None) -> str:
        name, qualifier = qualified(function_name, qualifier)
        try:
            policy, _ = self._policy_of(name, qualifier)
        except LambdaClientError:
            raise GenericResourcNotFound() from None
        return policy.wire_format()

    def statements_of(self, function_name: str) -> list[dict[str, Any]]:
        """Those of the function and of all its versions and aliases: what each is about, its resource says."""
        latest = self._lambdas.get_function_by_name_with_qualifier(function_name, None)
        policies = [latest.policy, *latest.policies.values()]
        return [statement for policy in policies for statement in policy.statements]

    def _policy_of(self, name: str, qualifier: str | None) -> tuple[Policy, str]:
        """The policy, and the ARN that it is about."""
        latest = self._lambdas.get_function_by_name_or_arn_with_qualifier(name, None)
        arn = latest.function_arn
        if not qualifier or qualifier == _LATEST:
            return latest.policy, arn
        arn = f"{arn}:{qualifier}"
        try:
            self._lambdas.get_function_by_name_or_arn_with_qualifier(name, qualifier)
        except LambdaClientError:
            looks_like_an_alias = not qualifier.isdecimal() and "$" not in qualifier
            raise (UnknownAliasException if looks_like_an_alias else UnknownFunctionException)(arn) from None
        return latest.policies.setdefault(qualifier, Policy(latest)), arn

    def _check_revision(self, policy: Policy, name: str, qualifier: str | None, revision: str | None) -> None:
        """A policy's own revision counts; before there is one, that of what it is about."""
        if (
            revision
            and revision != policy.revision
            and (policy.statements or revision != self.revision_of(name, qualifier))
        ):
            raise PreconditionFailedException(
                "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest "
                "Revision Id"
            )

    def revision_of(self, name: str, qualifier: str | None = None) -> str:
        """The RevisionId of a function, a version or an alias."""
        alias = self._lambdas._get_function_aliases(name).get(qualifier or "")
        if alias is not None:
            return alias.revision_id
        function = self._lambdas.get_function_by_name_or_arn_with_qualifier(name, qualifier)
        return function.get_configuration()["RevisionId"]


def _principal(said: str) -> Any:
    if said == "*":
        return said
    if said.isdecimal() and len(said) == _ACCOUNT_DIGITS:
        return {"AWS": f"arn:aws:iam::{said}:root"}
    if said.startswith("arn:"):
        return {"AWS": said}
    if said.endswith(_SERVICES):
        return {"Service": said}
    raise InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again."
    )
