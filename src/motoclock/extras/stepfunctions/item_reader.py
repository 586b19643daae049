"""Where a distributed Map gets its items: an object in S3 (JSON, JSON Lines, CSV) or the list of a bucket's objects.

Source: Step Functions developer guide, input-output-itemreader. Modelled: no S3 inventories, Parquet, Athena manifests or
compressed files.
"""

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.eval.environment import Environment

from motoclock.extras.stepfunctions.errors import failure
from motoclock.extras.stepfunctions.map_fields import MapFields
from motoclock.extras.stepfunctions.tasks import client_for
from motoclock.world import REGION

_SHOWN = ("Etag", "Key", "LastModified", "Size", "StorageClass")


def _eval_body(self: ItemReader, env: Environment) -> None:
    """The items, onto the stack. All that goes wrong is States.ItemReaderFailed, but for expressions."""
    config: dict[str, Any] = {}
    if self.reader_config:
        self.reader_config.eval(env=env)
        config = env.stack.pop()
    parameters: dict[str, Any] = {}
    if self.parargs:
        self.parargs.eval(env=env)
        parameters = env.stack.pop()
    try:
        items = list(islice(_items(self, parameters, config), config.get("MaxItemsValue")))
    except ClientError as refused:
        raise _failed(env, refused.response["Error"]["Message"]) from None
    except (ValueError, KeyError) as wrong:
        raise _failed(env, str(wrong)) from None
    env.stack.append(items)


def _items(reader: ItemReader, parameters: dict[str, Any], config: dict[str, Any]) -> Iterator[Any]:
    s3 = client_for(REGION, "s3")
    if reader.resource.api_action == "listObjectsV2":
        for page in s3.get_paginator("list_objects_v2").paginate(**parameters):
            yield from (_listed(found) for found in page.get("Contents", []))
        return
    yield from items_in(s3.get_object(**parameters)["Body"].read().decode(), reader.fields, config)


def items_in(text: str, fields: MapFields, config: dict[str, Any]) -> Iterator[Any]:
    """The items in an object's text. ValueError or KeyError where it doesn't hold what the reader's configuration says."""
    if fields.input_type == "JSONL":
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
    elif fields.input_type == "CSV":
        yield from _rows(text, fields.delimiter, config)
    else:
        yield from _array(json.loads(text), fields.pointer)


def _listed(found: dict[str, Any]) -> dict[str, Any]:
    """As S3's answer in the spelling of state machines: Etag, and a time as seconds since 1970."""
    told = {**found, "Etag": found["ETag"], "LastModified": int(found["LastModified"].timestamp())}
    return {name: told[name] for name in _SHOWN if name in told}


def _rows(text: str, delimiter: str, config: dict[str, Any]) -> Iterator[dict[str, str]]:
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    headers = config.get("CSVHeaders") or next(rows, [])
    if len(dict.fromkeys(headers)) < len(headers):
        raise ValueError("CSV headers cannot contain duplicates.")
    for row in rows:
        yield {header: row[n] if n < len(row) else "" for n, header in enumerate(headers)}


def _array(value: Any, pointer: str) -> list[Any]:
    """The array at a JSON pointer, the whole without one. An object is an array of its pairs."""
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    if isinstance(value, dict):
        return [{"Key": key, "Value": each} for key, each in value.items()]
    if not isinstance(value, list):
        raise ValueError("Attempting to map over non-iterable node.")
    return value


def _failed(env: Environment, cause: str) -> Exception:
    return failure(env, StatesErrorNameType.StatesItemReaderFailed, cause)


def change() -> None:
    ItemReader._eval_body = _eval_body
