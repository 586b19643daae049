"""Errors as the Lambda runtime reports them: JSON for the caller, text for the log."""

import json
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from motoclock.functions.bundle import LAYER_ROOT, TASK_ROOT, Bundle


@dataclass(frozen=True, slots=True)
class FunctionError:
    """`trace` holds the learner's own frames only (modelled: AWS also lists the frames of libraries)."""

    type: str
    message: str
    trace: tuple[str, ...] = ()
    bare: bool = False  # the platform's own errors carry no request id and no trace
    at_start: bool = False  # before any request: its id is empty (recorded on AWS in November 2025)

    def payload(self, request_id: str) -> bytes:
        document: dict[str, Any] = {"errorMessage": self.message, "errorType": self.type}
        if self.bare:
            document = {"errorType": self.type, "errorMessage": self.message}
        else:
            document |= {"requestId": "" if self.at_start else request_id, "stackTrace": list(self.trace)}
        return json.dumps(document).encode()

    def log_text(self) -> str:
        trace = f"\nTraceback (most recent call last):\n{''.join(self.trace)}".rstrip("\n") if self.trace else ""
        return f"[ERROR] {self.type}: {self.message}{trace}"


class LoadFailure(Exception):
    """The function's code could not be loaded."""

    def __init__(self, error: FunctionError):
        super().__init__(error.message)
        self.error = replace(error, at_start=True)


def raised(error: BaseException, bundle: Bundle) -> FunctionError:
    """An exception that a handler, or its module, raised."""
    return FunctionError(type(error).__name__, str(error), tuple(_frames(error.__traceback__, bundle)))


def timed_out(request_id: str, timeout_s: float) -> FunctionError:
    text = f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds"
    return FunctionError("Sandbox.Timedout", text, bare=True)


def exited(request_id: str, status: object) -> FunctionError:
    """`sys.exit` in a handler ends the runtime."""
    if status in (None, 0):
        text = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    else:
        code = status if isinstance(status, int) else 1
        text = f"RequestId: {request_id} Error: Runtime exited with error: exit status {code}"
    return FunctionError("Runtime.ExitError", text, bare=True)


def syntax_error(error: SyntaxError, module: str) -> FunctionError:
    where = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").strip()}\n'
    return FunctionError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}", (where,))


def _frames(traceback: TracebackType | None, bundle: Bundle):
    while traceback is not None:
        code, number = traceback.tb_frame.f_code, traceback.tb_lineno
        if code.co_filename.startswith((TASK_ROOT, LAYER_ROOT)):
            line = bundle.line(code.co_filename, number)
            yield f'  File "{code.co_filename}", line {number}, in {code.co_name}\n' + (f"    {line}\n" if line else "")
        traceback = traceback.tb_next
