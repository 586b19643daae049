"""The backend of the service, one a region and account as moto makes them, and the function that answers its requests."""

from typing import Any
from urllib.parse import urlsplit

from botocore import xform_name
from moto.core.base_backend import BackendDict

from motoclock.services.custom_bus.constraints import check
from motoclock.services.custom_bus.errors import EventBusError
from motoclock.services.custom_bus.policies import Policies
from motoclock.services.custom_bus.publishing import Publishing
from motoclock.services.custom_bus.sources import Sources
from motoclock.services.custom_bus.subscribers import Subscribers
from motoclock.services.custom_bus.wire import HEADERS, read, refused, service_model, written
from motoclock.world import ACCOUNT


class EventBridgeV2Backend(Publishing, Subscribers, Sources, Policies):
    """Each operation of the model is a method that takes the request's members and returns the answer's."""

    @property
    def _url_module(self) -> Any:
        from motoclock.services.custom_bus import urls

        return urls


eventbridgev2_backends = BackendDict(EventBridgeV2Backend, "events")  # the classic service's Regions


def answer(request: Any, url: str, _headers: Any) -> tuple[int, dict[str, str], bytes]:
    """Called by moto for each request; the operation is the last part of the path."""
    address = urlsplit(url)
    operation = service_model().operation_model(address.path.rsplit("/", 1)[-1])
    backend = eventbridgev2_backends[ACCOUNT][address.netloc.split(".")[1]]
    try:
        given = read(request.get_data())
        check(given, operation.input_shape)
        members = getattr(backend, xform_name(operation.name))(given)
    except EventBusError as error:
        return refused(error)
    return 200, dict(HEADERS), written(members, operation.output_shape)
