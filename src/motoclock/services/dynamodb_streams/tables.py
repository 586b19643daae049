"""moto's DynamoDB backend, with streams that say once what changed.

moto 5.2.5 leaves two records for an update that creates an item, records of transactions that were rolled back, goes on writing to a
disabled stream, and never deletes by time to live.
"""

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from motoclock.services.dynamodb import refusals
from motoclock.services.dynamodb.kept import is_too_large, settle
from motoclock.services.dynamodb_streams.shard import ChangeShard
from motoclock.services.dynamodb_streams.time_to_live import TimeToLive
from motoclock.world import the_world


class ValidationError(Exception):
    """Why a transaction was cancelled. moto tells AWS's code by the name of the class."""


class StreamingDynamoDBBackend(DynamoDBBackend):
    """What boto3's calls do to tables. Names and signatures are moto's."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.ttl = TimeToLive(the_world(), self)
        self._is_in_transaction = False

    @property
    def _url_module(self) -> Any:
        from motoclock.services.dynamodb import urls

        return urls

    # ------------------------------------------------------------------ tables

    def delete_table(self, name: str) -> Table:
        table = super().delete_table(name)
        _end_stream(table)
        return table

    def update_table_streams(self, table: Table, stream_specification: dict[str, Any]) -> None:
        if not stream_specification.get("StreamEnabled"):
            if table.stream_shard is None:
                raise MockValidationException(f"Table is already without a stream: TableName: {table.name}")
            _end_stream(table)
            table.stream_shard = None
        elif table.stream_shard is not None:
            raise MockValidationException(f"Table already has an enabled stream: TableName: {table.name}")
        table.set_stream_specification(stream_specification)

    def update_time_to_live(self, table_name: str, ttl_spec: dict[str, Any]) -> None:
        table = self.get_table(table_name)
        if ttl_spec["Enabled"] == (table.ttl["TimeToLiveStatus"] == "ENABLED"):
            raise MockValidationException(f"TimeToLive is already {'enabled' if ttl_spec['Enabled'] else 'disabled'}")
        super().update_time_to_live(table_name, ttl_spec)
        self.ttl.enabled(self.get_table(table_name))

    # ------------------------------------------------------------------ items

    def put_item(self, table_name: str, *args: Any, **kwargs: Any) -> Item:
        with self._as_reason_in_a_transaction():
            item = super().put_item(table_name, *args, **kwargs)
        self.ttl.written(self.get_table(table_name), item)
        return item

    def update_item(self, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
        table = self.get_table(table_name)
        before = copy.deepcopy(self.get_item(table_name, key))
        with ExitStack() as stack:
            stack.enter_context(self._as_reason_in_a_transaction())
            if table.stream_shard is not None:
                stack.enter_context(table.stream_shard.as_one_change())
            if not kwargs.get("update_expression") and kwargs.get("attribute_updates", {}) is None:
                kwargs["attribute_updates"] = {}  # the key alone: AWS makes the item, moto 5.2.5 raises
            try:
                item = super().update_item(table_name, key, *args, **kwargs)
                settle(item.attrs)
                if is_too_large(item.attrs):
                    raise refusals.too_large(is_update=True)
            except BaseException:  # moto changes an item in place, and makes a missing one of the key alone
                self._take_back(table, key, before)
                raise
            if before is None and item.attrs.keys() <= key.keys() and _only_removes(kwargs):
                self._take_back(table, key, None)
                if table.stream_shard is not None:
                    table.stream_shard.add(item, None)
                return item
        self.ttl.written(table, item)
        return item

    def _take_back(self, table: Table, key: dict[str, Any], before: Item | None) -> None:
        """As it was before an update."""
        now = self.get_item(table.name, key)
        if before is not None and now is not None:
            now.attrs = before.attrs
            return
        hash_key, range_key = self.get_keys_value(table, key)
        if range_key is None:
            table.items.pop(hash_key, None)
        elif hash_key in table.items:
            table.items[hash_key].pop(range_key, None)

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        """All records appear together after the whole succeeded, or none."""
        with ExitStack() as stack:
            for table in self.tables.values():
                if table.stream_shard is not None:
                    stack.enter_context(table.stream_shard.as_one_change())
            self._is_in_transaction = True
            try:
                super().transact_write_items(transact_items)
            finally:
                self._is_in_transaction = False

    @contextmanager
    def _as_reason_in_a_transaction(self) -> Iterator[None]:
        """What is wrong with one write of a transaction cancels it. Source: API reference, TransactWriteItems, cancellation reasons."""
        try:
            yield
        except MockValidationException as refused:
            if not self._is_in_transaction:
                raise
            raise ValidationError(refused.message) from None


def _only_removes(update: dict[str, Any]) -> bool:
    """Whether an update that left nothing but a key had something to do: then it removed, and AWS makes no item for that."""
    return bool(update.get("update_expression") or update.get("attribute_updates"))


def _end_stream(table: Table) -> None:
    if isinstance(table.stream_shard, ChangeShard):
        table.stream_shard.end()
