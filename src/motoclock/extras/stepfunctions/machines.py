"""A state machine as an execution sees it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine as it was when the execution started, and what the start named, if that was a version or an alias."""

    arn: str
    name: str
    definition: str
    role_arn: str
    type: str  # "STANDARD" or "EXPRESS"
    logging: dict[str, Any]
    version_arn: str | None = None
    alias_arn: str | None = None

    @classmethod
    def of(cls, version: Any, alias_arn: str | None) -> "Machine":
        """Of moto's StateMachine or StateMachineVersion."""
        arn = getattr(version, "source_arn", version.arn)
        version_arn = version.arn if version.arn != arn else None
        told = (version.name, version.definition, version.roleArn, version.type, version.loggingConfiguration)
        return cls(arn, *told, version_arn, alias_arn)
