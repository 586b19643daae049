"""A distributed Map: every item, or batch of items, is a child execution with a history of its own.

Source: Step Functions developer guide, state-map-distributed and input-output-itembatcher. The first failure beyond what is tolerated
stops the others. Modelled: an item that alone is larger than MaxInputBytesPerBatch makes a batch by itself.
"""

from collections import deque
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramTimedOut
from moto.stepfunctions.parser.asl.eval.states import ExecutionData, ItemData, MapData, StateMachineData
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from motoclock.extras.stepfunctions.errors import check_running, failure
from motoclock.extras.stepfunctions.executions import DURATION_MAX_S, full_history, json_text
from motoclock.extras.stepfunctions.iterations import stop_frames
from motoclock.extras.stepfunctions.map_fields import MapFields
from motoclock.extras.stepfunctions.map_runs import FAILED, Child, MapRun
from motoclock.extras.stepfunctions.result_writer import results_of
from motoclock.extras.stepfunctions.stand_ins import Event, Stopped, Thread, wait_first
from motoclock.extras.stepfunctions.states import iso
from motoclock.facts import stepfunctions as facts
from motoclock.world import the_world

_MOST = facts.DISTRIBUTED_MAP_CONCURRENCY.value
_IO_MAX_BYTES = facts.STATE_IO_MAX_BYTES.value


def _eval_body(self: DistributedIterationComponent, env: Environment) -> None:
    eval_input = env.stack.pop()
    env.progress.begin_parts()
    run = _run_of(env, eval_input.map_run_record)
    fields: MapFields = self.more
    try:
        if not run.children:
            run.children = _children(env, run, eval_input, fields)
        failed = _run_children(self, env, run)
        destination = evaluated(env, fields.destination) if fields.destination is not None else None
        output = results_of(env, run, fields, destination)
        if failed:
            cause = "The specified tolerated failure threshold was exceeded"
            raise failure(env, StatesErrorNameType.StatesExceedToleratedFailureThreshold, cause)
    except FailureEventException as failed_with:
        error, cause = failed_with.extract_error_cause_pair() or (None, None)
        details = {name: value for name, value in (("error", error), ("cause", cause)) if value}
        _write(env, HistoryEventType.MapRunFailed, mapRunFailedEventDetails=details)
        run.set_stop("FAILED")
        raise
    except Stopped:
        run.set_stop("ABORTED")
        raise
    env.leaves_behind = (
        env.event_history_context.source_event_id
    )  # the exit names the run's start: recorded in November 2024
    _write(env, HistoryEventType.MapRunSucceeded)
    run.set_stop("SUCCEEDED")
    env.stack.append(output)


def _run_of(env: Environment, new: MapRun) -> MapRun:
    """The Map Run that a redrive goes on with, or a new one."""
    run = env.progress.map_run
    if run is None:
        env.progress.map_run = new
        _write(env, HistoryEventType.MapRunStarted, mapRunStartedEventDetails={"mapRunArn": new.map_run_arn})
        return new
    env.map_run_record_pool_manager._pool.pop(new.map_run_arn)
    run.redrive()
    details = {"mapRunArn": run.map_run_arn, "redriveCount": run.redrive_count}
    _write(env, HistoryEventType.MapRunRedriven, mapRunRedrivenEventDetails=details)
    return run


def _write(env: Environment, event: HistoryEventType, **details: Any) -> None:
    env.event_manager.add_event(env.event_history_context, event, EventDetails(**details) if details else None)


# ------------------------------------------------------------------ what the children get


def _children(env: Environment, run: MapRun, eval_input: Any, fields: MapFields) -> list[Child]:
    items = eval_input.input_items
    if eval_input.item_reader:
        eval_input.item_reader.eval(env=env)
        items = env.stack.pop()
    selector = eval_input.item_selector or eval_input.parameters
    if selector is not None:
        items = [evaluated(env, selector, MapData(Item=ItemData(Index=n, Value=item))) for n, item in enumerate(items)]
    if fields.batcher is None:
        return [Child(run, number, item, 1, fields.child_type) for number, item in enumerate(items)]
    batches = batches_of(items, evaluated(env, fields.batcher))
    return [Child(run, n, batch, len(batch["Items"]), fields.child_type) for n, batch in enumerate(batches)]


def evaluated(env: Environment, template: Any, item: MapData | None = None) -> Any:
    """A template with the state's input, and with the item in the context object."""
    frame = env.open_inner_frame()
    if item is not None:
        frame.states.context_object.context_object_data["Map"] = item
    frame.states.reset(input_value=env.states.get_input())
    frame.stack.append(frame.states.get_input())
    try:
        template.eval(frame)
    finally:
        env.next_field_name = frame.next_field_name  # a mistake is told by the field that it is in
        env.delete_frame(frame)
    return frame.stack[-1]


def batches_of(items: list[Any], asked: dict[str, Any]) -> list[dict[str, Any]]:
    """At most so many items, and at most so many bytes of JSON, a batch."""
    most = int(asked.get("MaxItemsPerBatch") or len(items) or 1)
    most_bytes = min(int(asked.get("MaxInputBytesPerBatch") or _IO_MAX_BYTES), _IO_MAX_BYTES)
    shared = {"BatchInput": asked["BatchInput"]} if "BatchInput" in asked else {}
    empty_bytes = _bytes_of({**shared, "Items": []})
    batches: list[list[Any]] = []
    size = 0
    for item in items:
        item_bytes = _bytes_of(item) + 1  # the comma
        if not batches or len(batches[-1]) == most or size + item_bytes - 1 > most_bytes:
            batches.append([])
            size = empty_bytes
        batches[-1].append(item)
        size += item_bytes
    return [{**shared, "Items": batch} for batch in batches]


def _bytes_of(value: Any) -> int:
    return len(json_text(value).encode())


# ------------------------------------------------------------------ running them


def _run_children(component: DistributedIterationComponent, env: Environment, run: MapRun) -> bool:
    """Until all have ended, or too many have failed: whether that was so."""
    waiting = deque(child for child in run.children if child.status != "SUCCEEDED")
    for child in waiting:
        if child.status != "PENDING":
            child.status = "REDRIVING"  # no longer counted among the failed
    over, program = Event(), component._get_iteration_program()
    threads: list[Thread] = []
    running = 0

    def launch() -> None:
        nonlocal running
        while waiting and not over.is_set() and running < min(run.max_concurrency or _MOST, _MOST):
            running += 1
            threads.append(Thread(work, args=(waiting.popleft(),), name=f"map run {component}"))
            threads[-1].start()
        if not running:
            over.set()

    def work(child: Child) -> None:
        nonlocal running
        _run_child(env, child, program)
        running -= 1
        if child.status in FAILED and run.is_beyond_tolerance:
            over.set()
        launch()

    run.when_updated = launch
    launch()
    try:
        wait_first((over, env.program_state_event))
        check_running(env)
    finally:
        over.set()
    failed = run.is_beyond_tolerance
    if failed:
        stop_frames(env)
    for thread in threads:
        thread.join()
    return failed


def _run_child(env: Environment, child: Child, program: Any) -> None:
    frame = env.open_inner_frame(EventHistoryContext.of_program_start())
    child.begin()
    _prepare(frame, child)
    event = "ExecutionRedriven" if child.redrive_count else "ExecutionStarted"
    details = {"redriveCount": child.redrive_count} if child.redrive_count else {"input": child.execution_input}
    _write(frame, HistoryEventType(event), **{f"{event[0].lower()}{event[1:]}EventDetails": details})
    limit_s = DURATION_MAX_S[child.type]
    timer = the_world().clock.call_later(limit_s, frame.set_timed_out, foreground=False)
    program.eval(frame)
    timer.cancel()
    _end(env, frame, child)
    env.delete_frame(frame)


def _prepare(frame: Environment, child: Child) -> None:
    """A child sees itself as an execution: its own ids, its own history, none of its parent's variables."""
    frame.variable_store = child.progress.variables if child.progress.resumes else VariableStore()
    frame.progress = child.progress
    frame.event_manager = child.history
    child.history.when_full = lambda: full_history(frame)
    context = frame.states.context_object.context_object_data
    role = context["Execution"]["RoleArn"]
    context["Execution"] = ExecutionData(
        Id=child.execution_arn, Input=child.input, Name=child.name, RoleArn=role, StartTime=iso(child.start_date)
    )
    context["StateMachine"] = StateMachineData(
        Id=child.state_machine_arn, Name=child.state_machine_arn.rpartition(":")[2]
    )
    context["Map"] = MapData(Item=ItemData(Index=child.number, Value=child.input))
    frame.states.reset(input_value=child.input)


def _end(env: Environment, frame: Environment, child: Child) -> None:
    ended = frame._program_state
    context = frame.event_history_context
    if isinstance(ended, ProgramEnded):
        output = frame.states.get_input()
        details = {"output": json_text(output), "outputDetails": {"truncated": False}}
        _close(child, context, HistoryEventType.ExecutionSucceeded, executionSucceededEventDetails=details)
        child.end("SUCCEEDED", output)
    elif isinstance(ended, ProgramError):
        details = dict(ended.error or {})
        _close(child, context, HistoryEventType.ExecutionFailed, executionFailedEventDetails=details)
        child.end("FAILED", error=details.get("error"), cause=details.get("cause"))
    elif isinstance(ended, ProgramTimedOut):
        _close(child, context, HistoryEventType.ExecutionTimedOut)
        child.end("TIMED_OUT", error=StatesErrorNameType.StatesTimeout.to_name())
    else:
        _close(child, context, HistoryEventType.ExecutionAborted)
        child.end("ABORTED")


def _close(child: Child, context: EventHistoryContext, event: HistoryEventType, **details: Any) -> None:
    child.history.when_full = None  # the end is written also into a full history
    child.history.add_event(context, event, EventDetails(**details) if details else None)


def change() -> None:
    state_map.MapRunRecord = MapRun
    DistributedIterationComponent._eval_body = _eval_body
