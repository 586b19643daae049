"""AWS::S3::Bucket stays moto's, but for whom it tells: its NotificationConfiguration is put by the API call that a cell would make.

Source: CloudFormation template reference, AWS::S3::Bucket NotificationConfiguration. A template names one event for each entry, and has
other words for functions and rules than the API.
"""

from typing import Any

from moto.s3.models import FakeBucket

from motoclock.extras.cloudformation.resources import Properties, call

# a template's list, its target, the API's list, its target
_KINDS = (
    ("LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ("QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"),
)


def put_in_place() -> None:
    """Into moto's class: what it makes and changes of a bucket, then whom the bucket tells."""
    make, change = FakeBucket.create_from_cloudformation_json, FakeBucket.update_from_cloudformation_json

    def made(_cls: type, resource_name: str, cloudformation_json: Any, *more: Any, **named: Any) -> FakeBucket:
        bucket = make(resource_name, cloudformation_json, *more, **named)
        try:
            _tell(bucket, cloudformation_json.get("Properties") or {})
        except BaseException:
            call("s3", "delete_bucket", Bucket=bucket.name)
            raise
        return bucket

    def changed(_cls: type, *args: Any, cloudformation_json: Any, **named: Any) -> FakeBucket:
        bucket = change(*args, cloudformation_json=cloudformation_json, **named)
        _tell(bucket, cloudformation_json.get("Properties") or {})
        return bucket

    FakeBucket.create_from_cloudformation_json = classmethod(made)
    FakeBucket.update_from_cloudformation_json = classmethod(changed)


def _tell(bucket: FakeBucket, properties: Properties) -> None:
    wanted = properties.get("NotificationConfiguration") or {}
    if wanted or bucket.notification_configuration is not None:
        configuration = in_words_of_the_api(wanted)
        call("s3", "put_bucket_notification_configuration", Bucket=bucket.name, NotificationConfiguration=configuration)


def in_words_of_the_api(wanted: Properties) -> dict[str, Any]:
    """A template's NotificationConfiguration as PutBucketNotificationConfiguration takes it."""
    said: dict[str, Any] = {}
    for listed, target, api_list, api_target in _KINDS:
        if entries := wanted.get(listed):
            said[api_list] = [_entry(entry, target, api_target) for entry in entries]
    to_bus = wanted.get("EventBridgeConfiguration")
    if to_bus is not None and str(to_bus.get("EventBridgeEnabled", True)).lower() == "true":
        said["EventBridgeConfiguration"] = {}
    return said


def _entry(entry: Properties, target: str, api_target: str) -> dict[str, Any]:
    said: dict[str, Any] = {api_target: entry[target], "Events": [entry["Event"]]}
    if rules := ((entry.get("Filter") or {}).get("S3Key") or {}).get("Rules"):
        said["Filter"] = {"Key": {"FilterRules": [{"Name": rule["Name"], "Value": rule["Value"]} for rule in rules]}}
    return said
