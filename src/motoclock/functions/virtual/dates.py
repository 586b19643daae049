"""`datetime` in handlers: its `datetime` and `date` know the virtual time, and what they make are ordinary datetimes and dates.

`isinstance` and `issubclass` see no difference between the stand-ins and the real classes.
"""

import datetime as real
from typing import Any

from motoclock.clock import EPOCH
from motoclock.functions.virtual.current import facade, running_clock
from motoclock.functions.virtual.times import read


class _StandsIn(type):
    """A class that answers for the real one of the same name."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls._real) if "_real" in vars(cls) else super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls._real) if "_real" in vars(cls) else super().__subclasscheck__(subclass)


class _Datetime(real.datetime, metaclass=_StandsIn):
    _real = real.datetime

    def __new__(cls, *args: Any, **kwargs: Any) -> real.datetime:
        maker = real.datetime if "_real" in vars(cls) else cls
        return real.datetime.__new__(maker, *args, **kwargs)

    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> real.datetime:
        elapsed = read()
        if elapsed is None:
            return real.datetime.now(tz)
        now = EPOCH + real.timedelta(seconds=elapsed)
        return now.astimezone(tz) if tz is not None else now.replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> real.datetime:
        return cls.now(real.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> real.datetime:
        return cls.now()

    @classmethod
    def fromtimestamp(cls, timestamp: float, tz: real.tzinfo | None = None) -> real.datetime:
        if running_clock() is None:
            return real.datetime.fromtimestamp(timestamp, tz)
        return real.datetime.fromtimestamp(timestamp, tz or real.UTC).replace(tzinfo=tz)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        return handler(real.datetime)


class _Date(real.date, metaclass=_StandsIn):
    _real = real.date

    def __new__(cls, *args: Any, **kwargs: Any) -> real.date:
        maker = real.date if "_real" in vars(cls) else cls
        return real.date.__new__(maker, *args, **kwargs)

    @classmethod
    def today(cls) -> real.date:
        return _Datetime.now().date()

    @classmethod
    def fromtimestamp(cls, timestamp: float) -> real.date:
        return _Datetime.fromtimestamp(timestamp).date()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        return handler(real.date)


for _class, _name in ((_Datetime, "datetime"), (_Date, "date")):
    _class.__name__ = _class.__qualname__ = _name
    _class.__module__ = "datetime"

DATETIME = facade(real, datetime=_Datetime, date=_Date)
