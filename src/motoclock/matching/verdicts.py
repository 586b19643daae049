"""A branch of a pattern, field by field: what was wanted, what was found, and one sentence about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motoclock.matching.branches import Branch, Rule, reach
from motoclock.matching.conditions import AnythingBut, Exists, wanted
from motoclock.matching.explanation import FieldVerdict
from motoclock.matching.fields import Field
from motoclock.matching.hints import about_missing, about_values
from motoclock.matching.values import written

_VALUES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """What is matched against what: the leaf values, the whole they came from, and the words for both sides."""

    fields: dict[str, list[Field]]
    whole: Mapping[str, Any]
    noun: str = "event"
    rule_noun: str = "pattern"
    leaf: str = "field"


def judge(branch: Branch, subject: Subject) -> tuple[FieldVerdict, ...]:
    """One verdict for each rule, as the pattern orders them. All are positive exactly when the branch matches."""
    reached = reach(branch, subject.fields)
    verdicts = []
    for index, rule in enumerate(branch):
        candidates = subject.fields.get(rule.path, [])
        alone = _holds_alone(rule, candidates)
        if index < reached or (index > reached and alone):
            verdicts.append(_verdict(rule, True, _why_it_fits(rule, candidates, subject), candidates, subject))
        else:
            why = _not_in_one_element(rule, candidates) if alone else _why_not(rule, candidates, subject)
            verdicts.append(_verdict(rule, False, why, candidates, subject))
    return tuple(verdict for _, verdict in sorted(zip(branch, verdicts, strict=True), key=lambda pair: pair[0].place))


def _holds_alone(rule: Rule, candidates: list[Field]) -> bool:
    if not candidates:
        return rule.allows_absence
    return any(rule.accepts(field.value) for field in candidates)


def _verdict(rule: Rule, matched: bool, why: str, candidates: list[Field], subject: Subject) -> FieldVerdict:
    found = _shown([field.value for field in candidates]) if candidates else f"no such {subject.leaf}"
    return FieldVerdict(rule.path, matched, wanted(rule.conditions), found, f"{rule.path}: {why}.")


def _why_it_fits(rule: Rule, candidates: list[Field], subject: Subject) -> str:
    for field in candidates:
        for condition in rule.conditions:
            if not condition.accepts(field.value):
                continue
            found = f"the {subject.noun} has {written(field.value)}"
            if len(candidates) > 1:
                found += f" among its {len(candidates)} values here"
            if isinstance(condition, Exists):
                return f"{found}, and the {subject.rule_noun} wants the {subject.leaf} to be there"
            return f"{found}, and the {subject.rule_noun} wants {condition.words()}"
    where = "the element that matches" if candidates else f"the {subject.noun}"
    return f"{where} has no such {subject.leaf}, and the {subject.rule_noun} wants the {subject.leaf} to be absent"


def _why_not(rule: Rule, candidates: list[Field], subject: Subject) -> str:
    if not candidates:
        return _why_missing(rule, subject)
    values = [field.value for field in candidates]
    found = f"the {subject.noun} has {_shown(values)}"
    if all(isinstance(condition, Exists) for condition in rule.conditions):
        return f"{found}, and the {subject.rule_noun} wants the {subject.leaf} to be absent"
    if all(isinstance(condition, AnythingBut) for condition in rule.conditions):
        excluded = (
            "which anything-but shuts out" if len(values) == 1 else "and anything-but shuts out every one of them"
        )
        return f"{found}, {excluded}"
    return f"{found}, and the {subject.rule_noun} wants {wanted(rule.conditions)}{about_values(rule, values)}"


def _why_missing(rule: Rule, subject: Subject) -> str:
    operators = sorted({condition.operator for condition in rule.conditions})
    needs = operators[0] if len(operators) == 1 else "every condition in the list"
    at_path = _at(subject.whole, rule.path)
    if isinstance(at_path, Mapping) and subject.rule_noun == "pattern":
        what = f"the {subject.noun} has an object there, and an object is no value: a pattern looks at the leaves"
        return f"{what}, and {needs} needs a value"
    if isinstance(at_path, list):
        return f"the {subject.noun} has a list without values there, which counts as no {subject.leaf}, and {needs} needs one"
    hint = about_missing(rule, subject.fields, subject.noun)
    return f"the {subject.noun} has no such {subject.leaf}, and {needs} needs the {subject.leaf} to be there{hint}"


def _not_in_one_element(rule: Rule, candidates: list[Field]) -> str:
    if not candidates:
        return "the field is absent, but not in the element that the other fields matched"
    return (
        "a value here fits, but it is in another element of the list than the values that fit the other fields, "
        "and all of them must be in one element"
    )


def _shown(values: list[Any]) -> str:
    shown = ", ".join(written(value) for value in values[:_VALUES_SHOWN])
    return shown if len(values) <= _VALUES_SHOWN else f"{shown} and {len(values) - _VALUES_SHOWN} more"


def _at(node: Any, path: str) -> Any:
    """What stands at a dotted path, be it an object or a list; None when nothing does. Lists are looked through."""
    if isinstance(node, list | tuple):
        return next((found for found in (_at(child, path) for child in node) if found is not None), None)
    if not isinstance(node, Mapping):
        return None
    if path in node:
        return node[path]
    for name, child in node.items():
        if path.startswith(f"{name}."):
            found = _at(child, path[len(str(name)) + 1 :])
            if found is not None:
                return found
    return None
