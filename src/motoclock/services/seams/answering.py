"""Seam: what moto looks up anew for each answer, looked up once: its name for an operation, and the names of members in a dict.

For each member of an answer moto 5.2.5 tries up to twelve names, and asks six classes for each of them. For a dict they follow from the
member's shape alone.
"""

from functools import cache
from typing import Any

import moto.core.responses
import moto.core.utils
from botocore.model import Shape
from moto.core.serialize import AttributePickerContext, ResponseSerializer, XFormedAttributePicker

_KEPT = "_sevenways_names"
_plain_value = ResponseSerializer.get_value


def install() -> None:
    # moto lists the methods of its response class anew in every call
    moto.core.responses.method_names_from_class = cache(moto.core.utils.method_names_from_class)
    moto.core.responses.camelcase_to_underscores = cache(moto.core.utils.camelcase_to_underscores)
    ResponseSerializer.get_value = _value


def _value(serializer: ResponseSerializer, value: Any, key: str, shape: Shape) -> Any:
    picker = serializer._value_picker
    if type(value) is not dict or type(picker) is not XFormedAttributePicker:
        return _plain_value(serializer, value, key, shape)
    names = _names(picker, key, shape)
    if names is None:
        return _plain_value(serializer, value, key, shape)
    found = next((value[name] for name in names if name in value), None)
    if picker.response_transformers:
        path = f"{'.'.join(serializer.path)}.{key}"
        for place, transform in picker.response_transformers.items():
            if path.endswith(place):
                return transform(found)
    return found


def _names(picker: XFormedAttributePicker, key: str, shape: Shape) -> tuple[str, ...] | None:
    """None where a name is a path. Kept with the shape, which botocore makes once."""
    kept: dict[str, tuple[str, ...] | None] = vars(shape).setdefault(_KEPT, {})
    if key not in kept:
        names = tuple(dict.fromkeys(picker.get_possible_keys(AttributePickerContext(obj={}, key=key, shape=shape))))
        kept[key] = None if any("." in name for name in names) else names
    return kept[key]
