"""The backend of the service, one a region and account as moto makes them, and the function that answers its requests."""

from typing import Any
from urllib.parse import urlsplit

from botocore import xform_name
from moto.core.base_backend import BackendDict

from sevenways.moto_seams.eventbridgev2.constraints import check
from sevenways.moto_seams.eventbridgev2.errors import EventBusError
from sevenways.moto_seams.eventbridgev2.policies import Policies
from sevenways.moto_seams.eventbridgev2.publishing import Publishing
from sevenways.moto_seams.eventbridgev2.sources import Sources
from sevenways.moto_seams.eventbridgev2.subscribers import Subscribers
from sevenways.moto_seams.eventbridgev2.wire import HEADERS, read, refused, service_model, written
from sevenways.world import ACCOUNT


class EventBridgeV2Backend(Publishing, Subscribers, Sources, Policies):
    """Each operation of the model is a method that takes the request's members and returns the answer's."""

    @property
    def _url_module(self) -> Any:
        from sevenways.moto_seams.eventbridgev2 import urls

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
