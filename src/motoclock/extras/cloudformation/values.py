"""Values that a template takes from elsewhere: parameters of SSM, and dynamic references in text.

    {{resolve:ssm:name}}, {{resolve:ssm:name:3}}, {{resolve:ssm-secure:name}}
    {{resolve:secretsmanager:secret-id:SecretString:json-key}}

Source: CloudFormation user guide, dynamic-references-ssm and dynamic-references-secretsmanager. Modelled: a secret's version stage and
id are not looked at, and a parameter's version neither: the newest counts.
"""

import json
import re
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from motoclock.world import ACCOUNT, REGION

_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}")
# What `cdk bootstrap` leaves in an account, under a qualifier of ten characters; templates demand at least version 6
_BOOTSTRAP = re.compile(r"/cdk-bootstrap/[a-z0-9]{1,10}/version")
_BOOTSTRAP_VERSION = "28"


def in_ssm(name: str) -> str | None:
    """The value of a parameter, or None."""
    parameter = ssm_backends[ACCOUNT][REGION].get_parameter(name)
    if parameter is not None:
        return parameter.value
    return _BOOTSTRAP_VERSION if _BOOTSTRAP.fullmatch(name) else None


def resolve(value: Any) -> Any:
    """The text with every dynamic reference in it replaced."""
    return _REFERENCE.sub(_found, value) if isinstance(value, str) and "{{resolve:" in value else value


def _found(reference: re.Match[str]) -> str:
    service, what = reference.groups()
    if service == "secretsmanager":
        return _secret(what)
    name = re.sub(r":\d+$", "", what)
    value = in_ssm(name)
    if value is None:
        raise ValidationError(message=f"Parameters: [{service}:{what}] cannot be found.")
    return value


def _secret(what: str) -> str:
    """secret-id:SecretString:json-key; an id that is an ARN has colons in it."""
    parts = what.split(":")
    size = 7 if what.startswith("arn:") else 1
    secret_id, json_key = ":".join(parts[:size]), parts[size + 1] if len(parts) > size + 1 else ""
    secret = secretsmanager_backends[ACCOUNT][REGION].secrets.get(secret_id)
    if secret is None:
        raise ValidationError(message=f"Secrets Manager can't find the specified secret: {secret_id}")
    text = secret.versions[secret.default_version_id]["secret_string"]
    if not json_key:
        return text
    try:
        return str(json.loads(text)[json_key])
    except (ValueError, KeyError, TypeError):
        raise ValidationError(
            message=f"Could not find a value associated with JSONKey {json_key} in SecretString of {secret_id}"
        ) from None
