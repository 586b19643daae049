"""`os.environ` of one execution environment: a mapping of its own, so that nothing of the host is seen or changed."""

from typing import Any


class Variables(dict[str, str]):
    """Text to text, as the real one insists."""

    def __setitem__(self, name: str, value: str) -> None:
        for part in (name, value):
            if not isinstance(part, str):
                raise TypeError(f"str expected, not {type(part).__name__}")
        super().__setitem__(name, value)

    def setdefault(self, name: str, value: str) -> str:
        if name not in self:
            self[name] = value
        return self[name]

    def update(self, *args: Any, **kwargs: Any) -> None:
        for name, value in dict(*args, **kwargs).items():
            self[name] = value

    def copy(self) -> dict[str, str]:
        return dict(self)
