"""How the lines of a check are written: one stop at the end, none in the middle, and no word cut in two."""

import re
from collections.abc import Sized
from typing import Any


def ended(sentence: str) -> str:
    """The sentence on one line with one stop. What it quotes may have brought a stop of its own along."""
    line = re.sub(r"(?<=[a-z])\.(?=[,;:)])", "", " ".join(sentence.split()))
    return line if not line or line.rstrip("”’\"'")[-1:] in tuple(".!?…") else f"{line}."


def was(those: Sized | int) -> str:
    """ "was" for one, "were" for several or none."""
    return "was" if (those if isinstance(those, int) else len(those)) == 1 else "were"


def are(those: Sized | int) -> str:
    """ "is" for one, "are" for several or none."""
    return "is" if was(those) == "was" else "are"


def kind_of(value: Any) -> str:
    """What was given in the place of something else: "a list", "an int", "None"."""
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
