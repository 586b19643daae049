"""motoclock: moto with a clock. Real boto3 calls and real Lambda handlers, on virtual time, in this process.

    from motoclock import Cloud

    with Cloud() as cloud:
        ...boto3 as usual: queues, functions, mappings, schedules...
        cloud.run()                      # virtual time passes until no work is left

Event source mappings poll, retries wait, schedules fire, and nothing leaves the machine: importing the package closes the way out.
It knows no picture, no widget and no lesson; `sevenways`, the course, stands on it.
"""

from motoclock.assembly import install

install()

from motoclock.cloud import Cloud, CloudClosed, Ended, RunRecord  # noqa: E402
from motoclock.trace import Event, Kind, Trace  # noqa: E402

__all__ = ["Cloud", "CloudClosed", "Ended", "Event", "Kind", "RunRecord", "Trace"]
