"""Resource policies that a template puts on queues and topics."""

from collections.abc import Iterable
from typing import ClassVar

from botocore.exceptions import ClientError

from motoclock.extras.cloudformation.resources import Properties, Resource
from motoclock.extras.cloudformation.shapes import text


class Policies(Resource):
    """A policy document for one or several targets. What was there before comes back when this goes: a topic is never without one."""

    TARGETS: ClassVar[str]  # the property that names them

    def put(self, target: str, policy: str) -> None:
        raise NotImplementedError

    def read(self, target: str) -> str:
        raise NotImplementedError

    def make(self) -> None:
        self._before: dict[str, str] = {}
        self.id = self.name if "Id" in self.ATTRIBUTES else next(iter(self._targets(self.properties)))
        self.attributes = dict.fromkeys(self.ATTRIBUTES, self.id)
        self._put()

    def change(self, before: Properties) -> None:
        self._take_from(set(self._before) - set(self._targets(self.properties)))
        self._put()

    def remove(self) -> None:
        self._take_from(set(self._before))

    def _put(self) -> None:
        for target in self._targets(self.properties):
            self._before.setdefault(target, self.read(target))
            self.put(target, text(self.properties["PolicyDocument"]))

    def _take_from(self, targets: Iterable[str]) -> None:
        for target in sorted(targets):
            try:
                self.put(target, self._before.pop(target))
            except ClientError:
                continue  # the queue or topic went first

    def _targets(self, properties: Properties) -> list[str]:
        said = properties[self.TARGETS]
        return said if isinstance(said, list) else [said]
