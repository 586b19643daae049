"""Filling `<name>` into a template as EventBridge and Pipes do, with their rules of quoting.

Outside quotes a value is written as compact JSON: a string gets its quotes. Inside quotes, and in a template that is text, a string is
put in unescaped, and an object loses its quotes: `{acc_id:x,sf_id:y}`. A name without a value gives an empty string. Source:
EventBridge user guide, eb-transform-target-input and eb-pipes-input-transformation ("Common issues"), and answers of EventBridge
recorded on AWS in December 2024 and October 2025.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from motoclock.templates.json_path import MISSING

_PLACE = re.compile(r"<([$\w][\w.$*/\[\]'\-]*)>")


def places(template: str) -> list[str]:
    """The names that stand in the template, in order."""
    return _PLACE.findall(template)


def fill(template: str, value_of: Callable[[str], Any], *, objects_break_quotes: bool = False) -> str:
    """The template with its places filled. `value_of` gives MISSING for a place without a value, KeyError for a name that is none.

    `objects_break_quotes`: in a JSON template an object inside quotes keeps its own, so that the whole is no JSON any more, as in
    EventBridge; what Pipes does is not recorded.
    """
    text = template.strip()
    is_json = text[:1] in ("{", "[") or _PLACE.fullmatch(text) is not None
    filled, place = [], 0
    for found in _PLACE.finditer(template):
        before = template[place : found.start()]
        filled.append(before)
        place = found.end()
        try:
            value = value_of(found[1])
        except KeyError:
            filled.append(found[0])
            continue
        breaks = objects_break_quotes and isinstance(value, dict | list)
        whole = is_json and (breaks or not _inside_quotes(template, found.start()))
        filled.append(_as_json(value) if whole else _inside(value))
    return "".join([*filled, template[place:]])


def is_sound(template: str) -> bool:
    """Whether a template that looks like JSON can give JSON at all."""
    if template.strip()[:1] not in ("{", "["):
        return True
    return parses(fill(template, lambda _name: MISSING))


def parses(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _as_json(value: Any) -> str:
    return '""' if value is MISSING else json.dumps(value, separators=(",", ":"))


def _inside(value: Any) -> str:
    if value is MISSING:
        return ""
    if isinstance(value, str):
        return value
    return _as_json(value).replace('"', "")


def _inside_quotes(template: str, place: int) -> bool:
    before = template[:place]
    return len(re.findall(r'(?<!\\)"', before)) % 2 == 1
