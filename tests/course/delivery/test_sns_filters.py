"""Filter policies on subscriptions: which scope, which messages, which errors."""

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.delivery.stage import counts, function, happened, queue, starts
from tests.engine.delivery.topic_stage import FUNCTIONS, QUEUES, fates, publish, sns, subscribe, topic

POLICY = '{"country":["DE"]}'


def attributes_of(subscription: str) -> dict:
    return sns().get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]


def set_attribute(subscription: str, name: str, value: str) -> None:
    sns().set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)


def test_the_default_scope_does_not_look_into_the_body(cloud):
    users = topic()
    subscribe(users, function("def handler(event, context): pass"), FilterPolicy=POLICY)
    for number in range(20):
        publish(users, {"user": number, "country": "DE" if number < 5 else "FR"})
    cloud.run()
    assert fates(cloud, users) == {"filtered": 20} and not starts(cloud)
    reason = happened(cloud, Kind.FILTERED)[0].detail
    assert reason.text.startswith("country: the message has no such attribute")  # it has such a field, in its body
    assert reason.consumer == f"{FUNCTIONS}work"


def test_with_the_scope_message_body_it_does(cloud):
    users, url = topic(), queue()
    subscribe(users, url, FilterPolicy=POLICY, FilterPolicyScope="MessageBody")
    for number in range(20):
        publish(users, {"user": number, "country": "DE" if number < 5 else "FR"})
    publish(users, "no json at all")
    cloud.run()
    assert counts(url) == (5, 0)
    assert fates(cloud, users) == {"delivered": 5, "filtered": 16}
    assert "no JSON object" in happened(cloud, Kind.FILTERED)[-1].detail.text
    assert happened(cloud, Kind.FILTERED)[0].detail.text == 'country: the body has "FR", and the policy wants "DE"'


def test_of_several_ways_to_match_the_closest_is_told_as_one_of_them(cloud):
    users, url = topic(), queue()
    policy = '{"$or": [{"country": ["DE"]}, {"spent": [{"numeric": [">", 200]}]}]}'
    subscribe(users, url, FilterPolicy=policy, FilterPolicyScope="MessageBody")
    publish(users, {"country": "AT", "spent": 120})
    cloud.run()
    assert happened(cloud, Kind.FILTERED)[0].detail.text == (
        'country: the body has "AT", and the policy wants "DE" (of the 2 ways that $or gives, this is the closest)'
    )


def test_a_message_that_one_filter_refuses_still_reaches_the_others(cloud):
    users, german, everybody = topic(), queue("german"), queue("everybody")
    subscribe(users, german, FilterPolicy=POLICY)
    subscribe(users, everybody)
    message = publish(users, attributes={"country": "FR"})
    cloud.run()
    assert (counts(german), counts(everybody)) == ((0, 0), (1, 0))
    assert (
        'filtered out for german: country: the message has "FR", and the policy wants "DE"'
        in cloud.passport(message).text
    )


@pytest.mark.parametrize("first", ["FilterPolicy", "FilterPolicyScope"])
def test_the_scope_may_be_set_before_or_after_the_policy(cloud, first):
    users, url = topic(), queue()
    subscription = subscribe(users, url)
    values = {"FilterPolicy": POLICY, "FilterPolicyScope": "MessageBody"}
    for name in (first, *(set(values) - {first})):
        set_attribute(subscription, name, values[name])
    publish(users, {"country": "DE"})
    cloud.run()
    assert counts(url) == (1, 0)
    assert attributes_of(subscription)["FilterPolicyScope"] == "MessageBody"


def test_a_policy_can_be_removed(cloud):
    users, url = topic(), queue()
    subscription = subscribe(users, url, FilterPolicy=POLICY)
    assert attributes_of(subscription)["FilterPolicyScope"] == "MessageAttributes"
    set_attribute(subscription, "FilterPolicy", "{}")
    assert not {"FilterPolicy", "FilterPolicyScope"} & set(attributes_of(subscription))
    publish(users)
    cloud.run()
    assert counts(url) == (1, 0)


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ('{"country":"DE"}', '"country" must be an object or an array'),
        ('{"n":[{"near":1}]}', "Unrecognized match type near"),
        ("no json", "failed to parse JSON. Unrecognized token 'no'"),
        ('{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', "more than 5 keys"),
    ],
)
def test_invalid_policies_are_refused_with_snss_wording(cloud, policy, reason):
    users = topic()
    with pytest.raises(ClientError) as error:
        subscribe(users, f"{QUEUES}orders", FilterPolicy=policy)
    said = error.value.response["Error"]
    assert said["Code"] == "InvalidParameter"
    assert (
        said["Message"].startswith("Invalid parameter: Attributes Reason: FilterPolicy: ") and reason in said["Message"]
    )
    assert sns().list_subscriptions()["Subscriptions"] == []
    subscription = subscribe(users, f"{QUEUES}orders")
    with pytest.raises(ClientError, match="Invalid parameter: FilterPolicy: "):
        set_attribute(subscription, "FilterPolicy", policy)


def test_a_nested_policy_needs_the_body_scope_first(cloud):
    subscription = subscribe(topic(), f"{QUEUES}orders")
    nested = '{"user":{"country":["DE"]}}'
    with pytest.raises(ClientError, match="MessageAttributes does not support nested filter policy"):
        set_attribute(subscription, "FilterPolicy", nested)
    set_attribute(subscription, "FilterPolicyScope", "MessageBody")
    set_attribute(subscription, "FilterPolicy", nested)
    with pytest.raises(ClientError, match="does not support nested"):
        set_attribute(subscription, "FilterPolicyScope", "MessageAttributes")
    assert attributes_of(subscription)["FilterPolicyScope"] == "MessageBody"


def test_an_unknown_scope_is_refused(cloud):
    with pytest.raises(ClientError, match="FilterPolicyScope: Invalid value"):
        subscribe(topic(), f"{QUEUES}orders", FilterPolicy=POLICY, FilterPolicyScope="Everything")


@pytest.mark.parametrize(
    ("policy", "attributes", "passes"),
    [
        ('{"n":[{"numeric":[">",3,"<=",5]}]}', {"n": 5}, True),
        ('{"n":[{"numeric":[">",3,"<=",5]}]}', {"n": 3}, False),
        ('{"n":[{"prefix":"or"}]}', {"n": "order"}, True),
        ('{"n":[{"anything-but":["x"]}]}', {"n": "x"}, False),
        ('{"n":[{"exists":false}]}', {}, True),
        ('{"ip":[{"cidr":"10.0.0.0/24"}]}', {"ip": "10.0.0.7"}, True),
        ('{"n":[{"equals-ignore-case":"Order"}]}', {"n": "oRDER"}, True),
        ('{"n":["b"]}', {"n": {"DataType": "String.Array", "StringValue": '["a","b"]'}}, True),
        ('{"n":["b"]}', {"n": {"DataType": "Binary", "BinaryValue": b"b"}}, False),
    ],
)
def test_operators_on_attributes(cloud, policy, attributes, passes):
    users, url = topic(), queue()
    subscribe(users, url, FilterPolicy=policy)
    publish(users, attributes=attributes)
    cloud.run()
    assert counts(url) == (int(passes), 0)


def test_a_body_policy_reads_the_text_of_its_own_protocol(cloud):
    users, url = topic(), queue()
    subscribe(users, url, FilterPolicy=POLICY, FilterPolicyScope="MessageBody")
    publish(users, {"default": "plain", "sqs": '{"country":"DE"}'}, MessageStructure="json")
    cloud.run()
    assert counts(url) == (1, 0)
