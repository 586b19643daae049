"""Seam: where moto breaks off at a request with an error of Python's own, the caller gets a sentence, and the error as its cause.

moto 5.2.5 takes much for granted: a request that leaves out what it counts on ends in a KeyError. AWS would have refused it, or taken
it; nobody here knows which.
"""

import sysconfig
from pathlib import Path
from traceback import walk_tb
from typing import Any
from urllib.parse import urlsplit

_PATHS = sysconfig.get_paths()
_LIBRARIES = tuple({_PATHS["purelib"], _PATHS["platlib"]})
_STANDARD = tuple({_PATHS["stdlib"], _PATHS["platstdlib"]})


def in_words(request: Any, error: Exception) -> str | None:
    """The sentence, or None for what is not moto's: a sentence of our own, an error of the learner's code that a run came upon."""
    if not _is_a_librarys(error):
        return None
    told = f"{type(error).__name__}: {error}".removesuffix(": ").rstrip(".")
    return (
        f"moto breaks off at this request, {_named(request)}, with {told}. It was not sent anywhere: look at the parameters "
        "that you gave."
    )


def _is_a_librarys(error: Exception) -> bool:
    """By the innermost place that is not Python's own."""
    files = [Path(frame.f_code.co_filename) for frame, _ in walk_tb(error.__traceback__)]
    for file in reversed(files):
        if any(file.is_relative_to(library) for library in _LIBRARIES):
            return True
        if not any(file.is_relative_to(folder) for folder in _STANDARD):
            return False
    return False


def _named(request: Any) -> str:
    target = request.headers.get("X-Amz-Target", b"")
    operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
    return operation or f"{request.method} {urlsplit(request.url).path} of {urlsplit(request.url).netloc}"
