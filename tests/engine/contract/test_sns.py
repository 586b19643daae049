"""The ground our SNS seam stands on in moto 5.2.5, that the seam is in place, and the API's own answers."""

import inspect
import json

import boto3
import moto
import pytest
from botocore.exceptions import ClientError
from moto.sns import models, responses
from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends

from motoclock.services.sns import SevenSNSBackend, SevenSubscription, SevenTopic
from motoclock.services.sns.responses import SevenSNSResponse
from motoclock.services.sns.topics import SETTABLE
from tests.engine.delivery.topic_stage import QUEUES, publish, sns, subscribe, topic


def test_moto_is_the_version_that_was_read():
    assert moto.__version__ == "5.2.5"


def test_a_cloud_makes_our_topics_and_subscriptions(cloud):
    subscription = subscribe(topic(), f"{QUEUES}orders")
    backend = sns_backends["123456789012"]["us-east-1"]
    assert type(backend) is SevenSNSBackend
    assert [type(one) for one in backend.topics.values()] == [SevenTopic]
    assert type(backend.subscriptions[subscription]) is SevenSubscription


def test_they_are_motos_own_with_our_rules():
    assert issubclass(SevenTopic, Topic) and issubclass(SevenSubscription, Subscription)
    assert issubclass(SevenSNSBackend, SNSBackend)


def test_motos_backend_has_no_operation_we_do_not_know():
    known = {
        "add_permission", "check_if_phone_number_is_opted_out", "confirm_subscription", "create_platform_application",
        "create_platform_endpoint", "create_topic", "delete_endpoint", "delete_platform_application", "delete_topic",
        "delete_topic_subscriptions", "get_application", "get_config_resource", "get_endpoint", "get_endpoint_attributes",
        "get_platform_application_attributes", "get_sms_attributes", "get_subscription_attributes", "get_topic",
        "get_topic_attributes", "iter_tagged_resources", "list_config_service_resources",
        "list_endpoints_by_platform_application", "list_phone_numbers_opted_out", "list_platform_applications",
        "list_subscriptions", "list_subscriptions_by_topic", "list_tags_for_resource", "list_topics", "opt_in_phone_number",
        "publish", "publish_batch", "remove_permission", "set_endpoint_attributes", "set_platform_application_attributes",
        "set_sms_attributes", "set_subscription_attributes", "set_topic_attribute", "subscribe", "tag_resource", "unsubscribe",
        "untag_resource",
    }  # fmt: skip
    public = {
        name for name, value in vars(SNSBackend).items() if inspect.isfunction(value) and not name.startswith("_")
    }
    assert public == known


def test_signatures_that_other_services_of_moto_call_are_kept():
    for name in (
        "create_topic",
        "publish",
        "subscribe",
        "set_topic_attribute",
        "set_subscription_attributes",
        "get_topic",
    ):
        theirs = inspect.signature(getattr(SNSBackend, name)).parameters
        ours = inspect.signature(getattr(SevenSNSBackend, name)).parameters
        assert list(ours)[: len(theirs)] == list(theirs), name
    assert list(inspect.signature(Topic.publish).parameters) == list(inspect.signature(SevenTopic.publish).parameters)


def test_moto_still_delivers_inside_publish_and_signs_with_a_random_key():
    """When it does not, ours may have become unnecessary."""
    assert "subscription.publish(" in inspect.getsource(models.Topic.publish)
    assert "rsa.generate_private_key" in inspect.getsource(models.Subscription.private_key)


def test_every_action_that_we_answer_is_motos():
    ours = {name for name, value in vars(SevenSNSResponse).items() if inspect.isfunction(value)}
    assert ours <= set(vars(responses.SNSResponse))


def test_publish_reaches_no_code_of_motos_that_delivers(cloud, monkeypatch):
    def must_not_run(*_args, **_more):
        raise AssertionError("moto delivered")

    monkeypatch.setattr(Subscription, "publish", must_not_run)
    users = topic()
    subscribe(users, f"{QUEUES}orders")
    publish(users)
    sns_backends["123456789012"]["us-east-1"].publish("from another service of moto", users)
    cloud.run()


def test_every_attribute_that_botocore_documents_can_be_set(cloud):
    users = topic()
    values = {
        "DeliveryPolicy": json.dumps({"http": {"defaultHealthyRetryPolicy": {"numRetries": 5}}}),
        "DisplayName": "Users",
        "KmsMasterKeyId": "alias/aws/sns",
        "MaximumMessageSize": "4096",
        "SignatureVersion": "2",
        "TracingConfig": "Active",
        "SQSFailureFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback",
        "HTTPSuccessFeedbackSampleRate": "100",
    }
    for name, value in values.items():
        sns().set_topic_attributes(TopicArn=users, AttributeName=name, AttributeValue=value)
    found = sns().get_topic_attributes(TopicArn=users)["Attributes"]
    assert values.items() <= found.items()
    operations = [sns().meta.service_model.operation_model(name) for name in ("CreateTopic", "SetTopicAttributes")]
    documented = operations[0].input_shape.members["Attributes"].documentation
    documented += operations[1].input_shape.members["AttributeName"].documentation
    assert [name for name in SETTABLE if f"<code>{name}</code>" not in documented] == ["FifoTopic"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Nonsense", "x"),
        ("Policy", "no json"),
        ("FifoThroughputScope", "Topic"),
        ("SignatureVersion", "3"),
        ("DeliveryPolicy", "["),
    ],
)
def test_what_set_topic_attributes_refuses(cloud, name, value):
    users = topic()
    before = sns().get_topic_attributes(TopicArn=users)["Attributes"]
    with pytest.raises(sns().exceptions.InvalidParameterException):
        sns().set_topic_attributes(TopicArn=users, AttributeName=name, AttributeValue=value)
    assert sns().get_topic_attributes(TopicArn=users)["Attributes"] == before


def test_creating_a_topic_again_gives_the_same_if_nothing_differs(cloud):
    first = topic(DisplayName="Users")
    assert topic() == topic(DisplayName="Users") == first
    with pytest.raises(ClientError, match="already exists with different attributes"):
        topic(DisplayName="Others")
    with pytest.raises(ClientError, match="already exists with different tags"):
        sns().create_topic(Name="users", Tags=[{"Key": "a", "Value": "b"}])


def test_subscription_attributes_are_echoed(cloud):
    users = topic()
    given = {
        "FilterPolicy": '{"a":["b"]}',
        "FilterPolicyScope": "MessageBody",
        "RawMessageDelivery": "true",
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": f"{QUEUES}dlq"}),
        "SubscriptionRoleArn": "arn:aws:iam::123456789012:role/r",
    }
    arn = subscribe(users, f"{QUEUES}orders", **given)
    found = sns().get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    own = {
        "SubscriptionArn": arn,
        "TopicArn": users,
        "Protocol": "sqs",
        "Endpoint": f"{QUEUES}orders",
        "PendingConfirmation": "false",
    }
    assert (given | own).items() <= found.items()
    assert found["ConfirmationWasAuthenticated"] == "true" and found["Owner"] == "123456789012"


def test_subscribing_again_gives_the_same_if_nothing_differs(cloud):
    users = topic()
    first = subscribe(users, f"{QUEUES}orders", RawMessageDelivery="true")
    assert (
        subscribe(users, f"{QUEUES}orders", RawMessageDelivery="true") == subscribe(users, f"{QUEUES}orders") == first
    )
    with pytest.raises(ClientError, match="Subscription already exists with different attributes"):
        subscribe(users, f"{QUEUES}orders", RawMessageDelivery="false")


@pytest.mark.parametrize(
    ("protocol", "endpoint", "reason"),
    [
        ("sqs", "orders", "SQS endpoint ARN"),
        ("lambda", "work", "Lambda endpoint ARN"),
        ("https", "http://partner.example", "must match the specified protocol"),
        ("email", "nobody", "Email address"),
        ("sms", "phone", "Invalid SMS endpoint"),
        ("pigeon", "coop", "does not support this protocol string: pigeon"),
    ],
)
def test_what_subscribe_refuses(cloud, protocol, endpoint, reason):
    with pytest.raises(ClientError, match=reason):
        sns().subscribe(TopicArn=topic(), Protocol=protocol, Endpoint=endpoint)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RawMessageDelivery", "true", "does not support raw message delivery"),
        ("RawMessageDelivery", "perhaps", "Invalid value"),
        ("RedrivePolicy", "no json", "failed to parse JSON"),
        ("RedrivePolicy", '{"deadLetterTargetArn": "dlq"}', "invalid arn"),
        ("RedrivePolicy", '{"deadLetterTargetArn": "arn:aws:sns:us-east-1:123456789012:t"}', "invalid arn"),
        ("DeliveryPolicy", '{"healthyRetryPolicy": {"numRetries": 5}}', "does not support a delivery policy"),
        ("Nonsense", "x", "AttributeName"),
    ],
)
def test_what_subscription_attributes_refuse(cloud, name, value, reason):
    arn = subscribe(topic(), "arn:aws:lambda:us-east-1:123456789012:function:work")
    before = sns().get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    with pytest.raises(ClientError, match=reason):
        sns().set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=value)
    assert sns().get_subscription_attributes(SubscriptionArn=arn)["Attributes"] == before


def test_what_is_not_there(cloud):
    nowhere = "arn:aws:sns:us-east-1:123456789012:nowhere"
    for call in (
        lambda: sns().publish(TopicArn=nowhere, Message="x"),
        lambda: sns().get_topic_attributes(TopicArn=nowhere),
        lambda: sns().get_subscription_attributes(SubscriptionArn=f"{nowhere}:1"),
        lambda: subscribe(nowhere, f"{QUEUES}orders"),
    ):
        with pytest.raises(sns().exceptions.NotFoundException):
            call()
    sns().delete_topic(TopicArn=nowhere)
    sns().unsubscribe(SubscriptionArn=f"{nowhere}:1")


def test_deleting_a_topic_deletes_its_subscriptions(cloud):
    users = topic()
    subscribe(users, f"{QUEUES}orders")
    sns().delete_topic(TopicArn=users)
    assert sns().list_subscriptions()["Subscriptions"] == [] and sns().list_topics()["Topics"] == []


def test_phones_and_resources_of_boto3_still_work(cloud):
    assert sns().publish(PhoneNumber="+491711234567", Message="hello")["MessageId"]
    resource = boto3.resource("sns").create_topic(Name="users")
    resource.subscribe(Protocol="email", Endpoint="ops@example.com")
    assert resource.publish(Message="x")["MessageId"] and len(list(resource.subscriptions.all())) == 1
