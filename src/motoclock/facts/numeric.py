"""A fact in a sum: what holds a number counts, compares and adds up as that number."""

from typing import Any


class Numeric:
    """Arithmetic over `value`. TypeError, with a sentence, for a value that is no number."""

    __slots__ = ()

    @property
    def number(self) -> Any:
        """The value, if it is a number."""
        value = self.value  # type: ignore[attr-defined]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{value!r} is no number to reckon with. The fact: {self.says}")  # type: ignore[attr-defined]
        return value

    def __int__(self) -> int:
        return int(self.number)

    def __float__(self) -> float:
        return float(self.number)

    def __index__(self) -> int:
        return self.number.__index__()

    def __add__(self, other: Any) -> Any:
        return self.number + _plain(other)

    def __radd__(self, other: Any) -> Any:
        return other + self.number

    def __sub__(self, other: Any) -> Any:
        return self.number - _plain(other)

    def __rsub__(self, other: Any) -> Any:
        return other - self.number

    def __mul__(self, other: Any) -> Any:
        return self.number * _plain(other)

    def __rmul__(self, other: Any) -> Any:
        return other * self.number

    def __truediv__(self, other: Any) -> Any:
        return self.number / _plain(other)

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.number

    def __floordiv__(self, other: Any) -> Any:
        return self.number // _plain(other)

    def __rfloordiv__(self, other: Any) -> Any:
        return other // self.number

    def __mod__(self, other: Any) -> Any:
        return self.number % _plain(other)

    def __rmod__(self, other: Any) -> Any:
        return other % self.number

    def __neg__(self) -> Any:
        return -self.number

    def __lt__(self, other: Any) -> bool:
        return self.number < _plain(other)

    def __le__(self, other: Any) -> bool:
        return self.number <= _plain(other)

    def __gt__(self, other: Any) -> bool:
        return self.number > _plain(other)

    def __ge__(self, other: Any) -> bool:
        return self.number >= _plain(other)


def _plain(other: Any) -> Any:
    return other.number if isinstance(other, Numeric) else other
