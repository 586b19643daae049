"""Time to live: items whose time has come are deleted, and their stream says that DynamoDB did it.

Source: DynamoDB developer guide, TTL. Modelled: five minutes after the time in the item; AWS takes up to a few days. It is no
foreground work: `cloud.run()` does not wait for it, `cloud.run(seconds=...)` sees it. Items written through PartiQL are not seen.
"""

from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item

from motoclock.clock import EPOCH
from motoclock.facts import dynamodb_streams as facts
from motoclock.facts.shapes import DAY_S
from motoclock.world import World

_DELETES_AFTER_S = facts.TTL_DELETES_AFTER_S.value
_OLDEST_S = 5 * 365 * DAY_S  # older times are taken for mistakes and left alone
_EPOCH_S = EPOCH.timestamp()


class TimeToLive:
    """The deletions planned for the tables of one backend."""

    def __init__(self, world: World, backend: Any):
        self._world, self._backend = world, backend
        self._planned: set[tuple[str, DynamoType, DynamoType | None, float]] = set()

    def enabled(self, table: Any) -> None:
        """Time to live was switched on for a table that may hold items."""
        for entry in list(table.items.values()):
            for item in entry.values() if table.has_range_key else [entry]:
                self.written(table, item)

    def written(self, table: Any, item: Item | None) -> None:
        """An item was put or updated."""
        due = _due(table, item)
        if due is None:
            return
        plan = (table.name, item.hash_key, item.range_key, due)
        if plan not in self._planned:
            self._planned.add(plan)
            wait = max(0.0, due + _DELETES_AFTER_S - self._world.clock.now)
            self._world.clock.call_later(wait, self._delete, plan, foreground=False)

    def _delete(self, plan: tuple[str, DynamoType, DynamoType | None, float]) -> None:
        self._planned.discard(plan)
        name, hash_key, range_key, due = plan
        table = self._backend.tables.get(name)
        item = table.get_item(hash_key, range_key) if table is not None else None
        if item is None or _due(table, item) != due:
            return
        if table.stream_shard is None:
            table.delete_item(hash_key, range_key)
            return
        with table.stream_shard.by_time_to_live():
            table.delete_item(hash_key, range_key)


def _due(table: Any, item: Item | None) -> float | None:
    """The virtual second in the item's time to live attribute; None when there is none that counts."""
    if item is None or table.ttl["TimeToLiveStatus"] != "ENABLED":
        return None
    value = item.attrs.get(table.ttl["AttributeName"])
    if value is None or value.type != "N":
        return None
    due = float(value.value) - _EPOCH_S
    return due if due > -_OLDEST_S else None
