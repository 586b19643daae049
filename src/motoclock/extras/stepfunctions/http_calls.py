"""What an HTTP task asks for, and how it fails. Source: Step Functions developer guide, call-https-apis."""

from dataclasses import dataclass, field
from typing import Any

# of a list in a form, by ArrayFormat
LIST_KEYS = {
    "INDICES": "{name}[{number}]",
    "BRACKETS": "{name}[]",
    "REPEAT": "{name}",
    "COMMAS": "{name}",
}


class HttpTaskFailed(Exception):
    """The state's error, e.g. "States.Http.StatusCode.503", and its cause."""

    def __init__(self, error: str, cause: str):
        super().__init__(cause)
        self.error, self.cause = error, cause


@dataclass(frozen=True, slots=True)
class HttpCall:
    """The parameters of an HTTP task, in the state's words."""

    endpoint: str
    method: str
    connection_arn: str
    headers: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    list_format: str | None = None  # of a form; None sends JSON

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> "HttpCall":
        """HttpTaskFailed with a sentence for what is missing or unknown."""
        connection = (parameters.get("Authentication") or parameters.get("InvocationConfig") or {}).get("ConnectionArn")
        given = {"ApiEndpoint": parameters.get("ApiEndpoint"), "Method": parameters.get("Method")}
        given["Authentication.ConnectionArn"] = connection
        missing = next((name for name, value in given.items() if not value), None)
        if missing:
            raise HttpTaskFailed("States.Runtime", f"An HTTP task needs {missing} among its parameters.")
        transform = parameters.get("Transform") or {}
        is_form = transform.get("RequestBodyEncoding") == "URL_ENCODED"
        list_format = (transform.get("RequestEncodingOptions") or {}).get("ArrayFormat", "INDICES")
        if list_format not in LIST_KEYS:
            raise HttpTaskFailed("States.Runtime", f"ArrayFormat is one of {', '.join(LIST_KEYS)}, not {list_format}.")
        return cls(
            given["ApiEndpoint"],
            given["Method"],
            connection,
            parameters.get("Headers") or {},
            parameters.get("QueryParameters") or {},
            parameters.get("RequestBody"),
            list_format if is_form else None,
        )
