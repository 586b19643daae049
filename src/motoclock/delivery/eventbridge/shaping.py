"""What a target gets: the whole event, a constant, a part of the event, or a template with parts of it.

Source: EventBridge user guide, eb-transform-target-input. Modelled: an InputPath that finds nothing gives null.
"""

import json
from collections.abc import Mapping
from typing import Any

from motoclock.delivery.parcels import Undeliverable
from motoclock.services.events.entries import BusEvent, iso
from motoclock.templates import fill, parses
from motoclock.templates.json_path import MISSING, find

_KEYS = {"detail-type": "detailType"}  # as <aws.events.event> spells it, recorded on AWS in June 2024


def shaped(target: Mapping[str, Any], event: BusEvent, rule: Any, ingested: Any) -> str:
    """The text for a target. `ingested` is the datetime at which the bus took the event. Undeliverable when it is no JSON."""
    if target.get("Input") is not None:
        return target["Input"]
    if target.get("InputPath") is not None:
        value = find(event.content, target["InputPath"])
        return json.dumps(None if value is MISSING else value, separators=(",", ":"))
    transformer = target.get("InputTransformer")
    if transformer is None:
        return event.text
    text = fill(transformer["InputTemplate"], _values(transformer, event, rule, ingested), objects_break_quotes=True)
    if text.strip()[:1] in ("{", "[") and not parses(text):
        raise Undeliverable(f"The input transformer gave no valid JSON: {text[:200]}", "INVALID_JSON")
    return text


def _values(transformer: Mapping[str, Any], event: BusEvent, rule: Any, ingested: Any) -> Any:
    paths = transformer.get("InputPathsMap") or {}
    reserved = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": iso(ingested),
        "aws.events.event.json": event.content,
        "aws.events.event": {_KEYS.get(name, name): value for name, value in event.content.items() if name != "detail"},
    }

    def value_of(name: str) -> Any:
        return reserved[name] if name in reserved else find(event.content, paths[name])

    return value_of
