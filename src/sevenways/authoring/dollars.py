"""Money in text: "$0.50" becomes "USD 0.50", since two dollar signs in one text are the ends of a formula, in JupyterLab and on GitHub.

JupyterLab looks for formulas in the page that Markdown has become, where nothing is left of a backslash before a dollar. Code is left
as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sevenways.authoring.source import Cell, Source, SourceError

_CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_AMOUNT = re.compile(r"(?:US)?\\?\$(?=\d)")


def in_words(source: Source, cell: Cell) -> Cell:
    """The cell, its Markdown without dollar signs outside code. SourceError for one that is not before a number."""
    if cell.kind != "markdown":
        return cell
    parts = _CODE.split(cell.text)
    parts[::2] = [_AMOUNT.sub("USD ", part) for part in parts[::2]]
    if "$" in "".join(parts[::2]):
        at = f"content/{source.path.parent.name}/{source.path.name}:{cell.line}"
        raise SourceError(
            f"{at}: a dollar sign outside code that isn't before a number: write it as code, or in words."
        )
    return replace(cell, text="".join(parts))
