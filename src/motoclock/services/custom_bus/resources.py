"""What the operations of the service share: where things are kept, pages of lists, tags, and creates that are safe to repeat."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BaseBackend

from motoclock.services.custom_bus.errors import (
    IdempotentParameterMismatchException,
    InvalidInputException,
    LimitExceededException,
    ResourceNotFoundException,
)

if TYPE_CHECKING:
    from motoclock.services.custom_bus.buses import EventBusV2
    from motoclock.services.custom_bus.sources import EventSource
    from motoclock.services.custom_bus.subscribers import Subscriber

_PAGE = 100
_TAGS_MAX = 200


class Resources(BaseBackend):
    """The things of one account and Region, by ARN, in the order of their creation."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.buses: dict[str, EventBusV2] = {}
        self.subscribers: dict[str, Subscriber] = {}
        self.sources: dict[str, EventSource] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self._done: dict[tuple[str, str], tuple[Mapping[str, Any], dict[str, Any]]] = {}

    # ------------------------------------------------------------------ lists

    def page(self, member: str, summaries: list[dict[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
        """One page of those whose name starts as asked."""
        found = [one for one in summaries if one["Name"].startswith(given.get("NamePrefix") or "")]
        token, most = given.get("NextToken") or "0", given.get("MaxResults") or _PAGE
        if not token.isdecimal() or int(token) > len(found):
            raise InvalidInputException("NextToken is not one that this list gave.")
        first = int(token)
        following = first + most
        return {
            member: found[first:following],
            "NextToken": str(following) if following < len(found) else None,
        }

    # ------------------------------------------------------------------ creates

    def once(
        self, operation: str, given: Mapping[str, Any], create: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """The answer to a create; the first answer again for the same ClientToken."""
        token = given.get("ClientToken")
        plain = {name: value for name, value in given.items() if name != "ClientToken"}
        if token is not None and (operation, token) in self._done:
            before, answer = self._done[operation, token]
            if before != plain:
                raise IdempotentParameterMismatchException(
                    "The ClientToken was used with other parameters: use a new one, or send the same request again."
                )
            return answer
        answer = create(plain)
        if token is not None:
            self._done[operation, token] = (plain, answer)
        return answer

    # ------------------------------------------------------------------ tags

    def list_tags_for_resource(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"Tags": dict(self._tags_of(given))}

    def tag_resource(self, given: Mapping[str, Any]) -> dict[str, Any]:
        tags = self._tags_of(given)
        if len({**tags, **given["Tags"]}) > _TAGS_MAX:
            raise LimitExceededException(f"A resource has at most {_TAGS_MAX} tags.")
        tags.update(given["Tags"])
        return {}

    def untag_resource(self, given: Mapping[str, Any]) -> dict[str, Any]:
        tags = self._tags_of(given)
        for key in given["TagKeys"]:
            tags.pop(key, None)
        return {}

    def _tags_of(self, given: Mapping[str, Any]) -> dict[str, str]:
        arn = given["ResourceArn"]
        if arn not in self.buses and arn not in self.subscribers and arn not in self.sources:
            raise ResourceNotFoundException(f"Resource {arn} does not exist.")
        return self.tags.setdefault(arn, {})
