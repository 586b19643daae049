"""Smithy's RPC protocol in CBOR, which moto 5.2.5 does not speak: requests read and answers written with botocore's own classes.

Source: smithy.io, "Smithy RPC v2 CBOR protocol". botocore has a reader and a writer for the client's side; both know no side.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

from motoclock.services.custom_bus.errors import EventBusError

HEADERS = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}
_NAMESPACE = "com.amazonaws.eventbridgev2"


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("eventbridgev2")


def read(body: bytes) -> dict[str, Any]:
    """The members of a request. Times are datetimes, blobs are bytes."""
    if not body:
        return {}
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))


def written(answer: Mapping[str, Any], shape: Shape) -> bytes:
    """An answer of this shape. Members that are None are left out."""
    serialized = bytearray()
    RpcV2CBORSerializer()._serialize_data_item(serialized, answer, shape)
    return bytes(serialized)


def refused(error: EventBusError) -> tuple[int, dict[str, str], bytes]:
    code = type(error).__name__
    text = service_model().shape_for("String")
    members = {"__type": f"{_NAMESPACE}#{code}", "Message": error.message}
    serialized = bytearray([0xA0 | len(members)])  # a map of two
    for name, value in members.items():
        for part in (name, value):
            RpcV2CBORSerializer()._serialize_data_item(serialized, part, text)
    return error.status, dict(HEADERS), bytes(serialized)
