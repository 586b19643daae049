"""Seam: the learner's AWS set-up is out of sight from the import of the package on, for this process and for the programs it starts.

git, pip, curl and a learner's own scripts run from a cell as ever; what they find of AWS is an environment with example keys, no
configuration files and no instance metadata. A boto3 in such a program is sent to a host that can't exist, whose name says why. What a
learner sets afterwards is theirs: it is set aside while a Cloud is open, and a program they start without one inherits it.
"""

import os

from motoclock.world import REGION

CLEAN_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIASEVENWAYSEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "never-leaves-this-machine",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # botocore would put the account into the host name of DynamoDB Streams, which moto doesn't know
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}
# RFC 6761: no name below .invalid is ever found. In this process boto3 is answered inside, so only children are told.
NOWHERE = "http://nothing-goes-to-aws-from-here.invalid"


def install() -> None:
    """Take the learner's set-up out of the environment, once, before anybody can look at it."""
    put_aside()


def aws_variables() -> dict[str, str]:
    """What the environment says of AWS, to be given to `put_back` later."""
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


def put_aside() -> None:
    """Put the clean environment in place of what is there of AWS."""
    _take()
    os.environ.update(CLEAN_ENVIRONMENT)


def put_back(variables: dict[str, str]) -> None:
    _take()
    os.environ.update(variables)


def _take() -> None:
    for name in aws_variables():
        del os.environ[name]
    os.putenv("AWS_ENDPOINT_URL", NOWHERE)  # for children alone: os.environ doesn't show it
