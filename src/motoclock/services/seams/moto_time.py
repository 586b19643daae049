"""Seam: moto reads its time from the virtual clock.

moto 5.2.5 takes the time through one name, `datetime` in `moto.core.utils`. A facade there moves all of moto, while Jupyter,
asyncio and botocore keep real time. Two other modules read the time themselves and get the same facade.
"""

import datetime as real
import types

import moto.cloudwatch.models
import moto.core.utils
import moto.s3.models

from motoclock.world import current_world


class _VirtualDatetime(real.datetime):
    """`datetime` whose now is virtual while a Cloud is open. What it makes are ordinary datetimes."""

    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> real.datetime:
        world = current_world()
        if world is None:
            return real.datetime.now(tz)
        now = world.clock.datetime
        return now.astimezone(tz) if tz else now.replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> real.datetime:
        return cls.now(real.UTC).replace(tzinfo=None)

    @classmethod
    def fromtimestamp(cls, timestamp: float, tz: real.tzinfo | None = None) -> real.datetime:
        return real.datetime.fromtimestamp(timestamp, tz)

    @classmethod
    def utcfromtimestamp(cls, timestamp: float) -> real.datetime:
        return real.datetime.fromtimestamp(timestamp, real.UTC).replace(tzinfo=None)

    @classmethod
    def strptime(cls, text: str, form: str) -> real.datetime:
        return real.datetime.strptime(text, form)


def install() -> None:
    facade = types.ModuleType("sevenways_virtual_datetime")
    facade.__dict__.update({name: value for name, value in vars(real).items() if not name.startswith("__")})
    facade.datetime = _VirtualDatetime
    moto.core.utils.datetime = facade
    moto.s3.models.datetime = facade
    moto.cloudwatch.models.datetime = _VirtualDatetime
