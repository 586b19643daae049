"""How the lines of a check are written: one stop at the end, none in the middle, and no word cut in two."""

import re
import textwrap
from collections.abc import Sized
from typing import Any

# A notebook's output at 1,024 pixels, beside an open side bar, has 74 columns; JupyterLab cuts a longer line anywhere, even in a word.
COLUMNS = 72


def folded(line: str) -> str:
    """The line, broken between words; what follows is indented, so that the mark in front stands alone."""
    return textwrap.fill(line, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


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
