"""State machines, what their tasks reach, and how their executions end."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeGuard

from motoclock.account.lives import service_of
from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.readers.downstreams import host_of
from motoclock.account.reading import Reading
from motoclock.arn import unqualified
from motoclock.trace import Accepted, Called, Entered, Event, Exited, Invoked, Retried, Sent
from motoclock.wording import count, name_of
from motoclock.world import ACCOUNT, REGION

_VERBS = {"lambda": EdgeKind.INVOKES, "states": EdgeKind.STARTS, "dynamodb": EdgeKind.CALLS, "": EdgeKind.CALLS}
# The parameter of an integration that says what it reaches, and the ARN of what has only a name there
_NAMED = {
    "FunctionName": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:",
    "QueueUrl": f"arn:aws:sqs:{REGION}:{ACCOUNT}:",
    "TopicArn": "",
    "TableName": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/",
    "StateMachineArn": "",
    "StreamName": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/",
    "EventBusName": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/",
}


def read(reading: Reading) -> None:
    """Add every state machine, and an edge to each thing that its definition names or that it has reached."""
    backend = reading.backend("stepfunctions")
    if backend is None or not backend.state_machines:
        return
    reached = Counter(pair for event in reading.events for pair in _reached(event))
    executions = _executions(reading)
    retries = Counter(event.resource for event in reading.of_kind(Retried))
    entered = Counter((event.resource, event.what.state) for event in reading.of_kind(Entered))
    for machine in backend.state_machines:
        ended = executions.get(machine.arn, Counter())
        counts = [
            ("executions", ended.total()),
            *((word, ended[word]) for word in ("failed", "running") if ended[word]),
        ]
        counts += [("retries", retries[machine.arn])] if retries[machine.arn] else []
        named_states = [*_states(json.loads(machine.definition))]
        states = [state for _name, state in named_states]
        facts = [machine.type.lower(), count(len(states), "state")]
        reading.add_node(machine.arn, NodeKind.STATE_MACHINE, machine.name, facts, counts)
        named = dict.fromkeys(target for state in states for target in _named(state))
        seen = (target for source, target in reached if source == machine.arn)
        for target in dict.fromkeys([*named, *seen]):
            verb = _VERBS.get(service_of(target), EdgeKind.SENDS)
            if ":activity:" in target:
                if target in backend.activities:
                    reading.add_node(target, NodeKind.ACTIVITY, name_of(target))
                waiting = {name for name, state in named_states if state.get("Resource") == target}
                reached[machine.arn, target] = sum(entered[machine.arn, name] for name in waiting)
                verb = EdgeKind.SENDS
            reading.add_edge(machine.arn, target, verb, str(verb), reached[machine.arn, target])


def _executions(reading: Reading) -> dict[str, Counter[str]]:
    """How many executions of each machine ended how; children of a Map belong to their parent."""
    last: dict[tuple[str, str], str] = {}
    for event in reading.events:
        step = event.what
        if isinstance(step, Entered | Exited) and not step.state and "/" not in step.execution:
            ended = "running" if isinstance(step, Entered) else "succeeded" if step.error is None else "failed"
            last[event.resource, step.execution] = ended
    found: dict[str, Counter[str]] = {}
    for (machine, _execution), ended in last.items():
        found.setdefault(machine, Counter())[ended] += 1
    return found


def _reached(event: Event) -> Iterator[tuple[str, str]]:
    """Whom a state machine sent to, invoked, started or called in this event."""
    match event.what:
        case Sent(sender=str(machine)) | Accepted(sender=str(machine)) if service_of(machine) == "states":
            yield machine, event.resource
        case Invoked(source=machine) if service_of(machine) == "states":
            yield machine, event.resource
        case Entered(started_by=str(machine)) if service_of(machine) == "states":
            yield machine, event.resource
        case Called(caller=str(machine), url=url) if service_of(machine) == "states":
            yield machine, f"https://{host_of(url)}"


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inside in (*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")):
            if inside:
                yield from _states(inside)


def _named(state: dict[str, Any]) -> Iterator[str]:
    """ARNs of what a task's definition names; what is computed at run time is seen only in the trace."""
    resource = state.get("Resource", "")
    if state.get("Type") != "Task":
        return
    if service_of(resource) == "lambda" or ":activity:" in resource:
        yield unqualified(resource)
        return
    parameters = state.get("Parameters") or state.get("Arguments") or {}
    if not isinstance(parameters, dict):
        return
    if resource.endswith(":http:invoke") and _is_constant(parameters.get("ApiEndpoint")):
        yield f"https://{host_of(parameters['ApiEndpoint'])}"
    entries = parameters.get("Entries")
    for place in (parameters, *(entries if isinstance(entries, list) else ())):
        for name, prefix in _NAMED.items():
            if isinstance(place, dict) and _is_constant(value := place.get(name)):
                yield value if value.startswith("arn:") else prefix + value.rpartition("/")[2]


def _is_constant(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and not value.startswith("{%")
