"""SNS filter policies: the same conditions as event patterns, asked of message attributes or of a JSON body.

What differs from a pattern: five keys, 150 combinations, smaller numbers, and attributes that carry their own types.
Source: SNSG/subscription-filter-policy-constraints and SNSG/sns-message-filtering (2026-10).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from motoclock.matching.branches import OR, Branch, expand, satisfied
from motoclock.matching.errors import InvalidFilterPolicy, Malformed
from motoclock.matching.fields import Field, flatten
from motoclock.matching.grammar import OPERATORS, Grammar
from motoclock.matching.limits import POLICY_COMBINATIONS_MAX, POLICY_KEYS_MAX, POLICY_MAX_BYTES, POLICY_NUMBERS
from motoclock.matching.pattern import as_text
from motoclock.matching.places import told
from motoclock.matching.values import read_json

ATTRIBUTES = "MessageAttributes"
BODY = "MessageBody"

_GRAMMAR = Grammar(OPERATORS, frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"}), POLICY_NUMBERS)


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """A valid filter policy. An empty one, {}, lets every message through: SNS reads it as "no policy"."""

    text: str
    scope: str
    branches: tuple[Branch, ...]

    @classmethod
    def parse(cls, text_or_dict: str | Mapping[str, Any], scope: str = ATTRIBUTES) -> "FilterPolicy":
        """Read a policy from JSON text or from a dict that is JSON. Raises InvalidFilterPolicy.

        `scope` is "MessageAttributes" or "MessageBody".
        """
        if scope not in (ATTRIBUTES, BODY):
            raise InvalidFilterPolicy(
                f"Invalid value [{scope}]. Please use either {BODY} or {ATTRIBUTES}",
                prefix="FilterPolicyScope: ",
            )
        tree = None
        try:
            text = as_text(text_or_dict)
            if len(text.encode("utf-8", "replace")) > POLICY_MAX_BYTES:
                raise Malformed(f"Filter policy is larger than {POLICY_MAX_BYTES} bytes")
            tree = read_json(text)
            branches = ((),) if tree == {} else expand(tree, _GRAMMAR)
            if isinstance(tree, Mapping) and scope == ATTRIBUTES and _is_nested(tree):
                raise InvalidFilterPolicy(
                    f"Filter policy scope {ATTRIBUTES} does not support nested filter policy",
                    prefix="",
                )
            _check_size(tree, branches, counts_depth=scope == BODY)
            return cls(text, scope, branches)
        except Malformed as error:
            raise InvalidFilterPolicy(error.reason, _told(tree, error)) from None

    def matches(self, attributes: Mapping[str, Mapping[str, Any]] | None, body: str = "") -> bool:
        """Would SNS deliver a message with these attributes and this body?

        `attributes` maps names to {"Type": ..., "Value": ...}, or to the {"DataType": ..., "StringValue": ...} that
        publish takes. A body-scope policy reads `body` as a JSON object; any other body matches nothing.
        """
        fields = self.fields(attributes, body)
        return fields is not None and any(satisfied(branch, fields) for branch in self.branches)

    def fields(self, attributes: Mapping[str, Mapping[str, Any]] | None, body: str) -> dict[str, list[Field]] | None:
        """The leaf values this policy looks at, or None when the scope is the body and the body is no JSON object."""
        if self.branches == ((),):
            return {}
        if self.scope == ATTRIBUTES:
            return attribute_fields(attributes or {})
        try:
            event = read_json(body)
        except Malformed:
            return None
        return flatten(event) if isinstance(event, Mapping) else None


def _told(tree: Any, error: Malformed) -> str:
    if error.syntax:
        return f"failed to parse JSON. {error.syntax.redacted}"
    if error.place is None:
        return error.reason
    compact = json.dumps(tree, separators=(",", ":"), ensure_ascii=False)  # SNS points into what it has written anew
    return error.reason + told(compact, error.place)


def attribute_fields(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Field]]:
    """Message attributes as leaf values: Binary is left out, String.Array gives one value an element."""
    fields: dict[str, list[Field]] = {}
    for name, attribute in attributes.items():
        values = _attribute_values(
            str(attribute.get("Type", attribute.get("DataType", "String"))),
            attribute.get("Value", attribute.get("StringValue")),
        )
        if values:
            fields[name] = [Field(value) for value in values]
    return fields


def _attribute_values(data_type: str, value: Any) -> list[Any]:
    # A type may carry a label after a dot ("Number.money"); only String.Array means something else.
    if data_type.startswith("Binary") or value is None:
        return []
    if data_type == "String.Array":
        elements = _json_or_none(value)
        if not isinstance(elements, list):
            return [value]
        return [element for element in elements if not isinstance(element, Mapping | list)]
    if data_type.startswith("Number"):
        number = _json_or_none(value)
        return [value if number is None else number]
    return [value]


def _json_or_none(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except Malformed:
        return None


def _is_nested(tree: Mapping[str, Any]) -> bool:
    for name, child in tree.items():
        if isinstance(child, Mapping):
            return True
        if name == OR and isinstance(child, list) and any(_is_nested(c) for c in child if isinstance(c, Mapping)):
            return True
    return False


def _check_size(tree: Mapping[str, Any], branches: tuple[Branch, ...], counts_depth: bool) -> None:
    # SNS counts the keys at the top of the policy; nested ones count through the combinations.
    if len(tree) > POLICY_KEYS_MAX:
        raise Malformed(f"Filter policy can not have more than {POLICY_KEYS_MAX} keys")
    combinations = sum(
        prod(len(rule.conditions) * (rule.depth if counts_depth else 1) for rule in branch) for branch in branches
    )
    if combinations > POLICY_COMBINATIONS_MAX:
        raise Malformed("Filter policy is too complex")
