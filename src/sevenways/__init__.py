"""Seven Ways: asynchronous messaging on AWS, live in a notebook.

Real boto3 calls and real Lambda handlers run on moto, on a virtual clock, and every message can be seen. Importing the package closes
the way out: from here on no boto3 call of this process leaves the machine.
"""

from sevenways import moto_seams

moto_seams.install()

from sevenways.checks import check, hint, progress  # noqa: E402
from sevenways.cloud import Cloud  # noqa: E402
from sevenways.draw import who_retries  # noqa: E402
from sevenways.facts import what_changed  # noqa: E402
from sevenways.matching import explain  # noqa: E402
from sevenways.widgets import Explorer, pattern_tester, quiz  # noqa: E402

__all__ = ["Cloud", "Explorer", "check", "explain", "hint", "pattern_tester", "progress", "quiz", "what_changed", "who_retries"]
