"""AWS::SNS::Topic in CloudFormation: moto makes an attribute of every property, and an update loses all subscriptions."""

from typing import Any

from moto.sns.models import Topic, sns_backends

from sevenways.moto_seams.sns.topics import SETTABLE, SevenTopic


def create(
    _cls: type[Topic], resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_more: Any
) -> SevenTopic:
    """A topic with the template's attributes, tags and inline subscriptions."""
    backend, properties = sns_backends[account_id][region_name], cloudformation_json.get("Properties") or {}
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or ()}
    topic = backend.create_topic(properties.get("TopicName") or resource_name, attributes_of(properties), tags)
    for one in properties.get("Subscription") or ():
        backend.subscribe(topic.arn, one["Endpoint"], one["Protocol"])
    return topic


def update(
    cls: type[Topic],
    original_resource: SevenTopic,
    new_resource_name: str,
    cloudformation_json: Any,
    account_id: str,
    region_name: str,
) -> SevenTopic:
    """Change what can be changed in place; another name is another topic."""
    properties = cloudformation_json.get("Properties") or {}
    if properties.get("TopicName", original_resource.name) != original_resource.name:
        original_resource.delete(account_id, region_name)
        return create(cls, new_resource_name, cloudformation_json, account_id, region_name)
    for name, value in attributes_of(properties).items():
        if name != "FifoTopic":
            original_resource.set(name, value)
    for one in properties.get("Subscription") or ():
        sns_backends[account_id][region_name].subscribe(original_resource.arn, one["Endpoint"], one["Protocol"])
    return original_resource


def attributes_of(properties: dict[str, Any]) -> dict[str, Any]:
    """The topic attributes among a template's properties. `FifoTopic: false` says nothing."""
    return {
        name: value
        for name, value in properties.items()
        if name in SETTABLE and not (name == "FifoTopic" and str(value).lower() == "false")
    }
