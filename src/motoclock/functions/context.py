"""The `context` object a handler gets. docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

from typing import Any

from motoclock.clock import Clock
from motoclock.facts import modelled

CLOCK_READ_S = modelled.CLOCK_READ_S.value


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    """What the caller of Invoke sent as ClientContext."""

    def __init__(self, sent: dict[str, Any]):
        self.custom = sent.get("custom")
        self.env = sent.get("env")
        self.client = sent.get("client")


class LambdaContext:
    """As AWS's, with the time left counted in virtual milliseconds."""

    def __init__(self, clock: Clock, deadline: float, **attributes: Any):
        self._clock, self._deadline = clock, deadline
        self.identity = CognitoIdentity()
        self.client_context: ClientContext | None = None
        self.function_name: str
        self.function_version: str
        self.invoked_function_arn: str
        self.memory_limit_in_mb: str
        self.aws_request_id: str
        self.log_group_name: str
        self.log_stream_name: str
        self.tenant_id = None
        self.__dict__.update(attributes)

    def get_remaining_time_in_millis(self) -> int:
        self._clock.sleep(CLOCK_READ_S)
        return max(0, round((self._deadline - self._clock.now) * 1000))

    def log(self, message: Any) -> None:
        print(message, end="")

    def __repr__(self) -> str:
        shown = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return f"LambdaContext([{','.join(f'{name}={value}' for name, value in shown.items())}])"
