"""explain(pattern, event): why it matches or not, field by field."""

import json
from collections.abc import Mapping
from typing import Any

from motoclock.asking import asked
from motoclock.matching.branches import Branch
from motoclock.matching.errors import Malformed
from motoclock.matching.explanation import Explanation, FieldVerdict
from motoclock.matching.fields import flatten
from motoclock.matching.filter_policy import ATTRIBUTES, FilterPolicy
from motoclock.matching.pattern import Pattern
from motoclock.matching.values import read_json
from motoclock.matching.verdicts import Subject, judge


@asked
def explain(
    pattern: Pattern | FilterPolicy | str | Mapping[str, Any], event: Any, body: str | None = None
) -> Explanation:
    """Why does this pattern match this event, or why not? Returns an Explanation.

    `pattern` is an event pattern (JSON text, a dict or a Pattern) or a FilterPolicy; `event` is a dict or JSON text.
    With a FilterPolicy the event is a message: what publish takes ({"Message": ..., "MessageAttributes": ...}), or
    for short its attributes alone, or its body alone, whichever the scope of the policy looks at. `body` gives the
    body beside the attributes.

    Raises InvalidEventPattern when the pattern is malformed, ValueError when the event is no JSON object.
    """
    if isinstance(pattern, FilterPolicy):
        return _explain_policy(pattern, event, body)
    if not isinstance(pattern, Pattern):
        pattern = Pattern.parse(pattern)
    event = _as_object(event, "event")
    return _closest(pattern.branches, Subject(flatten(event), event))


def _explain_policy(policy: FilterPolicy, message: Any, body: str | None) -> Explanation:
    attributes, body = _attributes_and_body(policy, message, body)
    fields = policy.fields(attributes, body)
    if fields is None:
        return Explanation(
            False, (), "The body is no JSON object, and a policy with the scope MessageBody looks at nothing else."
        )
    if policy.branches == ((),):
        return Explanation(True, (), "An empty policy lets every message through.")
    if policy.scope == ATTRIBUTES:
        return _closest(policy.branches, Subject(fields, attributes, "message", "policy", leaf="attribute"))
    return _closest(policy.branches, Subject(fields, read_json(body), "body", "policy"))


def _closest(branches: tuple[Branch, ...], subject: Subject) -> Explanation:
    """The verdicts on the branch that matches, else on the closest one, the first of equals."""
    judged = [judge(branch, subject) for branch in branches]
    verdicts = min(judged, key=_distance)
    matched = all(verdict.matched for verdict in verdicts)
    note = ""
    if len(branches) > 1:
        note = f"$or gives {len(branches)} ways to match; shown is {'one that does' if matched else 'the closest'}."
    return Explanation(matched, verdicts, note)


def _distance(verdicts: tuple[FieldVerdict, ...]) -> tuple[int, int]:
    """Fewest misses first; of two branches with as many, the one where more fits."""
    misses = sum(not verdict.matched for verdict in verdicts)
    return misses, misses - len(verdicts)


def _attributes_and_body(policy: FilterPolicy, message: Any, body: str | None) -> tuple[Mapping[str, Any], str]:
    if isinstance(message, Mapping) and ("Message" in message or "MessageAttributes" in message):
        return message.get("MessageAttributes") or {}, message.get("Message", "") if body is None else body
    if policy.scope == ATTRIBUTES:
        return _as_object(message or {}, "set of message attributes"), body or ""
    if body is not None:
        return message or {}, body
    return {}, message if isinstance(message, str) else json.dumps(message)


def _as_object(value: Any, what: str) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = read_json(value)
        except Malformed as error:
            raise ValueError(f"This {what} cannot be read. {error.reason}.") from None
    if not isinstance(value, Mapping):
        raise ValueError(f"This {what} is no JSON object. Give a dict, or JSON text that begins with a brace.")
    return value
