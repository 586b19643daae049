"""One invocation: from the environment it got to its outcome."""

import json
import math
from collections.abc import Callable
from typing import Any

from motoclock.clock import DeadTask, Timer
from motoclock.facts import lambda_, modelled
from motoclock.functions import errors
from motoclock.functions.call import Call
from motoclock.functions.context import ClientContext, LambdaContext
from motoclock.functions.deployed import Deployed
from motoclock.functions.environments import Environment
from motoclock.functions.log_streams import keep_open
from motoclock.functions.marshalling import marshalled
from motoclock.functions.outcome import Outcome, Status
from motoclock.functions.surroundings import HandlerSurroundings, utc_text
from motoclock.on_behalf import OnBehalf
from motoclock.platform import switching
from motoclock.platform.switching import StrandExit
from motoclock.trace import Failed, Succeeded, TimedOut
from motoclock.world import World

COLD_START_S = modelled.COLD_START_S.value
INVOCATION_MIN_S = modelled.INVOCATION_MIN_S.value
INIT_MAX_S = modelled.INIT_MAX_S.value
MEMORY_USED_MB = modelled.MEMORY_USED_MB.value
RESPONSE_MAX_BYTES = lambda_.RESPONSE_MAX_BYTES.value
_ENDS = {Status.SUCCEEDED: Succeeded, Status.FAILED: Failed, Status.TIMED_OUT: TimedOut}


class Invocation:
    """Starts at once. `release` gets the environment back, or None when it is gone; then `finished` gets the outcome."""

    def __init__(
        self,
        world: World,
        deployed: Deployed,
        environment: Environment,
        call: Call,
        request_id: str,
        *,
        cold: bool,
        release: Callable[[Environment, bool], None],
        finished: Callable[[Outcome], None],
    ):
        self._world, self._clock = world, world.clock
        self._deployed, self._environment = deployed, environment
        self._call, self._request_id, self._cold = call, request_id, cold
        self._release, self._finished = release, finished
        self._timeout_s = float(deployed.function.timeout)
        self._started = self._clock.now
        self._init_s = 0.0
        self._ended = False
        self._first_line = len(environment.log.lines)
        self._timer: Timer | None = None
        # a call that was given no messages works for what its caller does
        behalf = OnBehalf(deployed.arn, request_id, call.message_ids or self._clock.on_behalf.message_ids)
        surroundings = HandlerSurroundings(environment)
        self.task = self._clock.spawn(self._run, name=environment.name, surroundings=surroundings, on_behalf=behalf)
        switching.use_context(self.task, environment.context)
        self.task.handler = True
        self.task.in_api = 1  # only the learner's code may be interrupted
        self.task.on_abandoned = self._stopped

    # ------------------------------------------------------------------ in the Task

    def _run(self) -> None:
        try:
            if self._cold:
                self._initialise()
            self._handle()
        except errors.LoadFailure as failure:
            self._environment.log.event(failure.error.log_text())
            self._end(Status.FAILED, failure.error, keep=False)
        except SystemExit as stop:
            self._end(Status.FAILED, errors.exited(self._request_id, stop.code), keep=False)
        except DeadTask:
            raise
        # KeyboardInterrupt and others that no runtime catches; the clock's own never arrive here
        except BaseException as stop:
            if isinstance(stop, StrandExit) and (self.task.abandoned or self._clock.closed):
                raise  # the platform collects it; anybody else who raises this is a handler
            self._environment.log.event(errors.raised(stop, self._environment.loader.bundle).log_text())
            self._end(Status.FAILED, errors.exited(self._request_id, 1), keep=False)

    def _initialise(self) -> None:
        clock = self._clock
        began = clock.now
        self._timer = clock.call_later(INIT_MAX_S, self._time_out, INIT_MAX_S)
        self._environment.log.event(f"INIT_START Runtime Version: {self._deployed.function.run_time}")
        self._first_line = len(self._environment.log.lines)  # that line is not in the tail: recorded in November 2025
        clock.sleep(COLD_START_S)
        try:
            self._enter_code()
            self._environment.load()
        finally:
            self._leave_code()
            self._init_s = round(clock.now - began, 6)
        self._timer.cancel()

    def _handle(self) -> None:
        clock, environment, deployed = self._clock, self._environment, self._deployed
        self._started = clock.now
        self._timer = clock.call_later(self._timeout_s, self._time_out, self._timeout_s)
        log = environment.log
        keep_open(environment.log_group, log)
        log.request_id = self._request_id
        log.event(f"START RequestId: {self._request_id} Version: {deployed.version}")
        context = LambdaContext(
            clock,
            self._started + self._timeout_s,
            function_name=deployed.name,
            function_version=deployed.version,
            invoked_function_arn=deployed.invoked_arn,
            memory_limit_in_mb=str(deployed.function.memory_size),
            aws_request_id=self._request_id,
            log_group_name=environment.log_group,
            log_stream_name=log.stream,
            client_context=ClientContext(self._call.client_context) if self._call.client_context else None,
        )
        error, result = None, None
        try:
            event = json.loads(self._call.payload or b"{}")
            self._enter_code()
            result = environment.handler(event, context)
        except Exception as problem:
            self._leave_code()
            error = errors.raised(problem, environment.loader.bundle)
        finally:
            self._leave_code()
        if error is None:
            error, result = _answer(result)
        elapsed = clock.now - self._started
        if elapsed < INVOCATION_MIN_S:
            clock.sleep(INVOCATION_MIN_S - elapsed)
        if error is None:
            self._end(Status.SUCCEEDED, None, result)
        else:
            log.flush()
            log.event(error.log_text())
            self._end(Status.FAILED, error)

    def _enter_code(self) -> None:
        """From here on it is the learner's code that runs."""
        self._environment.interpreter.wake()
        self.task.in_api = 0

    def _leave_code(self) -> None:
        self.task.in_api = 1
        self._environment.interpreter.rest()

    # ------------------------------------------------------------------ how it ends

    def _time_out(self, limit_s: float) -> None:
        self._clock.abandon(self.task)
        error = errors.timed_out(self._request_id, limit_s)
        log = self._environment.log
        log.flush()
        log.event(f"{utc_text(self._clock.now)} {self._request_id} Task timed out after {limit_s:.2f} seconds")
        self._end(Status.TIMED_OUT, error, keep=False)

    def _stopped(self, why: BaseException) -> None:
        """The clock stopped the handler: it span, or the learner pressed Ctrl-C."""
        self._clock.abandon(self.task)  # when one of its threads span, the handler itself is still there
        text = str(why) or f"stopped by {type(why).__name__}"
        self._end(Status.FAILED, errors.FunctionError("Runtime.Stopped", text, bare=True), keep=False)

    def _end(
        self, status: Status, error: errors.FunctionError | None, result: bytes = b"null", keep: bool = True
    ) -> None:
        if self._ended:
            return
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        ended, name = self._clock.now, self._deployed.name
        duration_s = round(ended - self._started, 6)
        # since August 2025 init is billed too
        billed_ms = max(1, math.ceil(round((duration_s + self._init_s) * 1000, 2)))
        payload = result if error is None else error.payload(self._request_id)
        reported = self._call.failed_ids(payload) if error is None and self._call.failed_ids else ()
        self._report(status, error, duration_s, billed_ms)
        self._world.trace.append(
            _ENDS[status](
                function=name,
                environment=self._environment.name,
                started=self._started,
                duration_s=duration_s,
                billed_ms=billed_ms,
                memory_mb=int(self._deployed.function.memory_size),
                init_s=self._init_s,
                error_type=error and error.type,
                error=error and error.message,
                failed_ids=() if self._call.unread else reported,
                unread_ids=reported if self._call.unread else (),
            ),
            self._deployed.arn,
            invocation_id=self._request_id,
        )
        log = self._environment.log
        outcome = Outcome(
            status,
            payload,
            self._request_id,
            self._started,
            ended,
            self._deployed.version,
            error and error.type,
            error and error.message,
            (log.lines, self._first_line, len(log.lines)),
        )
        self._release(self._environment, keep)
        try:
            self._finished(outcome)
        except Exception as error:  # not the function's: nothing of it belongs in its log
            self._clock.fault(f"what follows an invocation of {self._deployed.name}", error)

    def _report(self, status: Status, error: errors.FunctionError | None, duration_s: float, billed_ms: int) -> None:
        log, memory_mb = self._environment.log, int(self._deployed.function.memory_size)
        log.flush()
        if error is not None and error.bare and status is Status.FAILED:
            log.event(error.message)
        log.event(f"END RequestId: {self._request_id}")
        line = (
            f"REPORT RequestId: {self._request_id}\tDuration: {duration_s * 1000:.2f} ms\tBilled Duration: {billed_ms} ms"
            f"\tMemory Size: {memory_mb} MB\tMax Memory Used: {min(memory_mb, MEMORY_USED_MB)} MB"
        )
        if self._init_s:
            line += f"\tInit Duration: {self._init_s * 1000:.2f} ms"
        if status is Status.TIMED_OUT:
            line += "\tStatus: timeout"
        elif error is not None:
            line += f"\tStatus: error\tError Type: {error.type}"
        log.event(line)


def _answer(result: Any) -> tuple[errors.FunctionError | None, bytes | None]:
    """The result as JSON, or why it is none, or is too large."""
    try:
        payload = marshalled(result)
    except Exception as problem:
        return errors.FunctionError("Runtime.MarshalError", f"Unable to marshal response: {problem}"), None
    if len(payload) > RESPONSE_MAX_BYTES:
        text = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_MAX_BYTES} bytes)."
        return errors.FunctionError("Function.ResponseSizeTooLarge", text, bare=True), None
    return None, payload
