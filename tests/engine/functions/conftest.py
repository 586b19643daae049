"""A world with moto and functions, without deliveries: these tests are about Lambda alone."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from motoclock.functions import LambdaService, package
from motoclock.services.seams import parking
from motoclock.trace import Event, Kind
from motoclock.world import ACCOUNT, Options, World, current_world, set_current_world
from tests.clients import client

ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda"


def zipped(files: dict[str, str]) -> bytes:
    """A zip of text files by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()


class Account:
    """Ordinary boto3, and a clock to turn."""

    def __init__(self, **options: Any):
        self.world = World(Options(**options))
        self.clock = self.world.clock
        self.trace = self.world.trace
        self.functions = LambdaService(self.world)
        self.world.services = SimpleNamespace(functions=self.functions)

    @property
    def client(self) -> Any:
        return client("lambda")

    def make_role(self) -> None:
        client("iam").create_role(RoleName="lambda", AssumeRolePolicyDocument="{}")

    def deploy(self, handler: Callable[[Any, Any], Any], name: str | None = None, **settings: Any) -> str:
        packaged = package(handler)
        return self.create(name or handler.__name__, packaged.zip_bytes, packaged.handler, **settings)

    def create(self, name: str, zip_bytes: bytes, handler: str, **settings: Any) -> str:
        return self.client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=ROLE,
            Handler=handler,
            Code={"ZipFile": zip_bytes},
            **settings,
        )["FunctionArn"]

    @staticmethod
    def zip(files: dict[str, str]) -> bytes:
        return zipped(files)

    def make(
        self, name: str, source: str = "", handler: str = "app.handler", files: Any = None, **settings: Any
    ) -> str:
        """A function whose zip holds app.py, and other files by path."""
        return self.create(name, zipped({"app.py": source, **(files or {})}), handler, **settings)

    def call(self, name: str, event: Any = None, **arguments: Any) -> dict[str, Any]:
        """A synchronous invoke from a cell, with the payload read."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event), **arguments)
        answer["Payload"] = json.loads(answer["Payload"].read() or "null")
        return answer

    def run(self) -> None:
        self.clock.run_while_work(lambda: False, self.clock.now + 7 * 86_400)

    def later(self, seconds: float, work: Callable[[], Any]) -> None:
        self.clock.spawn(work, delay=seconds)

    def kinds(self, *kinds: Kind) -> list[Event]:
        return self.trace.of_kind(*kinds)

    def printed(self, name: str) -> list[str]:
        return [line.message for line in self.functions.logs(name).printed]


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    marker = request.node.get_closest_marker("options")
    before, parked = current_world(), parking.present()
    account = Account(**(marker.kwargs if marker else {}))
    parking.mock.start(account)
    parking.put(parking.fresh(account.world.options.seed))
    set_current_world(account.world)
    try:
        account.make_role()
        yield account
    finally:
        set_current_world(before)
        account.clock.close()
        parking.put(parked)
        parking.mock.stop(account)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "options(**arguments): options of the world of the `account` fixture")
