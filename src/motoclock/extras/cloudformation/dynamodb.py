"""AWS::DynamoDB::Table in templates, with its stream and its time to live."""

from typing import Any

from motoclock.extras.cloudformation.resources import Properties, Resource, call, tags_of

_UPDATABLE = ("BillingMode", "DeletionProtectionEnabled", "ProvisionedThroughput", "TableClass")


class Table(Resource):
    """Ref: the table's name."""

    TYPE, NAME, LONGEST_NAME = "AWS::DynamoDB::Table", "TableName", 255
    REPLACED_FOR = ("TableName", "KeySchema", "LocalSecondaryIndexes", "ImportSourceSpecification")
    ATTRIBUTES = ("Arn", "StreamArn")
    IGNORED = (
        "ContributorInsightsSpecification",
        "ImportSourceSpecification",
        "KinesisStreamSpecification",
        "OnDemandThroughput",
        "PointInTimeRecoverySpecification",
        "ResourcePolicy",
        "VectorIndexes",
        "WarmThroughput",
    )

    def make(self) -> None:
        wanted = self.wanted(
            "GlobalSecondaryIndexes", "StreamSpecification", "SSESpecification", "TimeToLiveSpecification", "Tags"
        )
        call(
            "dynamodb",
            "create_table",
            **wanted,
            GlobalSecondaryIndexes=self._indexes(),
            StreamSpecification=self._stream(),
            Tags=tags_of(self.properties),
        )
        self.id = self.name
        self._expire({})
        self._look()

    def change(self, before: Properties) -> None:
        changed = {
            name: self.properties[name] for name in _UPDATABLE if name in self.properties and self.differs(before, name)
        }
        if changed:
            call("dynamodb", "update_table", TableName=self.id, **changed)
        if self.differs(before, "StreamSpecification"):
            if before.get("StreamSpecification"):
                call("dynamodb", "update_table", TableName=self.id, StreamSpecification={"StreamEnabled": False})
            if stream := self._stream():
                call("dynamodb", "update_table", TableName=self.id, StreamSpecification=stream)
        self._change_indexes(before)
        self._expire(before)
        self._look()

    def remove(self) -> None:
        call("dynamodb", "delete_table", TableName=self.id)

    def _stream(self) -> dict[str, Any] | None:
        """A template names the view, the API also wants to hear that there is a stream."""
        said = self.properties.get("StreamSpecification")
        return {"StreamEnabled": True, "StreamViewType": said["StreamViewType"]} if said else None

    def _indexes(self) -> list[dict[str, Any]] | None:
        known = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")
        said = self.properties.get("GlobalSecondaryIndexes")
        return [{key: value for key, value in one.items() if key in known} for one in said] if said else None

    def _change_indexes(self, before: Properties) -> None:
        was = {one["IndexName"] for one in before.get("GlobalSecondaryIndexes") or []}
        now = {one["IndexName"]: one for one in self._indexes() or []}
        updates = [{"Delete": {"IndexName": name}} for name in sorted(was - set(now))]
        updates += [{"Create": one} for name, one in now.items() if name not in was]
        for update in updates:
            attributes = self.properties["AttributeDefinitions"]
            call(
                "dynamodb",
                "update_table",
                TableName=self.id,
                AttributeDefinitions=attributes,
                GlobalSecondaryIndexUpdates=[update],
            )

    def _expire(self, before: Properties) -> None:
        if not self.differs(before, "TimeToLiveSpecification"):
            return
        said = self.properties.get("TimeToLiveSpecification")
        gone = {**(before.get("TimeToLiveSpecification") or {}), "Enabled": False}
        call("dynamodb", "update_time_to_live", TableName=self.id, TimeToLiveSpecification=said or gone)

    def _look(self) -> None:
        seen = call("dynamodb", "describe_table", TableName=self.id)["Table"]
        self.attributes = {"Arn": seen["TableArn"]}
        if arn := seen.get("LatestStreamArn"):
            self.attributes["StreamArn"] = arn


TYPES = (Table,)
