"""An answer's values, written as they are.

For each of the ten members that an AttributeValue may have, moto looks for twelve names under which an object of its own might hold it.
Its values have one form, AWS's, and no such names: the search was more than half of what a scan cost.
"""

from typing import Any

from botocore.model import StructureShape
from moto import settings
from moto.core.responses import TYPE_RESPONSE, ActionContext, ActionResult
from moto.core.serialize import JSONSerializer, XFormedAttributePicker

_VALUE = "AttributeValue"


class Answer(ActionResult):
    """As moto's, but for the values in it."""

    def execute_result(self, context: ActionContext) -> TYPE_RESPONSE:
        serializer = _Serializer(
            operation_model=context.operation_model,
            pretty_print=settings.PRETTIFY_RESPONSES,
            value_picker=XFormedAttributePicker(
                response_transformers=context.response.RESPONSE_KEY_PATH_TO_TRANSFORMER
            ),
        )
        answer = serializer.serialize(self.result)
        return answer["status_code"], answer["headers"], answer["body"]


class _Serializer(JSONSerializer):
    def _serialize_type_structure(
        self, serialized: dict[str, Any], value: Any, shape: StructureShape, key: str
    ) -> None:
        if shape.name != _VALUE:
            super()._serialize_type_structure(serialized, value, shape, key)
            return
        written = self.MAP_TYPE()
        for member, content in value.items():
            self._serialize(written, content, shape.members[member], member)
        self._default_serialize(serialized, written, shape, key)
