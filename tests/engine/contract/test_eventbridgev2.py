"""The ground of our seam for EventBridge's new buses: moto does not know the service, botocore has the model that we answer."""

import inspect
import re
from datetime import UTC, datetime

import boto3
import moto.backend_index
import pytest
from botocore import xform_name
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer
from moto import backends

from motoclock import Cloud
from motoclock.cloud import parked
from motoclock.services.custom_bus import SERVICE, EventBridgeV2Backend, errors, eventbridgev2_backends
from motoclock.services.custom_bus.wire import read, service_model, written


def test_moto_has_no_backend_of_its_own():
    """When it gets one, ours must become a subclass of it."""
    source = inspect.getsource(moto.backend_index)
    assert "eventsv2" not in source and SERVICE not in source


def test_moto_finds_ours(cloud):
    assert backends.get_backend(SERVICE) is eventbridgev2_backends
    assert [name for name, pattern in moto.backend_index.backend_url_patterns if pattern.match(ADDRESS)] == [SERVICE]


ADDRESS = "https://eventsv2.us-east-1.amazonaws.com/service/AWSEventsV2/operation/PutEvents"


@pytest.mark.parametrize("name", service_model().operation_names)
def test_every_operation_of_the_model_has_a_method(name):
    assert list(inspect.signature(getattr(EventBridgeV2Backend, xform_name(name))).parameters) == ["self", "given"]


def test_the_protocol_is_the_one_that_we_speak():
    metadata = service_model().metadata
    assert metadata["protocol"] == "smithy-rpc-v2-cbor"
    assert metadata["targetPrefix"] in ADDRESS and metadata["endpointPrefix"] in ADDRESS
    for owner, name in ((RpcV2CBORSerializer, "_serialize_data_item"), (RpcV2CBORParser, "parse_data_item")):
        assert callable(getattr(owner, name))


def test_what_is_written_can_be_read():
    shape = service_model().shape_for("DescribeEventBusResponse")
    members = {
        "Name": "orders",
        "State": None,
        "CreationTime": datetime(2030, 1, 1, tzinfo=UTC),
        "StorageConfiguration": {"RetentionPeriodInDays": 365},
    }
    assert read(written(members, shape)) == {name: value for name, value in members.items() if value is not None}
    assert read(b"") == {}


@pytest.mark.parametrize(
    "name", [name for name, one in vars(errors).items() if inspect.isclass(one) and name.endswith("Exception")]
)
def test_errors_are_those_of_the_model(name):
    assert service_model().shape_for(name).metadata["error"]["httpStatusCode"] == getattr(errors, name).status


def test_patterns_of_the_model_are_ones_that_python_reads():
    for name in service_model().shape_names:
        if pattern := service_model().shape_for(name).metadata.get("pattern"):
            re.compile(pattern)


def test_the_state_is_parked_with_the_rest():
    with Cloud():
        client = boto3.client("eventbridgev2")
        client.create_event_bus(Name="orders")
        with parked(), Cloud():
            assert client.list_event_buses()["EventBuses"] == []
        assert [bus["Name"] for bus in client.list_event_buses()["EventBuses"]] == ["orders"]
