"""AWS::Events::* in templates: buses, rules with their targets, archives, and API destinations."""

from typing import Any

from motoclock.extras.cloudformation.resources import Properties, Resource, call, tags_of
from motoclock.extras.cloudformation.shapes import text

_TARGETS_A_CALL = 10  # a stack may name more than one PutTargets takes


class EventBus(Resource):
    """Ref: the bus's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Events::EventBus", "Name", 256
    REPLACED_FOR = ("Name", "EventSourceName")
    ATTRIBUTES = ("Arn", "Name", "Policy")

    def make(self) -> None:
        made = call("events", "create_event_bus", **self.wanted("Policy", "Tags"), Tags=tags_of(self.properties))
        self.id = self.name
        self.attributes = {"Arn": made["EventBusArn"], "Name": self.name, "Policy": ""}
        self._put_policy()

    def change(self, before: Properties) -> None:
        call("events", "update_event_bus", **self.wanted("Policy", "Tags", "EventSourceName"))
        self._put_policy()

    def remove(self) -> None:
        call("events", "delete_event_bus", Name=self.id)

    def _put_policy(self) -> None:
        if policy := self.properties.get("Policy"):
            self.attributes["Policy"] = text(policy)
            call("events", "put_permission", EventBusName=self.id, Policy=policy)


class EventBusPolicy(Resource):
    """Ref: the statement's id. Written as one statement, or, as of old, as action, principal and condition."""

    TYPE = "AWS::Events::EventBusPolicy"
    REPLACED_FOR = ("EventBusName", "StatementId")

    def make(self) -> None:
        self.id = self.properties["StatementId"]
        self.change({})

    def change(self, before: Properties) -> None:
        said = self.wanted()
        statement = said.pop("Statement", None)
        if statement is None:
            call("events", "put_permission", **said)
            return
        policy = {"Version": "2012-10-17", "Statement": [{"Sid": self.id, **statement}]}
        call("events", "put_permission", EventBusName=said.get("EventBusName"), Policy=policy)

    def remove(self) -> None:
        call("events", "remove_permission", EventBusName=self.properties.get("EventBusName"), StatementId=self.id)


class Rule(Resource):
    """Ref: the rule's name, on another bus than the default one after the bus's: "orders|paid"."""

    TYPE, NAME, LONGEST_NAME = "AWS::Events::Rule", "Name", 64
    REPLACED_FOR = ("Name", "EventBusName")
    ATTRIBUTES = ("Arn", "RuleName")

    def make(self) -> None:
        bus = self.properties.get("EventBusName", "default").rpartition("/")[2]
        self.id = self.name if bus == "default" else f"{bus}|{self.name}"
        self.attributes = {"Arn": self._put_rule(), "RuleName": self.name}
        self._put_targets()

    def change(self, before: Properties) -> None:
        self._put_rule()
        wanted = {one["Id"] for one in self.properties.get("Targets") or []}
        self._remove_targets([one["Id"] for one in before.get("Targets") or [] if one["Id"] not in wanted])
        self._put_targets()

    def remove(self) -> None:
        self._remove_targets([one["Id"] for one in self.properties.get("Targets") or []])
        call("events", "delete_rule", Name=self.name, **self._bus)

    def _put_rule(self) -> str:
        return call("events", "put_rule", **self.wanted("Targets", "Tags"), Tags=tags_of(self.properties))["RuleArn"]

    def _put_targets(self) -> None:
        targets = self.properties.get("Targets") or []
        for start in range(0, len(targets), _TARGETS_A_CALL):
            few = targets[start : start + _TARGETS_A_CALL]
            call("events", "put_targets", Rule=self.name, **self._bus, Targets=few)

    def _remove_targets(self, ids: list[str]) -> None:
        if ids:
            call("events", "remove_targets", Rule=self.name, **self._bus, Ids=ids)

    @property
    def _bus(self) -> dict[str, Any]:
        bus = self.properties.get("EventBusName")
        return {"EventBusName": bus} if bus else {}


class Archive(Resource):
    """Ref: the archive's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Events::Archive", "ArchiveName", 48
    REPLACED_FOR = ("ArchiveName", "SourceArn")
    ATTRIBUTES = ("Arn", "ArchiveName")

    def make(self) -> None:
        source = self.properties["SourceArn"]
        made = call("events", "create_archive", **self.wanted("SourceArn"), EventSourceArn=source)
        self.id = self.name
        self.attributes = {"Arn": made["ArchiveArn"], "ArchiveName": self.name}

    def change(self, before: Properties) -> None:
        call("events", "update_archive", **self.wanted("SourceArn"))

    def remove(self) -> None:
        call("events", "delete_archive", ArchiveName=self.id)


class Connection(Resource):
    """Ref: the connection's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Events::Connection", "Name", 64
    REPLACED_FOR = ("Name",)
    ATTRIBUTES = ("Arn", "ArnForPolicy", "SecretArn")

    def make(self) -> None:
        made = call("events", "create_connection", **self.wanted())
        seen = call("events", "describe_connection", Name=self.name)
        arn = made["ConnectionArn"]
        self.id = self.name
        self.attributes = {"Arn": arn, "ArnForPolicy": arn.rpartition("/")[0], "SecretArn": seen.get("SecretArn", "")}

    def change(self, before: Properties) -> None:
        call("events", "update_connection", **self.wanted())

    def remove(self) -> None:
        call("events", "delete_connection", Name=self.id)


class ApiDestination(Resource):
    """Ref: the destination's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::Events::ApiDestination", "Name", 64
    REPLACED_FOR = ("Name",)
    ATTRIBUTES = ("Arn", "ArnForPolicy")

    def make(self) -> None:
        arn = call("events", "create_api_destination", **self.wanted())["ApiDestinationArn"]
        self.id = self.name
        self.attributes = {"Arn": arn, "ArnForPolicy": arn.rpartition("/")[0]}

    def change(self, before: Properties) -> None:
        call("events", "update_api_destination", **self.wanted())

    def remove(self) -> None:
        call("events", "delete_api_destination", Name=self.id)


TYPES = (EventBus, EventBusPolicy, Rule, Archive, Connection, ApiDestination)
