"""Types that nobody here knows: a template may hold an API or a user pool beside its queues, and still come alive."""

import warnings
from typing import Any

from motoclock.extras.cloudformation.resources import Properties, Resource
from motoclock.world import ACCOUNT, REGION


class Unmodelled(Resource):
    """A name with nothing behind it. Ref gives the name; GetAtt an ARN where it asks for one, else name and attribute."""

    def make(self) -> None:
        self.id = self.name

    def change(self, before: Properties) -> None:
        """Nothing is there."""

    def remove(self) -> None:
        """Nothing is there."""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        if not attribute_name.endswith("Arn"):
            return f"{self.id}.{attribute_name}"
        service, kind = self.cf_resource_type.lower().split("::")[1:3]
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}/{self.id}"


def warn(resource_type: str) -> None:
    """Say it once a place, as warnings do."""
    warnings.warn(
        f"{resource_type} is not simulated: the stack keeps its name, and nothing is behind it.", stacklevel=2
    )
