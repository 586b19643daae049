"""AWS::SQS::* in templates."""

from moto.sqs.models import sqs_backends

from motoclock.extras.cloudformation.policies import Policies
from motoclock.extras.cloudformation.resources import Properties, Resource, call, tags_gone
from motoclock.extras.cloudformation.shapes import text
from motoclock.facts import sqs
from motoclock.world import ACCOUNT, REGION

# What a property that was taken out of a template goes back to: recorded on AWS in December 2025.
_DEFAULTS = {
    "DelaySeconds": sqs.DELAY_DEFAULT_S.value,
    "MaximumMessageSize": sqs.MESSAGE_SIZE_AFTER_STACK_BYTES.value,
    "MessageRetentionPeriod": sqs.RETENTION_DEFAULT_S.value,
    "ReceiveMessageWaitTimeSeconds": sqs.WAIT_TIME_DEFAULT_S.value,
    "VisibilityTimeout": sqs.VISIBILITY_TIMEOUT_DEFAULT_S.value,
    "RedrivePolicy": "",
    "RedriveAllowPolicy": "",
    "ContentBasedDeduplication": "false",
    "KmsMasterKeyId": "",
}


class Queue(Resource):
    """Ref: the queue's URL."""

    TYPE, NAME, LONGEST_NAME = "AWS::SQS::Queue", "QueueName", 80
    REPLACED_FOR = ("QueueName", "FifoQueue")
    ATTRIBUTES = ("Arn", "QueueName", "QueueUrl")

    def make(self) -> None:
        attributes = self._texts()
        if attributes.get("FifoQueue") == "false":
            del attributes["FifoQueue"]  # a template may say so, the API refuses it
        answer = call(
            "sqs", "create_queue", QueueName=self.name, Attributes=attributes, tags=self.properties.get("Tags")
        )
        self.id = answer["QueueUrl"]
        answer = call("sqs", "get_queue_attributes", QueueUrl=self.id, AttributeNames=["QueueArn"])
        self.attributes = {"Arn": answer["Attributes"]["QueueArn"], "QueueName": self.name, "QueueUrl": self.id}

    def change(self, before: Properties) -> None:
        gone = {name: str(value) for name, value in _DEFAULTS.items() if name in before and name not in self.properties}
        attributes = {name: value for name, value in {**gone, **self._texts()}.items() if name != "FifoQueue"}
        call("sqs", "set_queue_attributes", QueueUrl=self.id, Attributes=attributes)
        if keys := tags_gone(before, self.properties):
            call("sqs", "untag_queue", QueueUrl=self.id, TagKeys=keys)
        if self.properties.get("Tags"):
            call("sqs", "tag_queue", QueueUrl=self.id, Tags=self.properties["Tags"])

    def remove(self) -> None:
        """Modelled: a stack that failed and is made again needs no minute between the two."""
        call("sqs", "delete_queue", QueueUrl=self.id)
        sqs_backends[ACCOUNT][REGION].release_name(self.name)

    def _texts(self) -> dict[str, str]:
        return {name: text(value) for name, value in self.wanted("QueueName", "Tags").items()}


class QueuePolicy(Policies):
    """Ref: a generated id. A queue has one policy, so the last stack that sets one wins."""

    TYPE, TARGETS = "AWS::SQS::QueuePolicy", "Queues"
    ATTRIBUTES = ("Id",)

    def put(self, target: str, policy: str) -> None:
        call("sqs", "set_queue_attributes", QueueUrl=target, Attributes={"Policy": policy})

    def read(self, target: str) -> str:
        answer = call("sqs", "get_queue_attributes", QueueUrl=target, AttributeNames=["Policy"])
        return answer.get("Attributes", {}).get("Policy", "")


class QueueInlinePolicy(QueuePolicy):
    """One queue only. Ref: its URL."""

    TYPE, TARGETS = "AWS::SQS::QueueInlinePolicy", "Queue"
    REPLACED_FOR = ("Queue",)
    ATTRIBUTES = ()


TYPES = (Queue, QueuePolicy, QueueInlinePolicy)
