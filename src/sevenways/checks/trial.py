"""Trying a learner's answer in a seeded world: what the authors of checks build their judges from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from motoclock.clock import HandlerSpins
from motoclock.trace import Arrival, EventOf, Failed, Invoked, Succeeded, TimedOut
from motoclock.wording import listed, name_of, shortened
from motoclock.world import current_world
from sevenways.checks.lines import kind_of
from sevenways.checks.other_clouds import about_clouds
from sevenways.checks.policies import all_would_arrive, with_what_is_missing
from sevenways.checks.registry import NotAttempted, Observation
from sevenways.checks.worlds import remembered
from sevenways.cloud import Cloud, Ended, RunRecord
from sevenways.learners_code import error_in_words, mistake_in_words

_UNFINISHED = "NotImplementedError"


@contextmanager
def lab_cloud(
    seed: int = 0, holes: bool = False, policies: bool = True, *, strict_permissions: bool = False, **options: Any
) -> Iterator[Cloud]:
    """A Cloud for one trial. When a handler in it was still a hole, the task counts as not attempted, whatever else was seen.

    A delivery that no policy allows is named: where it was refused, with what was seen; else when there is nothing else to say.

    `holes`: not here, since the answer itself deploys what it likes; the check says which they are. `policies`: False where the
    check has a stage of its own for them.
    """
    with Cloud(seed=seed, strict_permissions=strict_permissions, **options) as cloud, remembered(cloud):
        try:
            yield cloud
            if policies and not strict_permissions:
                all_would_arrive(cloud)
        except HandlerSpins as error:
            raise Observation(str(error)) from error
        except Observation as seen:
            told = _with_what_nobody_read(seen, cloud)
            raise with_what_is_missing(told, cloud) if policies and strict_permissions else told from seen
        finally:
            if not holes and holes_of(cloud):
                raise NotAttempted


def _with_what_nobody_read(seen: Observation, cloud: Cloud) -> Observation:
    """A report of failures whose mapping lacks the option is lost without a trace on AWS, and behind much that a check sees."""
    for event in cloud.trace.of(Succeeded):
        if event.what.unread_ids:
            name = name_of(event.what.function)
            clause = f"the mapping of {name} does not read its batchItemFailures: it has no ReportBatchItemFailures"
            return Observation(f"{str(seen).rstrip('.')}; {clause}", seen.shown)
    return seen


@cache
def client(service: str) -> Any:
    """A boto3 client for a check's own calls. It reaches the Cloud that is open, may outlive it, and takes long to make."""
    return boto3.client(service)


def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a learner's function. A hole counts as not attempted; an exception becomes the observation."""
    if function is ...:
        raise NotAttempted
    name = _called(function)
    if not callable(function):
        raise Observation(f"a function was expected, and this is {kind_of(function)}")
    before = current_world()
    try:
        result = function(*args, **kwargs)
    except (NotImplementedError, NotAttempted):
        raise NotAttempted from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if elsewhere := about_clouds(name, before, error):
            raise Observation(elsewhere) from error
        raise Observation(f"{name} raised {mistake_in_words(error)}{_functions_there(error)}") from error
    if elsewhere := about_clouds(name, before):
        raise Observation(elsewhere)
    if result is ...:
        raise NotAttempted
    return result


def prepare(cloud: Cloud, function: Callable[..., Any], *args: Any) -> Any:
    """`attempt`, for an answer that makes things ready before anything is sent.

    What the check will look for has to come from the system, so an answer that sends it by itself gets told.
    """
    result = attempt(function, *args)
    for event in cloud.trace:
        if isinstance(event.what, Arrival):
            sent = f"“{shortened(event.what.label, 40)}” to {name_of(str(event.resource))}"
            raise Observation(f"{_called(function)} itself sent {sent}, before anything had happened")
    return result


def from_now(cloud: Cloud) -> Callable[[float, Callable[[], object]], object]:
    """Plans what happens so many seconds after this moment: an answer may have waited for what it made, as one does on AWS."""
    began = cloud.elapsed
    return lambda seconds, action: cloud.at(began + seconds, action)


def _called(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", "your answer")


def _functions_there(error: BaseException) -> str:
    """After a call of Lambda that found nothing: which functions there are, since a name may differ by a hyphen."""
    if not isinstance(error, ClientError) or error.response["Error"]["Code"] != "ResourceNotFoundException":
        return ""
    if error.operation_name not in client("lambda").meta.method_to_api_mapping.values():
        return ""
    names = [function["FunctionName"] for function in client("lambda").list_functions()["Functions"]]
    if len(names) == 1:
        return f"; the function here is {names[0]}"
    return f"; the functions here are {listed(names, 6)}" if names else "; there is no function here"


def submit(what: str, call: Callable[..., Any], chosen: Any, **given: Any) -> Any:
    """Make an AWS call with the arguments that the learner chose and those that are given. `what` opens the sentence of a refusal."""
    if not isinstance(chosen, dict):
        raise Observation(f"{what} needs a dict of arguments, and got {kind_of(chosen)}")
    try:
        return call(**{**chosen, **given})
    except (ClientError, BotoCoreError) as error:
        raise Observation(f"{what} was refused: {error_in_words(error)}") from error


def deploy(cloud: Cloud, handler: Callable[..., Any], **configuration: Any) -> str:
    """Deploy a learner's handler; what can't be packaged or configured becomes the observation. Returns the function's ARN."""
    if handler is ...:
        raise NotAttempted
    if not callable(handler):
        raise Observation(f"a handler was expected, and this is {kind_of(handler)}")
    try:
        return cloud.deploy(handler, **configuration)
    except Exception as error:
        raise Observation(f"{handler.__name__} could not be deployed: {error_in_words(error)}") from error


def let_in(function: str, principal: str) -> None:
    """In a check's own wiring: a statement that lets a service invoke a function, so that whatever AWS would refuse is the answer's."""
    client("lambda").add_permission(
        FunctionName=function,
        StatementId=principal.partition(".")[0],
        Action="lambda:InvokeFunction",
        Principal=principal,
    )


def run(cloud: Cloud, seconds: float | None = None) -> RunRecord:
    """Let the trial's time pass. A system that never comes to rest is an observation."""
    record = cloud.run(seconds)
    if record.ended not in (Ended.AT_REST, Ended.AS_ASKED):
        raise Observation(f"the system never came to rest: {record.stopped}")
    return record


def observe(holds: bool, otherwise: str) -> None:
    """An invariant and the sentence about its breach."""
    if not holds:
        raise Observation(otherwise)


def stays(function: str) -> Any:
    """After an answer: the configuration of a function that is not hers to delete."""
    aws_lambda = client("lambda")
    try:
        return aws_lambda.get_function_configuration(FunctionName=function)
    except aws_lambda.exceptions.ResourceNotFoundException as error:
        raise Observation(f"{function} is gone afterwards; it has to stay") from error


def timeout_stays(function: str, seconds: int) -> None:
    """After an answer, where the task says that the function's timeout is not hers to change."""
    found = stays(function)["Timeout"]
    observe(found == seconds, f"{function}'s timeout was {found} s afterwards; it has to stay {seconds} s")


def runs_of(cloud: Cloud, function: str) -> list[EventOf[Invoked]]:
    """The invocations of a function that started, by name, in order."""
    return [event for event in cloud.trace.of(Invoked) if name_of(event.what.function) == function]


def holes_of(cloud: Cloud) -> list[str]:
    """The functions that ran and were still holes, by name, each once."""
    holes = (event.what for event in cloud.trace.of(Failed) if event.what.error_type == _UNFINISHED)
    return list(dict.fromkeys(name_of(detail.function) for detail in holes))


def failures_of(cloud: Cloud, function: str) -> list[str]:
    """The errors that a function raised, each once, in order: to name them in an observation."""
    failed = (event.what for event in cloud.trace.of(Failed) if name_of(event.what.function) == function)
    return list(dict.fromkeys(": ".join(filter(None, (detail.error_type, detail.error))) for detail in failed))


def stopped(cloud: Cloud, function: str) -> str:
    """A clause about runs that came to the function's timeout; "" when none did."""
    runs = [event.what for event in cloud.trace.of(TimedOut) if name_of(event.what.function) == function]
    return f"; {function} was stopped after {runs[0].duration_s:g} s, its timeout" if runs else ""
