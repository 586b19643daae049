"""How large a picture is where it is shown: as wide as the place it is given, and never cut off.

JupyterLab shows a stored SVG as an `<img>`, which takes its size from the SVG's root alone: a width in pixels there overflows a narrow
output, and no style inside the SVG can help. So the root says 100 %, and how much it holds is in the viewBox. All pictures have the
same paper, `WIDTH` units or more, whatever is drawn on it: a small diagram beside a long timeline keeps its letters at the timeline's
size, and no letter is blown up.
"""

from sevenways.draw.palette import WIDTH


def paper(width: float) -> float:
    """The width of the paper for a drawing of that width."""
    return max(width, WIDTH)


def fitting(width: float, height: float) -> str:
    """The size of a drawing as attributes of its root. Where styles count, as in the book, it grows no wider than it was drawn."""
    wide = paper(width)
    return f'width="100%" viewBox="0 0 {wide:g} {height:g}" style="max-width:{wide:g}px;height:auto"'
