"""Seven Ways: asynchronous messaging on AWS, live in a notebook.

Real boto3 calls and real Lambda handlers run on moto, on a virtual clock, and every message can be seen. Importing the package closes
the way out: from here on no boto3 call of this process leaves the machine. The engine is `motoclock`; this package is the course.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import motoclock  # noqa: F401 (it closes the way out)

if TYPE_CHECKING:
    from motoclock.matching import explain
    from sevenways import checks
    from sevenways.cloud import Cloud
    from sevenways.draw import who_retries
    from sevenways.way import course_map, what_changed
    from sevenways.widgets import Explorer, check
    from sevenways.widgets.hindsight import predictions
    from sevenways.widgets.pattern_tester import pattern_tester
    from sevenways.widgets.predict import predict
    from sevenways.widgets.quiz import quiz

    hint, progress = checks.hint, checks.progress

__all__ = [
    "Cloud",
    "Explorer",
    "check",
    "course_map",
    "explain",
    "hint",
    "pattern_tester",
    "predict",
    "predictions",
    "progress",
    "quiz",
    "what_changed",
    "who_retries",
]

_HOMES = {
    "motoclock.matching": ("explain",),
    "sevenways.checks": ("hint", "progress"),
    "sevenways.cloud": ("Cloud",),
    "sevenways.draw": ("who_retries",),
    "sevenways.way": ("course_map", "what_changed"),
    "sevenways.widgets": ("Explorer", "check", "pattern_tester", "predict", "predictions", "quiz"),
}


def __getattr__(name: str) -> Any:
    """A public name is imported when it is first asked for: a test of a queue needs no widgets, a picture no checks."""
    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
