"""The part of JSON path that EventBridge's targets and Pipes understand: names, indices, wildcards, by dot or in brackets.

Source: EventBridge user guide, eb-transform-target-input.
"""

import re
from typing import Any

MISSING: Any = object()
_STEP = re.compile(r"\.([\w\-/@]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]")


def is_path(text: str) -> bool:
    """Whether this is a path that we, like EventBridge, can follow."""
    return re.fullmatch(rf"\$(?:{_STEP.pattern})*", text) is not None


def find(document: Any, path: str) -> Any:
    """The value at a path such as "$.detail.items[0].sku"; a list where the path has a wildcard; MISSING when nothing is there."""
    found, many, place = [document], False, 1
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            return MISSING
        place = step.end()
        name = step[1] or step[2] or step[3]
        many = many or name == "*"
        found = [child for value in found for child in _children(value, name)]
    if many:
        return found
    return found[0] if found else MISSING


def _children(value: Any, name: str) -> list[Any]:
    if name == "*":
        return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    if isinstance(value, dict):
        return [value[name]] if name in value else []
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return [value[int(name)]]
    return []
