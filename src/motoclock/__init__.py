"""motoclock: moto with a clock. Real boto3 calls and real Lambda handlers, on virtual time, in this process.

    from motoclock import Cloud

    with Cloud() as cloud:
        ...boto3 as usual: queues, functions, mappings, schedules...
        cloud.run()                      # virtual time passes until no work is left

Event source mappings poll, retries wait, schedules fire, and nothing leaves the machine: importing the package closes the way out.
It knows no picture, no widget and no lesson; `sevenways`, the course, stands on it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from motoclock.services.seams import answering, boto, credentials, gate, http_inside, random_text, shortcuts

if TYPE_CHECKING:
    from motoclock.cloud import Cloud, CloudClosed
    from motoclock.run_record import Ended, RunRecord
    from motoclock.trace import Event, Kind, Trace

__all__ = ["Cloud", "CloudClosed", "Ended", "Event", "Kind", "RunRecord", "Trace"]

# at once, before anybody can make a client; all other seams when `Cloud` is first asked for
for _seam in (credentials, gate, boto, http_inside, shortcuts, random_text, answering):
    _seam.install()

_HOMES = {
    "cloud": ("Cloud", "CloudClosed"),
    "run_record": ("Ended", "RunRecord"),
    "trace": ("Event", "Kind", "Trace"),
}


def __getattr__(name: str) -> Any:
    """A public name is imported when it is first asked for: half of moto comes with `Cloud`."""
    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
