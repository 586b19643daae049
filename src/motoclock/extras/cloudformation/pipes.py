"""AWS::Pipes::Pipe, AWS::Scheduler::Schedule and ScheduleGroup in templates."""

from typing import Any

from motoclock.extras.cloudformation.resources import Properties, Resource, call, tags_of

_CREATION_ONLY = ("StartingPosition", "StartingPositionTimestamp")


class Pipe(Resource):
    """Ref: the pipe's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Pipes::Pipe", "Name", 64
    REPLACED_FOR = ("Name", "Source")
    ATTRIBUTES = ("Arn", "CreationTime", "CurrentState", "LastModifiedTime", "StateReason")

    def make(self) -> None:
        made = call("pipes", "create_pipe", **self.wanted())
        self.id = self.name
        self.attributes = {
            "Arn": made["Arn"],
            "CreationTime": str(made.get("CreationTime", "")),
            "CurrentState": made.get("CurrentState", ""),
            "LastModifiedTime": str(made.get("LastModifiedTime", "")),
            "StateReason": "",
        }

    def change(self, before: Properties) -> None:
        source = _without_creation_only(self.properties.get("SourceParameters"))
        call("pipes", "update_pipe", **self.wanted("Source", "SourceParameters", "Tags"), SourceParameters=source)

    def remove(self) -> None:
        call("pipes", "delete_pipe", Name=self.id)


def _without_creation_only(parameters: Any) -> Any:
    """UpdatePipe doesn't know where to start reading: that was said once."""
    if not isinstance(parameters, dict):
        return parameters
    return {key: _without_creation_only(value) for key, value in parameters.items() if key not in _CREATION_ONLY}


class Schedule(Resource):
    """Ref: the schedule's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Scheduler::Schedule", "Name", 64
    REPLACED_FOR = ("Name", "GroupName")
    ATTRIBUTES = ("Arn",)

    def make(self) -> None:
        self.attributes = {"Arn": call("scheduler", "create_schedule", **self.wanted())["ScheduleArn"]}
        self.id = self.name

    def change(self, before: Properties) -> None:
        call("scheduler", "update_schedule", **self.wanted())

    def remove(self) -> None:
        call("scheduler", "delete_schedule", Name=self.id, GroupName=self.properties.get("GroupName"))


class ScheduleGroup(Resource):
    """Ref: the group's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Scheduler::ScheduleGroup", "Name", 64
    REPLACED_FOR = ("Name",)
    ATTRIBUTES = ("Arn", "State")

    def make(self) -> None:
        made = call("scheduler", "create_schedule_group", Name=self.name, Tags=tags_of(self.properties))
        self.id = self.name
        self.attributes = {"Arn": made["ScheduleGroupArn"], "State": "ACTIVE"}

    def change(self, before: Properties) -> None:
        """Tags only."""

    def remove(self) -> None:
        call("scheduler", "delete_schedule_group", Name=self.id)


TYPES = (Pipe, Schedule, ScheduleGroup)
