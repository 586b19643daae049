"""Filling `<name>` into a template as EventBridge and Pipes do, with their rules of quoting.

Outside quotes a value is written as JSON: a string gets its quotes. Inside quotes a string is put in unescaped, and an object loses its
quotes. A name without a value gives an empty string. Source: EventBridge user guide, eb-transform-target-input and
eb-pipes-input-transformation ("Common issues").
"""

import json
import re
from collections.abc import Callable
from typing import Any

from motoclock.templates.json_path import MISSING

_PLACE = re.compile(r"<([$\w][\w.$*/\[\]'\-]*)>")


def fill(template: str, value_of: Callable[[str], Any]) -> str:
    """The template with its places filled. `value_of` gives MISSING for a place without a value, KeyError for a name that is none."""
    text = template.strip()
    is_json = text[:1] in "{[" or _PLACE.fullmatch(text) is not None
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
        quoted = _inside_quotes(template, found.start())
        filled.append(_inside(value) if quoted or (not is_json and isinstance(value, str)) else _as_json(value))
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
    return '""' if value is MISSING else json.dumps(value)


def _inside(value: Any) -> str:
    if value is MISSING:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value).replace('"', "")


def _inside_quotes(template: str, place: int) -> bool:
    before = template[:place]
    return len(re.findall(r'(?<!\\)"', before)) % 2 == 1
