"""What a message is called in a picture: its own text, or of JSON the value that names it. The whole text stands in the text twin."""

import re

from motoclock.account.lives import STREAMS, service_of

_FIELD = re.compile(r'"([\w.-]+)"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(-?[\d.]+))')  # a plain value, wherever it stands
_FIRST = ("id", "order", "order_id", "orderid")  # rather than another key that names something
_NAMES = re.compile(r"(?:^|[_a-z])(?:id|name|key)$|^(?:user|customer|visitor)$", re.IGNORECASE)


def noun_of(store: str) -> str:
    """What a store holds, in the singular: streams hold records, and all others messages."""
    return "record" if service_of(store) in STREAMS else "message"


def called(label: str) -> str:
    """A name of a few words: "OrderPlaced order-0" for `OrderPlaced {"id": "order-0", "total": 5}`, "user-1" for `{"user": "user-1"}`.

    A body that is cut off after some characters is read as far as it goes; one in which nothing names the message is its own name.
    """
    lead, brace, rest = label.partition("{")
    fields = [(key, text or number) for key, text, number in _FIELD.findall(brace + rest)]
    if not fields:
        return label
    by_key = {key.lower(): value for key, value in reversed(fields)}
    key = next((key for key in _FIRST if key in by_key), None)
    named = by_key[key] if key else next((value for key, value in fields if _NAMES.search(key) and value), None)
    if named is None:
        key, value = fields[0]
        named = value if re.search(r"[^\d.-]", value) else f"{key} {value}"
    return f"{lead.rstrip(' [')} {named}".strip() or label
