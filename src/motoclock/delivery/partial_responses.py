"""What a function said about the messages of its batch: ReportBatchItemFailures, with every row of AWS's validity table.

Source: Lambda developer guide, services-sqs-errorhandling (and the DynamoDB and Kinesis pages, which share the shape).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which of the batch's ids failed. `invalid` says why a response fails the whole batch."""

    failed: frozenset[str]
    invalid: str | None = None


def read_response(payload: bytes, ids: Collection[str]) -> Verdict:
    """The verdict of a function that returned. `ids`: the item identifiers of the batch.

    Success as a whole: an empty or null response, an empty or null `batchItemFailures`. Failure as a whole: a response that is not
    JSON, an `itemIdentifier` that is empty, null, missing or misspelt, or one that is not in the batch.
    """
    try:
        response = json.loads(payload) if payload.strip() else None
    except ValueError:
        return _whole(ids, "the response is not valid JSON")
    if not response:
        return Verdict(frozenset())
    if not isinstance(response, dict):
        # AWS documents objects only; a string or list names no failures, as in Powertools' and AWS's own examples
        return Verdict(frozenset())
    failures = response.get("batchItemFailures")
    if not failures:
        return Verdict(frozenset())
    if not isinstance(failures, list):
        return _whole(ids, "batchItemFailures is not a list")
    failed = set()
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(failure, dict) or "itemIdentifier" not in failure:
            return _whole(ids, "an entry of batchItemFailures has no itemIdentifier")
        if not identifier:
            return _whole(ids, "an itemIdentifier is empty or null")
        if identifier not in ids:
            return _whole(ids, f"itemIdentifier {identifier!r} is not in the batch")
        failed.add(identifier)
    return Verdict(frozenset(failed))


def _whole(ids: Collection[str], why: str) -> Verdict:
    return Verdict(frozenset(ids), why)
