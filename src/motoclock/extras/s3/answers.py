"""What GetBucketNotificationConfiguration answers: moto leaves out EventBridgeConfiguration.

Source: API reference NotificationConfiguration; the member is there, and empty, when the bus is told.
"""

from typing import Any

from moto.core.responses import TYPE_RESPONSE, ActionResult, EmptyResult
from moto.s3.responses import S3Response

_KINDS = (
    ("topic", "TopicConfigurations", "TopicArn"),
    ("queue", "QueueConfigurations", "QueueArn"),
    ("cloud_function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
)


def bucket_notification(response: S3Response) -> TYPE_RESPONSE:
    """In place of the method of moto's class."""
    configured = response.backend.get_bucket_notification_configuration(response.bucket_name)
    if not configured:
        return response.serialized(EmptyResult())
    result: dict[str, Any] = {}
    for attribute, name, arn_name in _KINDS:
        if entries := getattr(configured, attribute):
            result[name] = [_entry(one, arn_name) for one in entries]
    if configured.event_bridge is not None:
        result["EventBridgeConfiguration"] = {}
    response.data["Action"] = "GetBucketNotificationConfiguration"
    return response.serialized(ActionResult(result))


def _entry(one: Any, arn_name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": one.id, arn_name: one.arn, "Events": one.events}
    if one.filters:
        rules = one.filters["S3Key"]["FilterRule"]
        named = [{"Name": rule["Name"].capitalize(), "Value": rule["Value"]} for rule in rules]
        entry["Filter"] = {"Key": {"FilterRules": named}}
    return entry
