"""Lambda's queue for asynchronous invocations: the caller gets its 202 at once, and the retries are Lambda's own affair.

docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html. Settings are read from moto at each attempt, for the
function, version or alias that was invoked. Modelled: the waits after errors are exact, those after throttles a seeded part of a
doubling one, whatever the length of the queue; nothing is lost unrun.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import lambda_backends

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.facts import lambda_, modelled
from motoclock.functions.call import Call
from motoclock.functions.deployed import Deployed, find, function_arn
from motoclock.functions.outcome import FunctionNotFound, Outcome, RecursionStopped, Throttled
from motoclock.functions.virtual.current import running_environment
from motoclock.trace import DIRECT, Accepted, Dropped, Loss, Mode, Retried
from motoclock.world import ACCOUNT, REGION, World

QUEUE_S = modelled.ASYNC_QUEUE_S.value
RETRIES_DEFAULT = lambda_.ASYNC_RETRIES_DEFAULT.value
RETRY_WAITS_S = lambda_.ASYNC_RETRY_WAITS_S.value
EVENT_AGE_DEFAULT_S = lambda_.ASYNC_EVENT_AGE_DEFAULT_S.value
THROTTLE_BACKOFF = lambda_.ASYNC_THROTTLE_BACKOFF.value
ERROR_MESSAGE_MAX_BYTES = lambda_.DLQ_ERROR_MESSAGE_MAX_BYTES.value
_LABEL_CHARACTERS = 60

SUCCESS = "Success"
RETRIES_EXHAUSTED = "RetriesExhausted"
EVENT_AGE_EXCEEDED = "EventAgeExceeded"
ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"
RECURSIVE_INVOCATION = "RecursiveInvocation"  # modelled: AWS does not say what its record says


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What goes to the function's own dead-letter queue or topic: the original event, and what failed as attributes."""

    target_arn: str
    body: bytes
    request_id: str
    error_code: int
    error_message: str


@dataclass(frozen=True, slots=True)
class AsyncRecord:
    """One event after its final outcome; announced as LAMBDA_ASYNC_FINISHED. At most one record an event, and one a duplicate.

    `invoked_arn` carries the qualifier, $LATEST when none was asked for; `runs` counts the attempts; `destination` is the ARN to notify
    (OnSuccess or OnFailure), `dead_letter` what the function's own dead-letter target gets. Both may be set, or neither.
    """

    function_name: str
    function_arn: str
    invoked_arn: str
    request_id: str
    message_id: str
    origins: tuple[str, ...]
    payload: bytes
    condition: str  # one of the five above
    runs: int
    accepted_at: float
    outcome: Outcome | None  # the last run's; None when nothing ever ran
    destination: str | None
    dead_letter: DeadLetter | None

    @property
    def ok(self) -> bool:
        return self.condition == SUCCESS

    @property
    def because(self) -> Loss | None:
        return Loss.LOOP if self.condition == RECURSIVE_INVOCATION else None

    @property
    def why(self) -> str:
        """Why it was given up, as a part of a sentence: "given up after 3 runs"."""
        return why_given_up(self.condition, self.runs)


def why_given_up(condition: str, runs: int) -> str:
    """What a condition means, as a part of a sentence."""
    after = {0: "without a single run", 1: "after 1 run"}.get(runs, f"after {runs} runs")
    return {
        RETRIES_EXHAUSTED: f"given up {after}",
        EVENT_AGE_EXCEEDED: f"given up {after}, because the event had grown too old",
        ZERO_RESERVED_CONCURRENCY: f"given up {after}, because the function's reserved concurrency is 0",
        RECURSIVE_INVOCATION: f"dropped {after}, because it was {Loss.LOOP}",
    }[condition]


@dataclass(slots=True)
class _Queued:
    """An event in the queue."""

    function_ref: str
    qualifier: str | None
    payload: bytes
    source: str
    origins: tuple[str, ...]
    message_id: str
    request_id: str
    accepted_at: float
    runs: int = 0
    throttles: int = 0
    outcome: Outcome | None = None

    def call(self) -> Call:
        """Its next run."""
        return Call(
            self.function_ref,
            self.payload,
            mode=Mode.ASYNCHRONOUS,
            source=self.source,
            message_ids=(self.message_id,),
            attempt=self.runs + 1,
            qualifier=self.qualifier,
            request_id=self.request_id,
        )


class AsynchronousQueue:
    """All events that were accepted and have no final outcome yet. `start` begins an invocation, as LambdaService.start."""

    def __init__(
        self, world: World, start: Callable[[Call, Callable[[Outcome], None]], str], new_request_id: Callable[[], str]
    ):
        self._world, self._clock = world, world.clock
        self._start, self._new_request_id = start, new_request_id

    def accept(
        self,
        function_ref: str,
        payload: bytes,
        *,
        source: str,
        origins: tuple[str, ...] = (),
        message_id: str | None = None,
        qualifier: str | None = None,
    ) -> str:
        """Queue an event and return its request id. FunctionNotFound, ValueError for more than 1 MB."""
        if len(payload) > lambda_.ASYNC_PAYLOAD_MAX_BYTES.value:
            raise ValueError(
                f"An asynchronous event may hold {lambda_.ASYNC_PAYLOAD_MAX_BYTES}, and this one holds more."
            )
        deployed = find(self._world, function_ref, qualifier)
        request_id = self._new_request_id()
        message_id = message_id or request_id
        environment, caller = running_environment(), self._clock.on_behalf
        sender = environment and environment.function_arn
        if source == DIRECT:  # what it was given led to this
            origins, sender = origins or caller.message_ids, sender or caller.arn
        # what a service hands over continues its own chain; `DIRECT` is a handler's or a cell's call
        self._world.loop_counts.carry(message_id, caller, origins, source)
        label = payload.decode(errors="replace")[:_LABEL_CHARACTERS]
        self._world.trace.append(
            Accepted(label, len(payload), origins=tuple(origins), sender=sender), deployed.arn, message_id, request_id
        )
        for _ in range(1 + self._world.chance.twice("lambda.duplicates")):
            queued = _Queued(
                deployed.name,
                deployed.qualifier,
                payload or b"{}",
                source,
                tuple(origins),
                message_id,
                request_id,
                self._clock.now,
            )
            self._clock.call_later(QUEUE_S, self._attempt, queued)
        return request_id

    def _attempt(self, queued: _Queued) -> None:
        try:
            deployed = find(self._world, queued.function_ref, queued.qualifier)
        except FunctionNotFound as missing:
            self._drop(queued, function_arn(queued.function_ref), _deleted(missing))
            return
        settings = _settings(deployed)
        if self._clock.now - queued.accepted_at >= _age_s(settings):
            self._finish(queued, deployed, settings, EVENT_AGE_EXCEEDED)
            return
        try:
            self._start(queued.call(), lambda outcome: self._ran(queued, outcome))
        except Throttled as throttled:
            if throttled.is_for_ever:
                self._finish(queued, deployed, settings, ZERO_RESERVED_CONCURRENCY)
                return
            queued.throttles += 1
            luck = self._world.chance.of("lambda.throttles", queued.message_id, queued.throttles)
            wait_s = THROTTLE_BACKOFF.jittered_s(queued.throttles, luck)
            self._try_again(queued, deployed, settings, wait_s, f"throttled: {throttled.reason}")
        except RecursionStopped:
            self._finish(queued, deployed, settings, RECURSIVE_INVOCATION)

    def _ran(self, queued: _Queued, outcome: Outcome) -> None:
        queued.runs += 1
        queued.outcome = outcome
        try:
            deployed = find(self._world, queued.function_ref, queued.qualifier)
        except FunctionNotFound as missing:
            if not outcome.ok:
                self._drop(queued, function_arn(queued.function_ref), _deleted(missing))
            return
        settings = _settings(deployed)
        if outcome.ok:
            self._finish(queued, deployed, settings, SUCCESS)
        elif queued.runs > int(settings.get("MaximumRetryAttempts", RETRIES_DEFAULT)):
            self._finish(queued, deployed, settings, RETRIES_EXHAUSTED)
        else:
            wait_s = RETRY_WAITS_S[min(queued.runs, len(RETRY_WAITS_S)) - 1]
            self._try_again(queued, deployed, settings, wait_s, outcome.error_type or "error")

    def _try_again(
        self, queued: _Queued, deployed: Deployed, settings: dict[str, Any], wait_s: float, why: str
    ) -> None:
        """Wait, but no longer than the event may live."""
        left_s = queued.accepted_at + _age_s(settings) - self._clock.now
        if wait_s < left_s:
            self._world.trace.append(
                Retried(deployed.arn, queued.runs + 1, wait_s, why), deployed.arn, queued.message_id, queued.request_id
            )
        self._clock.call_later(max(0.0, min(wait_s, left_s)), self._attempt, queued)

    def _finish(self, queued: _Queued, deployed: Deployed, settings: dict[str, Any], condition: str) -> None:
        wanted = "OnSuccess" if condition == SUCCESS else "OnFailure"
        destination = ((settings.get("DestinationConfig") or {}).get(wanted) or {}).get("Destination") or None
        dead_letter = None if condition == SUCCESS else _dead_letter(queued, deployed, condition)
        if condition != SUCCESS and destination is None and dead_letter is None:
            text = f"{why_given_up(condition, queued.runs)}, and no dead-letter queue or destination was set"
            self._drop(queued, deployed.arn, text, Loss.LOOP if condition == RECURSIVE_INVOCATION else None)
        self._world.announce(
            announcements.LAMBDA_ASYNC_FINISHED,
            AsyncRecord(
                deployed.name,
                deployed.arn,
                f"{deployed.arn}:{queued.qualifier or '$LATEST'}",
                queued.request_id,
                queued.message_id,
                queued.origins,
                queued.payload,
                condition,
                queued.runs,
                queued.accepted_at,
                queued.outcome,
                destination,
                dead_letter,
            ),
        )

    def _drop(self, queued: _Queued, arn: str, why: str, because: Loss | None = None) -> None:
        self._world.trace.append(Dropped(why, arn, because=because), arn, queued.message_id, queued.request_id)


def _deleted(missing: FunctionNotFound) -> str:
    """An alias or a version may go while its function stays."""
    qualifier = Arn.of(missing.arn).path[2:]
    return f"its version or alias {qualifier[0]} was deleted" if qualifier else "the function was deleted"


def _settings(deployed: Deployed) -> dict[str, Any]:
    return lambda_backends[ACCOUNT][REGION].event_invoke_config_of(deployed.name, deployed.qualifier)


def _age_s(settings: dict[str, Any]) -> float:
    return float(settings.get("MaximumEventAgeInSeconds") or EVENT_AGE_DEFAULT_S)


def _dead_letter(queued: _Queued, deployed: Deployed, condition: str) -> DeadLetter | None:
    target = (deployed.function.dead_letter_config or {}).get("TargetArn")
    if not target:
        return None
    outcome = queued.outcome
    code = 200 if condition == RETRIES_EXHAUSTED or outcome is not None else 429
    message = (outcome.error if outcome is not None else None) or condition
    message = message.encode()[:ERROR_MESSAGE_MAX_BYTES].decode(errors="ignore")
    return DeadLetter(target, queued.payload, queued.request_id, code, message)
