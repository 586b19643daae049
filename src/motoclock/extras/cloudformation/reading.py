"""A template as CloudFormation reads it before it makes anything: its text, its sections, and what refers to what.

Each error is a ValidationError in AWS's words, as reports of it quote them: "Template format error: YAML not well-formed. (line 103,
column 65)", "[/Outputs] 'null' values are not allowed in templates", "Circular dependency between resources: [A, B]", "Template format
error: Unresolved resource dependencies [X] in the Resources block of the template".
Modelled: a circle names the resources that are in it, or wait for it, sorted.
"""

import json
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import yaml
from moto.cloudformation.exceptions import ValidationError

_PSEUDO = "AWS::"
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def read(text: Any, loader: type[yaml.SafeLoader]) -> dict[str, Any]:
    """The template as a dict that can be made: all that it refers to is there, and nothing waits for itself."""
    template = _parsed(text, loader)
    if not isinstance(template, dict):
        raise _malformed("unsupported structure.")
    if null := next(_nulls(template, ""), None):
        raise ValidationError(message=f"[{null}] 'null' values are not allowed in templates")
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise _malformed("At least one Resources member must be defined.")
    for name, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise _malformed(f"[/Resources/{name}] Every Resources object must contain a Type member.")
    _check_references(template)
    return template


def _parsed(text: Any, loader: type[yaml.SafeLoader]) -> Any:
    if not isinstance(text, str):
        return text
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:  # YAML in braces is allowed, too
            problem = _malformed(f"JSON not well-formed. (line {error.lineno}, column {error.colno})")
        try:
            return yaml.load(text, Loader=loader)
        except (yaml.YAMLError, ValueError, RecursionError):
            raise problem from None
    try:
        return yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise _malformed(f"YAML not well-formed.{where}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _malformed("YAML not well-formed.") from None


def _malformed(why: str) -> ValidationError:
    return ValidationError(message=f"Template format error: {why}")


def _nulls(value: Any, path: str) -> Iterator[str]:
    """Where a section, a parameter or a resource is empty. Properties are left to their types: some hold JSON of others."""
    if value is None:
        yield path
    elif isinstance(value, Mapping) and path.count("/") < 2:
        for key, one in value.items():
            yield from _nulls(one, f"{path}/{key}")


# ---------------------------------------------------------------------- what refers to what


def _check_references(template: Mapping[str, Any]) -> None:
    resources = template["Resources"]
    known = {*resources, *_names(template, "Parameters")}
    waits: dict[str, set[str]] = {}
    missing: dict[str, None] = {}
    for name, resource in resources.items():
        needs = set(_needed(resource))
        after = resource.get("DependsOn") or []
        needs |= {after} if isinstance(after, str) else {one for one in after if isinstance(one, str)}
        missing |= dict.fromkeys(sorted(one for one in needs if one not in known and not one.startswith(_PSEUDO)))
        waits[name] = needs & resources.keys()
    if missing:
        raise _malformed(
            f"Unresolved resource dependencies [{', '.join(missing)}] in the Resources block of the template"
        )
    outputs = template.get("Outputs") or {}
    gone = sorted(one for one in set(_needed(outputs)) if one not in known and not one.startswith(_PSEUDO))
    if gone:
        raise _malformed(f"Unresolved resource dependencies [{', '.join(gone)}] in the Outputs block of the template")
    conditions = _names(template, "Conditions")
    for resource in resources.values():
        condition = resource.get("Condition")
        if condition is not None and condition not in conditions:
            raise _malformed(f"Unresolved condition dependency {condition} in the Resources block of the template")
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle = sorted(set(error.args[1]))
        raise ValidationError(message=f"Circular dependency between resources: [{', '.join(circle)}]") from None


def _names(template: Mapping[str, Any], section: str) -> set[str]:
    found = template.get(section)
    return set(found) if isinstance(found, Mapping) else set()


def _needed(value: Any) -> Iterator[str]:
    """The logical names in a part of a template: of Ref, GetAtt and Sub, those aside that a Sub brings itself."""
    if isinstance(value, list):
        for one in value:
            yield from _needed(one)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key == "Ref" and isinstance(one, str) and len(value) == 1:
                yield one
            elif key == "Fn::GetAtt" and one:
                yield (one.split(".")[0] if isinstance(one, str) else str(one[0]))
                yield from _needed(one[1:] if isinstance(one, list) else ())
            elif key == "Fn::Sub":
                text, own = (one[0], one[1]) if isinstance(one, list) and len(one) == 2 else (one, {})
                yield from _needed(own)
                if isinstance(text, str):
                    yield from (name.split(".")[0] for name in _VARIABLE.findall(text) if name not in own)
            else:
                yield from _needed(one)
