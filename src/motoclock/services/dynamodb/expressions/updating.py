"""What an update makes of an item. Pure: nothing that was there is changed.

Every value is worked out from the item as it was. Places in a list are those it had before: what is set behind its end is put at its
end, in the order of the indexes. Sources: developer guide, Expressions.UpdateExpressions; AWS's texts: architect/dynalite,
test/updateItem.js (run on AWS); which of several is told, and the lists: answers of DynamoDB Local 3.3.1 (see `rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from moto.dynamodb.exceptions import (
    AttributeDoesNotExist,
    IncorrectDataType,
    InvalidUpdateExpressionInvalidDocumentPath,
    MockValidationException,
    UpdateHashRangeKeyException,
)
from moto.dynamodb.models.dynamo_type import DynamoType

from motoclock.services.dynamodb.expressions.evaluating import Scene, value_at, value_of
from motoclock.services.dynamodb.expressions.trees import Action, Arithmetic, Call, Operand, Update
from motoclock.services.dynamodb.values import in_order

_Place = tuple[str | int, ...]


def updated(update: Update, scene: Scene, keys: list[str]) -> dict[str, DynamoType]:
    """The item's attributes after the update. ValidationException in AWS's words for what can't be done."""
    places = [scene.given.resolved(action.path) for action in update.actions]
    for place in places:
        if place[0] in keys:
            raise UpdateHashRangeKeyException(str(place[0]))
    writes: list[_Write] = []
    problems: list[tuple[tuple[int, ...], MockValidationException]] = []
    for action, place in zip(update.actions, places, strict=True):
        parent = value_at(place[:-1], scene.attributes) if len(place) > 1 else None
        fits = len(place) == 1 or (parent is not None and parent.type == ("L" if isinstance(place[-1], int) else "M"))
        if not fits:
            rank = (2, -action.clause, 0) if parent is None else (0,)
            problems.append((rank, InvalidUpdateExpressionInvalidDocumentPath()))
        try:
            writes.append(_Write(place, _written(action, place, scene) if fits or action.section == "SET" else None))
        except IncorrectDataType as wrong:
            problems.append(((1,), wrong))
        except AttributeDoesNotExist as missing:
            problems.append(((2, -action.clause, 1), missing))
    if problems:
        raise min(problems, key=lambda problem: problem[0])[1]
    return _carried_out(writes, scene.attributes)


@dataclass(frozen=True, slots=True)
class _Write:
    """`value`: None for a removal."""

    place: _Place
    value: DynamoType | None


def _written(action: Action, place: _Place, scene: Scene) -> DynamoType | None:
    """What an action puts into its place; None to leave nothing there."""
    if action.section == "REMOVE" or action.value is None:
        return None
    if action.section == "SET":
        return _assigned(action.value, scene)
    before = value_at(place, scene.attributes)
    value = value_of(action.value, scene)  # type: ignore[arg-type]  # ADD and DELETE have a placeholder
    if value is None or before is None:
        return value if action.section == "ADD" else None
    if before.type != value.type:
        raise IncorrectDataType
    if action.section == "ADD":
        return before + value if value.type == "N" else _set(value.type, {*before.value, *value.value})
    return _set(value.type, {*before.value} - {*value.value})


def _set(kind: str, members: set[str]) -> DynamoType | None:
    return DynamoType({kind: in_order(kind, list(members))}) if members else None


def _assigned(value: Operand | Arithmetic, scene: Scene) -> DynamoType:
    match value:
        case Arithmetic():
            left, right = _assigned(value.left, scene), _assigned(value.right, scene)
            return left + right if value.operator == "+" else left - right
        case Call(function="if_not_exists"):
            before = value_of(value.operands[0], scene)
            return before if before is not None else _assigned(value.operands[1], scene)
        case Call():
            first, second = _assigned(value.operands[0], scene), _assigned(value.operands[1], scene)
            if first.type != "L" or second.type != "L":
                raise IncorrectDataType
            return DynamoType({"L": [*first.value, *second.value]})
    found = value_of(value, scene)
    if found is None:
        raise AttributeDoesNotExist
    return found


def _carried_out(writes: list[_Write], attributes: Mapping[str, DynamoType]) -> dict[str, DynamoType]:
    """What is below each name goes there together, since a list has to know all that happens to it."""
    after = dict(attributes)
    below: dict[str, list[_Write]] = {}
    for write in writes:
        name = str(write.place[0])
        if len(write.place) > 1:
            below.setdefault(name, []).append(_Write(write.place[1:], write.value))
        elif write.value is None:
            after.pop(name, None)
        else:
            after[name] = write.value
    for name, inner in below.items():
        after[name] = _changed(attributes[name], inner)
    return after


def _changed(value: DynamoType, writes: list[_Write]) -> DynamoType:
    if value.type == "M":
        return _made("M", _carried_out(writes, value.value))
    below: dict[int, list[_Write]] = {}
    here: dict[int, DynamoType | None] = {}
    for write in writes:
        index = int(write.place[0])
        if len(write.place) > 1:
            below.setdefault(index, []).append(_Write(write.place[1:], write.value))
        else:
            here[index] = write.value
    elements = [
        _changed(element, below[index]) if index in below else here.get(index, element)
        for index, element in enumerate(value.value)
    ]
    elements += [here[index] for index in sorted(here) if index >= len(value.value)]
    return _made("L", [element for element in elements if element is not None])


def _made(kind: str, content: list[DynamoType] | dict[str, DynamoType]) -> DynamoType:
    """Without moto's way of making one, which copies all that is in it."""
    made = object.__new__(DynamoType)
    made.type, made.value = kind, content
    return made
