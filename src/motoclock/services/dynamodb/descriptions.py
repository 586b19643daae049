"""How AWS describes a table, where moto 5.2.5 tells more, less or otherwise.

Source: answers recorded on AWS in October and November 2025. Modelled: a table can be used as soon as CreateTable or UpdateTable has
answered, though the answer says CREATING or UPDATING.
"""

import uuid
from typing import Any

from moto.dynamodb.models.table import Table

_OF_A_DELETED_TABLE = (
    "TableName", "TableStatus", "ProvisionedThroughput", "TableSizeBytes", "ItemCount", "TableArn", "TableId",
    "DeletionProtectionEnabled", "BillingModeSummary",
)  # fmt: skip


def described(table: Table, description: dict[str, Any]) -> dict[str, Any]:
    """As DescribeTable has it. `description` is moto's."""
    answer = {**description, "TableId": _id_of(table)}
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = answer.pop(name)
        if indexes:
            answer[name] = [_index(table, index) for index in indexes]
    if answer["BillingModeSummary"]["BillingMode"] == "PROVISIONED":
        del answer["BillingModeSummary"]
    else:
        since = {"LastUpdateToPayPerRequestDateTime": answer["CreationDateTime"]}
        answer["BillingModeSummary"] = {**answer["BillingModeSummary"], **since}
    return answer


def created(table: Table, description: dict[str, Any], asked_for: dict[str, Any]) -> dict[str, Any]:
    """As CreateTable has it: nothing is known yet of what the table is warm for, unless that was asked for."""
    answer = {**described(table, description), "TableStatus": "CREATING"}
    if "BillingModeSummary" in answer:
        answer["BillingModeSummary"] = {"BillingMode": answer["BillingModeSummary"]["BillingMode"]}
    answer["WarmThroughput"] = {**answer["WarmThroughput"], "Status": "UPDATING"}
    if "WarmThroughput" not in asked_for:
        del answer["WarmThroughput"]
    for index in answer.get("GlobalSecondaryIndexes", ()):
        index["IndexStatus"] = "CREATING"
        del index["WarmThroughput"]
    return answer


def updated(table: Table, description: dict[str, Any]) -> dict[str, Any]:
    return {**described(table, description), "TableStatus": "UPDATING"}


def deleted(table: Table, description: dict[str, Any]) -> dict[str, Any]:
    """As DeleteTable has it: keys and indexes are not told any more."""
    answer = {**described(table, description), "TableStatus": "DELETING"}
    return {name: answer[name] for name in _OF_A_DELETED_TABLE if name in answer}


def _id_of(table: Table) -> str:
    """An id that a table of the same name made later does not have, and that takes nothing from the seed's chance."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{table.table_arn} {table.created_at}"))


def _index(table: Table, index: dict[str, Any]) -> dict[str, Any]:
    arn = f"{table.table_arn}/index/{index['IndexName']}"
    answer = {**index, "IndexArn": arn, "IndexSizeBytes": 0, "ItemCount": len(table)}
    if "ProvisionedThroughput" in index:
        answer["ProvisionedThroughput"] = {**index["ProvisionedThroughput"], "NumberOfDecreasesToday": 0}
    return answer
