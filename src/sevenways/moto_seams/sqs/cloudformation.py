"""AWS::SQS::Queue in CloudFormation: what moto leaves out of an update."""

from typing import Any

from moto.sqs.models import Queue, sqs_backends

_NOT_ATTRIBUTES = ("QueueName", "Tags")


def attributes_of(properties: dict[str, Any]) -> dict[str, Any]:
    """The queue attributes among a template's properties. FifoQueue: false says nothing, whereas the API refuses it."""
    return {
        name: value
        for name, value in properties.items()
        if name not in _NOT_ATTRIBUTES and not (name == "FifoQueue" and str(value).lower() == "false")
    }


def update(
    _cls: type[Queue],
    original_resource: Queue,
    new_resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
) -> Queue:
    """Bring the queue's attributes to what the template says; moto's own update knows two of them."""
    attributes = attributes_of(cloudformation_json["Properties"])
    attributes.pop("FifoQueue", None)
    sqs_backends[account_id][region_name].set_queue_attributes(original_resource.name, attributes)
    return original_resource
