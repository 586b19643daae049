"""Running learners' code to one side: their world parked, their prints kept back, their mistakes put into a sentence."""

import inspect
import linecache
import site
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from IPython.utils.capture import CapturedIO, capture_output

from motoclock.cloud import parked

_PACKAGES = (str(Path(__file__).parent), str(Path(inspect.getfile(parked)).parent))
_LIBRARIES = tuple(
    {sysconfig.get_path(kind) for kind in ("purelib", "platlib", "stdlib", "platstdlib")} | set(site.getsitepackages())
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a learner wrote: its number in its cell or file, and its text."""

    number: int
    text: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.text}" if self.text else f"line {self.number}"


@contextmanager
def kept_apart() -> Iterator[CapturedIO]:
    """The open world is parked, and nothing that is printed or displayed reaches the cell. Yields what was printed."""
    with parked(), capture_output() as printed:
        yield printed


def error_in_words(error: BaseException) -> str:
    """Kind and message of an exception, on one line; of an AWS error its code and message."""
    answer = getattr(error, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        kind, message = answer["Error"].get("Code", type(error).__name__), answer["Error"].get("Message", "")
    else:
        kind, message = type(error).__name__, error.args[0] if isinstance(error, KeyError) and error.args else error
        message = repr(message) if isinstance(error, KeyError) else str(message)
    message = " ".join(str(message).split())
    return f"{kind}: {message}" if message else kind


def learners_line(error: BaseException) -> Line | None:
    """The innermost line outside this package and the installed libraries: the learner's own. None when there is none."""
    own = [
        Line(lineno, linecache.getline(frame.f_code.co_filename, lineno, frame.f_globals).strip())
        for frame, lineno in traceback.walk_tb(error.__traceback__)
        if _is_learners(frame.f_code.co_filename)
    ]
    if own:
        return own[-1]
    if isinstance(error, SyntaxError) and error.lineno:
        return Line(error.lineno, (error.text or "").strip())
    return None


def mistake_in_words(error: BaseException) -> str:
    """The error and the learner's own line, for the middle of a sentence."""
    line = learners_line(error)
    return f"{error_in_words(error)} ({line})" if line else error_in_words(error)


def _is_learners(file: str) -> bool:
    if file.startswith(_PACKAGES) or (file.startswith("<") and not file.startswith("<ipython-input")):
        return False
    return "ipykernel_" in file or not file.startswith(_LIBRARIES)
