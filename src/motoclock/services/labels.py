"""Short forms of a body, for pictures."""

_MOST = 60


def label_of(text: str) -> str:
    """The first 60 characters of a text on one line."""
    line = " ".join(text[: 2 * _MOST].split())
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"
