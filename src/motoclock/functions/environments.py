"""Execution environments: where a function's code lives between invocations, warm, with its own globals."""

import logging
import sys
from collections import deque
from contextvars import Context
from importlib import import_module
from typing import Any

from motoclock.clock import Clock, Task
from motoclock.facts import lambda_, modelled
from motoclock.functions import errors
from motoclock.functions.bundle import LAYER_FOLDERS, LAYER_ROOT, TASK_ROOT
from motoclock.functions.deployed import Deployed, log_group_of
from motoclock.functions.interpreter import Interpreter
from motoclock.functions.loader import BundleLoader
from motoclock.functions.logs import EnvironmentLog
from motoclock.functions.machine import Disk, Machine
from motoclock.functions.surroundings import STDERR, STDOUT, LambdaLoggerHandler
from motoclock.functions.variables import Variables
from motoclock.functions.virtual.chance import FileNames
from motoclock.world import REGION, World

ENVIRONMENT_IDLE_S = modelled.ENVIRONMENT_IDLE_S.value
SCALING_STEP = lambda_.SCALING_STEP.value
SCALING_INTERVAL_S = lambda_.SCALING_INTERVAL_S.value


class Environment:
    """One environment of one revision of a function. It runs one invocation at a time."""

    def __init__(self, world: World, name: str, deployed: Deployed, disk: Disk):
        self.name = name
        self.function_arn = deployed.arn
        self.revision = deployed.revision
        self.context = Context()  # contextvars, decimal's settings among them: those of its one main thread
        self.random = world.random(f"environment/{name}")  # the dice of `random`, which its code may seed
        self.entropy = world.random(f"environment/{name}/entropy")  # what its machine has: `os.urandom`
        self.file_names = FileNames(self.entropy)
        bundle = deployed.bundle()
        self.machine = Machine(disk, bundle)
        self.interpreter = Interpreter()
        self.loader = BundleLoader(bundle, self.interpreter)
        self.hidden = self.loader.hidden()
        self.log_group = deployed.log_group
        shared = (
            "" if self.log_group == log_group_of(deployed.name) else deployed.name
        )  # a group that others may log to, too
        stream = f"{world.clock.datetime:%Y/%m/%d}/{shared}[{deployed.version}]{name}"
        self.log = EnvironmentLog(world.clock, stream)
        self.log_handlers: list[logging.Handler] = [LambdaLoggerHandler()]
        self.log_filters: list[Any] = []
        self.log_level = logging.WARNING
        self.loggers = logging.Manager(logging.root)
        self.variables = Variables(_variables(deployed, self.log_group, stream))
        self.stdout: Any = STDOUT
        self.stderr: Any = STDERR
        self.argv = ["/var/runtime/bootstrap.py"]
        self.path = [TASK_ROOT, *(f"{LAYER_ROOT}/{folder.rstrip('/')}" for folder in LAYER_FOLDERS), *sys.path]
        self.handler: Any = None
        self.loop: Any = None  # the event loop that `asyncio.get_event_loop()` gives in this environment
        self.strands: dict[Task, Any] = {}  # Tasks of threads that the code has started, and the Thread of each
        self.threads = 0  # threads ever made
        self._function_name = deployed.name
        self._runtime = deployed.function.run_time or ("python" if deployed.function.handler else "a container image")
        self._handler_name = deployed.function.handler or ""

    def load(self) -> None:
        """Run the module and find the handler. LoadFailure holds Lambda's error."""
        runtime = self._runtime
        if not runtime.startswith("python"):
            text = f"Only Python runs here, and the runtime of {self._function_name} is {runtime}: write its handler in Python."
            raise errors.LoadFailure(errors.FunctionError("Runtime.NotPython", text))
        module_name, dot, attribute = self._handler_name.rpartition(".")
        if not dot:
            text = f"Bad handler '{self._handler_name}': not enough values to unpack (expected 2, got 1)"
            raise errors.LoadFailure(errors.FunctionError("Runtime.MalformedHandlerName", text))
        try:
            module = import_module(module_name.replace("/", "."))
        except SyntaxError as error:
            raise errors.LoadFailure(errors.syntax_error(error, module_name)) from None
        except ImportError as error:
            text = f"Unable to import module '{module_name}': {error}"
            raise errors.LoadFailure(errors.FunctionError("Runtime.ImportModuleError", text)) from None
        except Exception as error:
            raise errors.LoadFailure(errors.raised(error, self.loader.bundle)) from None
        self.handler = getattr(module, attribute, None)
        if self.handler is None:
            text = f"Handler '{attribute}' missing on module '{module_name}'"
            raise errors.LoadFailure(errors.FunctionError("Runtime.HandlerNotFound", text))

    def destroy(self, clock: Clock) -> None:
        """Its threads end with it, where they stand."""
        for strand in self.strands:
            if not strand.dead:
                clock.abandon(strand)
        self.strands = {}
        self.handler = None
        self.machine.destroy()


class Pool:
    """The environments of one version of a function."""

    def __init__(self) -> None:
        self._idle: list[tuple[Environment, float]] = []  # the one used last is at the end
        self._made: deque[float] = deque(maxlen=SCALING_STEP)

    def take(self, revision: tuple, clock: Clock) -> Environment | None:
        """A warm environment of this revision, most recently used first, or None. Old and idle ones are dropped."""
        oldest = clock.now - ENVIRONMENT_IDLE_S
        while self._idle and self._idle[0][1] <= oldest:
            self._idle.pop(0)[0].destroy(clock)
        while self._idle:
            environment, _ = self._idle.pop()
            if environment.revision == revision:
                return environment
            environment.destroy(clock)
        return None

    def put_back(self, environment: Environment, clock: Clock) -> None:
        self._idle.append((environment, clock.now))

    def drop(self, clock: Clock) -> None:
        for environment, _ in self._idle:
            environment.destroy(clock)
        self._idle.clear()

    @property
    def idle(self) -> int:
        return len(self._idle)

    def may_make(self, now: float) -> int:
        """How many new environments the scaling rate allows now: 1,000 in 10 s."""
        while self._made and self._made[0] <= now - SCALING_INTERVAL_S:
            self._made.popleft()
        return SCALING_STEP - len(self._made)

    def made(self, now: float) -> None:
        self._made.append(now)


def _variables(deployed: Deployed, log_group: str, stream: str) -> dict[str, str]:
    """What Lambda puts into os.environ, and the function's own variables. Nothing of the host's."""
    runtime = deployed.function.run_time or "python3.13"
    return {
        "AWS_ACCESS_KEY_ID": "ASIASEVENWAYSEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "never-leaves-this-machine",
        "AWS_SESSION_TOKEN": "never-leaves-this-machine",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployed.function.memory_size),
        "AWS_LAMBDA_FUNCTION_NAME": deployed.name,
        "AWS_LAMBDA_FUNCTION_VERSION": deployed.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_REGION": REGION,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": TASK_ROOT,
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PYTHONPATH": f"{LAYER_ROOT}/python:/var/runtime",
        "TZ": ":UTC",
        "_HANDLER": deployed.function.handler or "",
        **{str(name): str(value) for name, value in deployed.function.environment_vars.items()},
    }
