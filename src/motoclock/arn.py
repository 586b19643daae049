"""ARNs, read in one place: "arn:aws:lambda:us-east-1:123456789012:function:charge" has a service, an account, a resource.

botocore's `ArnParser` does the reading. A text that is no ARN (a name, a URL, "cell") reads as `NO_ARN`, whose parts are all empty:
whoever must refuse it asks for the service and finds none. Source: IAM user guide, reference-arns.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from botocore.utils import ArnParser

_PARSER = ArnParser()
_FUNCTION_PARTS = 7  # arn, partition, service, region, account, "function" or "stateMachine", name


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an ARN. `resource` is all that follows the account: "orders", "function:charge:live", "rule/shop/paid"."""

    partition: str = ""
    service: str = ""
    region: str = ""
    account: str = ""
    resource: str = ""

    @staticmethod
    @lru_cache(maxsize=4096)  # a long trace asks for the same few names a million times
    def of(text: str) -> "Arn":
        """The parts of an ARN, `NO_ARN` of any other text."""
        return Arn(**_PARSER.parse_arn(text)) if _PARSER.is_arn(text) else NO_ARN

    @property
    def path(self) -> list[str]:
        """The pieces of the resource: ["function", "charge", "live"], ["rule", "shop", "paid"], ["orders"]."""
        return re.split("[:/]", self.resource)


NO_ARN = Arn()


def unqualified(arn: str) -> str:
    """The ARN of a function or state machine without its version or alias; any other text as it is."""
    return ":".join(arn.split(":", _FUNCTION_PARTS)[:_FUNCTION_PARTS])
