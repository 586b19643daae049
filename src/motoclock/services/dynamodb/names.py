"""What a table may be called. botocore's model knows no pattern, since an ARN may stand in a table's place.

Source: texts recorded on AWS in May 2026 (nubo-db/dynamodb-conformance, tests/tier3/error-messages: createTable and putItem). A name in
a batch or a transaction is not checked here: no such table can exist.
"""

import re
from typing import Any

from moto.dynamodb.exceptions import MockValidationException

from motoclock.facts import dynamodb as facts

_SHORTEST, _LONGEST = facts.TABLE_NAME_LENGTH.value.low, facts.TABLE_NAME_LENGTH.value.high
_PATTERN = facts.TABLE_NAME_PATTERN.value


def check_table_name(operation: str, parameters: dict[str, Any]) -> None:
    """ValidationException in AWS's words for a name that no table can have. Only CreateTable says how short one may be."""
    name = parameters.get("TableName")
    if name is None or name.startswith("arn:"):
        return
    shortest = _SHORTEST if operation == "CreateTable" else 1
    if len(name) < shortest:
        raise _refused(name, f"have length greater than or equal to {shortest}")
    if len(name) > _LONGEST:
        raise _refused(name, f"have length less than or equal to {_LONGEST}")
    if not re.fullmatch(_PATTERN, name):
        raise _refused(name, f"satisfy regular expression pattern: {_PATTERN}")


def _refused(name: str, must: str) -> MockValidationException:
    return MockValidationException(
        f"1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: Member must {must}"
    )
