"""AWS::SNS::* in templates."""

from motoclock.extras.cloudformation.policies import Policies
from motoclock.extras.cloudformation.resources import Properties, Resource, call, tags_gone, tags_of
from motoclock.extras.cloudformation.shapes import text

# What a property that was taken out of a template goes back to.
_TOPIC_DEFAULTS = {"DisplayName": "", "ContentBasedDeduplication": "false", "KmsMasterKeyId": ""}
_SUBSCRIPTION_DEFAULTS = {
    "FilterPolicy": "{}",
    "FilterPolicyScope": "MessageAttributes",
    "RawMessageDelivery": "false",
    "RedrivePolicy": "",
    "DeliveryPolicy": "",
}


class Topic(Resource):
    """Ref: the topic's ARN. Subscriptions may be written into it: protocol and endpoint, nothing else."""

    TYPE, NAME, LONGEST_NAME = "AWS::SNS::Topic", "TopicName", 256
    REPLACED_FOR = ("TopicName", "FifoTopic")
    ATTRIBUTES = ("TopicArn", "TopicName")
    IGNORED = ("DeliveryStatusLogging", "MaximumMessageSize", "TracingConfig")

    def make(self) -> None:
        attributes = self._texts()
        if attributes.get("FifoTopic") == "false":
            del attributes["FifoTopic"]
        answer = call("sns", "create_topic", Name=self.name, Attributes=attributes, Tags=tags_of(self.properties))
        self.id = answer["TopicArn"]
        self.attributes = {"TopicArn": self.id, "TopicName": self.name}
        self._inline: dict[tuple[str, str], str] = {}  # protocol and endpoint -> ARN
        self._subscribe()

    def change(self, before: Properties) -> None:
        gone = {
            name: value for name, value in _TOPIC_DEFAULTS.items() if name in before and name not in self.properties
        }
        for name, value in {**gone, **self._texts()}.items():
            if name != "FifoTopic" and value != text(before.get(name)):
                call("sns", "set_topic_attributes", TopicArn=self.id, AttributeName=name, AttributeValue=value)
        if keys := tags_gone(before, self.properties):
            call("sns", "untag_resource", ResourceArn=self.id, TagKeys=keys)
        if tags_of(self.properties):
            call("sns", "tag_resource", ResourceArn=self.id, Tags=tags_of(self.properties))
        self._subscribe()

    def remove(self) -> None:
        call("sns", "delete_topic", TopicArn=self.id)

    def _texts(self) -> dict[str, str]:
        wanted = self.wanted("TopicName", "Tags", "Subscription", "DataProtectionPolicy")
        return {name: text(value) for name, value in wanted.items()}

    def _subscribe(self) -> None:
        wanted = [(one["Protocol"], one["Endpoint"]) for one in self.properties.get("Subscription") or []]
        for key in [key for key in self._inline if key not in wanted]:
            call("sns", "unsubscribe", SubscriptionArn=self._inline.pop(key))
        for protocol, endpoint in wanted:
            if (protocol, endpoint) not in self._inline:
                answer = call(
                    "sns",
                    "subscribe",
                    TopicArn=self.id,
                    Protocol=protocol,
                    Endpoint=endpoint,
                    ReturnSubscriptionArn=True,
                )
                self._inline[protocol, endpoint] = answer["SubscriptionArn"]


class Subscription(Resource):
    """Ref: the subscription's ARN."""

    TYPE = "AWS::SNS::Subscription"
    REPLACED_FOR = ("TopicArn", "Protocol", "Endpoint")
    ATTRIBUTES = ("Arn",)
    IGNORED = ("Region",)

    def make(self) -> None:
        where = {name: self.properties.get(name) for name in self.REPLACED_FOR}
        answer = call("sns", "subscribe", **where, Attributes=self._texts(), ReturnSubscriptionArn=True)
        self.id = answer["SubscriptionArn"]
        self.attributes = {"Arn": self.id}

    def change(self, before: Properties) -> None:
        gone = {
            name: value
            for name, value in _SUBSCRIPTION_DEFAULTS.items()
            if name in before and name not in self.properties
        }
        # the scope first, because AWS reads a policy in the scope that is set
        changes = sorted({**gone, **self._texts()}.items(), key=lambda change: change[0] != "FilterPolicyScope")
        for name, value in changes:
            if name in gone or value != text(before.get(name)):
                call(
                    "sns",
                    "set_subscription_attributes",
                    SubscriptionArn=self.id,
                    AttributeName=name,
                    AttributeValue=value,
                )

    def remove(self) -> None:
        call("sns", "unsubscribe", SubscriptionArn=self.id)

    def _texts(self) -> dict[str, str]:
        return {name: text(value) for name, value in self.wanted(*self.REPLACED_FOR).items()}


class TopicPolicy(Policies):
    """Ref: a generated id."""

    TYPE, TARGETS = "AWS::SNS::TopicPolicy", "Topics"
    ATTRIBUTES = ("Id",)

    def put(self, target: str, policy: str) -> None:
        call("sns", "set_topic_attributes", TopicArn=target, AttributeName="Policy", AttributeValue=policy)

    def read(self, target: str) -> str:
        return call("sns", "get_topic_attributes", TopicArn=target)["Attributes"]["Policy"]


class TopicInlinePolicy(TopicPolicy):
    """One topic only. Ref: its ARN."""

    TYPE, TARGETS = "AWS::SNS::TopicInlinePolicy", "TopicArn"
    REPLACED_FOR = ("TopicArn",)
    ATTRIBUTES = ()


TYPES = (Topic, Subscription, TopicPolicy, TopicInlinePolicy)
