"""Types that nobody here knows: a template may hold an API or a user pool beside its queues, and still come alive."""

import warnings
from typing import Any

from motoclock.extras.cloudformation.resources import Properties, Resource


class Unmodelled(Resource):
    """A name with nothing behind it. Ref gives the name, GetAtt name and attribute."""

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
        return f"{self.id}.{attribute_name}"


def warn(resource_type: str) -> None:
    """Say it once a place, as warnings do."""
    warnings.warn(
        f"{resource_type} is not simulated: the stack keeps its name, and nothing is behind it.", stacklevel=2
    )
