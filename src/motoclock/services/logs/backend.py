"""moto's CloudWatch Logs backend: streams in their own words, and delivery sources that are event buses.

Source: API reference PutDeliverySource, CreateDelivery; EventBridge user guide, eb-event-bus-logs. Modelled: the log group's
resource policy is there (AWS writes it for a caller that may), and only log groups take the logs of a bus.
"""

from typing import Any

from moto.events.models import events_backends
from moto.logs.exceptions import ConflictException, LogsClientError, ResourceNotFoundException, ValidationException
from moto.logs.models import Delivery, DeliverySource, LogsBackend

from motoclock import announcements
from motoclock.facts import eventbridge as facts
from motoclock.world import the_world

_LOG_TYPES = facts.BUS_LOG_TYPES.value
_FIELDS = facts.BUS_LOG_FIELDS.value


class StreamExists(LogsClientError):
    code = 400

    def __init__(self) -> None:
        super().__init__("ResourceAlreadyExistsException", "The specified log stream already exists")


class SevenLogsBackend(LogsBackend):
    """moto's backend, with deliveries that are announced, and streams that are not taken for groups (recorded in February 2026)."""

    @property
    def _url_module(self) -> Any:
        from moto.logs import urls

        return urls

    def create_log_stream(self, log_group_name: str, log_stream_name: str) -> None:
        if self._has_stream(log_group_name, log_stream_name):
            raise StreamExists
        super().create_log_stream(log_group_name, log_stream_name)

    def delete_log_stream(self, log_group_name: str, log_stream_name: str) -> None:
        self._check_stream(log_group_name, log_stream_name)
        super().delete_log_stream(log_group_name, log_stream_name)

    def get_log_events(
        self, log_group_name: str, log_group_id: str, log_stream_name: str, *more: Any, **named: Any
    ) -> tuple[list[dict[str, Any]], str | None, str | None]:
        group = self._find_log_group(log_group_id=log_group_id, log_group_name=log_group_name)
        self._check_stream(group.name, log_stream_name)
        return super().get_log_events(log_group_name, log_group_id, log_stream_name, *more, **named)

    def _has_stream(self, group: str, stream: str) -> bool:
        return group in self.groups and stream in self.groups[group].streams

    def _check_stream(self, group: str, stream: str) -> None:
        if group in self.groups and not self._has_stream(group, stream):
            raise ResourceNotFoundException(msg="The specified log stream does not exist.")

    def put_metric_filter(self, *given: Any, **named: Any) -> None:
        super().put_metric_filter(*given, **named)
        now_ms = int(the_world().clock.datetime.timestamp() * 1000)
        for one in self.filters.metric_filters:
            one |= {"creationTime": one.get("creationTime", now_ms), "applyOnTransformedLogs": False}

    def put_delivery_source(self, name: str, resource_arn: str, log_type: str, tags: dict[str, str]) -> DeliverySource:
        if not _is_bus(resource_arn):
            return super().put_delivery_source(name, resource_arn, log_type, tags)
        if (
            resource_arn.rpartition(":event-bus/")[2]
            not in events_backends[self.account_id][self.region_name].event_buses
        ):
            raise ResourceNotFoundException(msg=f"The event bus {resource_arn} does not exist.")
        if log_type not in _LOG_TYPES:
            raise ValidationException(msg=f"An event bus has no {log_type}: ask for one of {', '.join(_LOG_TYPES)}.")
        held = self.delivery_sources.get(name)
        if held is not None:
            if tags:
                raise ConflictException(msg="Tags can only be provided when a resource is being created, not updated.")
            if resource_arn not in held.resource_arns:
                raise ConflictException(
                    msg="Update to existing Delivery Source with new ResourceId is not allowed. Please create a new Delivery "
                    "Source instead."
                )
        source = DeliverySource(self.account_id, self.region_name, name, resource_arn, log_type, tags)
        self.delivery_sources[name] = source
        if tags:
            self.tag_resource(source.arn, tags)
        return source

    def create_delivery(
        self,
        delivery_source_name: str,
        delivery_destination_arn: str,
        record_fields: list[str] | None,
        *more: Any,
        **named: Any,
    ) -> Delivery:
        source = self.delivery_sources.get(delivery_source_name)
        if source is None or not _is_bus(source.resource_arns[0]):
            return super().create_delivery(
                delivery_source_name, delivery_destination_arn, record_fields, *more, **named
            )
        if unknown := [one for one in record_fields or () if one not in _FIELDS]:
            raise ValidationException(
                msg=f"A bus's log has no field {unknown[0]}: its fields are {', '.join(_FIELDS)}."
            )
        group = self._group_of(delivery_destination_arn)
        fields = record_fields or list(_FIELDS)
        delivery = super().create_delivery(delivery_source_name, delivery_destination_arn, fields, *more, **named)
        the_world().announce(
            announcements.LOGS_DELIVERY_CREATED,
            delivery.id,
            source.resource_arns[0],
            source.log_type,
            group,
            tuple(fields),
        )
        return delivery

    def delete_delivery(self, id: str) -> None:
        super().delete_delivery(id)
        the_world().announce(announcements.LOGS_DELIVERY_DELETED, id)

    def _group_of(self, destination_arn: str) -> str:
        """The name of the log group that a destination stands for; a missing destination is moto's to tell."""
        for destination in self.delivery_destinations.values():
            if destination.arn == destination_arn:
                resource = destination.delivery_destination_configuration["destinationResourceArn"]
                if destination.delivery_destination_type != "CWL":
                    raise ValidationException(
                        msg=f"Here the logs of an event bus go to log groups only, and {resource} is none."
                    )
                group = resource.partition(":log-group:")[2].removesuffix(":*")
                if group not in self.groups:
                    raise ResourceNotFoundException(msg="The specified log group does not exist.")
                return group
        return ""


def _is_bus(arn: str) -> bool:
    return ":event-bus/" in arn
