"""What can be read of a night when it is over: rows, places for failures, and what the house after the payment did."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from motoclock.trace import Arrival, Called, DeadLettered, Deleted, Delivered, Invoked, Mode, Sent, Unpermitted
from motoclock.wording import duration, listed, name_of
from sevenways.cloud import Cloud
from sevenways.night.places import read_places
from sevenways.night.platform import client

ORDER = re.compile(r"order-\d+")


def places_for_failures(cloud: Cloud) -> dict[str, tuple[str, ...]]:
    """Each queue that no function reads, but the queue of labels, with the texts in it."""
    sqs, aws_lambda = client("sqs"), client("lambda")
    read = {
        name_of(mapping["EventSourceArn"]) for mapping in aws_lambda.list_event_source_mappings()["EventSourceMappings"]
    }
    names = [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", ())]
    return {
        name: tuple(message.body for message in cloud.peek(name))
        for name in sorted(names)
        if name not in read and name != "labels"
    }


def rows() -> dict[str, frozenset[str]]:
    return {item["order"]["S"]: frozenset(item) for item in _items()}


def _items() -> Iterator[dict[str, Any]]:
    """The rows of the table that name their order."""
    for page in client("dynamodb").get_paginator("scan").paginate(TableName="orders"):
        yield from (item for item in page["Items"] if "order" in item)


def parked(cloud: Cloud) -> int:
    return sum(1 for _ in cloud.trace.of(DeadLettered)) + sum(
        1 for event in cloud.trace.of(Delivered) if event.what.why
    )


def named_in(cloud: Cloud, places: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The orders that a text in a place names; of a pointer into a stream, those of the records it points to."""
    names = names_of(cloud)
    pointed = [
        names[event.message_id or ""]
        for event in cloud.trace.of(Sent)
        if name_of(event.resource) in places and "BatchInfo" in "".join(places[name_of(event.resource)])
    ]
    told = (name for texts in places.values() for text in texts for name in ORDER.findall(text))
    return frozenset(told).union(*pointed)


def names_of(cloud: Cloud) -> dict[str, frozenset[str]]:
    """Message id to the orders that it is about: by its own text, or by that of the messages it came from."""
    names: dict[str, frozenset[str]] = {}
    for event in cloud.trace:
        what = event.what
        if event.message_id is None:
            continue
        if isinstance(what, Arrival):
            own = frozenset(ORDER.findall(what.label))
            names[event.message_id] = own or frozenset(name for id in what.origins for name in names.get(id, ()))
        elif isinstance(what, Delivered | DeadLettered) and what.new_id and what.new_id not in names:
            names[what.new_id] = names.get(event.message_id, frozenset())
    return names


def deleted_first(cloud: Cloud, begun: int, bad: Collection[str]) -> str:
    """The queue from which somebody, since so many events, has deleted a bad order that had been given to nobody else before; or ""."""
    names, safe = names_of(cloud), set[str]()
    for event in islice(cloud.trace, begun, None):
        about = names.get(event.message_id or "", frozenset())
        if isinstance(event.what, Arrival):
            safe |= about
        elif isinstance(event.what, Called):  # somebody has called the provider without the platform
            return ""
        elif isinstance(event.what, Deleted) and (about & {*bad}) - safe:
            return name_of(event.resource)
    return ""


def house(cloud: Cloud, places: Mapping[str, tuple[str, ...]] | None, hour_s: float) -> dict[str, Any]:
    """What the house of stage 7 did: letters, fraud check, executions."""
    names = names_of(cloud)

    def given_to(function: str) -> Counter[str]:
        runs = (event.what for event in cloud.trace.of(Invoked) if name_of(event.what.function) == function)
        return Counter(name for run in runs for id in run.message_ids for name in names.get(id, ()))

    letters = given_to("newsletter")
    labels = (event.message_id or "" for event in cloud.trace.of(Sent) if name_of(event.resource) == "labels")

    kept = {
        name
        for texts in (places or {}).values()
        for text in texts
        if "PaymentTaken" in text
        for name in ORDER.findall(text)
    }
    machines = client("stepfunctions").list_state_machines()["stateMachines"]
    statuses: dict[str, int] = {}
    unfinished: list[str] = []
    for machine in machines:
        pages = client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=machine["stateMachineArn"]):
            for execution in page["executions"]:
                statuses[execution["status"]] = statuses.get(execution["status"], 0) + 1
                if execution["status"] != "SUCCEEDED":
                    unfinished += ORDER.findall(_input_of(execution["executionArn"]))[:1]
    lines = cloud.logs("recommend").printed
    seen = (line.message.split() for line in lines if line.at <= hour_s)
    return {
        "told_of": frozenset(item["order"]["S"] for item in _items() if item.get("state") == {"S": "paid"}),
        "letters": frozenset(letters),
        "letters_again": frozenset(order for order, times in letters.items() if times > 1),
        "packed": _said(cloud, "pack", "packed"),
        "labelled": frozenset(name for id in labels for name in names.get(id, ())),
        "invoiced": _said(cloud, "invoice", "invoiced"),
        "fraud_given": frozenset(given_to("fraud")),
        "fraud_kept": frozenset(kept),
        "fulfilled": dict(sorted(statuses.items())),
        "unfinished": tuple(sorted(set(unfinished))),
        "unpermitted": tuple(dict.fromkeys(_refusal(event.what) for event in cloud.trace.of(Unpermitted))),
        "placeless": tuple(_placeless(cloud)),
        "open_to_all": tuple(_open_to_all()),
        "clicks_seen": frozenset(words[1] for words in seen if words[:1] == ["seen"]),
        "bad_click_kept": any("KinesisBatchInfo" in text for texts in (places or {}).values() for text in texts),
    }


def _said(cloud: Cloud, function: str, word: str) -> frozenset[str]:
    """The orders that a function of the shop has printed its word about; none where that function is gone."""
    if function not in {each["FunctionName"] for each in client("lambda").list_functions()["Functions"]}:
        return frozenset()
    lines = (line.message.split() for line in cloud.logs(function).printed)
    return frozenset(words[1] for words in lines if words[:1] == [word] and len(words) > 1)


def forgetful(cloud: Cloud, looked_at_s: float) -> Iterator[str]:
    """Places that have lost what failed in the night when somebody comes to look."""
    for place in read_places(cloud):
        if place.kept_s < looked_at_s:
            yield f"{place.name} keeps what failed for {duration(place.kept_s)}, and somebody looks after {duration(looked_at_s)}"


def _input_of(execution: str) -> str:
    return client("stepfunctions").describe_execution(executionArn=execution)["input"]


def _refusal(what: Unpermitted) -> str:
    return f"{what.principal} may not {what.action} {name_of(what.target)} for {name_of(what.source)}"


def _open_to_all() -> Iterator[str]:
    """Statements without a condition that let everybody in: of functions, topics and queues."""
    for name, policy in _policies():
        for statement in json.loads(policy)["Statement"]:
            who = statement["Principal"]
            everybody = who == "*" or (isinstance(who, dict) and who.get("AWS") == "*")
            if everybody and statement["Effect"] == "Allow" and not statement.get("Condition"):
                actions = statement["Action"]
                yield f"anybody in the world may do {actions if isinstance(actions, str) else listed(actions, 2)} on {name}"


def _policies() -> Iterator[tuple[str, str]]:
    aws_lambda, sns, sqs = client("lambda"), client("sns"), client("sqs")
    for function in aws_lambda.list_functions()["Functions"]:
        with suppress(aws_lambda.exceptions.ResourceNotFoundException):
            yield function["FunctionName"], aws_lambda.get_policy(FunctionName=function["FunctionName"])["Policy"]
    for topic in sns.list_topics()["Topics"]:
        attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        yield name_of(topic["TopicArn"]), attributes["Policy"]
    for url in sqs.list_queues().get("QueueUrls", ()):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        if "Policy" in attributes:
            yield url.rpartition("/")[2], attributes["Policy"]


def _placeless(cloud: Cloud) -> Iterator[str]:
    """What can fail for good, and has no place for it: functions that Lambda retries, queues and streams that a mapping reads."""
    aws_lambda, sqs = client("lambda"), client("sqs")
    pushed = {name_of(event.what.function) for event in cloud.trace.of(Invoked) if event.what.mode is Mode.ASYNCHRONOUS}
    configs = {
        name_of(config["FunctionArn"].rpartition(":")[0]): config
        for function in pushed
        for config in aws_lambda.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
    }
    for function in sorted(pushed):
        own = aws_lambda.get_function_configuration(FunctionName=function).get("DeadLetterConfig", {}).get("TargetArn")
        if not own and not configs.get(function, {}).get("DestinationConfig", {}).get("OnFailure", {}).get(
            "Destination"
        ):
            yield f"an event that {function} fails at for good is gone"
    for mapping in aws_lambda.list_event_source_mappings()["EventSourceMappings"]:
        source = mapping["EventSourceArn"]
        name = name_of(mapping["FunctionArn"])
        if ":sqs:" in source:
            url = sqs.get_queue_url(QueueName=name_of(source))["QueueUrl"]
            if "RedrivePolicy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]:
                yield f"a message of {name_of(source)} that {name} always fails at comes back until it expires"
        elif not mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield f"a record that {name} always fails at is given up without a trace, or blocks its shard"
