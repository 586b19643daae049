"""The warehouse of lab 04: strict about a parcel's fields, and asked by keys."""

import json
from typing import Any

from motoclock.wording import listed, shortened


def accept(request: Any, parcels: list[dict[str, Any]], complaints: list[str]) -> Any:
    """201 for a parcel as the warehouse wants it, 400 with a reason for another."""
    reason = _complaint(request.text)
    if reason is None:
        parcels.append(json.loads(request.text))
        return 201, {}, {"ok": True}
    complaints.append(reason)
    return 400, {}, {"error": reason}


def _complaint(text: str) -> str | None:
    try:
        wanted = json.loads(text)
    except ValueError:
        return "the body is not JSON"
    if not isinstance(wanted, dict):
        return "the body is not a JSON object"
    for field, kinds in (("parcel_id", str), ("name", str), ("grams", (int, float))):
        if field not in wanted:
            return f"no {field}, only {listed(sorted(wanted), 5)}"
        if not isinstance(wanted[field], kinds):
            return f"{field} is {json.dumps(wanted[field])}, of the wrong type"
    unknown = sorted(wanted.keys() - {"parcel_id", "name", "grams"})
    return f"unknown field {unknown[0]}" if unknown else None


def keys_in_words(keys: list[str | None]) -> str:
    """What the header said at the tries of one order."""
    said = [key for key in keys if key is not None]
    if not said:
        return "no request had a header idempotency-key"
    if len(said) < len(keys):
        return f"{len(keys) - len(said)} of its {len(keys)} requests had no header idempotency-key"
    return f"its requests had the keys {listed([f'“{shortened(key, 40)}”' for key in dict.fromkeys(said)], 2)}"
