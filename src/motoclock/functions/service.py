"""The Lambda service of one world."""

import uuid
from collections.abc import Callable

from motoclock import trace
from motoclock.functions import deployed as functions_in_moto
from motoclock.functions import loader
from motoclock.functions.asynchronous import AsynchronousQueue
from motoclock.functions.call import Call
from motoclock.functions.concurrency import Concurrency
from motoclock.functions.deployed import Deployed
from motoclock.functions.environments import Environment, Pool
from motoclock.functions.log_streams import open_stream
from motoclock.functions.logs import LogLines
from motoclock.functions.machine import Disk
from motoclock.functions.outcome import FunctionNotFound, Outcome, RecursionStopped, Throttled
from motoclock.functions.recursion import stop_loops
from motoclock.functions.running import Invocation
from motoclock.trace import Invoked
from motoclock.world import World

SCALING_CODE = "FunctionInvocationRateLimitExceeded"


class LambdaService:
    """Invokes functions in environments, within the concurrency that is free. `invocations` counts what has started."""

    def __init__(self, world: World):
        self.invocations = 0
        self._disk = Disk()
        loader.install()
        self.concurrency = Concurrency(world.options.account_concurrency)
        self._world, self._clock = world, world.clock
        self._request_ids = world.random("lambda.request-ids")
        self._pools: dict[tuple[str, str], Pool] = {}
        self._made: dict[str, int] = {}  # environments ever made, by function
        self._logs: dict[str, list] = {}  # log streams, by function
        self._asynchronous = AsynchronousQueue(world, self.start, self.new_request_id)
        self._running: dict[Environment, Invocation] = {}
        world.clock.on_close.append(self._abandon_all)

    # ------------------------------------------------------------------ invoking

    def invoke(self, call: Call) -> Outcome:
        """Run a function and wait for its end: in a Task virtual time passes for the others, from a cell the world runs on.

        Throttled when no concurrency is free, FunctionNotFound, RecursionStopped.
        """
        done = self._clock.signal()
        outcomes: list[Outcome] = []

        def finished(outcome: Outcome) -> None:
            outcomes.append(outcome)
            done.fire()

        self.start(call, finished)
        self._clock.wait(done)
        return outcomes[0]

    def start(self, call: Call, finished: Callable[[Outcome], None]) -> str:
        """As `invoke`, without waiting: `finished` gets the outcome. Returns the request id."""
        deployed = functions_in_moto.find(self._world, call.function, call.qualifier)
        counts, caller = self._world.loop_counts, self._clock.on_behalf
        stop_loops(deployed.name, counts.passes(deployed.name, call.message_ids, caller))
        environment, cold = self._environment_for(deployed, call)
        request_id = call.request_id or self.new_request_id()
        counts.started(deployed.name, request_id, call.message_ids, caller)
        self.invocations += 1
        self._world.trace.append(
            Invoked(
                deployed.name,
                environment.name,
                cold,
                call.source,
                call.message_ids,
                call.attempt,
                call.mode,
                call.groups,
                len(call.payload),
            ),
            deployed.arn,
            invocation_id=request_id,
        )
        self._running[environment] = Invocation(
            self._world,
            deployed,
            environment,
            call,
            request_id,
            cold=cold,
            release=lambda environment, keep: self._release(deployed, environment, keep),
            finished=finished,
        )
        return request_id

    def invoke_async(
        self,
        function_ref: str,
        payload: bytes,
        *,
        source: str,
        origins: tuple[str, ...] = (),
        message_id: str | None = None,
        qualifier: str | None = None,
    ) -> str:
        """Put an event into Lambda's asynchronous queue and return its request id: the 202. FunctionNotFound, ValueError above 1 MB.

        `message_id` is the event's id in the trace (the request id unless given), `origins` the messages that it came from.
        """
        return self._asynchronous.accept(
            function_ref, payload, source=source, origins=origins, message_id=message_id, qualifier=qualifier
        )

    def new_request_id(self) -> str:
        return str(uuid.UUID(int=self._request_ids.getrandbits(128), version=4))

    # ------------------------------------------------------------------ looking

    def concurrency_free(self, function_ref: str) -> int:
        """How many invocations of the function could start now: 0 means that the next is throttled."""
        deployed = functions_in_moto.find(self._world, function_ref)
        pool = self._pool(deployed)
        return min(self.concurrency.free(deployed.name), pool.idle + pool.may_make(self._clock.now))

    def resolve(self, function_ref: str, qualifier: str | None = None) -> Deployed:
        """What an invocation of this name or ARN would run. FunctionNotFound."""
        return functions_in_moto.find(self._world, function_ref, qualifier)

    def loops_among(self, function_ref: str, message_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those of a batch's messages that have come round so often that Lambda would stop the function."""
        if not self.exists(function_ref):
            return ()
        name = self.resolve(function_ref).name
        found = []
        for message_id in message_ids:
            try:
                stop_loops(name, self._world.loop_counts.passes(name, (message_id,)))
            except RecursionStopped:
                found.append(message_id)
        return tuple(found)

    def timeout_of(self, function_ref: str) -> float | None:
        """The function's timeout in seconds; None when there is no such function."""
        return float(self.resolve(function_ref).function.timeout) if self.exists(function_ref) else None

    def exists(self, function_ref: str) -> bool:
        try:
            functions_in_moto.find(self._world, function_ref)
        except FunctionNotFound:
            return False
        return True

    def logs(self, name: str) -> LogLines:
        """What the function has logged, in order of time. FunctionNotFound for a name that never was one."""
        if name not in self._logs:
            functions_in_moto.find(self._world, name)
        lines = [line for log in self._logs.get(name, ()) for line in log.lines]
        return LogLines(sorted(lines, key=lambda line: line.at))

    def code(self, name: str) -> str:
        """The source of the module that holds the handler, as it was packaged."""
        deployed = functions_in_moto.find(self._world, name)
        module = (deployed.function.handler or "").rpartition(".")[0].replace("/", ".")
        bundle = deployed.bundle()
        path, _ = bundle.modules.get(module, (None, False))
        if path is None:
            raise LookupError(f"The package of {name} holds no module {module!r}: look at its Handler setting.")
        return bundle.source(path)

    # ------------------------------------------------------------------ environments

    def reset_environments(self, name: str) -> None:
        """Drop the function's warm environments: its code or configuration changed, or it was deleted."""
        for (function, _), pool in self._pools.items():
            if function == name:
                pool.drop(self._clock)

    def _environment_for(self, deployed: Deployed, call: Call) -> tuple[Environment, bool]:
        refusal = self.concurrency.refusal(deployed.name)
        pool = self._pool(deployed)
        if refusal is None:
            environment = pool.take(deployed.revision, self._clock)
            if environment is not None:
                self.concurrency.take(deployed.name)
                return environment, False
            if pool.may_make(self._clock.now) > 0:
                self.concurrency.take(deployed.name)
                return self._new_environment(deployed, pool), True
            refusal = "scaling rate: 1,000 new environments in 10 s", SCALING_CODE
        reason, code = refusal
        self._world.trace.append(trace.Throttled(deployed.name, reason, call.source, call.message_ids), deployed.arn)
        raise Throttled(reason, code, self.concurrency.is_barred(deployed.name))

    def _new_environment(self, deployed: Deployed, pool: Pool) -> Environment:
        pool.made(self._clock.now)
        number = self._made[deployed.name] = self._made.get(deployed.name, 0) + 1
        environment = Environment(self._world, f"{deployed.name}-{number}", deployed, self._disk)
        self._logs.setdefault(deployed.name, []).append(environment.log)
        open_stream(environment.log_group, environment.log)
        return environment

    def _release(self, deployed: Deployed, environment: Environment, keep: bool) -> None:
        self.concurrency.give_back(deployed.name)
        del self._running[environment]
        if keep:
            self._pool(deployed).put_back(environment, self._clock)
        else:
            environment.destroy(self._clock)

    def _abandon_all(self) -> None:
        """The Cloud is closed: what still runs stays where it is, for ever. Collecting it would run its `finally` blocks."""
        for environment, invocation in self._running.items():
            self._clock.abandon(invocation.task)
            environment.destroy(self._clock)
        for pool in self._pools.values():
            pool.drop(self._clock)
        self._running.clear()
        self._pools.clear()
        self._disk.close()

    def _pool(self, deployed: Deployed) -> Pool:
        return self._pools.setdefault((deployed.name, deployed.version), Pool())
