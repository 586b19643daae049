"""Seven Ways: asynchronous messaging on AWS, live in a notebook.

Real boto3 calls and real Lambda handlers run on moto, on a virtual clock, and every message can be seen. Importing the package closes
the way out: from here on no boto3 call of this process leaves the machine. The engine is `motoclock`; this package is the course.
"""

from motoclock.facts import what_changed
from motoclock.matching import explain
from sevenways.checks import check, hint, progress
from sevenways.cloud import Cloud
from sevenways.draw import who_retries
from sevenways.way import course_map
from sevenways.widgets import Explorer, pattern_tester, quiz

__all__ = [
    "Cloud",
    "Explorer",
    "check",
    "course_map",
    "explain",
    "hint",
    "pattern_tester",
    "progress",
    "quiz",
    "what_changed",
    "who_retries",
]
