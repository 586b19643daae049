"""The ground our EventBridge, Scheduler and Pipes seams stand on in moto 5.2.5, and that the seams are in place."""

import inspect
import json

import boto3
from moto.events.models import EventBus, EventsBackend, Replay, Rule, events_backends
from moto.events.responses import EventsHandler
from moto.pipes.models import EventBridgePipesBackend, Pipe, pipes_backends
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends

from motoclock.extras.pipes.backend import SevenPipesBackend
from motoclock.extras.scheduler import SevenSchedulerBackend
from motoclock.services.events import SevenEventsBackend
from motoclock.trace import Kind


def test_a_cloud_makes_our_backends(cloud):
    account, region = "123456789012", "us-east-1"
    assert type(events_backends[account][region]) is SevenEventsBackend
    assert type(scheduler_backends[account][region]) is SevenSchedulerBackend
    assert type(pipes_backends[account][region]) is SevenPipesBackend


def test_motos_backend_has_no_operation_we_do_not_know():
    known = {
        "add_permission", "cancel_replay", "create_api_destination", "create_archive", "create_connection", "create_event_bus",
        "create_partner_event_source", "delete_api_destination", "delete_archive", "delete_connection", "delete_event_bus",
        "delete_partner_event_source", "delete_rule", "describe_api_destination", "describe_archive", "describe_connection",
        "describe_event_bus", "describe_event_source", "describe_partner_event_source", "describe_replay", "describe_rule",
        "disable_rule", "enable_rule", "iter_tagged_resources", "list_api_destinations", "list_archives", "list_connections",
        "list_event_buses", "list_replays", "list_rule_names_by_target", "list_rules", "list_tags_for_resource",
        "list_targets_by_rule", "put_events", "put_partner_events", "put_permission", "put_rule", "put_targets", "remove_permission",
        "remove_targets", "start_replay", "tag_resource", "test_event_pattern", "untag_resource", "update_api_destination",
        "update_archive", "update_connection",
    }  # fmt: skip
    public = {name for name, one in vars(EventsBackend).items() if inspect.isfunction(one) and not name.startswith("_")}
    assert public <= known


def test_signatures_that_we_replace_are_motos():
    for ours, theirs, names in (
        (
            SevenEventsBackend,
            EventsBackend,
            ("put_events", "put_targets", "start_replay", "create_archive", "create_connection"),
        ),
        (
            SevenEventsBackend,
            EventsBackend,
            ("create_api_destination", "describe_archive", "cancel_replay", "delete_rule"),
        ),
        (SevenSchedulerBackend, EventBridgeSchedulerBackend, ("delete_schedule", "delete_schedule_group")),
        (SevenPipesBackend, EventBridgePipesBackend, ("start_pipe", "stop_pipe", "delete_pipe")),
    ):
        for name in names:
            assert list(inspect.signature(getattr(ours, name)).parameters) == list(
                inspect.signature(getattr(theirs, name)).parameters
            ), name


def test_what_the_delivery_reads_is_still_there():
    put_rule = inspect.signature(EventsBackend.put_rule).parameters
    assert {"event_bus_arn", "event_pattern", "scheduled_expression"} <= set(put_rule)
    rule = inspect.signature(Rule.__init__).parameters
    assert {"schedule_exp", "managed_by", "targets", "event_bus_name"} <= set(rule)
    assert {"flexible_time_window", "target", "start_date", "end_date"} <= set(
        inspect.signature(Schedule.__init__).parameters
    )
    assert {"source_parameters", "target_parameters", "desired_state"} <= set(
        inspect.signature(Pipe.__init__).parameters
    )
    assert "rules" in vars(EventBus("1", "us-east-1", "a"))


def test_moto_still_has_no_answer_to_a_pattern_test():
    """When it has one, ours must be compared with its own."""
    assert EventsHandler.test_event_pattern(object()) is None


def test_moto_delivers_nothing_itself(cloud):
    source = inspect.getsource(Rule.send_to_targets)
    assert "sqs" not in source
    assert "announce" in inspect.getsource(Replay.replay_events)


def test_an_archive_is_a_managed_rule_that_delivers_nothing(cloud):
    events = boto3.client("events")
    bus = events.describe_event_bus()["Arn"]
    events.create_archive(ArchiveName="all", EventSourceArn=bus)
    assert [rule["Name"] for rule in events.list_rules()["Rules"]] == ["Events-Archive-all"]
    events.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])
    cloud.run()
    assert not cloud.trace.of_kind(Kind.MATCHED)
    events.delete_archive(ArchiveName="all")
    assert events.list_rules()["Rules"] == []


def test_a_rule_of_a_template_is_live(cloud):
    queue = boto3.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    template = {
        "Resources": {
            "Shop": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}},
            "Placed": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventBusName": {"Ref": "Shop"},
                    "EventPattern": {"source": ["shop"]},
                    "Targets": [{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:orders"}],
                },
            },
        }
    }
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))
    boto3.client("events").put_events(
        Entries=[{"Source": "shop", "DetailType": "b", "Detail": "{}", "EventBusName": "shop"}]
    )
    cloud.run()
    assert len(boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]) == 1
