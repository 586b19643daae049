"""AWS::EventsV2::EventBus and Subscriber, and AWS::StepFunctions::Activity in templates.

Source: CloudFormation template reference, aws-resource-eventsv2-eventbus and -subscriber, aws-resource-stepfunctions-activity.
Modelled: a stack has waited for its bus, so the bus is ACTIVE at once.
"""

from motoclock.arn import Arn
from motoclock.extras.cloudformation.resources import Properties, Resource, call
from motoclock.services.custom_bus import eventbridgev2_backends
from motoclock.world import ACCOUNT, REGION


def _told(answer: Properties, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(answer.get(name, "")) for name in names}


class NewEventBus(Resource):
    """Ref: the bus's ARN."""

    TYPE, NAME, LONGEST_NAME = "AWS::EventsV2::EventBus", "Name", 64
    REPLACED_FOR = ("Name",)
    ATTRIBUTES = ("EventBusArn", "State", "CreationTime", "LastModifiedTime")

    def make(self) -> None:
        self.id = call("eventbridgev2", "create_event_bus", **self.wanted())["EventBusArn"]
        self._settle()
        self.attributes = _told(call("eventbridgev2", "describe_event_bus", EventBusArn=self.id), self.ATTRIBUTES)

    def change(self, before: Properties) -> None:
        call("eventbridgev2", "update_event_bus", EventBusArn=self.id, **self.wanted("Name", "Tags"))
        self._settle()

    def remove(self) -> None:
        call("eventbridgev2", "delete_event_bus", EventBusArn=self.id)

    def _settle(self) -> None:
        eventbridgev2_backends[ACCOUNT][REGION].bus(self.id).settles()


class NewSubscriber(Resource):
    """Ref: the subscriber's ARN."""

    TYPE, NAME, LONGEST_NAME = "AWS::EventsV2::Subscriber", "Name", 64
    REPLACED_FOR = (
        "Name", "EventBusArn", "InvokeConfiguration", "Type", "StartingPosition", "PointInTimeConfiguration"
    )  # fmt: skip
    ATTRIBUTES = ("SubscriberArn", "BusName", "CreationTime", "LastModifiedTime")

    def make(self) -> None:
        self.id = call("eventbridgev2", "create_subscriber", **self.wanted("ResumePosition"))["SubscriberArn"]
        self.attributes = _told(call("eventbridgev2", "describe_subscriber", SubscriberArn=self.id), self.ATTRIBUTES)
        self.attributes["BusName"] = Arn.of(self.properties["EventBusArn"]).path[1]

    def change(self, before: Properties) -> None:
        """A block that the template leaves out now stays as it is (modelled)."""
        given = self.wanted(*self.REPLACED_FOR, "Tags")
        call("eventbridgev2", "update_subscriber", SubscriberArn=self.id, **given)

    def remove(self) -> None:
        call("eventbridgev2", "delete_subscriber", SubscriberArn=self.id)


class Activity(Resource):
    """Ref: the activity's ARN."""

    TYPE, NAME, LONGEST_NAME = "AWS::StepFunctions::Activity", "Name", 80
    REPLACED_FOR = ("Name", "EncryptionConfiguration")
    ATTRIBUTES = ("Arn", "Name")
    IGNORED = ("EncryptionConfiguration", "Tags")

    def make(self) -> None:
        self.id = call("stepfunctions", "create_activity", name=self.name)["activityArn"]
        self.attributes = {"Arn": self.id, "Name": self.name}

    def change(self, before: Properties) -> None:
        """Tags only."""

    def remove(self) -> None:
        call("stepfunctions", "delete_activity", activityArn=self.id)


TYPES = (NewEventBus, NewSubscriber, Activity)
